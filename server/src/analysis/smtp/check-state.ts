/** The state that restrictions are checked in, and what they do to it: smtpd_check_reject, defer_if (smtpd_check.c). */
import type { Step } from '../answer';
import type { Ask } from '../doubt';
import type { Dns } from './dns';
import type { Resolver } from './resolve';
import type { RestrictionWord, SmtpServer } from './server';
import type { FullSession } from './session';

/** A reply line in its parts. No code: that it refuses is certain, the number is not. */
export interface Reply {
  readonly code: string | undefined;
  readonly enhanced: string | undefined;
  readonly text: string;
}

/** What a restriction says: go on, accept, refuse (the reply is in the state). */
export type Status = 'dunno' | 'ok' | 'reject';

/** Why a refusal happens: mistakes of the configuration are never turned into mere warnings. */
export type ErrorClass = 'policy' | 'software' | 'data';

/** Leaves all lists at once with a reply, as smtpd's longjmp does. */
export class Abort extends Error {
  constructor(readonly status: Status) {
    super('abort');
  }
}

/** The process ends without a word to the client. */
export class Dies extends Error {
  constructor(readonly says: string) {
    super('dies');
  }
}

/** Which name goes into a reply: what was looked at, and its class. */
export type ReplyClass =
  | 'Client host'
  | 'Unverified Client host'
  | 'Helo command'
  | 'Sender address'
  | 'Recipient address'
  | 'Data command'
  | 'End-of-data'
  | 'SASL login name'
  | 'Client certificate';

export class CheckState {
  /** Set by warn_if_reject: how deep it stands; 0 for off. */
  warnIfReject = 0;
  recursion = 0;
  deferIfPermit: Reply | undefined;
  deferIfReject: Reply | undefined;
  discard = false;
  reply: Reply = { code: undefined, enhanced: undefined, text: '' };
  /** Commands seen so far, as restrictions see them; undefined before their command. */
  helo: string | undefined;
  sender: string | undefined;
  recipient: string | undefined;
  saslUsername: string | undefined;
  tls = false;
  stage: 'connect' | 'helo' | 'mail' | 'rcpt' | 'data' | 'eod' = 'connect';
  senderMapsChecked = false;
  recipientMapsChecked = false;
  readonly trace: Step[] = [];

  constructor(
    readonly server: SmtpServer,
    readonly session: FullSession,
    readonly ask: Ask,
    readonly dns: Dns,
    readonly resolver: Resolver,
    /** The client's verified name and its unverified one; `unknown` for none. */
    readonly clientName: string,
  ) {}

  /** Notes a step of the trace: at its end, or in front of the steps from one on that belong to it. */
  note(word: RestrictionWord | undefined, text: string, outcome: string, before = this.trace.length): void {
    const place = word?.place;
    const step: Step = place ? { source: place.source, span: place.span, text, outcome } : { text, outcome };
    if (before === this.trace.length) this.trace.push(step);
    else this.trace.splice(before, 0, step);
  }

  /** Refuses (or warns, or defers instead). A code of undefined is one that is not known. */
  reject(kind: ErrorClass, code: number | undefined, enhanced: string, text: string): Status {
    const warns = this.warnIfReject > 0 && kind === 'policy';
    let reply: Reply = { code: code === undefined ? undefined : String(code), enhanced, text };
    if (code !== undefined && (code < 400 || code > 599)) {
      reply = { code: '450', enhanced: '4.7.1', text: 'Service unavailable' };
    }
    if (!/^[245]\.\d{1,3}\.\d{1,3}$/.test(enhanced))
      reply = { code: '450', enhanced: '4.7.1', text: 'Service unavailable' };
    if (!warns && this.deferIfReject && (reply.code ?? '5').startsWith('5')) {
      const { code: was, enhanced: dsn, text: why } = this.deferIfReject;
      this.warnIfReject = 0;
      this.deferIfReject = undefined;
      return this.reject('policy', was === undefined ? undefined : Number(was), dsn ?? '4.7.1', why);
    }
    if (reply.code?.startsWith('5') && this.server.yes('soft_bounce'))
      reply = { ...reply, code: `4${reply.code.slice(1)}` };
    if (reply.code !== undefined && reply.enhanced !== undefined) {
      reply = { ...reply, enhanced: reply.code.charAt(0) + reply.enhanced.slice(1) };
    }
    if (reply.code === undefined) reply = { ...reply, enhanced: undefined };
    this.reply = reply;
    return warns ? 'dunno' : 'reject';
  }

  /** Refuses temporarily because a table can't be asked, and leaves all lists. */
  tableFails(name: string): never {
    throw new Abort(this.reject('data', 451, '4.3.0', `<${name}>: Temporary lookup failure`));
  }

  /** Refuses temporarily because of a mistake in the configuration, and leaves all lists. */
  serverError(): never {
    throw new Abort(this.reject('software', 451, '4.3.5', 'Server configuration error'));
  }

  /** As {@link tableFails} or {@link serverError}, by the kind of failure. */
  fails(retry: boolean, name: string): never {
    return retry ? this.tableFails(name) : this.serverError();
  }

  /** Remembers to defer where mail would be permitted; under warn_if_reject it is refused at once. */
  deferPermit(code: number | undefined, enhanced: string, text: string, later = true): Status {
    if (this.warnIfReject > 0 || !later) return this.reject('policy', code, enhanced, text);
    this.deferIfPermit ??= { code: code === undefined ? undefined : String(code), enhanced, text };
    return 'dunno';
  }

  /** Remembers to defer where mail would be refused. */
  deferReject(code: number, enhanced: string, text: string): void {
    this.deferIfReject ??= { code: String(code), enhanced, text };
  }
}
