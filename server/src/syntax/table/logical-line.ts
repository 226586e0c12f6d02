/** Logical lines of a table file as Postfix's readllines() joins them, and where their bytes stand in the file. */
import type { Encoding, SourceText } from '../../text/source-text';
import { toBytes } from '../../text/source-text';
import type { Span } from '../../text/span';
import { span } from '../../text/span';

/** A physical line of a file, without its newline. */
export interface PhysicalLine {
  readonly kind: 'text' | 'comment' | 'blank';
  readonly span: Span;
}

/** A stretch of a logical line: one physical line of it. */
interface Piece {
  /** Where it begins among the bytes of the logical line. */
  readonly byte: number;
  readonly start: number;
  readonly end: number;
}

/** A logical line as it was read of a stretch of a file; offsets count from the start of that. */
export interface ReadLine {
  /** Its bytes, continuation lines joined without a separator. */
  readonly bytes: string;
  readonly pieces: readonly Piece[];
  /** Every character of the line is a single byte. */
  readonly oneByteEach: boolean;
}

/** One logical line. */
export class LogicalLine {
  constructor(
    private readonly source: SourceText,
    private readonly read: ReadLine,
    /** Where the stretch begins that it was read of. */
    private readonly by: number,
  ) {}

  /** Its bytes, continuation lines joined without a separator. */
  get bytes(): string {
    return this.read.bytes;
  }

  /** The number of its first physical line, from 1, as Postfix reports it. */
  get number(): number {
    return this.source.positionAt(this.span.start).line + 1;
  }

  /** From the first to the last byte, lines between included. */
  get span(): Span {
    const { pieces } = this.read;
    return span(this.by + (pieces[0]?.start ?? 0), this.by + (pieces[pieces.length - 1]?.end ?? 0));
  }

  /** Where a span of bytes of this line stands in the file. */
  place(bytes: Span): Span {
    const start = this.offset(bytes.start, false);
    return span(start, bytes.end === bytes.start ? start : Math.max(start, this.offset(bytes.end, true)));
  }

  /** Where an offset of the file stands among the line's bytes; undefined outside of the line. */
  byteAt(offset: number): number | undefined {
    for (const piece of this.read.pieces) {
      if (offset < this.by + piece.start || offset > this.by + piece.end) continue;
      const text = this.source.text.slice(this.by + piece.start, offset);
      return piece.byte + (this.source.encoding === 'utf8' ? toBytes(text).length : text.length);
    }
    return undefined;
  }

  /** `atEnd`: an end belongs to the piece before, where two meet. */
  private offset(byte: number, atEnd: boolean): number {
    let piece: Piece | undefined;
    for (const next of this.read.pieces) {
      if (piece && (atEnd ? next.byte >= byte : next.byte > byte)) break;
      piece = next;
    }
    if (!piece) return 0;
    const into = byte - piece.byte;
    const start = this.by + piece.start;
    if (this.read.oneByteEach) return Math.min(start + into, this.by + piece.end);
    const text = this.source.text.slice(start, this.by + piece.end);
    let bytes = 0;
    let at = 0;
    while (at < text.length && bytes < into) {
      const code = text.codePointAt(at) ?? 0;
      bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
      at += code > 0xffff ? 2 : 1;
    }
    return start + at;
  }
}

/** isspace() of the C locale; Postfix asks it of ASCII only. */
export function isSpace(c: string | undefined): boolean {
  return c === ' ' || c === '\n' || c === '\t' || c === '\r' || c === '\v' || c === '\f';
}

/** All that a stretch of a file is made of: each physical line once, and the logical lines. */
export interface Lines {
  readonly physical: readonly PhysicalLine[];
  readonly logical: readonly ReadLine[];
}

/** Whether a logical line begins here, at the start of a physical line: neither a blank nor a comment. */
export function startsLine(text: string, at: number): boolean {
  return text[at] !== '#' && !isSpace(text[at]);
}

/**
 * Splits a file, or a stretch of one between two places where a logical line begins, as readllines(3) does: lines of blanks
 * and lines whose first byte that is not blank is `#` count for nothing, also between a line and its continuation; a line
 * that starts with a blank continues the one before.
 */
export function splitLines(text: string, encoding: Encoding): Lines {
  const physical: PhysicalLine[] = [];
  const logical: ReadLine[] = [];
  let pieces: Piece[] = [];
  let bytes = '';
  const flush = (): void => {
    const length = pieces.reduce((sum, piece) => sum + piece.end - piece.start, 0);
    if (pieces.length > 0) logical.push({ bytes, pieces, oneByteEach: length === bytes.length });
    pieces = [];
    bytes = '';
  };
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    let at = start;
    while (at < end && isSpace(text[at])) at++;
    const kind = at === end ? 'blank' : text[at] === '#' ? 'comment' : 'text';
    physical.push({ kind, span: span(start, end) });
    if (kind === 'text') {
      if (at === start) flush();
      pieces.push({ byte: bytes.length, start, end });
      const line = text.slice(start, end);
      bytes += encoding === 'utf8' ? toBytes(line) : line;
    }
    start = end + 1;
  }
  flush();
  return { physical, logical };
}
