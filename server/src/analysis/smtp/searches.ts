/** Searches for sessions that should not be possible. Each answer is a session that trySession accepts. */
import { programOf, servicesOf } from '../../model/services';
import { asInstalled } from '../../model/tables';
import type { Site } from '../../model/site';
import type { Service } from '../../syntax/master-cf/parse';
import { derived } from '../../text/derived';
import type { Message } from '../../text/message';
import type { Step } from '../answer';
import { decisive, type Choice, type Run, type Runs } from '../doubt';
import type { Tried } from './dialogue';
import { encryption } from './login';
import { listener } from './listener';
import { machineOf, serverOf, type SmtpServer } from './server';
import { fullSession, type Session, type SessionAnswer } from './session';
import { smtpdDies, masterDies } from './start-up';
import {
  accessKeys,
  asksForTls,
  entriesOf,
  foreignRecipients,
  isSubmission,
  looksAtClaims,
  localRecipient,
  ownDomains,
  reachable,
  strangerAddresses,
  strangerName,
} from './strangers';
import { allRuns, answerOf, trySession } from './try-session';

/** What a search finds. */
export type Search =
  /** A session that is accepted. `assumptions`: what that hangs on beside the files; empty where it is certain. */
  | {
      readonly kind: 'found';
      readonly session: Session;
      readonly answer: SessionAnswer;
      readonly assumptions: readonly Message[];
    }
  /** No such session: what stops the stranger, and the session that was stopped. */
  | {
      readonly kind: 'safe';
      readonly session: Session;
      readonly answer: SessionAnswer;
      readonly stopper: Step | undefined;
    }
  /** The question makes no sense here: nobody can reach the service, or it serves nobody (`says`: its last words). */
  | { readonly kind: 'none'; readonly says?: string };

/** What a session gets where all outside works and tables that are not here say nothing of it; and what else may come of it. */
export interface Probe {
  readonly answer: SessionAnswer;
  /** What that hangs on beside the files; empty where it is certain. */
  readonly assumptions: readonly Message[];
}

/** A listener of master.cf with what strangers and users can do there. */
export interface ListenerSearches {
  /** The inet service; its smtpd, which is another service behind postscreen. */
  readonly service: Service;
  readonly smtpd: Service;
  readonly server: SmtpServer;
  readonly submission: boolean;
  /** Strangers reach it: it is not bound to the loopback. */
  readonly exposed: boolean;
  /** A stranger with any foreign sender hands in mail for a foreign recipient. */
  readonly openRelay: Search;
  /** The same once the stranger gives a sender or HELO of its choice. */
  readonly forgedRelay: Search;
  /** A stranger hands in mail for an own recipient. On port 25 that is what it is for. */
  readonly strangersLocal: Search;
  /** A user sends in another user's name. */
  readonly loginForging: Search;
  /** Any other session there. Its service is this one. */
  tryHere(session: Session): Probe;
}

/**
 * All listeners of a site with their searches, in the order of master.cf. Remembered by the site. Tables that a copy of a
 * configuration lacks are taken as it may be once it is installed: there, and of unknown content.
 */
export const searchListeners: (site: Site) => readonly ListenerSearches[] = derived(given => {
  const site = asInstalled(given);
  const machine = machineOf(site);
  if (masterDies(machine.site) !== undefined) return [];
  const out: ListenerSearches[] = [];
  for (const service of servicesOf(site)) {
    const program = programOf(service);
    if (service.type.text !== 'inet' || (program !== 'smtpd' && program !== 'postscreen')) continue;
    const smtpd = listener(machine, fullSession({ service: service.name.text }));
    if (!smtpd) continue;
    const server = serverOf(machine, smtpd);
    const exposed = reachable(machine, service);
    const submission = isSubmission(service);
    const says = smtpdDies(server);
    if (says !== undefined) {
      const none = { kind: 'none', says } as const;
      out.push({
        service,
        smtpd,
        server,
        submission,
        exposed,
        openRelay: none,
        forgedRelay: none,
        strangersLocal: none,
        loginForging: none,
        tryHere: session => ({ answer: trySession(site, session), assumptions: [] }),
      });
      continue;
    }
    const search = new Searcher(site, given, service, server);
    const none = { kind: 'none' } as const;
    const openRelay = exposed ? search.openRelay() : none;
    const forgedRelay = exposed ? search.forgedRelay(openRelay) : none;
    const strangersLocal = exposed ? search.strangersLocal() : none;
    out.push({
      service,
      smtpd,
      server,
      submission,
      exposed,
      openRelay,
      forgedRelay,
      strangersLocal,
      loginForging: search.loginForging(),
      tryHere: session => search.probe(session),
    });
  }
  return out;
});

/** Answers that only say that something outside is broken: a search takes it that all works. */
const failures = new Set<unknown>(['fails', 'retry', 'defer', 'bounce']);
const mostRuns = 24;
/** How many sessions are still tried once one was found that hangs on something outside. */
const moreTries = 4;

class Searcher {
  private readonly name: string;
  /** Whether strangers had better come with TLS, without, or try both. */
  private readonly secure: readonly boolean[];
  private readonly encrypts: boolean;
  private readonly foreign: readonly string[];
  private readonly addresses: { readonly v4: readonly string[]; readonly v6: readonly string[] };
  private readonly tried = new Map<string, Runs<Tried>>();

  constructor(
    /** The site as it may be installed, and as it stands. */
    private readonly site: Site,
    private readonly given: Site,
    service: Service,
    private readonly server: SmtpServer,
  ) {
    this.name = service.name.text;
    const tls = encryption(server);
    const possible = !tls.wrapped && tls.offered && tls.ready;
    this.encrypts = possible;
    this.secure = !possible ? [false] : tls.enforced ? [true] : asksForTls(server) ? [false, true] : [false];
    this.addresses = strangerAddresses(server);
    this.foreign = foreignRecipients(server);
  }

  openRelay(): Search {
    const [recipient] = this.foreign;
    return recipient === undefined
      ? { kind: 'none' }
      : this.first(this.strangers(recipient, ['', 'a@stranger.test'], ['mx.stranger.test']));
  }

  /** `plain` is what the search without forged claims gave. */
  forgedRelay(plain: Search): Search {
    const [recipient] = this.foreign;
    if (recipient === undefined || (plain.kind === 'found' && plain.assumptions.length === 0)) return { kind: 'none' };
    if (plain.kind === 'safe' && !looksAtClaims(this.server)) return plain;
    const senders = new Set<string>();
    for (const key of accessKeys(this.server, /^check_sender_access$/i)) senders.add(senderFor(key));
    for (const domain of ownDomains(this.server).slice(0, 3)) senders.add(`postmaster@${domain}`);
    const helos = new Set<string>([this.addresses.v4[0] ?? '', 'localhost']);
    for (const key of accessKeys(this.server, /^check_helo_access$/i)) helos.add(key.replace(/^\./, 'x.'));
    for (const domain of ownDomains(this.server).slice(0, 2)) helos.add(domain);
    const address = this.addresses.v4.slice(0, 1);
    const bySender = this.strangers(recipient, [...senders], ['mx.stranger.test'], address);
    const byHelo = this.strangers(recipient, ['a@stranger.test'], [...helos], address);
    return this.first([...bySender, ...byHelo]);
  }

  strangersLocal(): Search {
    const recipient = localRecipient(this.server);
    return recipient === undefined
      ? { kind: 'none' }
      : this.first(this.strangers(recipient, ['a@stranger.test', ''], ['mx.stranger.test']));
  }

  /** A login that is not the sender's owner, towards an own and a foreign recipient. */
  loginForging(): Search {
    if (!this.server.yes('smtpd_sasl_auth_enable')) return { kind: 'none' };
    const maps = this.server.settings.text('smtpd_sender_login_maps');
    const owned = entriesOf(this.server, maps).filter(e => /^[^@\s]+@[^@\s]+$/.test(e.key));
    const domain = ownDomains(this.server)[0] ?? 'example.com';
    const senders = owned.length > 0 ? owned.slice(0, 2) : [{ key: `someone-else@${domain}`, value: 'someone-else' }];
    const sessions: Session[] = [];
    for (const recipient of [this.foreign[0], localRecipient(this.server)]) {
      if (recipient === undefined) continue;
      for (const { key, value } of senders) {
        const login = owned.map(e => e.value).find(other => other !== value && !/[\s,]/.test(other)) ?? 'some-user';
        const address = this.addresses.v4[0] ?? '203.0.113.9';
        const session = this.session(address, this.encrypts, key, 'client.stranger.test', recipient);
        sessions.push({ ...session, sasl_username: login });
      }
    }
    return this.first(sessions);
  }

  probe(asked: Session): Probe {
    const session = { ...asked, service: this.name };
    const all = this.runsOf(session);
    const sound = all.runs.filter(r => isSound(r, session, this.foreign) && !r.choices.some(isNamed));
    const certain = answerOf(all).verdict !== 'unknown';
    return { answer: answerOf({ runs: sound, complete: true }), assumptions: certain ? [] : openQuestions(sound) };
  }

  private strangers(
    recipient: string,
    senders: readonly string[],
    helos: readonly string[],
    addresses = [this.addresses.v4[0], this.addresses.v6[0]].filter(a => a !== undefined),
  ): Session[] {
    const sessions: Session[] = [];
    for (const sender of senders) {
      for (const helo of helos) {
        for (const address of addresses)
          for (const tls of this.secure) sessions.push(this.session(address, tls, sender, helo, recipient));
      }
    }
    return sessions;
  }

  private session(address: string, tls: boolean, sender: string, helo: string, recipient: string): Session {
    return {
      service: this.name,
      client_address: address,
      client_name: strangerName,
      helo,
      sasl_username: null,
      tls,
      sender,
      recipient,
    };
  }

  /** The runs of a session, worked out once: the searches ask for many a session again. */
  private runsOf(session: Session): Runs<Tried> {
    const key = JSON.stringify(session);
    const known = this.tried.get(key);
    if (known) return known;
    const all = allRuns(this.site, session, {}, mostRuns);
    this.tried.set(key, all);
    return all;
  }

  /** Whether the site as it stands holds the tables that a session comes by: without them Postfix puts it off. */
  private hasItsTables(session: Session): boolean {
    if (this.given === this.site) return true;
    const good = this.isGood(session);
    return allRuns(this.given, session, {}, mostRuns, good).runs.some(good);
  }

  private isGood(session: Session): (run: Run<Tried>) => boolean {
    return run => isSound(run, session, this.foreign) && run.outcome.outcome.verdict === 'accept';
  }

  /** Whether a session may be accepted at all. */
  private accepts(session: Session): boolean {
    const good = this.isGood(session);
    const known = this.tried.get(JSON.stringify(session));
    if (known) return known.runs.some(good);
    return allRuns(this.site, session, {}, mostRuns, good).runs.some(good);
  }

  /**
   * Whether a session works for most strangers and most foreign recipients, not just for some that a table knows;
   * else such a one that it does not work for.
   */
  private exception(session: Session): Session | undefined {
    if (session.sasl_username) return undefined;
    const most = (variants: readonly Session[]): Session | undefined => {
      let refused: Session | undefined;
      let against = 0;
      for (const [done, variant] of variants.entries()) {
        if ((against + variants.length - done) * 2 < variants.length) return undefined;
        if (this.accepts(variant)) continue;
        refused ??= variant;
        if (++against * 2 >= variants.length) return refused;
      }
      return undefined;
    };
    const family = session.client_address?.includes(':') ? this.addresses.v6 : this.addresses.v4;
    const stranger = most(family.map(address => ({ ...session, client_address: address })));
    if (stranger || !this.foreign.includes(session.recipient ?? '')) return stranger;
    return most(this.foreign.map(recipient => ({ ...session, recipient })));
  }

  /** The first session that is surely accepted, else the first that may be, else why the first is not. */
  private first(sessions: readonly Session[]): Search {
    let perhaps: Search | undefined;
    let safe: Search | undefined;
    let tries = Infinity;
    for (const session of sessions) {
      if (tries-- <= 0) break;
      const all = this.runsOf(session);
      const { runs, complete } = all;
      const sound = runs.filter(r => isSound(r, session, this.foreign));
      const accepted = sound.filter(r => r.outcome.outcome.verdict === 'accept');
      if (accepted.length === 0) {
        safe ??= stopped(session, answerOf(all), sound[0]);
        continue;
      }
      const exception = this.exception(session);
      if (exception) {
        const other = this.runsOf(exception);
        safe ??= stopped(exception, answerOf(other), other.runs[0]);
        continue;
      }
      // What comes out where all outside works is what is claimed.
      const answer = answerOf({ runs: sound, complete });
      if (answer.verdict === 'accept') {
        const assumptions = this.hasItsTables(session) ? [] : openQuestions(sound);
        return { kind: 'found', session, answer, assumptions };
      }
      tries = Math.min(tries, moreTries);
      const hangsOn = complete ? decisive(sound, sameVerdict) : answer.unknown;
      const assumptions = hangsOn.length > 0 ? hangsOn : openQuestions(sound);
      perhaps ??= { kind: 'found', session, answer: answerOf(all), assumptions };
    }
    return perhaps ?? safe ?? { kind: 'none' };
  }
}

/**
 * Whether a run counts in a search: everything outside works, and no table that is not in the files happens to name the
 * stranger, what it says, or a foreign recipient. For own recipients such a table may well hold them.
 */
function isSound(run: Run<Tried>, session: Session, foreign: readonly string[]): boolean {
  const far = !session.sasl_username && foreign.includes(session.recipient ?? '');
  return !run.choices.some(c => {
    const named = far ? isNamed(c) : c.answer === 'found' && c.key.startsWith('listed ');
    return named || failures.has(c.answer);
  });
}

/** A table or list that is not in the files happens to hold what was looked up. */
function isNamed({ answer, key }: Choice): boolean {
  return answer === 'found' && (key.startsWith('listed ') || key.startsWith('table '));
}

/** What the first of some runs took for granted, each once. */
function openQuestions(runs: readonly Run<Tried>[]): Message[] {
  return [...new Map((runs[0]?.choices ?? []).map(c => [c.key, c.why])).values()];
}

const sameVerdict = (a: Tried, b: Tried): boolean => a.outcome.verdict === b.outcome.verdict;

function stopped(session: Session, answer: SessionAnswer, run: Run<Tried> | undefined): Search {
  const trace = run?.outcome.state?.trace ?? answer.trace;
  const last = [...trace].reverse().find(s => /^(?:reject|error)/.test(s.outcome));
  const said =
    answer.text === undefined
      ? undefined
      : { text: answer.text, outcome: `${answer.verdict} ${answer.code ?? ''}`.trimEnd() };
  return { kind: 'safe', session, answer, stopper: last ?? said };
}

/** A sender that a key of an access table matches. */
function senderFor(key: string): string {
  if (key === '<>') return '';
  if (key.endsWith('@')) return `${key}stranger.test`;
  if (key.startsWith('@')) return `someone${key}`;
  return key.includes('@') ? key : `someone@${key.replace(/^\./, 'x.')}`;
}
