/**
 * What a parameter's value may be: words where only certain words are taken, and bounds of numbers and times.
 * Words are those of the name tables in Postfix's source (name_code(3), name_mask(3)), checked with Postfix 3.7.11.
 */
import table from './bounds.json';
import { parameters } from './parameters';

/** The words that a parameter takes. */
export interface Keywords {
  readonly words: readonly string[];
  /** Several words, apart by blanks or commas. */
  readonly list: boolean;
  /** Capitals do not matter. */
  readonly caseless: boolean;
  /** Nothing at all may stand there. */
  readonly empty: boolean;
  /** Any other word stops the program; else it is logged and something else is done. */
  readonly fatal: boolean;
}

type Options = Partial<Omit<Keywords, 'words'>>;

const one = (words: string, options: Options = {}): Keywords => ({
  words: words.split(' '),
  list: false,
  caseless: true,
  empty: false,
  fatal: true,
  ...options,
});
const several = (words: string, options: Options = {}): Keywords =>
  one(words, { list: true, caseless: false, empty: true, ...options });

const serverLevel = one('none may encrypt', { empty: true });
const clientLevel = one('none may encrypt dane dane-only fingerprint verify secure', { empty: true });
const ciphers = one('export low medium high null', { fatal: false });
const screenAction = one('ignore enforce drop');
const tempfailAction = one('defer defer_if_permit defer_if_reject');
const addressClasses = 'envelope_sender envelope_recipient header_sender header_recipient';
const saslOptions = several('noplaintext noactive nodictionary noanonymous mutual_auth forward_secrecy');
const ehlo = several(
  '8bitmime auth chunking dsn enhancedstatuscodes etrn pipelining requiretls silent-discard size smtputf8 starttls verp vrfy xclient xforward',
  { caseless: true, fatal: false },
);
const workarounds = several('disable_esmtp delay_dotcrlf', { caseless: true });
const deliveries = several('alias forward include');

const server: Readonly<Record<string, Keywords>> = {
  allow_mail_to_commands: deliveries,
  allow_mail_to_files: deliveries,
  canonical_classes: several(addressClasses),
  header_from_format: one('standard obsolete'),
  inet_protocols: several('all ipv4 ipv6', { empty: false }),
  internal_mail_filter_classes: several('bounce notify'),
  mailbox_delivery_lock: several('flock fcntl dotlock', { empty: false }),
  masquerade_classes: several(addressClasses),
  milter_default_action: one('accept reject tempfail quarantine shutdown', { fatal: false }),
  mynetworks_style: one('class subnet host', { caseless: false }),
  notify_classes: several('bounce 2bounce data delay policy protocol resource software'),
  postscreen_bare_newline_action: screenAction,
  postscreen_blacklist_action: screenAction,
  postscreen_denylist_action: screenAction,
  postscreen_dnsbl_action: screenAction,
  postscreen_greet_action: screenAction,
  postscreen_non_smtp_command_action: screenAction,
  postscreen_pipelining_action: screenAction,
  postscreen_discard_ehlo_keywords: ehlo,
  postscreen_tls_security_level: serverLevel,
  prepend_delivered_header: several('command file forward'),
  propagate_unmatched_extensions: several('canonical virtual alias forward include generic'),
  receive_override_options: several('no_unknown_recipient_checks no_address_mappings no_header_body_checks no_milters'),
  recipient_canonical_classes: several('envelope_recipient header_recipient'),
  reject_tempfail_action: tempfailAction,
  sender_canonical_classes: several('envelope_sender header_sender'),
  smtp_address_preference: one('any ipv4 ipv6'),
  smtp_address_verify_target: one('rcpt data'),
  smtp_discard_ehlo_keywords: ehlo,
  smtp_dns_resolver_options: several('res_defnames res_dnsrch'),
  smtp_dns_support_level: one('disabled enabled dnssec', { empty: true }),
  smtp_host_lookup: several('dns native', { empty: false }),
  smtp_pix_workarounds: workarounds,
  smtp_sasl_security_options: saslOptions,
  smtp_sasl_tls_security_options: saslOptions,
  smtp_sasl_tls_verified_security_options: saslOptions,
  smtp_tls_ciphers: ciphers,
  smtp_tls_dane_insecure_mx_policy: one('dane encrypt may'),
  smtp_tls_mandatory_ciphers: ciphers,
  smtp_tls_security_level: clientLevel,
  smtpd_discard_ehlo_keywords: ehlo,
  smtpd_forbid_bare_newline: one('yes no normalize reject note'),
  smtpd_proxy_options: several('speed_adjust'),
  smtpd_sasl_security_options: saslOptions,
  smtpd_sasl_tls_security_options: saslOptions,
  smtpd_tls_ciphers: ciphers,
  smtpd_tls_eecdh_grade: one('none strong ultra auto', { fatal: false }),
  smtpd_tls_mandatory_ciphers: ciphers,
  smtpd_tls_security_level: serverLevel,
  smtputf8_autodetect_classes: several('sendmail smtpd qmqpd forward bounce notify verify all'),
  tlsproxy_tls_security_level: serverLevel,
  unknown_address_tempfail_action: tempfailAction,
  unknown_helo_hostname_tempfail_action: tempfailAction,
  unverified_recipient_tempfail_action: tempfailAction,
  unverified_sender_tempfail_action: tempfailAction,
};

/** The words that a parameter takes; undefined for one that takes free text. `lmtp_…` takes what `smtp_…` takes. */
export function keywordsOf(name: string): Keywords | undefined {
  return server[name] ?? server[name.replace(/^lmtp_/, 'smtp_').replace('_lhlo_', '_ehlo_')];
}

/** The least and the greatest number or time (in seconds) that a parameter takes, as far as there is a limit. */
export interface Bounds {
  readonly min?: number;
  readonly max?: number;
}

const bounds = table.bounds as Readonly<Record<string, Bounds>>;
const notEmpty: ReadonlySet<string> = new Set(table.notEmpty);

/** The bounds of a parameter; `lmtp_…` has those of `smtp_…`. */
export function boundsOf(name: string): Bounds {
  return bounds[name] ?? bounds[name.replace(/^lmtp_/, 'smtp_')] ?? {};
}

/** Whether a text parameter must not be empty: its programs then stop ("bad string length 0 < 1"). */
export function mustNotBeEmpty(name: string): boolean {
  return notEmpty.has(name);
}

/** Units of time with their length in seconds (conv_time(3)). */
export const timeUnits: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86400, w: 604800 };

/** The length of a time value in seconds, the parameter's own unit where none is written; undefined for what is no time. */
export function seconds(name: string, value: string): number | undefined {
  const match = /^[ \t]*([0-9]+)([smhdw]?)$/.exec(value);
  if (!match) return undefined;
  const unit = match[2] || defaultUnit(name);
  const total = Number(match[1]) * (timeUnits[unit] ?? 1);
  return total <= 2 ** 31 - 1 ? total : undefined;
}

/** The unit that a bare number has: the one of the default, else the second (mail_conf_time(3)). */
export function defaultUnit(name: string): string {
  return /[0-9}]([smhdw])$/.exec(parameters.get(name)?.default ?? '')?.[1] ?? 's';
}
