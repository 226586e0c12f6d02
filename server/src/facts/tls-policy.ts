/** The attributes of a TLS policy (postconf(5), smtp_tls_policy_maps), by the names that smtp(8) compares. */
import { valueShape } from './value-kinds';

export interface PolicyAttribute {
  /** The parameter whose words its value takes. */
  readonly likeParameter: string;
  /** What stands between several words of a value; a blank or comma would end the attribute. */
  readonly separator?: ':' | '|';
  /** The levels at which it is taken; at all that use TLS where there are none. */
  readonly levels?: readonly string[];
  /** The Postfix version that brought it. */
  readonly since?: string;
}

const checked = ['verify', 'secure'];

export const policyAttributes: ReadonlyMap<string, PolicyAttribute> = new Map([
  ['protocols', { likeParameter: 'smtp_tls_mandatory_protocols', separator: ':' }],
  ['ciphers', { likeParameter: 'smtp_tls_mandatory_ciphers' }],
  ['match', { likeParameter: 'smtp_tls_secure_cert_match', separator: ':', levels: ['fingerprint', ...checked] }],
  ['exclude', { likeParameter: 'smtp_tls_mandatory_exclude_ciphers', separator: ':' }],
  ['tafile', { likeParameter: 'smtp_tls_trust_anchor_file', levels: checked }],
  ['servername', { likeParameter: 'smtp_tls_servername', since: '3.4' }],
  ['connection_reuse', { likeParameter: 'smtp_tls_connection_reuse', since: '3.4' }],
  ['enable_rpk', { likeParameter: 'smtp_tls_enable_rpk', since: '3.9' }],
] satisfies (readonly [string, PolicyAttribute])[]);

/** The words that the value of an attribute is made of at a level; empty for free text and for names that nobody knows. */
export function policyWords(attribute: string, level: string): readonly string[] {
  const known = policyAttributes.get(attribute);
  // Fingerprints are compared with figures, not with names.
  if (!known || (attribute === 'match' && level === 'fingerprint')) return [];
  return valueShape(known.likeParameter).words ?? [];
}
