/** A pcre: or regexp: table file: its lines, each with what it says and where that stands. Lossless. */
import { chunkAt, chunked, cutAtLines } from '../../text/chunks';
import { derived, once, remember } from '../../text/derived';
import type { Encoding, SourceText } from '../../text/source-text';
import { moved, type Span } from '../../text/span';
import type { PhysicalLine, ReadLine } from './logical-line';
import { LogicalLine, splitLines, startsLine } from './logical-line';
import type { TableLine, TableType } from './table-line';
import { readTableLine } from './table-line';

/** A logical line with what it says. Spans in `says` count bytes of the line; `line.place` finds them in the file. */
export interface TableEntry {
  readonly line: LogicalLine;
  readonly says: TableLine;
}

/** A line with what it says, wherever it stands: the same object in all versions of a file in which it stands unchanged. */
export interface StandingLine {
  readonly read: ReadLine;
  readonly says: TableLine;
}

/** A table file as read. */
export interface TableFile {
  readonly source: SourceText;
  readonly type: TableType;
  /** Every physical line, so that the file is what stands in them, joined by newlines. */
  readonly physical: readonly PhysicalLine[];
  /** The logical lines without their places. */
  readonly lines: readonly StandingLine[];
  /** All lines with their places; whoever needs few of them asks for each by `entry`, for they are made anew with each edit. */
  readonly entries: readonly TableEntry[];
  /** The line of that number, from 0; always the same object. Undefined beyond the last. */
  readonly entry: (place: number) => TableEntry | undefined;
  /** The comment lines before, behind and between the entries, not those inside one. */
  readonly comments: readonly Span[];
}

/** What a stretch of a table says, offsets counted from its start: a line, and what belongs to it. */
interface Stretch {
  readonly physical: readonly PhysicalLine[];
  /** Missing only where a file begins with comments or blanks. */
  readonly line: StandingLine | undefined;
  readonly comments: readonly Span[];
}

function stretchesOf(type: TableType, encoding: Encoding) {
  const read = (text: string): Stretch => {
    const {
      physical,
      logical: [logical],
    } = splitLines(text, encoding);
    const [first, ...more] = logical?.pieces ?? [];
    const last = more[more.length - 1];
    const isInside = ({ start }: Span): boolean => !!first && !!last && first.start < start && start < last.start;
    const comments = physical.filter(p => p.kind === 'comment' && !isInside(p.span)).map(p => p.span);
    return { physical, line: logical && { read: logical, says: readTableLine(logical.bytes, type) }, comments };
  };
  return chunked(cutAtLines(startsLine, read));
}

const stretches = {
  pcre: { utf8: stretchesOf('pcre', 'utf8'), latin1: stretchesOf('pcre', 'latin1') },
  regexp: { utf8: stretchesOf('regexp', 'utf8'), latin1: stretchesOf('regexp', 'latin1') },
};

const readers = {
  pcre: derived((source: SourceText) => read(source, 'pcre')),
  regexp: derived((source: SourceText) => read(source, 'regexp')),
};

function read(source: SourceText, type: TableType): TableFile {
  const { starts, items } = stretches[type][source.encoding](source);
  const lines: StandingLine[] = [];
  for (const { line } of items) if (line) lines.push(line);
  const before = items.length - lines.length;
  const made = new Map<number, TableEntry>();
  const entry = (place: number): TableEntry | undefined => {
    const line = lines[place];
    return line && remember(made, place, () => placed(source, line, starts[place + before] ?? 0));
  };
  const all = <P>(of: (read: Stretch) => readonly P[], move: (item: P, by: number) => P): readonly P[] =>
    items.flatMap((read, i) => of(read).map(item => move(item, starts[i] ?? 0)));
  const physical = once(() =>
    all<PhysicalLine>(
      r => r.physical,
      (line, by) => ({ kind: line.kind, span: moved(line.span, by) }),
    ),
  );
  const entries = once(() => lines.flatMap((_, place) => entry(place) ?? []));
  const comments = once(() => all(r => r.comments, moved));
  return {
    source,
    type,
    get physical() {
      return physical();
    },
    lines,
    get entries() {
      return entries();
    },
    entry,
    get comments() {
      return comments();
    },
  };
}

function placed(source: SourceText, { read, says }: StandingLine, start: number): TableEntry {
  return { line: new LogicalLine(source, read, start), says };
}

/** The entry that an offset lies in or before whose next line it lies, and the comments behind it. Reads no others. */
export function entriesAround(
  source: SourceText,
  type: TableType,
  offset: number,
): Pick<TableFile, 'entries' | 'comments'> {
  const around = chunkAt(stretches[type][source.encoding](source), offset);
  if (!around) return { entries: [], comments: [] };
  const { start, item } = around;
  return {
    entries: item.line ? [placed(source, item.line, start)] : [],
    comments: item.comments.map(place => moved(place, start)),
  };
}

/** Reads a table file as Postfix's pcre: or regexp: would; the result is remembered by the source. Never throws. */
export function parseTableFile(source: SourceText, type: TableType): TableFile {
  return readers[type](source);
}
