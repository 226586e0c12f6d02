/** The tokens of lookup tables: keys, and values by the use that main.cf makes of the table. */
import { actionDocs } from '../../facts/word-docs';
import { restrictionDocs } from '../../facts/restriction-docs';
import { usedTables } from '../../model/kind-in-site';
import type { Site } from '../../model/site';
import type { FileLine } from '../../syntax/logical-lines';
import { splitList } from '../../syntax/list';
import { basename } from '../../text/path';
import type { SourceText } from '../../text/source-text';
import { isSpace, trimEnd } from '../../text/space';
import { comment, withComments } from './main-cf';
import { Painter } from './painter';
import { paintAddress, paintRecipients } from './addresses';
import type { Paint, Role, Token } from './token';
import { paintPolicy } from './tls-policy';
import { classesOf, isNetwork, paintValue } from './value';

/** What the values of a table are, by the parameter or restriction that asks it. */
export type TableUseKind =
  'access' | 'transport' | 'next-hop' | 'addresses' | 'tls-policy' | 'password' | 'aliases' | 'logins' | 'text';

const byParameter: readonly (readonly [RegExp, TableUseKind])[] = [
  [/_restrictions$|_access_maps?$|^postscreen_access_list$/, 'access'],
  [/^transport_maps$|_transport_maps$|^mailbox_transport/, 'transport'],
  [/relayhost_maps$/, 'next-hop'],
  [/^alias_(?:maps|database)$/, 'aliases'],
  [
    /^(?:virtual_alias|canonical|sender_canonical|recipient_canonical|smtp_generic|lmtp_generic|sender_bcc|recipient_bcc)_maps$|^virtual_maps$/,
    'addresses',
  ],
  [/_sender_login_maps$/, 'logins'],
  [/tls_policy_maps$|tls_per_site$/, 'tls-policy'],
  [/sasl_password_maps$/, 'password'],
];

const byName: readonly (readonly [RegExp, TableUseKind])[] = [
  [/access|denylist|blacklist|allowlist|whitelist|blocklist/, 'access'],
  [/transport/, 'transport'],
  [/relayhost/, 'next-hop'],
  [/aliases/, 'aliases'],
  [/login/, 'logins'],
  [/virtual|canonical|generic|bcc/, 'addresses'],
  [/tls_policy/, 'tls-policy'],
  [/sasl_passwd|sasl_password/, 'password'],
];

/** What a table's values are: by its uses in the site, else by its name. */
export function useOf(site: Site, source: SourceText): TableUseKind {
  const uses = usedTables(site).get(source.path)?.uses ?? [];
  for (const { parameter } of uses) {
    const known = classesOf(site).has(parameter) ? 'access' : byParameter.find(([p]) => p.test(parameter))?.[1];
    if (known) return known;
  }
  if (uses.length > 0) return 'text';
  const name = basename(source.path);
  return byName.find(([p]) => p.test(name))?.[1] ?? 'text';
}

/** Where a line of a table has its key and its value; offsets in the joined text. */
export interface TableParts {
  readonly keyEnd: number;
  readonly valueStart: number;
  readonly valueEnd: number;
}

/** Splits a joined line at the first blank outside quotes; an alias at its colon. */
export function partsOf(text: string, use: TableUseKind): TableParts {
  const valueEnd = trimEnd(text).length;
  let quoted = false;
  let keyEnd = 0;
  for (; keyEnd < valueEnd; keyEnd++) {
    const c = text.charAt(keyEnd);
    if (c === '\\') keyEnd++;
    else if (c === '"') quoted = !quoted;
    else if (!quoted && (use === 'aliases' ? c === ':' : isSpace(c))) break;
  }
  keyEnd = Math.min(keyEnd, valueEnd);
  let valueStart = use === 'aliases' ? Math.min(keyEnd + 1, valueEnd) : keyEnd;
  while (valueStart < valueEnd && isSpace(text[valueStart])) valueStart++;
  return { keyEnd, valueStart, valueEnd };
}

/** Paints one line of a table. */
export function tableTokens(site: Site, source: SourceText, line: FileLine): Token[] {
  if (line.kind !== 'line') return line.kind === 'comment' ? [comment(source, line.span)] : [];
  const { text } = line.joined;
  const painter = new Painter(source, line.joined.pieces, line.joined);
  const use = useOf(site, source);
  const { keyEnd, valueStart, valueEnd } = partsOf(text, use);
  const key = text.slice(0, keyEnd);
  if (keysAreNextHops(use, key)) paintValue(painter.paint, key, 0, { site, parameter: 'relayhost' });
  else paintKey(painter.paint, site, key, keysAreSet(site, source) ? 'set' : 'use');
  if (use === 'aliases') painter.paint(keyEnd, valueStart, 'operator');
  paintTableValue(painter.paint, text.slice(valueStart, valueEnd), valueStart, use, site);
  return withComments(source, line.comments, painter.finish('string'));
}

/** Whether a table's keys are names whose mail it sends elsewhere or takes: there these names are set. */
export function keysAreSet(site: Site, source: SourceText): boolean {
  const uses = usedTables(site).get(source.path)?.uses ?? [];
  const names = uses.length > 0 ? uses.map(u => u.parameter) : [basename(source.path)];
  return names.some(name => /^(?:alias_(?:maps|database)|aliases|virtual(?:_alias|_mailbox)?(?:_maps)?)$/.test(name));
}

/** Passwords and TLS policies are kept by next hop as relayhost writes it, passwords also by sender. */
function keysAreNextHops(use: TableUseKind, key: string): boolean {
  return (use === 'password' || use === 'tls-policy') && /^(?:\[[^\]\s]+\]|[^\s:@]+):[\w-]+$/.test(key);
}

function paintKey(paint: Paint, site: Site, key: string, role: Role): void {
  const isName = key.includes('@') || key.startsWith('"') || role === 'set';
  if (isNetwork(key.replace(/^!/, ''))) paint(0, key.length, 'number', { kind: 'network', text: key });
  else if (!isName || /^[\w-]+(?:\.[\w-]+)+$/.test(key) || !paintAddress(paint, site, key, 0, role)) {
    paint(0, key.length, 'property', { kind: 'domain', text: key });
  }
}

function paintTableValue(paint: Paint, value: string, shift: number, use: TableUseKind, site: Site): void {
  const word = /^\S+/.exec(value)?.[0] ?? '';
  switch (use) {
    case 'access': {
      const name = word.toUpperCase();
      if (name in actionDocs.access)
        paint(shift, shift + word.length, 'keyword', { kind: 'action', name, where: 'access' });
      else if (restrictionDocs.has(word.toLowerCase())) {
        paint(shift, shift + word.length, 'function', { kind: 'restriction', name: word.toLowerCase(), list: '' });
      } else if (classesOf(site).has(word)) paint(shift, shift + word.length, 'class', { kind: 'class', name: word });
      else if (/^\d+$/.test(word)) paint(shift, shift + word.length, 'number');
      return;
    }
    case 'transport':
      paintValue(paint, word, shift, { site, parameter: 'default_transport' });
      return;
    case 'next-hop':
      paintValue(paint, word, shift, { site, parameter: 'relayhost' });
      return;
    case 'tls-policy':
      paintPolicy(paint, value, shift);
      return;
    case 'aliases':
    case 'addresses':
      paintRecipients(paint, site, value, shift);
      return;
    case 'logins':
      for (const { text, start } of splitList(value)) paintAddress(paint, site, text, shift + start, 'use');
      return;
    default:
  }
}
