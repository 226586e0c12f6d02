/**
 * Parameters that Postfix has given up or renamed (DEPRECATION_README, release notes), and names that never were its own
 * but are copied from page to page.
 */

export interface Obsolete {
  readonly name: string;
  /** What is written instead; absent where nothing is needed any more. */
  readonly successor?: string;
  /** The version from which on Postfix calls it obsolete; its successor is there from then on, too. */
  readonly since: string;
  /** The version that no longer reads it at all; absent where it still works. */
  readonly gone?: string;
  /** The version from which on programs or postconf(1) complain about it. */
  readonly warns?: string;
  /** Values that become other values of the successor; others are taken over as they stand. */
  readonly values?: Readonly<Record<string, string>>;
}

const useTls = (prefix: string): Obsolete[] => {
  const client = prefix === 'tlsproxy_client';
  const level = client ? 'tlsproxy_client_security_level' : `${prefix}_tls_security_level`;
  const both = { successor: level, since: '2.3', warns: '3.9' };
  return [
    { name: `${prefix}_use_tls`, ...both, values: { yes: 'may' } },
    { name: `${prefix}_enforce_tls`, ...both, values: { yes: 'encrypt' } },
  ];
};

const renamed = (name: string, successor: string, since: string, more: Partial<Obsolete> = {}): Obsolete => ({
  name,
  successor,
  since,
  ...more,
});

const list: readonly Obsolete[] = [
  ...['smtp', 'lmtp', 'smtpd', 'postscreen', 'tlsproxy', 'tlsproxy_client'].flatMap(useTls),
  renamed('smtp_tls_per_site', 'smtp_tls_policy_maps', '2.3', { warns: '3.9', values: {} }),
  renamed('lmtp_tls_per_site', 'lmtp_tls_policy_maps', '2.3', { warns: '3.9', values: {} }),
  renamed('tlsproxy_client_per_site', 'tlsproxy_client_policy_maps', '3.4', { warns: '3.9', values: {} }),
  renamed('tlsproxy_client_level', 'tlsproxy_client_security_level', '3.5', { gone: '3.5' }),
  renamed('tlsproxy_client_policy', 'tlsproxy_client_policy_maps', '3.5', { gone: '3.5' }),
  { name: 'smtpd_tls_dh1024_param_file', since: '3.7', warns: '3.9' },
  { name: 'smtpd_tls_dh512_param_file', since: '3.7', warns: '3.9' },
  { name: 'tlsproxy_tls_dh1024_param_file', since: '3.7', warns: '3.9' },
  { name: 'tlsproxy_tls_dh512_param_file', since: '3.7', warns: '3.9' },
  renamed('disable_dns_lookups', 'smtp_dns_support_level', '2.11', { warns: '3.9', values: { yes: 'disabled' } }),
  { name: 'smtp_cname_overrides_servername', since: '3.11', warns: '3.11' },
  renamed('smtp_tls_enforce_peername', 'smtp_tls_security_level', '2.3', { values: {} }),
  renamed('smtp_tls_cipherlist', 'smtp_tls_mandatory_ciphers', '2.6', { gone: '3.9', values: {} }),
  renamed('smtpd_tls_cipherlist', 'smtpd_tls_mandatory_ciphers', '2.6', { gone: '3.9', values: {} }),
  renamed('postscreen_blacklist_action', 'postscreen_denylist_action', '3.6'),
  renamed('postscreen_whitelist_interfaces', 'postscreen_allowlist_interfaces', '3.6'),
  renamed('postscreen_dnsbl_whitelist_threshold', 'postscreen_dnsbl_allowlist_threshold', '3.6'),
  renamed('postscreen_dnsbl_ttl', 'postscreen_dnsbl_max_ttl', '3.1'),
  renamed('smtpd_per_record_deadline', 'smtpd_per_request_deadline', '3.7'),
  renamed('smtp_per_record_deadline', 'smtp_per_request_deadline', '3.7'),
  renamed('lmtp_per_record_deadline', 'lmtp_per_request_deadline', '3.7'),
  renamed('authorized_verp_clients', 'smtpd_authorized_verp_clients', '2.2'),
  renamed('fallback_relay', 'smtp_fallback_relay', '2.3'),
  renamed('virtual_maps', 'virtual_alias_maps', '2.0'),
  renamed('smtpd_client_connection_limit_exceptions', 'smtpd_client_event_limit_exceptions', '2.2'),
  renamed('lmtp_cache_connection', 'lmtp_connection_cache_on_demand', '2.3', { gone: '2.3' }),
  renamed('smtpd_sasl_application_name', 'smtpd_sasl_path', '2.3', { gone: '2.3' }),
  renamed('sender_based_routing', 'sender_dependent_relayhost_maps', '2.3', { gone: '2.3', values: {} }),
  renamed('sun_mailtool_compatibility', 'mailbox_delivery_lock', '2.1', { values: { yes: 'dotlock' } }),
  renamed('maps_rbl_domains', 'smtpd_client_restrictions', '2.1', { values: {} }),
  renamed('program_directory', 'daemon_directory', '2.0', { gone: '2.0' }),
  { name: 'enable_errors_to', since: '2.2', gone: '2.2' },
  { name: 'extract_recipient_limit', since: '2.1', gone: '2.1' },
  { name: 'smtp_skip_4xx_greeting', since: '2.4', gone: '2.4' },
  { name: 'tls_dane_digest_agility', since: '3.6', gone: '3.6' },
  { name: 'tls_dane_trust_anchor_digest_enable', since: '3.6', gone: '3.6' },
];

/** Obsolete parameters by name. */
export const obsolete: ReadonlyMap<string, Obsolete> = new Map(list.map(o => [o.name, o]));

/** Parameters that only a Postfix with the VDA quota patch has. */
export const vdaParameters: ReadonlySet<string> = new Set([
  'virtual_create_maildirsize',
  'virtual_mailbox_extended',
  'virtual_mailbox_limit_inbox',
  'virtual_mailbox_limit_maps',
  'virtual_mailbox_limit_override',
  'virtual_maildir_extended',
  'virtual_maildir_filter',
  'virtual_maildir_filter_maps',
  'virtual_maildir_limit_message',
  'virtual_maildir_limit_message_maps',
  'virtual_maildir_suffix',
  'virtual_overquota_bounce',
  'virtual_trash_count',
  'virtual_trash_name',
]);

/** Names that are copied round and that no Postfix ever had, with what was meant. */
export const inventions: ReadonlyMap<string, string> = new Map([
  ['smtpd_bind_address', 'inet_interfaces'],
  ['use_alias_maps', 'alias_maps'],
  ['use_relay_restrictions_maps', 'smtpd_relay_restrictions'],
  ['use_transport_maps', 'transport_maps'],
  ['use_virtual_aliases', 'virtual_alias_maps'],
  ['smtpd_tls_min_protocol', 'smtpd_tls_mandatory_protocols'],
  ['smtp_tls_min_protocol', 'smtp_tls_mandatory_protocols'],
  ['smtpd_sasl_mechanisms', 'smtpd_sasl_mechanism_filter'],
  ['max_message_size', 'message_size_limit'],
  ['relay_host', 'relayhost'],
  ['hostname', 'myhostname'],
  ['mydomains', 'mydestination'],
  ['smtp_relayhost', 'relayhost'],
]);
