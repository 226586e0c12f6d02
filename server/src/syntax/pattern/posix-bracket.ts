/** Reads a bracket expression as glibc's regcomp does in the C locale. */
import { complement, fromTable, posixClasses, rangeOf } from './byte-set';
import type { ByteSet } from './byte-set';
import { PosixRefusal } from './posix-errors';
import type { PosixCode } from './posix-errors';
import type { ClassItem } from './tree';

/** A bracket expression as read. */
export interface Bracket {
  readonly set: ByteSet;
  readonly negated: boolean;
  readonly items: readonly ClassItem[];
  /** The offset behind its `]`. */
  readonly end: number;
}

/** What stands next inside a bracket. */
type Piece =
  | { readonly kind: 'end'; readonly length: 0 }
  | { readonly kind: 'close' | 'range' | 'char'; readonly byte: number; readonly length: number }
  /** `[.`, `[=`, `[:` */
  | { readonly kind: 'symbol'; readonly delimiter: '.' | '=' | ':'; readonly length: 2 };

/** A member: a byte, or what stands between `[.` and `.]` and so on. */
interface Member {
  readonly kind: 'byte' | 'collating' | 'equivalent' | 'class';
  readonly byte: number;
  readonly name: string;
  readonly start: number;
}

/** Reads a bracket; `from` is the offset behind its `[`. */
export function readBracket(text: string, from: number, mode: { caseless: boolean; multiline: boolean }): Bracket {
  return new BracketReader(text, from, mode).read();
}

const seenSets = new WeakMap<ByteSet, ByteSet>();

class BracketReader {
  private at: number;
  private readonly table = new Uint8Array(256);
  private readonly items: ClassItem[] = [];

  constructor(
    private readonly text: string,
    private readonly from: number,
    private readonly mode: { caseless: boolean; multiline: boolean },
  ) {
    this.at = from;
  }

  read(): Bracket {
    let piece = this.peek();
    let negated = false;
    if (piece.kind === 'end') this.fail('BADPAT');
    if (this.text[this.at] === '^') {
      negated = true;
      if (this.mode.multiline) this.table[10] = 1;
      this.at++;
      piece = this.peek();
      if (piece.kind === 'end') this.fail('BADPAT');
    }
    if (piece.kind === 'close') piece = { ...piece, kind: 'char' };
    for (let first = true; ; first = false) {
      const member = this.member(piece, first);
      piece = this.peek();
      if (member.kind === 'byte' || member.kind === 'collating') {
        if (piece.kind === 'end') this.fail('EBRACK');
        if (piece.kind === 'range') {
          const next = this.peek(1);
          if (next.kind === 'end') this.fail('EBRACK');
          if (next.kind !== 'close') {
            this.at++;
            const last = this.member(next, true);
            piece = this.peek();
            this.range(member, last);
            if (piece.kind === 'end') this.fail('EBRACK');
            if (piece.kind === 'close') break;
            continue;
          }
          // The hyphen before ] is a member, whatever stands before it.
          piece = { ...piece, kind: 'char' };
        }
      }
      this.single(member);
      if (piece.kind === 'end') this.fail('EBRACK');
      if (piece.kind === 'close') break;
    }
    this.at++;
    return { set: this.result(negated), negated, items: this.items, end: this.at };
  }

  private fail(code: PosixCode, start = this.from - 1): never {
    throw new PosixRefusal(code, start, Math.max(start + 1, this.at));
  }

  /** Without case glibc compares capitals: a pattern's letters are capitals too, save in the names of classes. */
  private byteAt(at: number): number {
    const byte = this.text.charCodeAt(at);
    return this.mode.caseless && byte >= 0x61 && byte <= 0x7a ? byte - 32 : byte;
  }

  private peek(ahead = 0): Piece {
    const at = this.at + ahead;
    if (at >= this.text.length) return { kind: 'end', length: 0 };
    const c = this.text[at];
    const next = this.text[at + 1];
    if (c === '[' && (next === '.' || next === '=' || next === ':'))
      return { kind: 'symbol', delimiter: next, length: 2 };
    const kind = c === ']' ? 'close' : c === '-' ? 'range' : 'char';
    return { kind, byte: this.byteAt(at), length: 1 };
  }

  private member(piece: Piece, hyphenAllowed: boolean): Member {
    const start = this.at;
    this.at += piece.length;
    if (piece.kind === 'symbol') return this.symbol(piece.delimiter, start);
    if (piece.kind === 'end') return this.fail('EBRACK');
    if (piece.kind === 'range' && !hyphenAllowed && this.peek().kind !== 'close') this.fail('ERANGE', start);
    return { kind: 'byte', byte: piece.byte, name: '', start };
  }

  private symbol(delimiter: '.' | '=' | ':', start: number): Member {
    const end = this.text.length;
    if (this.at >= end) this.fail('EBRACK');
    let name = '';
    for (let i = 0; ; i++) {
      if (i >= 32) this.fail('EBRACK', start);
      const at = this.at++;
      if (this.at >= end) this.fail('EBRACK', start);
      const c = delimiter === ':' ? this.text.charAt(at) : String.fromCharCode(this.byteAt(at));
      if (c === delimiter && this.text[this.at] === ']') break;
      name += c;
    }
    this.at++;
    const kind = delimiter === '.' ? 'collating' : delimiter === '=' ? 'equivalent' : 'class';
    return { kind, byte: name.length === 1 ? name.charCodeAt(0) : -1, name, start };
  }

  private range(first: Member, last: Member): void {
    if (last.kind === 'equivalent' || last.kind === 'class') this.fail('ERANGE', first.start);
    if (first.byte < 0 || last.byte < 0) this.fail('ECOLLATE', first.start);
    if (first.byte > last.byte) this.fail('ERANGE', first.start);
    this.add(rangeOf(first.byte, last.byte), 'range', first.start);
  }

  private single(member: Member): void {
    if (member.kind === 'byte') return this.add(rangeOf(member.byte, member.byte), 'byte', member.start);
    if (member.kind !== 'class') {
      if (member.byte < 0) this.fail('ECOLLATE', member.start);
      return this.add(rangeOf(member.byte, member.byte), 'posix', member.start);
    }
    const folded = this.mode.caseless && (member.name === 'upper' || member.name === 'lower') ? 'alpha' : member.name;
    const set = folded === 'word' || folded === 'ascii' ? undefined : posixClasses.get(folded);
    if (!set) return this.fail('ECTYPE', member.start);
    this.add(set, 'posix', member.start);
  }

  private add(set: ByteSet, kind: ClassItem['kind'], start: number): void {
    set.addTo(this.table);
    this.items.push({ span: { start, end: this.at }, kind, set: this.seen(set) });
  }

  /** The bytes of a header that a set of compared bytes stands for. */
  private seen(set: ByteSet): ByteSet {
    if (!this.mode.caseless) return set;
    const known = seenSets.get(set);
    if (known) return known;
    const table = set.table.slice();
    for (let b = 0x61; b <= 0x7a; b++) table[b] = table[b - 32] ?? 0;
    const seen = fromTable(table);
    seenSets.set(set, seen);
    return seen;
  }

  private result(negated: boolean): ByteSet {
    const set = fromTable(this.table);
    return this.seen(negated ? complement(set) : set);
  }
}
