/** TLS and SASL of an smtpd service: what is offered, what is demanded, what makes the process die. */
import { say } from '../../text/message';
import { isAbsolute } from '../../text/path';
import type { Ask } from '../doubt';
import type { SmtpServer } from './server';

export interface Encryption {
  /** TLS from the first byte on. */
  readonly wrapped: boolean;
  /** STARTTLS is announced and taken. */
  readonly offered: boolean;
  /** Nothing but EHLO, STARTTLS and the like works before it. */
  readonly enforced: boolean;
  /** A certificate is configured, and not seen to be missing: one outside the configuration folder is taken to be there. */
  readonly ready: boolean;
  /** No certificate is wanted: a client that demands one, as nearly all do, gets no further. */
  readonly anonymous: boolean;
}

const known = new WeakMap<SmtpServer, Encryption>();

/** What a service does about TLS (pre_jail_init in smtpd.c). Remembered by the server. */
export function encryption(server: SmtpServer): Encryption {
  const hit = known.get(server);
  if (hit) return hit;
  const made = findEncryption(server);
  known.set(server, made);
  return made;
}

function findEncryption(server: SmtpServer): Encryption {
  const { settings } = server;
  const wrapped = server.yes('smtpd_tls_wrappermode');
  const level = settings.text('smtpd_tls_security_level').toLowerCase();
  let enforced = server.yes('smtpd_enforce_tls');
  let offered = server.yes('smtpd_use_tls');
  if (!wrapped && level !== '') {
    enforced = level !== 'may' && level !== 'none';
    offered = level !== 'none';
  }
  enforced ||= wrapped;
  offered ||= enforced;
  const certificate = settings.text('smtpd_tls_cert_file');
  const others = ['smtpd_tls_eccert_file', 'smtpd_tls_dcert_file', 'smtpd_tls_chain_files'].some(
    p => settings.text(p) !== '',
  );
  const none = certificate.toLowerCase() === 'none';
  const asks = server.yes('smtpd_tls_ask_ccert') || (enforced && server.yes('smtpd_tls_req_ccert'));
  const has = (certificate !== '' && !none) || others;
  return {
    wrapped,
    offered,
    enforced,
    ready: has && readable(server),
    anonymous: none && !has && !asks,
  };
}

/** Whether the certificates and keys that a service names can be there. Of one named from the queue directory on nothing is known. */
function readable(server: SmtpServer): boolean {
  const names = [
    'smtpd_tls_cert_file',
    'smtpd_tls_key_file',
    'smtpd_tls_eccert_file',
    'smtpd_tls_dcert_file',
    'smtpd_tls_chain_files',
  ];
  return names
    .flatMap(n => server.settings.words(n).map(w => w.text))
    .every(
      path => path.toLowerCase() === 'none' || !isAbsolute(path) || server.machine.env.file(path).kind !== 'missing',
    );
}

export interface Authentication {
  /** AUTH is taken. */
  readonly active: boolean;
  /** Why the process dies when a client comes (or starts TLS). */
  readonly dies?: string;
}

/**
 * What a service does about AUTH on a connection with or without TLS. A login server that the default machine runs
 * knows PLAIN and LOGIN; whether another one is there, and what it knows, is asked.
 */
export function authentication(server: SmtpServer, tls: boolean, ask: Ask): Authentication {
  if (!server.yes('smtpd_sasl_auth_enable')) return { active: false };
  if (!tls && (server.yes('smtpd_tls_auth_only') || encryption(server).enforced)) return { active: false };
  const words = server.list(tls ? 'smtpd_sasl_tls_security_options' : 'smtpd_sasl_security_options');
  const strict = words.some(w => /^(?:noplaintext|mutual_auth|forward_secrecy)$/i.test(w.text));
  const dies = { active: true, dies: 'no SASL authentication mechanisms' };
  const backend = loginServer(server);
  if (backend === 'known') return strict ? dies : { active: true };
  if (backend === 'assumed' && !strict) return { active: true };
  const why = say('whether the login server works is not known', 'não se sabe se o servidor de autenticação funciona');
  return ask.choose('login server', ['works', 'fails'] as const, why) === 'works' ? { active: true } : dies;
}

/**
 * `known`: the default machine's Dovecot, PLAIN and LOGIN; `assumed`: another one that is taken to work, with what it
 * knows unsaid; `unknown`: a socket of which nobody knows whether anything listens there.
 */
function loginServer(server: SmtpServer): 'known' | 'assumed' | 'unknown' {
  const { settings } = server;
  const type = settings.get('smtpd_sasl_type');
  const path = settings.get('smtpd_sasl_path');
  if (type.value !== 'dovecot') return 'assumed';
  const socket = path.value.replace(/^unix:/, '');
  if (socket === 'private/auth' || /^inet:(?:127\.0\.0\.1|localhost):12345$/.test(socket)) return 'known';
  if (socket.startsWith('inet:')) return 'assumed';
  return socket === `${settings.text('queue_directory')}/private/auth` && !server.chrooted() ? 'known' : 'unknown';
}
