/** Searches for sessions that should not be possible. Each answer is a session that trySession accepts. */
import { programOf, servicesOf } from '../../model/services';
import { asInstalled } from '../../model/tables';
import type { Site } from '../../model/site';
import type { Service } from '../../syntax/master-cf/parse';
import { derived, remember } from '../../text/derived';
import type { Message } from '../../text/message';
import type { Step } from '../answer';
import type { Narrow, Run, Runs } from '../doubt';
import type { Tried } from './dialogue';
import { encryption } from './login';
import { listener } from './listener';
import { machineOf } from './machine';
import { serverOf, type SmtpServer } from './server';
import { fullSession, type Session, type SessionAnswer } from './session';
import { asFinished, masterDies, smtpdDies } from './start-up';
import {
  accessKeys,
  asksForTls,
  entriesOf,
  foreignRecipients,
  isSubmission,
  looksAtClaims,
  ownDomains,
  ownRecipient,
  reachable,
  routingTables,
  strangerAddresses,
  strangerName,
  strangerWorld,
  type OwnRecipient,
} from './strangers';
import { allRuns, answerOf, trySession } from './try-session';

/** What a search finds. */
export type Search =
  /**
   * A session that is accepted in the stranger's world, in which its own DNS is set up as it likes best. `assumptions`: what
   * that hangs on beside the files; empty where it is certain.
   */
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
 * configuration lacks are taken as it may be once it is installed: there, and of unknown content. A line that is half typed, at
 * which Postfix would stop, counts as not there.
 */
export const searchListeners: (site: Site) => readonly ListenerSearches[] = derived(given => {
  const site = asFinished(asInstalled(given));
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

/**
 * Answers that a claim of acceptance need not hold under: something outside is broken, which a search takes not to be so, or
 * the refusal is milder than another one that is thought of.
 */
const failures = new Set<unknown>(['fails', 'retry', 'defer', 'bounce', 'DEFER', 'DEFER_IF_PERMIT']);
/** Answers that never let in a client whom other answers keep out. */
const unfriendly = new Set<unknown>(['REJECT', 'notfound']);
/** `suspicion`: a client that is as unsuspicious as can be answers it with no. */
type Subject = 'routing' | 'login' | 'suspicion' | 'other';
const mostRuns = 24;
/** How many questions an acceptance is tried against, one by one. */
const mostDoubts = 100;
/** How many sessions are still tried once one was found that hangs on something outside. */
const moreTries = 4;

class Searcher {
  private readonly name: string;
  /** Whether strangers had better come with TLS, without, or try both. */
  private readonly secure: readonly boolean[];
  private readonly encrypts: boolean;
  private readonly foreign: readonly string[];
  private readonly own: OwnRecipient | undefined;
  private readonly routing: ReadonlySet<string>;
  private readonly logins: ReadonlySet<string>;
  private readonly addresses: { readonly v4: readonly string[]; readonly v6: readonly string[] };
  private readonly tried = new Map<string, Runs<Tried>>();
  private readonly subjects = new Map<string, Subject>();
  /** Questions on which an acceptance was seen to hang. */
  private readonly doubted = new Set<string>();

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
    this.own = ownRecipient(server);
    this.routing = routingTables(server);
    this.logins = new Set(server.mapsOf('smtpd_sender_login_maps').tables.map(t => t.spec));
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
    return this.own === undefined
      ? { kind: 'none' }
      : this.first(this.strangers(this.own.address, ['a@stranger.test', ''], ['mx.stranger.test']));
  }

  /** A login that is not the sender's owner, towards an own and a foreign recipient. */
  loginForging(): Search {
    if (!this.server.yes('smtpd_sasl_auth_enable')) return { kind: 'none' };
    const maps = this.server.settings.text('smtpd_sender_login_maps');
    const owned = entriesOf(this.server.machine, maps).filter(e => /^[^@\s]+@[^@\s]+$/.test(e.key));
    const domain = ownDomains(this.server)[0] ?? 'example.com';
    const senders = owned.length > 0 ? owned.slice(0, 2) : [{ key: `someone-else@${domain}`, value: 'someone-else' }];
    const sessions: Session[] = [];
    for (const recipient of [this.foreign[0], this.own?.address]) {
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

  /** The likely runs of a session up to one that is accepted, worked out once: the searches ask for many a session again. */
  private runsOf(session: Session): Runs<Tried> {
    const key = JSON.stringify(session);
    const known = this.tried.get(key);
    if (known) return known;
    const all = allRuns(this.site, session, strangerWorld, mostRuns, {
      admits: this.likely(session),
      enough: isAccepted,
    });
    this.tried.set(key, all);
    return all;
  }

  /** Whether a session may be accepted at all. */
  private accepts(session: Session): boolean {
    return this.runsOf(session).runs.some(isAccepted);
  }

  /**
   * The answers that a search looks for acceptance under: everything outside works and finds nothing against the client;
   * tables that are not in the files hold the own recipient and its domain where the site's own lists do not name it, know
   * whose a login's sender is, send nothing elsewhere and name no stranger.
   */
  private likely(session: Session): Admits {
    const sound = this.sound(session);
    const held = this.heldFor(session);
    return (key, options) => {
      if (held?.has(key)) return placesOf(options, 'found');
      switch (this.subjectOf(key)) {
        case 'routing':
          return placesOf(options, 'none');
        case 'login':
          // Who does not log in says a sender that is nobody's.
          return placesOf(
            options,
            session.sasl_username && key.endsWith(` ${session.sender ?? ''}`) ? 'found' : 'none',
          );
        case 'suspicion':
          return placesOf(options, false);
        default:
          return sound(key, options).filter(at => !unfriendly.has(options[at]));
      }
    };
  }

  /** What a question is about, as far as it matters to a search. */
  private subjectOf(key: string): Subject {
    return remember(this.subjects, key, () => {
      if (/^(?:list|servers) /.test(key)) return 'suspicion';
      if (!/^(?:table|listed) /.test(key)) return 'other';
      const table = key.slice(key.indexOf(' ') + 1, key.lastIndexOf(' '));
      return this.logins.has(table) ? 'login' : this.routing.has(table) ? 'routing' : 'other';
    });
  }

  /**
   * The answers on which a claim of acceptance has to hold: everything outside works, no login owns another's address, and
   * no table that is not in the files happens to name the stranger, what it says, or a foreign recipient; for own recipients
   * such a table may well hold them.
   */
  private sound(session: Session): Admits {
    const far = !session.sasl_username && this.foreign.includes(session.recipient ?? '');
    const held = this.heldFor(session);
    return (key, options) => {
      if (key.startsWith('owner ')) return placesOf(options, false);
      if (key.startsWith('listed ') ? !held?.has(key) : far && key.startsWith('table '))
        return placesOf(options, 'none');
      return everyPlace(options).filter(at => !failures.has(options[at]));
    };
  }

  private heldFor(session: Session): ReadonlySet<string> | undefined {
    return session.recipient === this.own?.address ? this.own?.held : undefined;
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

  /**
   * That a session which is likely to be accepted is surely so, or what that hangs on. `known`: another one is found already,
   * so that only certainty counts; undefined where it is not.
   */
  private claim(session: Session, likely: Runs<Tried>, known: boolean): Extract<Search, { kind: 'found' }> | undefined {
    const first = this.likely(session);
    const sound = this.sound(session);
    const accepted = likely.runs.find(isAccepted);
    const taken = new Map(accepted?.choices.map(c => [c.key, c.answer]));
    const admits: Admits = (key, options) => {
      const best = taken.has(key) ? options.indexOf(taken.get(key)) : (first(key, options)[0] ?? -1);
      const all = sound(key, options);
      return best < 0 ? all : [best, ...all.filter(at => at !== best)];
    };
    const tried = (limit: number, narrow: Narrow<Tried>): Runs<Tried> =>
      allRuns(this.site, session, strangerWorld, limit, narrow);
    if (known) {
      const worse: Admits = (key, options) => {
        const places = admits(key, options);
        return this.doubted.has(key) && places.length > 1 ? places.slice(1) : places.slice(0, 1);
      };
      if (tried(1, { admits: worse }).runs.some(isRefused)) return undefined;
    }
    // Where mail goes seldom decides whether it comes in.
    const nearest: Admits = (key, options) => {
      const places = admits(key, options);
      return this.subjectOf(key) === 'routing' && !this.heldFor(session)?.has(key) ? places.slice(0, 1) : places;
    };
    for (const admitted of [nearest, admits]) {
      const { runs } = tried(mostDoubts, { admits: admitted, deviations: 1 });
      const doubts = runs.filter(isRefused).flatMap(r => r.choices.filter(c => c.taken > 0));
      if (doubts.length === 0) continue;
      for (const { key } of doubts) this.doubted.add(key);
      return unsure(session, accepted, [...new Map(doubts.map(c => [c.key, c.why])).values()]);
    }
    const answer = answerOf(tried(mostRuns, { admits, enough: isRefused }));
    if (answer.verdict !== 'accept') return unsure(session, accepted, answer.unknown);
    const assumptions = this.hasItsTables(session) ? [] : this.openQuestions(session, admits);
    return { kind: 'found', session, answer, assumptions };
  }

  /** Whether the site as it stands holds the tables that a session comes by: without them Postfix puts it off. */
  private hasItsTables(session: Session): boolean {
    if (this.given === this.site) return true;
    const narrow = { admits: this.likely(session), enough: isAccepted };
    return allRuns(this.given, session, strangerWorld, mostRuns, narrow).runs.some(isAccepted);
  }

  /** What a session's first run among those thought of takes for granted. */
  private openQuestions(session: Session, admits: Admits): Message[] {
    const first: Admits = (key, options) => {
      const best = admits(key, options)[0] ?? 0;
      return [best, ...everyPlace(options).filter(at => at !== best)];
    };
    const { runs } = allRuns(this.site, session, strangerWorld, 1, { admits: first });
    return runs.flatMap(r => r.choices.map(c => c.why));
  }

  probe(asked: Session): Probe {
    const session = { ...asked, service: this.name };
    const sound = this.sound(session);
    const plain: Admits = (key, options) =>
      /^(?:table|listed) /.test(key) ? placesOf(options, 'none') : sound(key, options);
    const answer = answerOf(allRuns(this.site, session, strangerWorld, mostRuns, { admits: plain }));
    const certain = answerOf(allRuns(this.site, session, strangerWorld, mostRuns)).verdict !== 'unknown';
    return { answer, assumptions: certain ? [] : this.openQuestions(session, plain) };
  }

  /** The first session that is surely accepted, else the first that may be, else why the first is not. */
  private first(sessions: readonly Session[]): Search {
    let perhaps: Search | undefined;
    let safe: Search | undefined;
    let tries = Infinity;
    for (const session of sessions) {
      if (tries-- <= 0) break;
      const all = this.runsOf(session);
      if (!all.runs.some(isAccepted)) {
        if (all.complete) safe ??= stopped(session, all);
        else perhaps ??= unsure(session, all.runs[0], answerOf(all).unknown);
        continue;
      }
      const exception = this.exception(session);
      if (exception) {
        safe ??= stopped(exception, this.runsOf(exception));
        continue;
      }
      const found = this.claim(session, all, perhaps !== undefined);
      if (found?.assumptions.length === 0) return found;
      tries = Math.min(tries, moreTries);
      perhaps ??= found;
    }
    return perhaps ?? safe ?? { kind: 'none' };
  }
}

type Admits = (key: string, options: readonly unknown[]) => readonly number[];

const everyPlace = (options: readonly unknown[]): readonly number[] => [...options.keys()];

/** The place of one answer. */
function placesOf(options: readonly unknown[], answer: unknown): readonly number[] {
  const at = options.indexOf(answer);
  return at < 0 ? [] : [at];
}

function unsure(
  session: Session,
  accepted: Run<Tried> | undefined,
  unknown: readonly Message[],
): Extract<Search, { kind: 'found' }> {
  const trace = accepted?.outcome.state?.trace ?? [];
  return { kind: 'found', session, answer: { verdict: 'unknown', trace, unknown }, assumptions: unknown };
}

const isAccepted = (run: Run<Tried>): boolean => run.outcome.outcome.verdict === 'accept';
const isRefused = (run: Run<Tried>): boolean => !isAccepted(run);

function stopped(session: Session, all: Runs<Tried>): Search {
  const answer = answerOf(all);
  const trace = all.runs[0]?.outcome.state?.trace ?? answer.trace;
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
