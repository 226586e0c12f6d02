/** Reads a bracketed class of a PCRE pattern. */
import type { ByteSet } from './byte-set';
import {
  alphanumerics,
  bothCases,
  complement,
  digits,
  fromTable,
  posixClasses,
  rangeOf,
  setOf,
  spaces,
  union,
  wordBytes,
} from './byte-set';
import type { Cursor } from './pcre-escape';
import type { ClassItem } from './tree';
import { property, unicodeDigits, unicodeOtherCase, unicodePosix, unicodeSpaces, unicodeWord } from './unicode-latin1';

/** `\h`: tab, space, no-break space (U+00A0). */
export const horizontal: ByteSet = setOf([9, 0x20, 0xa0]);
/** `\v`: LF, VT, FF, CR, NEL. */
export const vertical: ByteSet = setOf([10, 11, 12, 13, 0x85]);

/** What a letter escape takes that stands for one byte (`d D s S w W h H v V`); undefined for other letters. */
export function escapeSet(letter: string, ucp: boolean): ByteSet | undefined {
  switch (letter) {
    case 'd':
      return ucp ? unicodeDigits() : digits;
    case 's':
      return ucp ? unicodeSpaces() : spaces;
    case 'w':
      return ucp ? unicodeWord() : wordBytes;
    case 'h':
      return horizontal;
    case 'v':
      return vertical;
    case 'D':
    case 'S':
    case 'W':
    case 'H':
    case 'V': {
      const set = escapeSet(letter.toLowerCase(), ucp);
      return set && complement(set);
    }
    default:
      return undefined;
  }
}

/** The set of `\p…` or `\P…`; the cursor stands behind the letter. */
export function propertySet(cursor: Cursor, letter: string): ByteSet {
  let negated = letter === 'P';
  if (cursor.at >= cursor.end) cursor.fail(46);
  const c = cursor.peek();
  cursor.at++;
  let name = c;
  if (c === '{') {
    if (cursor.at >= cursor.end) cursor.fail(46);
    if (cursor.peek() === '^') {
      negated = !negated;
      cursor.at++;
    }
    name = '';
    for (let read = 0; ;) {
      if (cursor.at >= cursor.end) cursor.fail(46);
      const next = cursor.peek();
      cursor.at++;
      if (/[_\-\s]/.test(next)) continue;
      if (next === '\0') cursor.fail(46);
      if (next === '}') break;
      name += next;
      if (++read >= 49) cursor.fail(46);
    }
  } else if (!/[A-Za-z]/.test(c)) {
    cursor.fail(46);
  }
  const set = property(name);
  if (!set) return cursor.fail(47);
  return negated ? complement(set) : set;
}

/** Where `[:`, `[.` or `[=` ends, the cursor standing on the second byte; undefined where it is no such thing. */
export function posixEnd(cursor: Cursor): number | undefined {
  const { text, end } = cursor;
  const terminator = text[cursor.at];
  for (let at = cursor.at + 1; end - at >= 2; at++) {
    const c = text[at];
    const next = text[at + 1];
    if (c === '\\' && (next === ']' || next === '\\')) at++;
    else if ((c === '[' && next === terminator) || c === ']') return undefined;
    else if (c === terminator && next === ']') return at;
  }
  return undefined;
}

/** What switches change the reading of a class. */
export interface ClassMode {
  readonly caseless: boolean;
  readonly extendedMore: boolean;
  readonly ucp: boolean;
}

/** A class as read; the cursor stands behind its `]`. */
export interface ClassRead {
  readonly set: ByteSet;
  readonly negated: boolean;
  readonly items: readonly ClassItem[];
}

/** Reads a class; the cursor stands behind its `[`. */
export function readClass(cursor: Cursor, mode: ClassMode): ClassRead {
  const reader = new ClassReader(cursor, mode);
  return reader.read();
}

class ClassReader {
  private readonly table = new Uint8Array(256);
  private readonly items: ClassItem[] = [];
  private quoted = false;
  /** A single byte that may start a range, or that has one started. */
  private last: { byte: number; start: number } | undefined;
  private started = false;

  constructor(
    private readonly cursor: Cursor,
    private readonly mode: ClassMode,
  ) {}

  read(): ClassRead {
    const { cursor } = this;
    const { negated, first } = this.opening();
    let c = first;
    let start = cursor.at - 1;
    for (;;) {
      this.member(c, start);
      if (cursor.at >= cursor.end) cursor.fail(6);
      start = cursor.at;
      c = cursor.peek();
      cursor.at++;
      if (c === ']' && !this.quoted) break;
    }
    if (this.started) this.add(setOf([0x2d]), 'byte', cursor.at - 2, cursor.at - 1);
    const set = fromTable(this.table);
    return { set: negated ? complement(set) : set, negated, items: this.items };
  }

  /** What stands before the first member: `^`, and `\E` or `\Q\E`, which count for nothing. */
  private opening(): { negated: boolean; first: string } {
    const { cursor } = this;
    let negated = false;
    let c = '';
    while (cursor.at < cursor.end) {
      c = cursor.peek();
      cursor.at++;
      if (c === '\\') {
        if (cursor.peek() === 'E') cursor.at++;
        else if (cursor.has('Q\\E')) cursor.at += 3;
        else break;
      } else if (this.mode.extendedMore && (c === ' ' || c === '\t')) continue;
      else if (!negated && c === '^') negated = true;
      else break;
    }
    return { negated, first: c };
  }

  private member(c: string, start: number): void {
    const { cursor } = this;
    if (this.quoted) {
      if (c === '\\' && cursor.peek() === 'E') {
        this.quoted = false;
        cursor.at++;
      } else this.literal(c.charCodeAt(0), start);
      return;
    }
    if (this.mode.extendedMore && (c === ' ' || c === '\t')) return;
    if (c === '[' && cursor.end - cursor.at >= 3 && ':.='.includes(cursor.peek())) {
      const end = posixEnd(cursor);
      if (end !== undefined) {
        this.posix(start, end);
        return;
      }
    }
    if (c === '-' && this.last && !this.started) this.started = true;
    else if (c === '\\') this.escape(start);
    else this.literal(c.charCodeAt(0), start);
  }

  private posix(start: number, end: number): void {
    const { cursor } = this;
    if (this.started) cursor.fail(50);
    if (cursor.peek() !== ':') cursor.fail(13, cursor.at - 1);
    cursor.at++;
    const negated = cursor.peek() === '^';
    if (negated) cursor.at++;
    let name = cursor.text.slice(cursor.at, end);
    if (!posixClasses.has(name)) cursor.fail(30);
    cursor.at = end + 2;
    this.noHyphenAfter();
    if (this.mode.caseless && !this.mode.ucp && (name === 'lower' || name === 'upper')) name = 'alpha';
    const set = (this.mode.ucp ? unicodePosix(name) : undefined) ?? posixClasses.get(name) ?? alphanumerics;
    this.add(negated ? complement(set) : set, 'posix', start, cursor.at);
    this.last = undefined;
  }

  private noHyphenAfter(): void {
    const { cursor } = this;
    if (cursor.at < cursor.end - 1 && cursor.peek() === '-' && cursor.peek(1) !== ']') cursor.fail(50);
  }

  private literal(byte: number, start: number): void {
    const { cursor, last } = this;
    if (!this.started || !last) {
      this.last = { byte, start };
      this.addRange(byte, byte, start);
      return;
    }
    if (last.byte > byte) cursor.fail(8, cursor.at - 1);
    this.items.pop();
    this.addRange(last.byte, byte, last.start);
    this.last = undefined;
    this.started = false;
  }

  private escape(start: number): void {
    const { cursor } = this;
    const escape = cursor.escape(true);
    if (escape.kind === 'byte') {
      this.literal(escape.byte, start);
      return;
    }
    const letter = escape.kind === 'letter' ? escape.letter : '';
    if (letter === 'b') {
      this.literal(8, start);
      return;
    }
    if (letter === 'Q') {
      this.quoted = true;
      return;
    }
    if (letter === 'E') return;
    if (letter === 'B' || letter === 'R' || letter === 'X') cursor.fail(7, cursor.at - 1);
    if (this.started) cursor.fail(50);
    if (letter === 'N') cursor.fail(71);
    let set = escapeSet(letter, this.mode.ucp);
    if (!set && (letter === 'p' || letter === 'P')) set = propertySet(cursor, letter);
    if (!set) return cursor.fail(7, cursor.at - 1);
    this.noHyphenAfter();
    this.add(set, 'escape', start, cursor.at);
    this.last = undefined;
  }

  private addRange(min: number, max: number, start: number): void {
    let set = rangeOf(min, max);
    if (this.mode.caseless && this.mode.ucp) set = union(set, setOf(set.bytes().map(unicodeOtherCase)));
    else if (this.mode.caseless) set = bothCases(set);
    this.add(set, min === max && start >= this.cursor.at - 4 ? 'byte' : 'range', start, this.cursor.at);
  }

  private add(set: ByteSet, kind: ClassItem['kind'], start: number, end: number): void {
    set.addTo(this.table);
    this.items.push({ span: { start, end }, kind, set });
  }
}
