/** Reads a PCRE pattern byte by byte: numbers, names, quantifiers and escapes, with libpcre2's error offsets. */
import { PcreRefusal } from './pcre-errors';

export const isDigit = (c: string): boolean => c >= '0' && c <= '9' && c.length === 1;
export const isWord = (c: string): boolean => /^\w$/.test(c);
const isHex = (c: string): boolean => /^[0-9A-Fa-f]$/.test(c);
const isOctal = (c: string): boolean => c >= '0' && c <= '7' && c.length === 1;

/** The highest number a group can have. */
export const maxGroup = 65535;

/** What an escape means: a byte, a reference to a group, or a letter that stands for something (`\d` gives `d`). */
export type Escape =
  | { readonly kind: 'byte'; readonly byte: number }
  | { readonly kind: 'group'; readonly group: number }
  /** `\g<…>` and `\g'…'` give `g`; `\g{name}` and `\k` give `k`. */
  | { readonly kind: 'letter'; readonly letter: string };

const simple: Readonly<Record<string, number>> = { a: 7, e: 27, f: 12, n: 10, r: 13, t: 9 };
const letters = 'ABCDEGHKNPQRSVWXZbdhkpsvwz';

/** Where reading stands. Everything that reads moves `at` past what it has read, on an error to the offset to report. */
export class Cursor {
  at = 0;
  /** The highest group number so far: what relative numbers count from. */
  groups = 0;

  constructor(
    readonly text: string,
    readonly utf: boolean,
  ) {}

  get end(): number {
    return this.text.length;
  }

  peek(ahead = 0): string {
    return this.text.charAt(this.at + ahead);
  }

  has(what: string, ahead = 0): boolean {
    return this.text.startsWith(what, this.at + ahead);
  }

  fail(code: number, offset = this.at): never {
    throw new PcreRefusal(code, offset);
  }

  /**
   * A decimal number at the cursor; undefined, the cursor not moved, where there is none. `relativeTo`: a sign is allowed
   * and counts from there. `tooBig` 0: a number that is too big is no error but no number.
   */
  number(relativeTo: number | undefined, max: number, tooBig: number): number | undefined {
    let at = this.at;
    let sign = 0;
    if (relativeTo !== undefined) {
      if (this.text[at] === '+') sign = 1;
      else if (this.text[at] === '-') sign = -1;
      if (sign !== 0) at++;
      if (sign > 0) max -= relativeTo;
    }
    if (!isDigit(this.text.charAt(at))) return undefined;
    let n = 0;
    while (isDigit(this.text.charAt(at))) {
      n = n * 10 + this.text.charCodeAt(at++) - 48;
      if (n > max) {
        this.at = at;
        if (tooBig === 0) return undefined;
        this.fail(tooBig);
      }
    }
    this.at = at;
    if (relativeTo === undefined || sign === 0) return n;
    if (n === 0) this.fail(26);
    if (sign > 0) return n + relativeTo;
    if (n > relativeTo) this.fail(15);
    return relativeTo + 1 - n;
  }

  /** `n}`, `n,}` or `n,m}` at the cursor; undefined, the cursor not moved, where it is no quantifier. */
  repeatCounts(): { min: number; max: number } | undefined {
    let at = this.at;
    let comma = false;
    for (; ; at++) {
      const c = this.text[at];
      if (c === undefined) return undefined;
      if (isDigit(c)) continue;
      if (c === '}') break;
      if (c !== ',' || comma) return undefined;
      comma = true;
    }
    const min = this.number(undefined, 65535, 5);
    if (min === undefined) return undefined;
    if (this.peek() === '}') {
      this.at++;
      return { min, max: min };
    }
    this.at++;
    let max = Infinity;
    if (this.peek() !== '}') {
      max = this.number(undefined, 65535, 5) ?? Infinity;
      if (max < min) this.fail(4);
    }
    this.at++;
    return { min, max };
  }

  /** A group's name; the cursor stands on the byte before it, and afterwards behind the terminator. */
  name(terminator: string): { name: string; offset: number } {
    if (++this.at >= this.end) this.fail(62);
    const offset = this.at;
    if (isDigit(this.peek())) this.fail(44);
    while (isWord(this.peek())) this.at++;
    if (this.at > offset + 32) this.fail(48);
    if (this.at === offset) this.fail(62);
    if (this.peek() !== terminator) this.fail(42);
    return { name: this.text.slice(offset, this.at++), offset };
  }

  /** The word after `(*`; the cursor stands on the star, and afterwards behind the word. */
  verbName(): string {
    if (++this.at >= this.end) this.fail(60);
    const start = this.at;
    while (isWord(this.peek())) this.at++;
    if (this.at > start + 32) this.fail(48);
    return this.text.slice(start, this.at);
  }

  /** What stands behind a backslash, with the cursor on the byte after it. */
  escape(inClass: boolean): Escape {
    if (this.at >= this.end) this.fail(1);
    const c = this.peek();
    this.at++;
    const byte = (value: number): Escape => ({ kind: 'byte', byte: value });
    if (!/[0-9A-Za-z]/.test(c)) return byte(c.charCodeAt(0));
    const plain = simple[c];
    if (plain !== undefined) return byte(plain);
    if (letters.includes(c)) {
      if (c === 'N' && this.peek() === '{') this.afterN();
      return { kind: 'letter', letter: c };
    }
    if (isDigit(c)) return this.digits(c, inClass);
    switch (c) {
      case 'F':
      case 'l':
      case 'L':
      case 'u':
      case 'U':
        return this.fail(37);
      case 'g':
        return inClass ? byte(0x67) : this.reference();
      case 'o':
        return byte(this.braced(isOctal, 8, 64, 55));
      case 'x':
        if (this.peek() === '{') return byte(this.braced(isHex, 16, 67, 0));
        return byte(this.upTo2Hex());
      case 'c':
        return byte(this.control());
      default:
        return this.fail(3, this.at - 1);
    }
  }

  private afterN(): void {
    const after = this.at;
    if (this.has('U+', 1)) this.fail(93);
    this.at++;
    let counts;
    try {
      counts = this.repeatCounts();
    } catch (refusal) {
      if (refusal instanceof PcreRefusal) this.fail(refusal.code, after);
      throw refusal;
    }
    this.at = after;
    if (!counts) this.fail(37);
  }

  private digits(c: string, inClass: boolean): Escape {
    if (c !== '0' && !inClass) {
      const after = this.at--;
      const n = this.number(undefined, 214748363, 0);
      if (n !== undefined && (n < 10 || c >= '8' || n <= this.groups)) {
        if (n > maxGroup) this.fail(61);
        return { kind: 'group', group: n };
      }
      this.at = after;
    }
    if (c >= '8') return { kind: 'byte', byte: c.charCodeAt(0) };
    let value = c.charCodeAt(0) - 48;
    for (let i = 0; i < 2 && isOctal(this.peek()); i++) value = value * 8 + this.text.charCodeAt(this.at++) - 48;
    if (value > 255 && !this.utf) this.fail(51);
    return { kind: 'byte', byte: value };
  }

  private reference(): Escape {
    if (this.at >= this.end) this.fail(57);
    const c = this.peek();
    if (c === '<' || c === "'") return { kind: 'letter', letter: 'g' };
    const before = this.at;
    let group: number | undefined;
    if (c === '{') {
      this.at++;
      group = this.groupNumber(before);
      if (group === undefined) {
        this.at = before;
        return { kind: 'letter', letter: 'k' };
      }
      if (this.peek() !== '}') this.fail(57, before);
      this.at++;
    } else {
      group = this.number(this.groups, maxGroup, 61);
      if (group === undefined) return this.fail(57);
    }
    if (group <= 0) this.fail(15);
    return { kind: 'group', group };
  }

  /** A group's number, signed or not, at the cursor; what is wrong with it is reported at `offset`. */
  groupNumber(offset: number): number | undefined {
    try {
      return this.number(this.groups, maxGroup, 61);
    } catch (refusal) {
      if (refusal instanceof PcreRefusal) this.fail(refusal.code, offset);
      throw refusal;
    }
  }

  private braced(isOne: (c: string) => boolean, base: number, bad: number, noBrace: number): number {
    if (this.peek() !== '{') this.fail(noBrace, this.at >= this.end ? this.at - 1 : this.at);
    this.at++;
    if (this.at >= this.end || this.peek() === '}') this.fail(78);
    let value = 0;
    while (isOne(this.peek())) {
      value = value * base + parseInt(this.peek(), base);
      this.at++;
      if (value > (this.utf ? 0x10ffff : 255)) {
        while (isOne(this.peek())) this.at++;
        this.fail(34);
      }
    }
    // At the very end the library steps back over the last digit before it complains.
    if (this.at >= this.end) this.fail(bad, this.at - 1);
    if (this.peek() !== '}') this.fail(bad);
    this.at++;
    return value;
  }

  private upTo2Hex(): number {
    let value = 0;
    for (let i = 0; i < 2 && isHex(this.peek()); i++) value = value * 16 + parseInt(this.text.charAt(this.at++), 16);
    return value;
  }

  private control(): number {
    if (this.at >= this.end) this.fail(2);
    const code = this.peek().toUpperCase().charCodeAt(0);
    const c = this.peek() >= 'a' && this.peek() <= 'z' ? code : this.peek().charCodeAt(0);
    if (c < 32 || c > 126) this.fail(68);
    this.at++;
    return c ^ 0x40;
  }
}
