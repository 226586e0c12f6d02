/** Formatting of whole files, of parts, and while typing. What a file means is never changed. */
import { kindIn } from '../../model/kind-in-site';
import type { Site } from '../../model/site';
import type { SourceText } from '../../text/source-text';
import type { Span, TextEdit } from '../../text/span';
import { useOf } from '../tokens/table';
import { formatAliases } from './aliases';
import { formatMainCf } from './main-cf';
import { formatMasterCf } from './master-cf';
import { formatTable } from './table';
import { trim } from '../../text/space';

/** The edits that lay a file out. Empty for files that are not ours to lay out (scripts, dumps, YAML). */
export function formatFile(site: Site, source: SourceText): TextEdit[] {
  switch (kindIn(site, source)) {
    case 'main.cf':
      return formatMainCf(site, source);
    case 'master.cf':
      return formatMasterCf(source);
    case 'table':
      return useOf(site, source) === 'aliases' ? formatAliases(source) : formatTable(source);
    default:
      return [];
  }
}

/** The edits for the lines that a span touches. */
export function formatRange(site: Site, source: SourceText, within: Span): TextEdit[] {
  return formatFile(site, source).filter(e => e.span.start <= within.end && within.start <= e.span.end);
}

/** After a line end was typed: the indentation of a list that goes on, or of one more `-o`. `offset` is behind it. */
export function formatOnType(site: Site, source: SourceText, offset: number): TextEdit[] {
  const kind = kindIn(site, source);
  if (kind !== 'main.cf' && kind !== 'master.cf') return [];
  const start = source.text.lastIndexOf('\n', offset - 1) + 1;
  const end = source.text.indexOf('\n', offset);
  const here = source.text.slice(start, end < 0 ? undefined : end);
  if (trim(here) !== '' || start === 0) return [];
  const before = source.text.slice(source.text.lastIndexOf('\n', start - 2) + 1, start - 1);
  if (/^\s*#/.test(before)) return [];
  const list = kind === 'main.cf' && /(?:,|=)\s*$/.test(before);
  const indented = /^[ \t]+(?=\S)/.exec(before)?.[0];
  const newText = list ? (indented ?? '    ') : kind === 'master.cf' && indented !== undefined ? indented : '';
  return newText === here || newText === '' ? [] : [{ span: { start, end: start + here.length }, newText }];
}
