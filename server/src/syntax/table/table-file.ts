/** A pcre: or regexp: table file: its lines, each with what it says and where that stands. Lossless. */
import { chunkAt, chunked, cutAtLines } from '../../text/chunks';
import { derived } from '../../text/derived';
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

/** A table file as read. */
export interface TableFile {
  readonly source: SourceText;
  readonly type: TableType;
  /** Every physical line, so that the file is what stands in them, joined by newlines. */
  readonly physical: readonly PhysicalLine[];
  readonly entries: readonly TableEntry[];
  /** The comment lines before, behind and between the entries, not those inside one. */
  readonly comments: readonly Span[];
}

/** What a stretch of a table says, offsets counted from its start. */
interface Stretch {
  readonly physical: readonly PhysicalLine[];
  readonly entries: readonly { readonly line: ReadLine; readonly says: TableLine }[];
  readonly comments: readonly Span[];
}

function stretchesOf(type: TableType, encoding: Encoding) {
  const read = (text: string): Stretch => {
    const { physical, logical } = splitLines(text, encoding);
    const isInside = (place: Span): boolean =>
      logical.some(({ pieces: [first, ...more] }) => {
        const last = more[more.length - 1];
        return first && last && first.start < place.start && place.start < last.start;
      });
    const comments = physical.filter(p => p.kind === 'comment' && !isInside(p.span)).map(p => p.span);
    return { physical, entries: logical.map(line => ({ line, says: readTableLine(line.bytes, type) })), comments };
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
  const entries: TableEntry[] = [];
  for (let i = 0; i < items.length; i++) {
    for (const { line, says } of items[i]?.entries ?? []) {
      entries.push({ line: new LogicalLine(source, line, starts[i] ?? 0), says });
    }
  }
  const placed = <P>(of: (read: Stretch) => readonly P[], move: (item: P, by: number) => P): readonly P[] =>
    items.flatMap((read, i) => of(read).map(item => move(item, starts[i] ?? 0)));
  let physical: readonly PhysicalLine[] | undefined;
  let comments: readonly Span[] | undefined;
  return {
    source,
    type,
    get physical() {
      return (physical ??= placed(
        r => r.physical,
        (line, by) => ({ kind: line.kind, span: moved(line.span, by) }),
      ));
    },
    entries,
    get comments() {
      return (comments ??= placed(r => r.comments, moved));
    },
  };
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
    entries: item.entries.map(({ line, says }) => ({ line: new LogicalLine(source, line, start), says })),
    comments: item.comments.map(place => moved(place, start)),
  };
}

/** Reads a table file as Postfix's pcre: or regexp: would; the result is remembered by the source. Never throws. */
export function parseTableFile(source: SourceText, type: TableType): TableFile {
  return readers[type](source);
}
