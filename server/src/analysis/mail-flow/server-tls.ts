/** What a service's settings say about TLS and logins, for rules that ask of the settings and not of one session. */
import type { Settings } from '../../model/settings';

/** TLS as smtpd sets it up (pre_jail_init of smtpd.c). */
export interface ServerTls {
  /** TLS from the first byte on. */
  readonly wrapped: boolean;
  readonly offered: boolean;
  /** Nothing is done before TLS. */
  readonly enforced: boolean;
  /** Some certificate is named. */
  readonly certificate: boolean;
}

const certificates = ['smtpd_tls_chain_files', 'smtpd_tls_cert_file', 'smtpd_tls_eccert_file', 'smtpd_tls_dcert_file'];
const switches = ['smtpd_tls_wrappermode', 'smtpd_tls_security_level', 'smtpd_use_tls', 'smtpd_enforce_tls'];

/** The TLS of a service; undefined where a setting that counts is not known from the files. */
export function serverTls(settings: Settings): ServerTls | undefined {
  const demand = tlsDemand(settings);
  if (!demand || certificates.some(name => settings.get(name).unknown)) return undefined;
  // `none` says that no certificate is wanted (ciphers without one): that is a decision, not a slip.
  return { ...demand, certificate: certificates.some(name => settings.text(name) !== '') };
}

function tlsDemand(settings: Settings): Omit<ServerTls, 'certificate'> | undefined {
  if (switches.some(name => settings.get(name).unknown)) return undefined;
  const wrapped = settings.bool('smtpd_tls_wrappermode') === true;
  const level = settings.text('smtpd_tls_security_level').toLowerCase();
  let enforced = settings.bool('smtpd_enforce_tls') === true;
  let offered = settings.bool('smtpd_use_tls') === true;
  if (!wrapped && level !== '') {
    enforced = level !== 'may' && level !== 'none';
    offered = level !== 'none';
  }
  enforced ||= wrapped;
  offered ||= enforced;
  return { wrapped, offered, enforced };
}

/**
 * Whether no password can be sent before TLS: TLS is demanded, or AUTH kept for it (smtpd_tls_auth_only), or plaintext
 * mechanisms are (smtpd_sasl_security_options = noplaintext). Says nothing of whether AUTH is on; undefined where not known.
 */
export function keepsPasswordsForTls(settings: Settings): boolean | undefined {
  const only = settings.get('smtpd_tls_auth_only');
  const options = settings.get('smtpd_sasl_security_options');
  if (!only.unknown && settings.bool('smtpd_tls_auth_only') === true) return true;
  if (!options.unknown && settings.words(options.name).some(w => w.text.toLowerCase() === 'noplaintext')) return true;
  const demand = tlsDemand(settings);
  if (demand?.enforced) return true;
  return !demand || only.unknown || options.unknown ? undefined : false;
}

/** Whether AUTH is offered on a connection without TLS, with a password that can be read on the way; undefined where not known. */
export function takesPlainPasswords(settings: Settings): boolean | undefined {
  if (settings.get('smtpd_sasl_auth_enable').unknown) return undefined;
  if (settings.bool('smtpd_sasl_auth_enable') !== true) return false;
  const keeps = keepsPasswordsForTls(settings);
  return keeps === undefined ? undefined : !keeps;
}
