/** Lays aliases(5) files out: the values of neighbouring entries in one column, also where they go on over several lines. */
import { readAliases } from '../../analysis/lookup/table-file';
import { holesIn } from '../../model/holes';
import { logicalLines } from '../../syntax/logical-lines';
import type { SourceText } from '../../text/source-text';
import type { Span, TextEdit } from '../../text/span';
import { trimmedLines } from './lines';

/** A longer name is left to stick out. */
const widestName = 40;

interface Entry {
  readonly span: Span;
  readonly keySpan: Span;
  readonly valueSpan: Span;
}

/** The edits that lay a file of aliases out. Entries that postalias(1) passes over, and those with holes, stay. */
export function formatAliases(source: SourceText): TextEdit[] {
  const out: TextEdit[] = trimmedLines(source, logicalLines(source));
  let block: Entry[] = [];
  const flush = (): void => {
    const widths = block.map(({ keySpan }) => keySpan.end - keySpan.start).filter(width => width <= widestName);
    const column = Math.max(0, ...widths) + 2;
    for (const entry of block) out.push(...laidOut(source, entry, column));
    block = [];
  };
  let line = -2;
  for (const entry of readAliases(source).entries) {
    const text = source.slice(entry.span);
    const usable = /^[^\n]*:/.test(text) && !source.slice(entry.keySpan).includes('\n') && holesIn(text).length === 0;
    if (!usable || source.positionAt(entry.span.start).line !== line + 1) flush();
    if (usable) block.push(entry);
    line = usable ? source.positionAt(entry.span.end).line : -2;
  }
  flush();
  return out;
}

/** An entry whose value starts in a column, on every line. */
function laidOut(source: SourceText, { span, keySpan, valueSpan }: Entry, column: number): TextEdit[] {
  const out: TextEdit[] = [];
  const change = (place: Span, newText: string): void => {
    if (source.slice(place) !== newText) out.push({ span: place, newText });
  };
  const gap = { start: keySpan.end, end: valueSpan.start };
  if (!source.slice(gap).includes('\n')) {
    change(gap, `:${' '.repeat(Math.max(1, column - (keySpan.end - keySpan.start) - 1))}`);
  }
  // Behind a quote, a bracket or a backslash every blank may count.
  const first = source.slice(valueSpan).search(/["\\()<>]/);
  const counting = first < 0 ? span.end : valueSpan.start + first;
  for (let at = source.text.indexOf('\n', span.start) + 1; at > 0 && at < span.end;) {
    const blanks = /[ \t\r\v\f]*/y;
    blanks.lastIndex = at;
    const end = at + (blanks.exec(source.text)?.[0].length ?? 0);
    const passedOver = source.text[end] === '#' || source.text[end] === '\n' || end >= span.end;
    if (at > counting) return out;
    if (!passedOver) change({ start: at, end }, ' '.repeat(column));
    at = source.text.indexOf('\n', at) + 1;
  }
  return out;
}
