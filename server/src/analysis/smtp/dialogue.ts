/** The conversation of a client with smtpd(8), stage by stage (smtpd.c). */
import { setNames } from '../../model/settings';
import { derived, remember } from '../../text/derived';
import { toBytes } from '../../text/source-text';
import type { Ask } from '../doubt';
import { rewriteAddress } from '../lookup/rewrite';
import { Hangup } from './access';
import { Abort, CheckState, Dies, type Reply, type Status } from './check-state';
import { extractAddress, splitCommand, type CommandWord } from './command-line';
import { Dns } from './dns';
import { authentication, encryption } from './login';
import { checkRecipientMaps, checkSenderMaps } from './recipient-maps';
import { Resolver } from './resolve';
import { permitRewrite } from './rewrite-clients';
import { runList, type ListContext } from './run-list';
import type { RestrictionWord, SmtpServer } from './server';
import type { FullSession, Stage, World } from './session';

/** How a conversation ends. */
export interface Outcome {
  readonly verdict: 'accept' | 'reject' | 'defer' | 'fatal';
  readonly code?: string | undefined;
  readonly enhanced?: string | undefined;
  readonly stage: Stage;
  readonly text?: string;
}

/** One run's outcome together with its state, for those who look for sessions. */
export interface Tried {
  readonly outcome: Outcome;
  readonly state: CheckState | undefined;
}

/** The end of a conversation without a reply. */
export const fatal = (stage: Stage, text: string): Outcome => ({ verdict: 'fatal', stage, text });

/** The conversation of one run. */
export class Dialogue {
  private readonly state: CheckState;
  private deferAfter = {
    client: undefined as Reply | undefined,
    helo: undefined as Reply | undefined,
    sender: undefined as Reply | undefined,
  };

  constructor(
    private readonly server: SmtpServer,
    private readonly session: FullSession,
    world: World,
    private readonly ask: Ask,
  ) {
    const name = clientName(server, session);
    const dns = new Dns(world.dns, { name, address: session.client_address });
    this.state = new CheckState(server, session, ask, dns, new Resolver(server.rewriter, ask), name);
  }

  run(): Tried {
    const { state } = this;
    let stage: Stage = 'connect';
    try {
      return { outcome: this.softened(this.talk(s => (stage = s))), state };
    } catch (error) {
      if (error instanceof Hangup) return { outcome: fatal(stage, 'the connection is dropped'), state };
      if (error instanceof Dies) return { outcome: fatal(stage, error.says), state };
      throw error;
    }
  }

  /** soft_bounce turns every 5xx that is sent into a 4xx. */
  private softened(outcome: Outcome): Outcome {
    if (outcome.verdict !== 'reject' || !this.server.yes('soft_bounce')) return outcome;
    const soft = (text: string | undefined): string | undefined => text?.replace(/^5/, '4');
    return { ...outcome, verdict: 'defer', code: soft(outcome.code), enhanced: soft(outcome.enhanced) };
  }

  private talk(at: (stage: Stage) => void): Outcome {
    const { state, server, session } = this;
    const delay = server.yes('smtpd_delay_reject');
    const tls = encryption(server);
    at('connect');
    if (tls.wrapped && !tls.ready)
      return fatal('connect', tls.anonymous ? 'no shared cipher' : 'TLS context initialization failed');
    state.tls = tls.wrapped;
    const login = authentication(server, state.tls, this.ask);
    if (login.dies) return fatal('connect', login.dies);
    if (!delay) {
      const refused = this.client();
      if (refused) return refused;
    }
    const discarded = this.discardedKeywords();
    if (!session.silent) {
      at('helo');
      const refused = this.hello(delay);
      if (refused) return refused;
    }
    if (session.tls && !tls.wrapped) {
      at('starttls');
      if (!tls.offered || discarded.has('starttls'))
        return reply('starttls', '502', '5.5.1', 'Error: command not implemented');
      if (tls.anonymous) return fatal('starttls', 'no shared cipher');
      if (!tls.ready) return reply('starttls', '454', '4.7.0', 'TLS not available due to local problem');
      state.tls = true;
      const again = authentication(server, true, this.ask);
      if (again.dies)
        return fatal(!session.silent ? 'helo' : session.sasl_username !== '' ? 'auth' : 'mail', again.dies);
      state.helo = undefined;
      if (!session.silent) {
        at('helo');
        const refused = this.hello(delay);
        if (refused) return refused;
      }
    }
    const bare = tls.enforced && !state.tls;
    if (session.sasl_username !== '') {
      at('auth');
      if (bare) return reply('auth', '530', '5.7.0', 'Must issue a STARTTLS command first');
      if (server.yes('smtpd_helo_required') && state.helo === undefined)
        return reply('auth', '503', '5.5.1', 'Error: send HELO/EHLO first');
      if (!authentication(server, state.tls, this.ask).active || discarded.has('auth'))
        return reply('auth', '503', '5.5.1', 'Error: authentication not enabled');
      state.saslUsername = session.sasl_username;
    }
    at('mail');
    if (bare) return reply('mail', '530', '5.7.0', 'Must issue a STARTTLS command first');
    const mail = this.mail(delay);
    if (mail) return mail;
    at('rcpt');
    const rcpt = this.rcpt(delay);
    if (rcpt) return rcpt;
    at('data');
    state.stage = 'data';
    const data = this.late('smtpd_data_restrictions', 'DATA', 'Data command');
    if (data) return { ...data, stage: 'data' };
    if (session.deliver) {
      at('eod');
      state.stage = 'eod';
      const end = this.late('smtpd_end_of_data_restrictions', 'END-OF-MESSAGE', 'End-of-data');
      if (end) return { ...end, stage: 'eod' };
    }
    return { verdict: 'accept', code: '250', enhanced: '2.1.5', stage: 'rcpt', text: 'Ok' };
  }

  /** Words of smtpd_discard_ehlo_keywords that are not announced, nor taken. */
  private discardedKeywords(): ReadonlySet<string> {
    const { server, session } = this;
    let words = server.settings.text('smtpd_discard_ehlo_keywords');
    if (server.settings.text('smtpd_discard_ehlo_keyword_address_maps') !== '') {
      const maps = server.mapsOf('smtpd_discard_ehlo_keyword_address_maps');
      const found = maps.find(session.client_address, false, this.ask);
      if (found.kind === 'found' && found.value !== undefined) words = found.value;
    }
    return new Set(words.toLowerCase().split(/[, \t\r\n]+/));
  }

  private hello(delay: boolean): Outcome | undefined {
    const { state, session } = this;
    const [command, ...words] = splitCommand(`EHLO ${session.helo}`);
    if (!command || words.length === 0) return reply('helo', '501', undefined, 'Syntax: EHLO hostname');
    const raw = words.map(w => w.text).join(' ');
    state.stage = 'helo';
    if (!delay) {
      const refused = this.helo(raw);
      if (refused) return refused;
    }

    state.helo = raw.replace(/[\x00-\x1f\x7f-\xff <>()\\";@]/g, '?');
    return undefined;
  }

  private mail(delay: boolean): Outcome | undefined {
    const { state, server, session } = this;
    state.stage = 'mail';
    if (server.yes('smtpd_helo_required') && state.helo === undefined)
      return reply('mail', '503', '5.5.1', 'Error: send HELO/EHLO first');
    const bad = reply('mail', '501', '5.1.7', 'Bad sender address syntax');
    const { words, address: sender } = spoken(server, `MAIL FROM:<${session.sender}>`, true);
    const argument = words[2];
    if (!argument) return reply('mail', '501', '5.5.4', 'Syntax: MAIL FROM:<address>');
    if (argument.broken) return bad;
    if (sender === undefined || (sender !== '' && this.malformed(sender, ''))) return bad;
    const option = words[3];
    if (option && !/^(?:smtputf8|body=(?:7bit|8bitmime))$/i.test(option.text))
      return reply('mail', '555', '5.5.4', `Unsupported option: ${option.text}`);
    if (!delay) {
      const refused = this.sender(sender);
      if (refused) return refused;
    }
    const rewrite = permitRewrite(state);
    if (rewrite) return outcomeOf('mail', rewrite);

    if (server.yes('strict_smtputf8') && /[^\x00-\x7f]/.test(sender))
      return reply('mail', '553', '5.6.7', 'Must declare SMTPUTF8 to send unicode address');
    state.sender = sender;
    return undefined;
  }

  private rcpt(delay: boolean): Outcome | undefined {
    const { state, server, session } = this;
    state.stage = 'rcpt';
    const bad = reply('rcpt', '501', '5.1.3', 'Bad recipient address syntax');
    const { words, address: recipient, probe } = spoken(server, `RCPT TO:<${session.recipient}>`, false);
    const argument = words[2];
    if (!argument) return reply('rcpt', '501', '5.5.4', 'Syntax: RCPT TO:<address>');
    if (argument.broken) return bad;
    if (recipient === undefined || this.malformed(recipient, state.sender ?? '')) return bad;
    if (words.length > 3) return reply('rcpt', '555', '5.5.4', `Unsupported option: ${words[3]?.text ?? ''}`);

    if (server.yes('strict_smtputf8') && /[^\x00-\x7f]/.test(recipient))
      return reply('rcpt', '553', '5.6.7', 'Must declare SMTPUTF8 to send unicode address');
    if (recipient.toLowerCase() === 'postmaster' || probe) {
      state.note(undefined, recipient, 'permit');
      state.recipient = recipient;
      return undefined;
    }
    state.recipient = recipient;
    if (delay) {
      const refused = this.client() ?? this.helo(state.helo) ?? this.sender(state.sender ?? '');
      if (refused) return { ...refused, stage: 'rcpt' };
    }
    return this.recipientLists(recipient);
  }

  private malformed(address: string, other: string): boolean {
    const resolved = this.state.resolver.resolve(address, other);
    if (resolved.malformed) return true;

    return /[^\x00-\x7f]/.test(resolved.recipient.slice(resolved.recipient.lastIndexOf('@') + 1));
  }

  /** Runs a list and gives its status; what leaves all lists at once gives its own. */
  private list(words: readonly RestrictionWord[], context: ListContext): Status {
    try {
      return words.length === 0 ? 'dunno' : runList(this.state, words, context);
    } catch (error) {
      if (error instanceof Abort) return error.status;
      throw error;
    }
  }

  private reset(): void {
    const { state } = this;
    state.recursion = 0;
    state.warnIfReject = 0;
    state.deferIfReject = undefined;
  }

  private client(): Outcome | undefined {
    const { state, session } = this;
    state.deferIfPermit = undefined;
    this.reset();
    const name = `${state.clientName}[${session.client_address}]`;
    const status = this.list(this.server.list('smtpd_client_restrictions'), {
      name,
      class: 'Client host',
      bare: 'check_client_access',
    });
    this.deferAfter.client = state.deferIfPermit;
    return status === 'reject' ? outcomeOf('connect', state.reply) : undefined;
  }

  private helo(name: string | undefined): Outcome | undefined {
    const { state } = this;
    if (name === undefined) return undefined;
    const saved = state.helo;
    state.helo = name;
    state.deferIfPermit = this.deferAfter.client;
    this.reset();
    const status = this.list(this.server.list('smtpd_helo_restrictions'), {
      name,
      class: 'Helo command',
      bare: 'check_helo_access',
    });
    this.deferAfter.helo = state.deferIfPermit;
    state.helo = saved;
    return status === 'reject' ? outcomeOf('helo', state.reply) : undefined;
  }

  private sender(address: string): Outcome | undefined {
    const { state } = this;
    const saved = state.sender;
    state.sender = address;
    state.deferIfPermit = this.deferAfter.client ?? this.deferAfter.helo;
    state.senderMapsChecked = false;
    this.reset();
    let status = this.list(this.server.list('smtpd_sender_restrictions'), {
      name: address,
      class: 'Sender address',
      bare: 'check_sender_access',
    });
    this.deferAfter.sender = state.deferIfPermit;
    if (this.server.yes('smtpd_reject_unlisted_sender') && status !== 'reject' && !state.discard && address !== '') {
      status = this.guarded(() => checkSenderMaps(state, address));
      if (status === 'reject')
        state.note(undefined, 'smtpd_reject_unlisted_sender = yes', `reject ${state.reply.code ?? ''}`);
    }
    state.sender = saved;
    return status === 'reject' ? outcomeOf('mail', state.reply) : undefined;
  }

  private guarded(check: () => Status): Status {
    try {
      return check();
    } catch (error) {
      if (!(error instanceof Abort)) throw error;
      return error.status;
    }
  }

  private recipientLists(recipient: string): Outcome | undefined {
    const { state, server } = this;
    state.recipientMapsChecked = false;
    state.deferIfPermit = this.deferAfter.sender;
    this.reset();
    const relay = relayList(server);
    const before = server.yes('smtpd_relay_before_recipient_restrictions') && !relay.assumed;
    const lists = [relay.words, server.list('smtpd_recipient_restrictions')];
    if (!before) lists.reverse();
    let status: Status = 'dunno';
    for (const words of lists) {
      status = this.list(words, { name: recipient, class: 'Recipient address', bare: 'check_recipient_access' });
      if (status === 'reject') break;
    }
    if (status !== 'reject') status = this.promised(status);
    if (server.yes('smtpd_reject_unlisted_recipient') && status !== 'reject' && !state.discard) {
      status = this.guarded(() => checkRecipientMaps(state, recipient));
      if (status === 'reject')
        state.note(undefined, 'smtpd_reject_unlisted_recipient = yes', `reject ${state.reply.code ?? ''}`);
    }
    return status === 'reject' ? outcomeOf('rcpt', state.reply) : undefined;
  }

  /** Turns an acceptance into the deferral that was remembered on the way. */
  private promised(status: Status): Status {
    const { state } = this;
    const held = state.deferIfPermit;
    if (!held) return status;
    return state.reject(
      'policy',
      held.code === undefined ? undefined : Number(held.code),
      held.enhanced ?? '4.7.1',
      held.text,
    );
  }

  private late(
    parameter: 'smtpd_data_restrictions' | 'smtpd_end_of_data_restrictions',
    name: string,
    kind: 'Data command' | 'End-of-data',
  ): Outcome | undefined {
    const { state } = this;
    state.deferIfPermit = undefined;
    this.reset();
    let status = this.list(this.server.list(parameter), { name, class: kind, bare: undefined });
    if (status !== 'reject') status = this.promised(status);
    return status === 'reject' ? outcomeOf('data', state.reply) : undefined;
  }
}

/** A command's words, and the address in it: undefined where smtpd finds none. */
interface Spoken {
  readonly words: readonly CommandWord[];
  readonly address: string | undefined;
  /** The address is the own sender of address probes. */
  readonly probe: boolean;
}

/** What a client says, as a server understands it; the same in all runs and sessions. */
const commands = derived((_: SmtpServer) => new Map<string, Spoken>());

function spoken(server: SmtpServer, line: string, mayBeEmpty: boolean): Spoken {
  return remember(commands(server), line, () => {
    const words = splitCommand(line);
    const argument = words[2];
    const given =
      argument && !argument.broken
        ? extractAddress(argument.text, server.yes('strict_rfc821_envelopes'), mayBeEmpty)
        : undefined;
    const own = given === undefined ? undefined : verifySender(server, given);
    return { words, address: own !== undefined && mayBeEmpty ? own : given, probe: own !== undefined };
  });
}

/**
 * The own sender of address probes, where an address is that one: it is always taken, as a recipient without any check
 * (valid_verify_sender_addr). One with a time stamp (address_verify_sender_ttl) is nobody's to guess.
 */
function verifySender(server: SmtpServer, address: string): string | undefined {
  const { settings } = server;
  const configured = settings.text('address_verify_sender');
  if (configured === '' || configured === '<>' || !/^0[smhdw]?$/i.test(settings.text('address_verify_sender_ttl')))
    return undefined;
  const own = rewriteAddress(toBytes(configured), server.rewriter.rewrite());
  return own.toLowerCase() === address.toLowerCase() ? own : undefined;
}

/**
 * The relay list. Below compatibility level 1 an unset list is empty, but smtpd evaluates the later default all the same,
 * without refusing by it, to be able to warn; a broken table in it shows (`assumed`).
 */
export function relayList(server: SmtpServer): {
  readonly words: readonly RestrictionWord[];
  readonly assumed: boolean;
} {
  const { settings } = server;
  const set =
    settings.get('smtpd_relay_restrictions').isSet || setNames(server.machine.site).has('smtpd_relay_restrictions');
  if (set || !levelBelow1(settings.text('compatibility_level')))
    return { words: server.list('smtpd_relay_restrictions'), assumed: false };
  const words = ['permit_mynetworks', 'permit_sasl_authenticated', 'permit_auth_destination'].map(text => ({
    text,
    place: undefined,
  }));
  return { words, assumed: true };
}

const levelBelow1 = (level: string): boolean => Number.parseInt(level, 10) < 1;

/** The client's name as smtpd finds it: the machine's own addresses have theirs from the hosts file. */
function clientName(server: SmtpServer, session: FullSession): string {
  if (!server.yes('smtpd_peername_lookup')) return 'unknown';
  if (session.client_name !== 'unknown') return session.client_name;
  if (session.client_address === '127.0.0.1' || session.client_address === '::1') return 'localhost';
  if (session.client_address === '192.0.2.10') return 'mail.example.com';
  return 'unknown';
}

function reply(stage: Stage, code: string, enhanced: string | undefined, text: string): Outcome {
  return outcomeOf(stage, { code, enhanced, text });
}

function outcomeOf(stage: Stage, answer: Reply): Outcome {
  const { code, enhanced, text } = answer;
  return { verdict: code?.startsWith('4') ? 'defer' : 'reject', code, enhanced, stage, text };
}
