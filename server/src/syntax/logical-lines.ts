/**
 * Logical lines, as every Postfix file is read: main.cf, master.cf, and the text tables.
 * A line that starts with white space continues the one before; comment lines and blank lines are passed over wherever they
 * stand, also inside a continued line (postconf(5), "General format"; measured with postconf 3.7.11).
 */
import { chunkAt, chunked, cutAtLines, type Chunks } from '../text/chunks';
import { derived } from '../text/derived';
import type { SourceText } from '../text/source-text';
import { moved, type Span } from '../text/span';

/** Text glued together from pieces of a source, with the way back to where each character stands. */
export class JoinedText {
  readonly text: string;
  private readonly starts: readonly number[];

  constructor(
    source: string,
    /** The pieces in the source, in order, without their line ends; at least one. */
    readonly pieces: readonly Span[],
    /** The same text as it was read elsewhere: it is not glued again. */
    known?: JoinedText,
  ) {
    if (known) {
      this.text = known.text;
      this.starts = known.starts;
      return;
    }
    const starts: number[] = [];
    let at = 0;
    for (const piece of pieces) {
      starts.push(at);
      at += piece.end - piece.start;
    }
    this.starts = starts;
    const first = pieces[0];
    this.text =
      pieces.length === 1 && first
        ? source.slice(first.start, first.end)
        : pieces.map(p => source.slice(p.start, p.end)).join('');
  }

  /** The same text so many characters further on in its source. */
  moved(by: number): JoinedText {
    return new JoinedText(
      '',
      this.pieces.map(piece => moved(piece, by)),
      this,
    );
  }

  /** Where a character of the joined text stands in the source. */
  sourceOffset(offset: number): number {
    let i = this.pieceAt(offset);
    // At a seam, an offset belongs to the piece it starts, but the end of the text to the piece it ends.
    while (i > 0 && offset === (this.starts[i] ?? 0) && offset === this.text.length) i--;
    const piece = this.pieces[i];
    return piece ? piece.start + (offset - (this.starts[i] ?? 0)) : 0;
  }

  /** The span in the source of a stretch of the joined text; it may run over line ends and comments. */
  sourceSpan(start: number, end: number): Span {
    const from = this.sourceOffset(start);
    if (end <= start) return { start: from, end: from };
    return { start: from, end: this.sourceOffset(end - 1) + 1 };
  }

  /** The offset in the joined text of a place in the source, or undefined where it lies in none of the pieces. */
  joinedOffset(sourceOffset: number): number | undefined {
    for (const [i, piece] of this.pieces.entries()) {
      if (piece.start <= sourceOffset && sourceOffset <= piece.end) {
        return (this.starts[i] ?? 0) + (sourceOffset - piece.start);
      }
    }
    return undefined;
  }

  private pieceAt(offset: number): number {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** One logical line: its text without line ends, and all physical lines from its first to its last. */
export interface LogicalLine {
  readonly kind: 'line';
  /** From the start of its first physical line to the end of its last one, line end left out. */
  readonly span: Span;
  readonly joined: JoinedText;
  /** Comment lines between its pieces. */
  readonly comments: readonly Span[];
  /** It starts with white space although no line stands before it that it could continue. */
  readonly indented: boolean;
}

/** A comment or blank line outside any logical line. */
export interface Trivia {
  readonly kind: 'comment' | 'blank';
  /** The physical line, line end left out. */
  readonly span: Span;
}

/** The lines of a file, in order. Together with the line ends and inner comments they cover it whole. */
export type FileLine = LogicalLine | Trivia;

/** A line as it was read of a stretch of a file, seen from the whole file. Its places are worked out when they are asked for. */
class MovedLine implements LogicalLine {
  readonly kind = 'line';
  private known: JoinedText | undefined;

  constructor(
    private readonly line: LogicalLine,
    private readonly by: number,
  ) {}

  get span(): Span {
    return moved(this.line.span, this.by);
  }

  get joined(): JoinedText {
    return (this.known ??= this.line.joined.moved(this.by));
  }

  get comments(): readonly Span[] {
    return this.line.comments.map(c => moved(c, this.by));
  }

  get indented(): boolean {
    return this.line.indented;
  }
}

/** A line so many characters further on. */
export function movedLine(line: LogicalLine, by: number): LogicalLine;
export function movedLine(line: FileLine, by: number): FileLine;
export function movedLine(line: FileLine, by: number): FileLine {
  if (line.kind === 'line') return new MovedLine(line, by);
  return { kind: line.kind, span: moved(line.span, by) };
}

const isSpace = (c: string | undefined): boolean => c === ' ' || c === '\t' || c === '\r' || c === '\v' || c === '\f';

/** Whether a logical line begins here, at the start of a physical line: neither white space nor a comment. */
export function startsLine(text: string, at: number): boolean {
  const c = text[at];
  return c !== '#' && c !== '\n' && !isSpace(c);
}

const pieces = chunked(cutAtLines(startsLine, linesOf));

/**
 * Splits a text into logical lines and the trivia between them. Never fails; any text is accepted.
 * Comments and blank lines after the last piece of a logical line are trivia, not part of it. Remembered by source.
 */
export const logicalLines: (source: SourceText) => readonly FileLine[] = derived(source =>
  placedLines(pieces(source), lines => lines),
);

/**
 * The lines of a file read piece by piece, where they stand in it. `see` is told of each logical line with what its piece
 * says and how far the piece is from the start of the file.
 */
export function placedLines<T>(
  { starts, items }: Chunks<T>,
  linesIn: (piece: T) => readonly FileLine[],
  see?: (piece: T, line: LogicalLine, by: number) => void,
): readonly FileLine[] {
  const out: FileLine[] = [];
  items.forEach((piece, i) => {
    const by = starts[i] ?? 0;
    for (const each of linesIn(piece)) {
      const line = movedLine(each, by);
      out.push(line);
      if (line.kind === 'line') see?.(piece, line, by);
    }
  });
  return out;
}

/** The lines around an offset: a logical line and the trivia behind it. Reads no others. */
export function linesAround(source: SourceText, offset: number): readonly FileLine[] {
  const around = chunkAt(pieces(source), offset);
  return around ? around.item.map(line => movedLine(line, around.start)) : [];
}

/** The lines of a text that is a file or begins with one of its logical lines and ends before another. */
export function linesOf(text: string): readonly FileLine[] {
  const out: FileLine[] = [];
  let pieces: Span[] = [];
  let pending: Trivia[] = [];
  let comments: Span[] = [];
  let indented = false;

  const finish = (): void => {
    const first = pieces[0];
    const last = pieces[pieces.length - 1];
    if (first && last) {
      const joined = new JoinedText(text, pieces);
      out.push({ kind: 'line', span: { start: first.start, end: last.end }, joined, comments, indented });
    }
    for (const trivia of pending) out.push(trivia);
    pieces = [];
    pending = [];
    comments = [];
  };

  for (let start = 0; start < text.length;) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    let at = start;
    while (at < end && isSpace(text[at])) at++;
    if (at === end || text[at] === '#') {
      pending.push({ kind: at === end ? 'blank' : 'comment', span: { start, end } });
    } else {
      if (at > start && pieces.length > 0) {
        for (const { kind, span } of pending) if (kind === 'comment') comments.push(span);
        pending = [];
      } else {
        finish();
        indented = at > start;
      }
      pieces.push({ start, end });
    }
    start = end + 1;
  }
  finish();
  return out;
}

/**
 * Gives the text of a file back from its lines: the law that parsing loses nothing. Only line ends and the blank and
 * comment lines inside a logical line are taken from between the spans; every other character comes from a line.
 */
export function printLines(source: SourceText, lines: readonly FileLine[]): string {
  let out = '';
  for (const line of lines) {
    const pieces = line.kind === 'line' ? line.joined.pieces : [line.span];
    let from = 0;
    for (const piece of pieces) {
      out += source.text.slice(out.length, piece.start);
      const length = piece.end - piece.start;
      out += line.kind === 'line' ? line.joined.text.slice(from, from + length) : source.slice(piece);
      from += length;
    }
  }
  return out + source.text.slice(out.length);
}
