/** What is asked about SMTP, the world around it, and what is answered. */
import { SourceText } from '../../text/source-text';
import type { Reasoned } from '../answer';

/** One client's try to hand one message to one recipient. What is left out is as in {@link defaultSession}. */
export interface Session {
  /** A name or port in master.cf: `smtp`, `submission`, `465`, `127.0.0.1:10025`. */
  readonly service?: string | number;
  readonly client_address?: string;
  /** The client's verified host name, `unknown` for none. */
  readonly client_name?: string;
  /** null: no EHLO is sent. */
  readonly helo?: string | null;
  /** The login of a successful AUTH PLAIN; null or empty: none is tried. */
  readonly sasl_username?: string | null;
  /** STARTTLS before anything else; services in wrapper mode are encrypted anyway. */
  readonly tls?: boolean;
  readonly sender?: string | null;
  readonly recipient?: string | null;
  /** The server's address that the client connects to. */
  readonly server_address?: string | null;
  /** Whether the message itself is sent, so that end-of-data restrictions count too. */
  readonly deliver?: boolean;
}

/** A session with nothing left out. */
export type FullSession = {
  readonly [K in keyof Required<Session>]: NonNullable<Session[K]>;
} & { readonly silent: boolean };

/** Fills in what a session leaves out. `silent`: it says no EHLO. */
export function fullSession(session: Session): FullSession {
  const address = session.client_address ?? '203.0.113.9';
  return {
    service: String(session.service ?? 'smtp'),
    client_address: address,
    client_name: session.client_name ?? 'unknown',
    helo: session.helo ?? 'mx.example.net',
    silent: session.helo === null,
    sasl_username: session.sasl_username ?? '',
    tls: session.tls ?? false,
    sender: session.sender ?? '',
    recipient: session.recipient ?? '',
    server_address: session.server_address ?? '',
    deliver: session.deliver ?? false,
  };
}

/** What DNS answers for a name: its records by type, or the kind of failure. */
export type DnsAnswer = 'NXDOMAIN' | 'SERVFAIL' | Readonly<Partial<Record<string, readonly string[]>>>;

/** The server's machine. */
export interface Host {
  readonly hostname?: string;
  /** Interface addresses with their prefix: `192.0.2.10/24`. Loopback is always there. */
  readonly addresses?: readonly string[];
  /** The names in its password file. */
  readonly users?: readonly string[];
  /** The text of /etc/aliases where the site's files hold none. */
  readonly aliases?: string;
}

/** What the files do not hold but the asker tells. Names that `dns` does not list are unknown. */
export interface World {
  readonly dns?: Readonly<Record<string, DnsAnswer>>;
  readonly host?: Host;
}

/** The machine that sessions meet where nobody tells of another. */
export const defaultHost: Required<Host> = {
  hostname: 'mail.example.com',
  addresses: ['192.0.2.10/24', '2001:db8::10/64'],
  users:
    'root daemon bin sys sync games man lp mail news uucp proxy www-data backup list irc _apt nobody postfix alice bob carol'.split(
      ' ',
    ),
  aliases: 'postmaster: root\nstaff: alice, bob\n',
};

/** The stages of a session in their order; `start`: master itself does not come up. */
export type Stage = 'start' | 'connect' | 'helo' | 'starttls' | 'auth' | 'mail' | 'rcpt' | 'data' | 'eod';

export type Verdict = 'accept' | 'reject' | 'defer' | 'fatal' | 'unknown';

/** What Postfix answers; `unknown` of {@link Reasoned} says on what an unknown verdict hangs. */
export interface SessionAnswer extends Reasoned {
  readonly verdict: Verdict;
  readonly code?: string;
  readonly enhanced?: string;
  readonly stage?: Stage;
  /** The text of the reply, or the process's last words. */
  readonly text?: string;
}

/** The text of the default machine's alias file as a source. */
export const aliasesOf = (text: string): SourceText => new SourceText('/etc/aliases', text);
