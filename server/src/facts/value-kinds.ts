/** What the value of a parameter is made of: for completion, hover, highlighting, and checks of keywords (postconf(5)). */
import { parameters, transportParameter } from './parameters';
import { boundsOf } from './values';

export type ValueKind =
  | 'yes-no'
  | 'number'
  /** Bytes: a plain number; Postfix takes no unit here. */
  | 'size'
  /** A number with a unit `s m h d w`. */
  | 'time'
  /** One of some words. */
  | 'word'
  /** A list of some words. */
  | 'words'
  /** Access restrictions with their arguments. */
  | 'restrictions'
  /** Lookup tables, `type:name`. */
  | 'tables'
  /** Like tables, of pcre: or regexp: in practice. */
  | 'checks'
  /** Domains, hosts, networks, and tables of such. */
  | 'patterns'
  /** Networks and addresses, and tables of such. */
  | 'networks'
  /** `transport:nexthop` by the name of a master.cf service. */
  | 'transport'
  /** The name of a master.cf service. */
  | 'service'
  /** `inet:host:port`, `unix:path`: where a server listens. */
  | 'endpoints'
  | 'next-hop'
  | 'path'
  | 'command'
  | 'domain'
  | 'mail-address'
  /** Names of parameters. */
  | 'parameters'
  | 'table-type'
  | 'text';

export interface ValueShape {
  readonly kind: ValueKind;
  /** The words that are understood, for `word` and `words`; suggestions for other kinds. */
  readonly words?: readonly string[];
  /** Other words than those listed are fine too. */
  readonly open?: boolean;
}

const list = (text: string): readonly string[] => text.split(' ');
const word = (text: string): ValueShape => ({ kind: 'word', words: list(text) });
const words = (text: string): ValueShape => ({ kind: 'words', words: list(text) });

const protocols = {
  kind: 'words',
  words: list('>=TLSv1.2 >=TLSv1.3 !SSLv2 !SSLv3 !TLSv1 !TLSv1.1 TLSv1.2 TLSv1.3'),
  open: true,
} as const;
const ciphers = word('high medium low export null');
const saslOptions = words('noanonymous noplaintext noactive nodictionary forward_secrecy mutual_auth');
const ehloKeywords = words(
  'pipelining size vrfy etrn starttls auth enhancedstatuscodes 8bitmime dsn chunking smtputf8 xclient xforward silent-discard',
);
const screenAction = word('ignore enforce drop');
const addressClasses = words('envelope_sender envelope_recipient header_sender header_recipient');
const temporary = word('defer_if_permit defer');
const locks = words('fcntl flock dotlock');
const digests = word('sha256 sha1 md5');

/** By full name; `lmtp_x` falls back to `smtp_x`, `tlsproxy_tls_x` and `postscreen_tls_x` to `smtpd_tls_x`. */
const shapes: Readonly<Record<string, ValueShape>> = {
  allow_mail_to_commands: words('alias forward include'),
  allow_mail_to_files: words('alias forward include'),
  alternate_config_directories: { kind: 'path' },
  bounce_template_file: { kind: 'path' },
  canonical_classes: addressClasses,
  cleanup_service_name: { kind: 'service' },
  command_directory: { kind: 'path' },
  compatibility_level: { kind: 'word', words: list('3.6 3.9 3.11 2 1 0'), open: true },
  content_filter: { kind: 'transport' },
  daemon_directory: { kind: 'path' },
  data_directory: { kind: 'path' },
  default_database_type: { kind: 'table-type' },
  default_cache_db_type: { kind: 'table-type' },
  default_transport: { kind: 'transport' },
  delay_warning_time: { kind: 'time' },
  fallback_transport: { kind: 'transport' },
  header_address_token_limit: { kind: 'number' },
  home_mailbox: { kind: 'path', words: ['Maildir/', 'Mailbox'] },
  inet_interfaces: { kind: 'networks', words: ['all', 'loopback-only'] },
  inet_protocols: words('all ipv4 ipv6'),
  internal_mail_filter_classes: words('bounce notify'),
  local_header_rewrite_clients: {
    kind: 'words',
    words: list(
      'permit_inet_interfaces permit_mynetworks permit_sasl_authenticated permit_tls_clientcerts permit_tls_all_clientcerts check_address_map',
    ),
    open: true,
  },
  local_transport: { kind: 'transport' },
  mailbox_command: { kind: 'command' },
  mailbox_delivery_lock: locks,
  mailbox_transport: { kind: 'transport' },
  maillog_file: { kind: 'path', words: ['/dev/stdout', '/var/log/maillog'] },
  maillog_file_prefixes: { kind: 'path' },
  masquerade_classes: addressClasses,
  masquerade_domains: { kind: 'patterns' },
  milter_default_action: word('tempfail accept reject quarantine shutdown'),
  milter_protocol: { kind: 'word', words: list('6 4 3 2') },
  multi_instance_directories: { kind: 'path' },
  mydestination: { kind: 'patterns', words: list('$myhostname localhost.$mydomain localhost $mydomain') },
  mydomain: { kind: 'domain' },
  myhostname: { kind: 'domain' },
  mynetworks: { kind: 'networks', words: list('127.0.0.0/8 [::1]/128 [::ffff:127.0.0.0]/104') },
  mynetworks_style: word('host subnet class'),
  myorigin: { kind: 'domain', words: list('$myhostname $mydomain /etc/mailname') },
  non_smtpd_milters: { kind: 'endpoints' },
  notify_classes: words('resource software bounce 2bounce data delay policy protocol'),
  parent_domain_matches_subdomains: { kind: 'parameters' },
  permit_mx_backup_networks: { kind: 'networks' },
  postscreen_access_list: { kind: 'tables', words: ['permit_mynetworks', 'permit', 'reject'] },
  postscreen_bare_newline_action: screenAction,
  postscreen_blacklist_action: screenAction,
  postscreen_cache_map: { kind: 'tables' },
  postscreen_denylist_action: screenAction,
  postscreen_dnsbl_action: screenAction,
  postscreen_greet_action: screenAction,
  postscreen_non_smtp_command_action: screenAction,
  postscreen_pipelining_action: screenAction,
  postscreen_dnsbl_sites: { kind: 'patterns' },
  propagate_unmatched_extensions: words('canonical virtual alias forward include generic'),
  proxy_interfaces: { kind: 'networks' },
  queue_directory: { kind: 'path' },
  receive_override_options: words('no_unknown_recipient_checks no_address_mappings no_header_body_checks no_milters'),
  recipient_canonical_classes: addressClasses,
  recipient_delimiter: { kind: 'word', words: ['+', '-', '+-'], open: true },
  reject_tempfail_action: temporary,
  relay_domains: { kind: 'patterns', words: ['$mydestination'] },
  relay_transport: { kind: 'transport' },
  relayhost: { kind: 'next-hop' },
  sender_canonical_classes: addressClasses,
  smtp_address_preference: word('any ipv6 ipv4'),
  smtp_bind_address: { kind: 'networks' },
  smtp_bind_address6: { kind: 'networks' },
  smtp_discard_ehlo_keywords: ehloKeywords,
  smtp_dns_resolver_options: words('res_defnames res_dnsrch'),
  smtp_dns_support_level: word('enabled dnssec disabled'),
  smtp_fallback_relay: { kind: 'next-hop' },
  smtp_host_lookup: words('dns native'),
  smtp_pix_workarounds: words('disable_esmtp delay_dotcrlf'),
  smtp_sasl_security_options: saslOptions,
  smtp_sasl_tls_security_options: {
    ...saslOptions,
    words: [...(saslOptions.words ?? []), '$smtp_sasl_security_options'],
  },
  smtp_sasl_tls_verified_security_options: saslOptions,
  smtp_sasl_type: { kind: 'word', words: ['cyrus'], open: true },
  smtp_tls_ciphers: ciphers,
  smtp_tls_dane_insecure_mx_policy: word('dane encrypt may'),
  smtp_tls_fingerprint_digest: { ...digests, open: true },
  smtp_tls_loglevel: { kind: 'number', words: list('0 1 2 3 4') },
  smtp_tls_mandatory_ciphers: ciphers,
  smtp_tls_mandatory_protocols: protocols,
  smtp_tls_protocols: protocols,
  smtp_tls_secure_cert_match: { kind: 'words', words: list('nexthop dot-nexthop hostname'), open: true },
  smtp_tls_security_level: word('may encrypt dane dane-only fingerprint verify secure none'),
  smtp_tls_verify_cert_match: { kind: 'words', words: list('hostname nexthop dot-nexthop'), open: true },
  smtpd_banner: { kind: 'text', words: ['$myhostname ESMTP $mail_name'] },
  smtpd_discard_ehlo_keywords: ehloKeywords,
  smtpd_forbid_bare_newline: word('normalize yes reject note no'),
  smtpd_forbid_bare_newline_exclusions: { kind: 'networks', words: ['$mynetworks'] },
  smtpd_log_access_permit_actions: { kind: 'words', words: ['static:all'], open: true },
  smtpd_milters: { kind: 'endpoints' },
  smtpd_proxy_filter: { kind: 'next-hop' },
  smtpd_proxy_options: words('speed_adjust'),
  smtpd_reject_footer: { kind: 'text' },
  smtpd_restriction_classes: { kind: 'parameters' },
  smtpd_sasl_exceptions_networks: { kind: 'networks', words: ['$mynetworks'] },
  smtpd_sasl_path: { kind: 'path', words: ['private/auth', 'smtpd'] },
  smtpd_sasl_security_options: saslOptions,
  smtpd_sasl_tls_security_options: {
    ...saslOptions,
    words: [...(saslOptions.words ?? []), '$smtpd_sasl_security_options'],
  },
  smtpd_sasl_type: { kind: 'word', words: ['dovecot', 'cyrus'], open: true },
  smtpd_tls_ciphers: ciphers,
  smtpd_tls_eecdh_grade: word('auto strong ultra none'),
  smtpd_tls_fingerprint_digest: { ...digests, open: true },
  smtpd_tls_loglevel: { kind: 'number', words: list('0 1 2 3 4') },
  smtpd_tls_mandatory_ciphers: ciphers,
  smtpd_tls_mandatory_protocols: protocols,
  smtpd_tls_protocols: protocols,
  smtpd_tls_security_level: word('may encrypt none'),
  smtpd_upstream_proxy_protocol: { kind: 'word', words: ['haproxy'] },
  postscreen_upstream_proxy_protocol: { kind: 'word', words: ['haproxy'] },
  smtputf8_autodetect_classes: words('sendmail smtpd qmqpd forward bounce notify verify all'),
  syslog_facility: {
    kind: 'word',
    words: list('mail local0 local1 local2 local3 local4 local5 local6 local7'),
    open: true,
  },
  unknown_address_tempfail_action: temporary,
  unknown_helo_hostname_tempfail_action: temporary,
  unverified_recipient_tempfail_action: temporary,
  unverified_sender_tempfail_action: temporary,
  virtual_alias_domains: { kind: 'patterns', words: ['$virtual_alias_maps'] },
  virtual_gid_maps: { kind: 'tables', words: ['static:5000'] },
  virtual_mailbox_base: { kind: 'path' },
  virtual_mailbox_domains: { kind: 'patterns' },
  virtual_mailbox_lock: locks,
  virtual_transport: { kind: 'transport', words: ['lmtp:unix:private/dovecot-lmtp'] },
  virtual_uid_maps: { kind: 'tables', words: ['static:5000'] },
};

const byPattern: readonly (readonly [RegExp, ValueKind])[] = [
  [/_restrictions$/, 'restrictions'],
  [/(?:^|_)(?:header|body)_checks$/, 'checks'],
  [/(?:_maps?|_database|_databases|_reply_maps|_filter_maps|_footer_maps)$/, 'tables'],
  [
    /_(?:dns_reply_filter|command_filter|reply_filter|delivery_status_filter)$|^(?:smtp_tls_policy|relay_clientcerts|relocated)/,
    'tables',
  ],
  [/_service_name$/, 'service'],
  [/_transport$/, 'transport'],
  [
    /_limit_exceptions$|_authorized_(?:clients|xclient_hosts|xforward_hosts)$|^debug_peer_list$|^(?:fast_flush|authorized)_/,
    'patterns',
  ],
  [/(?:_file|_files|_directory|_CAfile|_CApath|_path|_base)$|^mail_spool_directory$/, 'path'],
  [
    /_(?:bytes|size|size_limit|size_maximum|queue_minfree)$|^(?:message_size_limit|mailbox_size_limit|virtual_mailbox_limit|queue_minfree|header_size_limit)$/,
    'size',
  ],
  [/_milters$/, 'endpoints'],
  [/_relay$/, 'next-hop'],
  [
    /_(?:recipient|sender|notice_recipient)$|^(?:luser_relay|always_bcc|double_bounce_sender|empty_address_recipient)$/,
    'mail-address',
  ],
  [/_domains$/, 'patterns'],
];

/** The shape of a parameter's value. Names that are not known give what their ending tells, else `text`. */
export function valueShape(name: string): ValueShape {
  const exact = shapes[name] ?? shapes[alike(name)];
  if (exact) return exact;
  const known = parameters.get(name) ?? parameters.get(alike(name));
  switch (known?.type) {
    case 'bool':
    case 'nbool':
      return { kind: 'yes-no', words: ['yes', 'no'] };
    case 'time':
      return { kind: 'time' };
    case 'int':
    case 'nint':
    case 'long':
      if (name.endsWith('_code') && known.readBy?.includes('smtpd')) return { kind: 'number', words: replyCodes(name) };
      return { kind: byPattern.find(([pattern]) => pattern.test(name))?.[1] === 'size' ? 'size' : 'number' };
    default:
  }
  const own = known ? undefined : transportParameter(name);
  if (own) return { kind: /_(?:delay|limit_time|time_limit)$/.test(own.ending) ? 'time' : 'number' };
  return { kind: byPattern.find(([pattern]) => pattern.test(name))?.[1] ?? 'text' };
}

/** The replies that a parameter is set to in practice: smtpd takes others too. */
function replyCodes(name: string): readonly string[] {
  const least = boundsOf(name).min ?? 0;
  return list('450 451 550 554').filter(code => (name.includes('defer') ? code < '500' : Number(code) >= least));
}

function alike(name: string): string {
  if (name.startsWith('lmtp_')) return `smtp_${name.slice(5)}`;
  return name.replace(/^(?:tlsproxy|postscreen)_tls_/, 'smtpd_tls_').replace(/^tlsproxy_client_/, 'smtp_tls_');
}
