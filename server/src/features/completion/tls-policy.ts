/** What can stand in a TLS policy: a level, then attributes with their values. */
import { compareVersions } from '../../facts/parameters';
import { policyAttributes, policyWords } from '../../facts/tls-policy';
import { valueShape } from '../../facts/value-kinds';
import type { Site } from '../../model/site';
import { splitList } from '../../syntax/list';
import type { CompletionItem } from './item';
import { completePath } from './paths';

/** Completions behind a policy as far as it is written; attributes that the level or the version aimed at lack are left out. */
export function completePolicy(site: Site, value: string, offset: number): CompletionItem[] {
  const typed = /[^\s,]*$/.exec(value)?.[0] ?? '';
  const before = splitList(value.slice(0, value.length - typed.length));
  const level = before[0]?.text.toLowerCase();
  if (level === undefined)
    return words(valueShape('smtp_tls_security_level').words, 'smtp_tls_security_level', typed, offset);
  const equals = typed.indexOf('=');
  if (equals >= 0) return attributeValue(site, typed.slice(0, equals), typed.slice(equals + 1), level, offset);
  if (level === 'none') return [];
  const used = new Set(before.map(w => /^[^=]*/.exec(w.text)?.[0].toLowerCase()));
  return [...policyAttributes]
    .filter(
      ([name, { levels, several, since }]) =>
        (several || !used.has(name)) &&
        (!levels || levels.includes(level)) &&
        (since === undefined || compareVersions(since, site.options.postfixVersion) <= 0),
    )
    .map(([name]) => ({
      label: `${name}=`,
      kind: 'parameter',
      span: { start: offset - typed.length, end: offset },
      newText: `${name}=`,
      about: { kind: 'word', parameter: 'smtp_tls_policy_maps', name },
      asksMore: true,
    }));
}

/** Words of an attribute's value that are not there yet. */
function attributeValue(site: Site, name: string, value: string, level: string, offset: number): CompletionItem[] {
  const attribute = policyAttributes.get(name);
  if (!attribute?.likeParameter) return [];
  if (name === 'tafile') return completePath(site, value, { start: offset - value.length, end: offset });
  const parts = attribute.separator === undefined ? [value] : value.split(attribute.separator);
  const last = parts.pop() ?? '';
  const rest = policyWords(name, level).filter(word => !parts.includes(word));
  return words(rest, attribute.likeParameter, last, offset);
}

function words(all: readonly string[] | undefined, parameter: string, typed: string, offset: number): CompletionItem[] {
  return (all ?? []).map((name, i) => ({
    label: name,
    kind: 'keyword',
    span: { start: offset - typed.length, end: offset },
    newText: name,
    rank: 1 + i / 100,
    about: { kind: 'word', parameter, name },
  }));
}
