/** Which Postfix has what: versions that brought parameters, table types, restrictions and ways of writing. */
import { compareVersions, parameters } from './parameters';

/** Versions of parameters for which the parameter table names none, or a wrong one (release notes; 3.7.11's own table). */
const youngParameters: Readonly<Record<string, string>> = {
  default_cache_db_type: '3.11',
  force_mime_input_conversion: '3.9',
  full_name_encoding_charset: '3.10',
  lmtp_log_tls_feature_status: '3.11',
  lmtp_requiretls_policy: '3.11',
  lmtp_sasl_password_result_delimiter: '3.9',
  lmtp_tls_enforce_sts_mx_patterns: '3.10',
  non_bdb_custom_mapping: '3.11',
  non_bdb_migration_allow_root_prefixes: '3.11',
  non_bdb_migration_allow_user_prefixes: '3.11',
  non_bdb_migration_level: '3.11',
  non_bdb_migration_log_redirect: '3.11',
  non_bdb_migration_service_name: '3.11',
  requiretls_enable: '3.11',
  requiretls_redact_dsn: '3.11',
  smtp_requiretls_policy: '3.11',
  smtp_sasl_password_result_delimiter: '3.9',
  smtp_tls_enforce_sts_mx_patterns: '3.10',
  smtp_tlsrpt_enable: '3.10',
  smtp_tlsrpt_skip_reused_handshakes: '3.10',
  smtp_tlsrpt_socket_name: '3.10',
  smtp_tls_policy_maps: '2.3',
  smtp_tls_security_level: '2.3',
  smtpd_forbid_bare_newline_exclusions: '3.9',
  smtpd_forbid_bare_newline_reject_code: '3.9',
  smtpd_forbid_unauth_pipelining: '3.9',
  smtpd_hide_client_session: '3.10',
  smtpd_reject_filter_maps: '3.11',
  tls_config_file: '3.9',
  tls_config_name: '3.9',
  tls_required_enable: '3.10',
};

/** Old parameters whose version in the table is that of a later way of using them. */
const oldParameters: ReadonlySet<string> = new Set([
  'debug_peer_level',
  'debug_peer_list',
  'notify_classes',
  'relayhost',
  'smtpd_helo_restrictions',
  'smtpd_recipient_restrictions',
  'smtpd_sender_restrictions',
]);

/** Parameters that were also given to older stable releases: the patch level of each that brought them. */
const backports: Readonly<Record<string, readonly string[]>> = {
  smtpd_forbid_bare_newline: ['3.5.23', '3.6.13', '3.7.9', '3.8.4'],
  smtpd_forbid_bare_newline_exclusions: ['3.5.23', '3.6.13', '3.7.9', '3.8.4'],
  smtpd_forbid_bare_newline_reject_code: ['3.5.24', '3.6.14', '3.7.10', '3.8.5'],
  smtpd_forbid_unauth_pipelining: ['3.5.20', '3.6.10', '3.7.6', '3.8.1'],
  tls_config_file: ['3.5.20', '3.6.10', '3.7.6', '3.8.1'],
  tls_config_name: ['3.5.20', '3.6.10', '3.7.6', '3.8.1'],
};

/** The version that brought a parameter; undefined where it is old or not known. */
export function parameterSince(name: string): string | undefined {
  return oldParameters.has(name) ? undefined : (youngParameters[name] ?? parameters.get(name)?.since);
}

/**
 * Whether a Postfix of a version has a parameter. A version of two numbers stands for its newest patch level. A parameter that
 * nothing is known of counts as there.
 */
export function hasParameter(name: string, version: string): boolean {
  const since = parameterSince(name);
  if (since === undefined) return true;
  const release = (text: string): string => text.split('.').slice(0, 2).join('.');
  const patched = version.split('.').length > 2;
  const from = backports[name]?.find(b => release(b) === release(version));
  if (from !== undefined) return !patched || compareVersions(version, from) >= 0;
  return compareVersions(version, patched ? since : release(since)) >= 0;
}

/** Table types that came later than 2.0 (DATABASE_README). */
export const tableTypeSince: ReadonlyMap<string, string> = new Map([
  ['proxy', '2.0'],
  ['cidr', '2.1'],
  ['pgsql', '2.1'],
  ['sdbm', '2.2'],
  ['cdb', '2.2'],
  ['texthash', '2.8'],
  ['sqlite', '2.8'],
  ['fail', '2.9'],
  ['memcache', '2.9'],
  ['socketmap', '2.10'],
  ['lmdb', '2.11'],
  ['inline', '3.0'],
  ['pipemap', '3.0'],
  ['randmap', '3.0'],
  ['unionmap', '3.0'],
  ['mongodb', '3.9'],
  ['debug', '3.11'],
]);

/** Restrictions that came later than 2.3 (postconf(5)). */
export const restrictionSince: ReadonlyMap<string, string> = new Map([
  ['check_reverse_client_hostname_access', '2.6'],
  ['check_client_mx_access', '2.7'],
  ['check_client_ns_access', '2.7'],
  ['check_reverse_client_hostname_mx_access', '2.7'],
  ['check_reverse_client_hostname_ns_access', '2.7'],
  ['permit_dnswl_client', '2.8'],
  ['permit_rhswl_client', '2.8'],
  ['reject_rhsbl_reverse_client', '2.8'],
  ['defer_unauth_destination', '2.10'],
  ['check_sasl_access', '2.11'],
  ['reject_known_sender_login_mismatch', '2.11'],
  ['check_client_a_access', '3.0'],
  ['check_helo_a_access', '3.0'],
  ['check_recipient_a_access', '3.0'],
  ['check_reverse_client_hostname_a_access', '3.0'],
  ['check_sender_a_access', '3.0'],
]);
