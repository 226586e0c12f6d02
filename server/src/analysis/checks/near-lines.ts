/** Lines that people take for the same as a given one, or nearly so: what a rule that names the one may miss. */
import type { ChecksUse } from './try-header';

/** Letters, and what is written in their place to get past a filter. */
const lookAlikes: Readonly<Record<string, string>> = { i: '1', o: '0', e: '3', a: '4', l: '1', s: '5', t: '7' };
/** Headers whose text may be written in encoded words as a whole. */
const unstructured = /^(?:subject|comments|keywords|x-[a-z0-9-]+):/i;
const longest = 400;

/**
 * Lines near to one (bytes), those that mean the same to a reader first: for a header its name and text in another case, other
 * blanks, folds, an address in brackets, an encoded word; for all, a letter replaced, then one left out. None for a long line.
 */
export function* nearLines(line: string, use: ChecksUse): Generator<string> {
  if (line.length > longest) return;
  const seen = new Set([line]);
  const fresh = (text: string): boolean => text.trim() !== '' && !seen.has(text) && seen.add(text) !== undefined;
  const header = /^([A-Za-z][A-Za-z0-9-]*:)([ \t]*)([^]*)$/.exec(line);
  const all =
    use === 'header_checks' && header
      ? nearHeaders(header[1] ?? '', header[3] ?? '')
      : [line.toUpperCase(), line.toLowerCase(), line.replaceAll(' ', '  ')];
  for (const text of all) if (fresh(text)) yield text;
  for (const text of misspelt(line, header ? (header[1] ?? '').length : 0)) if (fresh(text)) yield text;
}

function* nearHeaders(name: string, value: string): Generator<string> {
  yield `${name.toLowerCase()} ${value}`;
  yield `${name} ${value.toLowerCase()}`;
  yield `${name} ${value.toUpperCase()}`;
  yield `${name}${value}`;
  yield `${name}  ${value}`;
  for (const [i, c] of [...value].entries())
    if (c === ' ') yield `${name} ${value.slice(0, i)}\n ${value.slice(i + 1)}`;
  if (/^[^\s<>"@]+@[^\s<>"@]+$/.test(value)) {
    yield `${name} <${value}>`;
    yield `${name} Someone <${value}>`;
    yield `${name} ${value} (Someone)`;
  }
  if (unstructured.test(name) && /^[ -~]+$/.test(value)) yield `${name} ${encoded(value)}`;
  yield `${name} ${value}x`;
}

/** A text as an encoded word, with one letter in the middle written as its number. */
function encoded(text: string): string {
  const letters = [...text.matchAll(/[A-Za-z]/g)];
  const at = letters[letters.length >> 1]?.index ?? 0;
  const hex = (c: string): string => `=${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  const plain = (part: string): string => part.replace(/[=?_]/g, hex).replaceAll(' ', '_');
  return `=?UTF-8?Q?${plain(text.slice(0, at))}${hex(text.charAt(at))}${plain(text.slice(at + 1))}?=`;
}

/** Replaces a letter behind the header's name, leaves one out, from the end, at last puts another text there. */
function* misspelt(line: string, from: number): Generator<string> {
  for (let at = from; at < line.length; at++) {
    const other = lookAlikes[line.charAt(at).toLowerCase()];
    if (other !== undefined) yield line.slice(0, at) + other + line.slice(at + 1);
  }
  for (let at = line.length - 1; at >= from; at--) {
    const shorter = line.slice(0, at) + line.slice(at + 1);
    if (shorter.slice(from).trim() !== '') yield shorter;
  }
  if (from > 0) yield `${line.slice(0, from)} x`;
}
