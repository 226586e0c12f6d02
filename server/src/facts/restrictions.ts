/**
 * The access restrictions of smtpd(8). Each was put to Postfix 3.7.11 alone and with favourable and unfavourable arguments;
 * what is said here is what it did. Versions are those the documentation names.
 */

/** What follows the name. `domain`: a list's zone, `=filter` with it; a missing one is only warned of, others give 451. */
export type RestrictionArgument = 'none' | 'table' | 'domain' | 'service' | 'number' | 'restriction';

export interface Restriction {
  readonly name: string;
  readonly argument: RestrictionArgument;
  /** Counts as a guard against relaying at smtpd's start. */
  readonly guard: boolean;
  /** Ends every list, whatever the client. */
  readonly unconditional: boolean;
  readonly since?: string;
  /** The name to use instead. */
  readonly successor?: string;
  /** What it needs to know of the client; where that is not known yet, it is passed over. */
  readonly needs: 'client' | 'helo' | 'sender' | 'recipient';
}

/** Rows: name, argument, then any of `guard`, `ends`, `since=V`, `use=NAME`. What it judges follows from its name. */
const rows = `
check_ccert_access table since=2.2
check_client_a_access table since=3.0
check_client_access table
check_client_mx_access table since=2.7
check_client_ns_access table since=2.7
check_etrn_access table
check_helo_a_access table since=3.0
check_helo_access table
check_helo_mx_access table since=2.1
check_helo_ns_access table since=2.1
check_policy_service service since=2.1
check_recipient_a_access table since=3.0
check_recipient_access table
check_recipient_maps none use=reject_unlisted_recipient
check_recipient_mx_access table since=2.1
check_recipient_ns_access table since=2.1
check_relay_domains none guard ends use=reject_unauth_destination
check_reverse_client_hostname_a_access table since=3.0
check_reverse_client_hostname_access table since=2.6
check_reverse_client_hostname_mx_access table since=2.7
check_reverse_client_hostname_ns_access table since=2.7
check_sasl_access table since=2.11
check_sender_a_access table since=3.0
check_sender_access table
check_sender_mx_access table since=2.1
check_sender_ns_access table since=2.1
defer none guard ends
defer_if_permit none guard since=2.1
defer_if_reject none since=2.1
defer_unauth_destination none guard since=2.10
permit none ends
permit_auth_destination none
permit_dnswl_client domain since=2.8
permit_inet_interfaces none since=2.3
permit_mx_backup none
permit_mynetworks none
permit_naked_ip_address none use=permit_mynetworks
permit_rhswl_client domain since=2.8
permit_sasl_authenticated none
permit_tls_all_clientcerts none since=2.2
permit_tls_clientcerts none since=2.2
reject none guard ends
reject_authenticated_sender_login_mismatch none since=2.1
reject_invalid_helo_hostname none since=2.3
reject_invalid_hostname none use=reject_invalid_helo_hostname
reject_known_sender_login_mismatch none since=2.11
reject_maps_rbl none use=reject_rbl_client
reject_multi_recipient_bounce none since=2.1
reject_non_fqdn_helo_hostname none since=2.3
reject_non_fqdn_hostname none use=reject_non_fqdn_helo_hostname
reject_non_fqdn_recipient none
reject_non_fqdn_sender none
reject_plaintext_session none since=2.3
reject_rbl none use=reject_rbl_client
reject_rbl_client domain since=2.0
reject_rhsbl_client domain since=2.0
reject_rhsbl_helo domain since=2.0
reject_rhsbl_recipient domain since=2.0
reject_rhsbl_reverse_client domain since=2.8
reject_rhsbl_sender domain since=2.0
reject_sender_login_mismatch none
reject_unauth_destination none guard
reject_unauth_pipelining none
reject_unauthenticated_sender_login_mismatch none since=2.1
reject_unknown_client none use=reject_unknown_client_hostname
reject_unknown_client_hostname none since=2.3
reject_unknown_helo_hostname none since=2.3
reject_unknown_hostname none use=reject_unknown_helo_hostname
reject_unknown_recipient_domain none
reject_unknown_reverse_client_hostname none since=2.3
reject_unknown_sender_domain none
reject_unlisted_recipient none since=2.1
reject_unlisted_sender none since=2.1
reject_unverified_recipient none since=2.1
reject_unverified_sender none since=2.1
sleep number since=2.3
warn_if_reject restriction
`;

function needsOf(name: string): Restriction['needs'] {
  if (/recipient|_unauth_destination|auth_destination|relay_domains|mx_backup|multi_recipient/.test(name))
    return 'recipient';
  if (/sender/.test(name)) return 'sender';
  if (/helo|_hostname$/.test(name) && !/client/.test(name)) return 'helo';
  return 'client';
}

function parse(row: string): Restriction {
  const [name = '', argument = 'none', ...marks] = row.split(' ');
  const value = (key: string): string | undefined => marks.find(m => m.startsWith(`${key}=`))?.slice(key.length + 1);
  const since = value('since');
  const successor = value('use');
  return {
    name,
    argument: argument as RestrictionArgument,
    guard: marks.includes('guard'),
    unconditional: marks.includes('ends'),
    ...(since ? { since } : {}),
    ...(successor ? { successor } : {}),
    needs: needsOf(name),
  };
}

/** All restrictions by name; names are compared without regard to case. */
export const restrictions: ReadonlyMap<string, Restriction> = new Map(
  rows
    .trim()
    .split('\n')
    .map(parse)
    .map(r => [r.name, r]),
);

/** The parameters that hold a restriction list, in the order in which smtpd asks them. */
export const restrictionParameters = [
  'smtpd_client_restrictions',
  'smtpd_helo_restrictions',
  'smtpd_sender_restrictions',
  'smtpd_relay_restrictions',
  'smtpd_recipient_restrictions',
  'smtpd_data_restrictions',
  'smtpd_end_of_data_restrictions',
  'smtpd_etrn_restrictions',
] as const;

export type RestrictionParameter = (typeof restrictionParameters)[number];
