/** Paints a TLS policy: its level, and what it asks beside (postconf(5), smtp_tls_policy_maps). */
import { policyAttributes } from '../../facts/tls-policy';
import { splitList } from '../../syntax/list';
import type { Paint } from './token';

/** Paints the value of a table of TLS policies. */
export function paintPolicy(paint: Paint, value: string, shift: number): void {
  const [level, ...attributes] = splitList(value);
  if (!level) return;
  if (/^\w[\w-]*$/.test(level.text)) {
    const meaning = { kind: 'word', text: level.text, parameter: 'smtp_tls_security_level' } as const;
    paint(shift + level.start, shift + level.end, 'keyword', meaning);
  }
  for (const { text, start } of attributes) {
    const equals = text.indexOf('=');
    const name = equals < 0 ? '' : text.slice(0, equals);
    const attribute = policyAttributes.get(name);
    if (!attribute) continue;
    const at = shift + start;
    paint(at, at + equals, 'parameter', { kind: 'word', text: name, parameter: 'smtp_tls_policy_maps' });
    paint(at + equals, at + equals + 1, 'operator');
    const parameter = attribute.likeParameter;
    const value = text.slice(equals + 1);
    if (name === 'tafile') paint(at + equals + 1, at + text.length, 'string', { kind: 'file', path: value });
    else if (parameter === undefined) paint(at + equals + 1, at + text.length, 'string');
    else if (attribute.separator === undefined) {
      paint(at + equals + 1, at + text.length, 'keyword', { kind: 'word', text: value, parameter });
    } else {
      for (const word of value.matchAll(/[^:|]+/g)) {
        const from = at + equals + 1 + word.index;
        const sign = /^(?:!|[<>]=)/.exec(word[0])?.[0].length ?? 0;
        paint(from, from + sign, 'operator');
        const meaning = { kind: 'word', text: word[0].slice(sign), parameter } as const;
        paint(from + sign, from + word[0].length, 'keyword', meaning);
      }
    }
  }
}
