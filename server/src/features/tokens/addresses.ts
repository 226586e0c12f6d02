/** Paints mail addresses, logins and what else aliases(5) can deliver to: who is meant, wherever it stands. */
import { siteSettings } from '../../model/settings';
import type { Site } from '../../model/site';
import { derived } from '../../text/derived';
import { trimEnd } from '../../text/space';
import type { Meaning, Paint, Role } from './token';

/** The domains whose mail goes to local users and aliases: those that mydestination names itself. */
const localDomains: (site: Site) => ReadonlySet<string> = derived(site => {
  const words = siteSettings(site).words('mydestination');
  return new Set(words.map(({ text }) => text.toLowerCase()).filter(text => /^[\w.-]+$/.test(text)));
});

/** Whom a local part and a domain (none: this host) mean. A domain of this host's own is left out. */
export function userMeaning(site: Site, local: string, domain: string, role: Role): Meaning & { kind: 'user' } {
  const folded = domain.toLowerCase();
  return { kind: 'user', name: local.toLowerCase(), domain: localDomains(site).has(folded) ? '' : folded, role };
}

/** A word that is an address: its local part without quotes, and its domain. Undefined for anything else. */
function splitAddress(word: string): { local: string; at: number; domain: string } | undefined {
  const match = /^(?:"((?:[^"\\]|\\.)+)"|([^\s",@:|/\\]+))(?:@(\[?[\w.-]+\]?))?$/.exec(word);
  const local = match?.[1] ?? match?.[2];
  if (local === undefined) return undefined;
  return { local, at: match?.[1] === undefined ? 0 : 1, domain: match?.[3] ?? '' };
}

/** Paints one address or user. False where the word is none. */
export function paintAddress(paint: Paint, site: Site, word: string, start: number, role: Role): boolean {
  const found = splitAddress(word);
  if (!found) return false;
  const { local, at, domain } = found;
  const delimiters = siteSettings(site).text('recipient_delimiter');
  // What is set with an extension is a name of its own: it is looked up before the one without.
  const end = role === 'use' ? extensionAt(local, delimiters) : local.length;
  const meaning = userMeaning(site, local.slice(0, end), domain, role);
  paint(start + at, start + at + end, role === 'set' ? 'property' : 'variable', meaning, [
    ...(role === 'set' ? (['declaration'] as const) : []),
  ]);
  if (domain === '') return true;
  const behind = start + word.length - domain.length;
  paint(behind - 1, behind, 'operator');
  paint(behind, start + word.length, 'string', { kind: 'domain', text: domain });
  return true;
}

/** Where `+box` begins in `joe+box`; the name's end where there is no extension. */
function extensionAt(local: string, delimiters: string): number {
  for (let i = 1; i < local.length; i++) if (delimiters.includes(local.charAt(i))) return i;
  return local.length;
}

/** Paints a list of addresses, or the right side of an alias: with commands, files and included lists (aliases(5)). */
export function paintRecipients(paint: Paint, site: Site, value: string, shift: number): void {
  for (const match of value.matchAll(/"(?:[^"\\]|\\.)*"(?:@[^\s,]+)?|[|][^,]*|[^,\s]+/g)) {
    const word = trimEnd(match[0]);
    const start = shift + match.index;
    const quote = word.startsWith('"') ? 1 : 0;
    const inner = quote ? word.replace(/^"|"$/g, '') : word;
    const at = start + quote;
    const included = /^:include:/i.exec(inner)?.[0].length ?? 0;
    if (inner.startsWith('|')) {
      paint(at, at + 1, 'operator');
      paint(at + 1, at + inner.length, 'string');
    } else if (included > 0) {
      paint(at, at + included, 'keyword', { kind: 'word', text: ':include:', parameter: 'alias_maps' });
      paint(at + included, at + inner.length, 'string', { kind: 'file', path: inner.slice(included) });
    } else if (inner.startsWith('/')) paint(at, at + inner.length, 'string', { kind: 'file', path: inner });
    else if (inner.startsWith('\\') && !quote) {
      paint(at, at + 1, 'operator');
      paintAddress(paint, site, inner.slice(1), at + 1, 'use');
    } else paintAddress(paint, site, word, start, 'use');
  }
}
