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
import { classesOf, isNetwork } from './value';

/** What the values of a table are, by the parameter or restriction that asks it. */
export type TableUseKind =
  'access' | 'transport' | 'addresses' | 'tls-policy' | 'password' | 'aliases' | 'logins' | 'text';

const byParameter: readonly (readonly [RegExp, TableUseKind])[] = [
  [/_restrictions$|_access_maps?$|^postscreen_access_list$/, 'access'],
  [/^transport_maps$|_transport_maps$|relayhost_maps$|^mailbox_transport/, 'transport'],
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
  [/transport|relayhost/, 'transport'],
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
  paintKey(painter.paint, site, text.slice(0, keyEnd), keysAreSet(site, source) ? 'set' : 'use');
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
    case 'transport': {
      const colon = word.indexOf(':');
      const name = colon < 0 ? '' : word.slice(0, colon);
      paint(shift, shift + name.length, 'namespace', { kind: 'service', name, role: 'use', inet: false });
      if (colon >= 0) paint(shift + colon, shift + colon + 1, 'operator');
      const hop = /^(\[[^\]]*\]|[^:]*)(?::(\w+))?$/.exec(word.slice(colon + 1));
      if (!hop) return;
      const host = hop[1] ?? '';
      const at = shift + colon + 1;
      paint(
        at,
        at + host.length,
        'string',
        isNetwork(host) ? { kind: 'network', text: host } : { kind: 'domain', text: host.replace(/^\[|\]$/g, '') },
      );
      if (hop[2] !== undefined)
        paint(at + host.length + 1, at + word.slice(colon + 1).length, 'number', { kind: 'port', text: hop[2] });
      return;
    }
    case 'tls-policy':
      if (/^\w[\w-]*$/.test(word)) {
        paint(shift, shift + word.length, 'keyword', {
          kind: 'word',
          text: word,
          parameter: 'smtp_tls_security_level',
        });
      }
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
