/** The attributes of a TLS policy (postconf(5), smtp_tls_policy_maps), by the names that smtp(8) compares. */
import { valueShape } from './value-kinds';

export interface PolicyAttribute {
  /** The parameter whose words its value takes; none for what a resolver of MTA-STS writes. */
  readonly likeParameter?: string;
  /** What stands between several words of a value; a blank or comma would end the attribute. */
  readonly separator?: ':' | '|';
  /** The levels at which it is taken; at all that use TLS where there are none. */
  readonly levels?: readonly string[];
  /** Its value may be empty; of the others none is taken without one. */
  readonly empty?: true;
  /** It may stand several times in a policy: all count, or the last one does. */
  readonly several?: true;
  /** The Postfix version that brought it. */
  readonly since?: string;
}

/** The Postfix version from which on an attribute may stand in braces, with blanks: `{ name = value }`. */
export const bracedSince = '3.10';

const checked = ['verify', 'secure'];

export const policyAttributes: ReadonlyMap<string, PolicyAttribute> = new Map<string, PolicyAttribute>([
  ['protocols', { likeParameter: 'smtp_tls_mandatory_protocols', separator: ':', empty: true }],
  ['ciphers', { likeParameter: 'smtp_tls_mandatory_ciphers' }],
  [
    'match',
    { likeParameter: 'smtp_tls_secure_cert_match', separator: ':', levels: ['fingerprint', ...checked], several: true },
  ],
  ['exclude', { likeParameter: 'smtp_tls_mandatory_exclude_ciphers', separator: ':', empty: true }],
  ['tafile', { likeParameter: 'smtp_tls_trust_anchor_file', levels: checked, several: true }],
  ['servername', { likeParameter: 'smtp_tls_servername', since: '3.4' }],
  ['connection_reuse', { likeParameter: 'smtp_tls_connection_reuse', several: true, since: '3.4' }],
  ['enable_rpk', { likeParameter: 'smtp_tls_enable_rpk', several: true, since: '3.9' }],
  ['policy_type', { since: '3.10' }],
  ['policy_domain', { since: '3.10' }],
  ['policy_ttl', { since: '3.10' }],
  ['policy_string', { empty: true, several: true, since: '3.10' }],
  ['mx_host_pattern', { empty: true, several: true, since: '3.10' }],
  ['policy_failure', { since: '3.10' }],
]);

/** The words that the value of an attribute is made of at a level; empty for free text and for names that nobody knows. */
export function policyWords(attribute: string, level: string): readonly string[] {
  const known = policyAttributes.get(attribute);
  // Fingerprints are compared with figures, not with names.
  if (!known?.likeParameter || (attribute === 'match' && level === 'fingerprint')) return [];
  return valueShape(known.likeParameter).words ?? [];
}
