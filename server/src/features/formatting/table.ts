/** Lays lookup tables out: the values of neighbouring lines start in one column. Keys and values stay as they are. */
import { readTable } from '../../analysis/lookup/table-file';
import { holesIn } from '../../model/holes';
import { logicalLines } from '../../syntax/logical-lines';
import type { SourceText } from '../../text/source-text';
import type { Span, TextEdit } from '../../text/span';
import { trimmedLines } from './lines';
import { trimEnd } from '../../text/space';

/** A longer key is left to stick out. */
const widestKey = 40;

/** The edits that lay a table out. Lines that the table type passes over, and continued ones, stay. */
export function formatTable(source: SourceText): TextEdit[] {
  const out: TextEdit[] = trimmedLines(source, logicalLines(source));
  let block: { key: Span; value: Span }[] = [];
  const flush = (): void => {
    const widths = block.map(e => e.key.end - e.key.start).filter(width => width <= widestKey);
    const width = Math.max(0, ...widths);
    for (const { key, value } of block) {
      const gap = { start: key.end, end: value.start };
      const newText = ' '.repeat(Math.max(1, width - (key.end - key.start) + 1));
      if (source.slice(gap) !== newText) out.push({ span: gap, newText });
    }
    block = [];
  };
  let line = -2;
  for (const { keySpan, valueSpan, span } of readTable(source).entries) {
    const at = source.positionAt(span.start).line;
    const usable =
      !/[\r\n]/.test(trimEnd(source.slice(span))) &&
      valueSpan.start > keySpan.end &&
      holesIn(source.slice(span)).length === 0;
    if (!usable || at !== line + 1) flush();
    if (usable) block.push({ key: keySpan, value: valueSpan });
    line = usable ? at : -2;
  }
  flush();
  return out;
}
