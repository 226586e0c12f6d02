/** What can be folded: settings and services over several lines, runs of comments; and how a selection grows. */
import { kindIn } from '../model/kind-in-site';
import type { Site } from '../model/site';
import type { SourceText } from '../text/source-text';
import type { Span } from '../text/span';
import { patternSelection } from './pattern-at';
import { compoundCommands } from './tokens/shell';
import { tokenAt, tokenLines } from './tokens/of-file';

/** Physical lines, from 0, first and last included. */
export interface Fold {
  readonly from: number;
  readonly to: number;
  readonly kind: 'region' | 'comment';
}

/** The folds of a file. */
export function foldsOf(site: Site, source: SourceText): Fold[] {
  const out: Fold[] = [];
  for (const span of foldable(site, source)) {
    const from = source.positionAt(span.start).line;
    const to = source.positionAt(span.end).line;
    if (to > from) out.push({ from, to, kind: 'region' });
  }
  let start = -1;
  const count = source.starts.length;
  for (let i = 0; i <= count; i++) {
    const comment = i < count && /^\s*#/.test(lineText(source, i));
    if (comment && start < 0) start = i;
    if (!comment && start >= 0) {
      if (i - 1 > start) out.push({ from: start, to: i - 1, kind: 'comment' });
      start = -1;
    }
  }
  return out;
}

/** What is worth folding, apart from comments: logical lines, compound commands of the shell, tables of a dump. */
function foldable(site: Site, source: SourceText): readonly Span[] {
  switch (kindIn(site, source)) {
    case 'shell':
      return compoundCommands(source);
    case 'iptables-save':
      return [...source.text.matchAll(/^\*[^]*?^COMMIT/gm)].map(m => ({ start: m.index, end: m.index + m[0].length }));
    default:
      return tokenLines(site, source).map(l => l.span);
  }
}

function lineText(source: SourceText, line: number): string {
  const start = source.starts[line] ?? 0;
  return source.text.slice(start, Math.min(start + 200, source.starts[line + 1] ?? source.text.length));
}

/** The spans that a growing selection takes from an offset: the word, the parts of a pattern, the line, the logical line, the file. */
export function selectionAt(site: Site, source: SourceText, offset: number): Span[] {
  const out: Span[] = [];
  const put = (place: Span): void => {
    const last = out[out.length - 1];
    if (last && (place.start > last.start || place.end < last.end)) return;
    if (last && place.start === last.start && place.end === last.end) return;
    out.push(place);
  };
  const token = tokenAt(site, source, offset);
  if (token) put(token.span);
  for (const place of patternSelection(site, source, offset)) put(place);
  const { line } = source.positionAt(offset);
  const start = source.starts[line] ?? 0;
  const text = source.text.slice(start, (source.starts[line + 1] ?? source.text.length + 1) - 1);
  const trimmed = text.trim();
  if (trimmed !== '') {
    const from = start + text.indexOf(trimmed);
    const words = /\S+/g;
    for (const word of trimmed.matchAll(words)) {
      const at = from + word.index;
      if (at <= offset && offset <= at + word[0].length) put({ start: at, end: at + word[0].length });
    }
    put({ start: from, end: from + trimmed.length });
  }
  if (kindIn(site, source)) {
    const logical = tokenLines(site, source).find(l => l.span.start <= offset && offset <= l.span.end);
    if (logical) put(logical.span);
  }
  put({ start: 0, end: source.text.length });
  return out;
}
