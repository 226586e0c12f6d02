/** The names whose mail the tables of a site send somewhere: aliases, virtual aliases, virtual mailboxes. */
import { filesOf } from '../model/kind-in-site';
import type { Site } from '../model/site';
import { startsLine } from '../syntax/logical-lines';
import { chunked, cutAtLines } from '../text/chunks';
import type { SourceText } from '../text/source-text';
import { userMeaning } from './tokens/addresses';
import { keysAreSet } from './tokens/table';
import type { Meaning } from './tokens/token';

/** One line of such a table. */
export interface MailName {
  readonly source: SourceText;
  /** The offset at which the line begins. */
  readonly start: number;
  /** The key, folded and without quotes. */
  readonly key: string;
  /** What stands behind it, on one line. */
  readonly value: string;
}

const entries = chunked(
  cutAtLines(startsLine, text => {
    const match = /^("(?:[^"\\]|\\.)*"|[^\s:]+)[\s:]*([^]*)$/.exec(text);
    const value = (match?.[2] ?? '').replace(/^[ \t]*#.*$/gm, '').replace(/\s+/g, ' ');
    return { key: (match?.[1] ?? '').replace(/^"|"$/g, '').toLowerCase(), value: value.trim() };
  }),
);

/** The names whose keys (folded) are asked for, in the order of the files, so many at most. */
export function mailNames(site: Site, wanted: (key: string) => boolean, most: number): MailName[] {
  const out: MailName[] = [];
  for (const { kind, source } of filesOf(site)) {
    if (kind !== 'table' || !keysAreSet(site, source)) continue;
    const { starts, items } = entries(source);
    for (let i = 0; i < items.length && out.length < most; i++) {
      const item = items[i];
      if (item && item.key !== '' && wanted(item.key)) out.push({ ...item, source, start: starts[i] ?? 0 });
    }
  }
  return out;
}

/** Whom such a key means. */
export function meantBy(site: Site, key: string): Meaning & { kind: 'user' } {
  const at = key.lastIndexOf('@');
  return userMeaning(site, at < 0 ? key : key.slice(0, at), at < 0 ? '' : key.slice(at + 1), 'set');
}
