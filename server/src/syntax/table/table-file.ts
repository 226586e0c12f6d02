/** A pcre: or regexp: table file: its lines, each with what it says and where that stands. Lossless. */
import type { SourceText } from '../../text/source-text';
import { derived } from '../../text/derived';
import type { LogicalLine, PhysicalLine } from './logical-line';
import { splitLines } from './logical-line';
import type { TableLine, TableType } from './table-line';
import { readTableLine } from './table-line';

/** A logical line with what it says. Spans in `says` count bytes of the line; `line.place` finds them in the file. */
export interface TableEntry {
  readonly line: LogicalLine;
  readonly says: TableLine;
}

/** A table file as read. */
export interface TableFile {
  readonly source: SourceText;
  readonly type: TableType;
  /** Every physical line, so that the file is what stands in them, joined by newlines. */
  readonly physical: readonly PhysicalLine[];
  readonly entries: readonly TableEntry[];
}

/** Lines that were read before: an edit of one line of a table reads that line alone. */
const known = { pcre: new Map<string, TableLine>(), regexp: new Map<string, TableLine>() };
const maxKnown = 50_000;

function readKnown(bytes: string, type: TableType): TableLine {
  const lines = known[type];
  let says = lines.get(bytes);
  if (!says) {
    if (lines.size >= maxKnown) lines.clear();
    lines.set(bytes, (says = readTableLine(bytes, type)));
  }
  return says;
}

const readers = {
  pcre: derived((source: SourceText) => read(source, 'pcre')),
  regexp: derived((source: SourceText) => read(source, 'regexp')),
};

function read(source: SourceText, type: TableType): TableFile {
  const { physical, logical } = splitLines(source);
  return { source, type, physical, entries: logical.map(line => ({ line, says: readKnown(line.bytes, type) })) };
}

/** Reads a table file as Postfix's pcre: or regexp: would; the result is remembered by the source. Never throws. */
export function parseTableFile(source: SourceText, type: TableType): TableFile {
  return readers[type](source);
}
