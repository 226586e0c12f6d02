/** One file as it stood at one moment: its path, its text, and the way from offsets to lines and back. */
import type { Span } from './span';

/** A place as editors count it: both from 0, characters in UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

/** How a file's bytes became text: UTF-8 where they are valid UTF-8, else one character a byte. */
export type Encoding = 'utf8' | 'latin1';

/**
 * An immutable text with its path. Identity is the version: an edit makes a new SourceText, so whatever is derived
 * from one may be remembered by it (see {@link derived}).
 */
export class SourceText {
  private lineStarts: number[] | undefined;

  constructor(
    /** Where the file is: absolute or relative, with forward slashes; only ever compared and joined. */
    readonly path: string,
    readonly text: string,
    readonly encoding: Encoding = 'utf8',
    /** The same object for all that a file was in turn, so that readers find what they know of it (text/chunks.ts). */
    readonly lineage: object = {},
    /** What the file might be, not what it is: readers start from what they know of the file, and keep nothing of this. */
    readonly trial = false,
  ) {}

  /** The file with another text. */
  edited(text: string, encoding = this.encoding): SourceText {
    return new SourceText(this.path, text, encoding, this.lineage, this.trial);
  }

  /** The file as an edit that nobody made yet would leave it. */
  tried(text: string): SourceText {
    return new SourceText(this.path, text, this.encoding, this.lineage, true);
  }

  /** Offsets at which physical lines start; a line ends after `\n` (a `\r` before it belongs to the line). */
  get starts(): readonly number[] {
    if (this.lineStarts) return this.lineStarts;
    const starts = [0];
    for (let i = this.text.indexOf('\n'); i >= 0; i = this.text.indexOf('\n', i + 1)) starts.push(i + 1);
    return (this.lineStarts = starts);
  }

  /** The line and character of an offset; offsets outside the text are taken as its nearest end. */
  positionAt(offset: number): Position {
    const at = Math.max(0, Math.min(offset, this.text.length));
    const starts = this.starts;
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= at) low = middle;
      else high = middle - 1;
    }
    return { line: low, character: at - (starts[low] ?? 0) };
  }

  /** The offset of a line and character; beyond the line's end is taken as its end, beyond the text as the text's end. */
  offsetAt(position: Position): number {
    const start = this.starts[position.line];
    if (start === undefined) return position.line < 0 ? 0 : this.text.length;
    const next = this.starts[position.line + 1];
    const end = next === undefined ? this.text.length : next - 1;
    return Math.max(start, Math.min(start + position.character, end));
  }

  /** The text that a span covers. */
  slice(place: Span): string {
    return this.text.slice(place.start, place.end);
  }

  /** The bytes of the file, one character a byte: what Postfix's tables and patterns are matched on. */
  get bytes(): string {
    return this.encoding === 'latin1' ? this.text : toBytes(this.text);
  }
}

/** Encodes a text as UTF-8, one character a byte (0x00 to 0xFF); lone surrogates become U+FFFD. */
export function toBytes(text: string): string {
  if (isAscii(text)) return text;
  let out = '';
  for (const byte of new TextEncoder().encode(text)) out += String.fromCharCode(byte);
  return out;
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) >= 0x80) return false;
  return true;
}

/** Decodes a string of bytes as UTF-8 for people to read; bytes that are no UTF-8 stay one character each. */
export function fromBytes(bytes: string): string {
  if (isAscii(bytes)) return bytes;
  const raw = Uint8Array.from(bytes, c => c.charCodeAt(0));
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(raw);
  } catch {
    return bytes;
  }
}

/** Turns the bytes of a file into a SourceText: UTF-8 (a BOM is kept as U+FEFF) where valid, else Latin-1. */
export function decode(path: string, raw: Uint8Array): SourceText {
  try {
    return new SourceText(path, new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(raw), 'utf8');
  } catch {
    let text = '';
    for (let i = 0; i < raw.length; i += 8192) text += String.fromCharCode(...raw.subarray(i, i + 8192));
    return new SourceText(path, text, 'latin1');
  }
}
