/**
 * The operations that a PCRE pattern becomes: the same ones, in the same order, as libpcre2's compiled form, because
 * its match limit counts what they do and its optimisations look at them. Links between them are relative.
 */
import { oneByte, otherCase } from '../../../syntax/pattern/byte-set';

/** What an operation does. The brackets from `Bra` to `ScbraPos` open a group that one of the `Ket…` closes. */
export const enum T {
  /** One byte out of a set. */
  One,
  /** A repeated byte out of a set. */
  Rep,
  /** A back-reference, repeated or not. */
  Ref,
  Newline,
  Cluster,
  // Places.
  SubjectStart,
  SubjectEnd,
  SubjectEndOrNewline,
  LineStart,
  LineEnd,
  SearchStart,
  WordBoundary,
  NotWordBoundary,
  /** `^` outside multi-line mode; the library tells it from `\A` when it looks for the first byte. */
  Circumflex,
  /** `$` outside multi-line mode, likewise. */
  Dollar,
  DollarEndOnly,
  Keep,
  /** Goes back some bytes: starts a branch of a look-behind. */
  Reverse,
  // Groups.
  Bra,
  Sbra,
  Cbra,
  Scbra,
  Once,
  ScriptRun,
  Cond,
  Scond,
  Assert,
  AssertNot,
  AssertBack,
  AssertBackNot,
  AssertNa,
  AssertBackNa,
  BraPos,
  SbraPos,
  CbraPos,
  ScbraPos,
  Alt,
  Ket,
  KetMax,
  KetMin,
  KetPos,
  BraZero,
  BraMinZero,
  BraPosZero,
  SkipZero,
  // What a conditional group asks.
  IfGroup,
  IfRecursion,
  IfFalse,
  IfTrue,
  Recurse,
  // Verbs.
  Close,
  Accept,
  AssertAccept,
  Fail,
  Commit,
  Prune,
  Skip,
  Then,
  Mark,
  End,
}

/** How the library stores a single byte's choice; its optimisations treat them differently. */
export type Category =
  | 'char'
  | 'not'
  | 'class'
  /** A class with `\p` in it. */
  | 'property-class'
  | 'type';

/** Types by their letters, as the library's table of adjacent types has them. */
export type TypeName = 'D' | 'd' | 'S' | 's' | 'W' | 'w' | 'any' | 'all' | 'p' | 'R' | 'H' | 'h' | 'V' | 'v' | 'X';

/** What one byte may be. */
export interface Item {
  readonly category: Category;
  readonly set: Uint8Array;
  /** `char`, `not`: the byte and its other case. */
  readonly chars: readonly number[];
  /** Whether case does not count; for bytes that are no letters as the pattern's flags say. */
  readonly caseless: boolean;
  readonly type: TypeName | undefined;
}

export const greedy = 0;
export const lazy = 1;
export const possessive = 2;

/** One operation. All have the same fields, so that the matcher stays fast. */
export class Op {
  /** From an opening or `Alt` to the next `Alt` or the closing; from a closing back to its opening. */
  link = 0;
  /** A group's number, how far to go back, a verb's serial number. */
  number = 0;
  /** What a repeat repeats: a byte, a newline, a cluster. */
  single: T = T.One;
  min = 1;
  max = 1;
  mode = greedy;
  groups: readonly number[] = [];
  caseless = false;
  name: string | undefined = undefined;

  constructor(
    public t: T,
    public item: Item | undefined = undefined,
  ) {}

  copy(): Op {
    const op = new Op(this.t, this.item);
    op.link = this.link;
    op.number = this.number;
    op.single = this.single;
    op.min = this.min;
    op.max = this.max;
    op.mode = this.mode;
    op.groups = this.groups;
    op.caseless = this.caseless;
    op.name = this.name;
    return op;
  }
}

const chars: (Op | undefined)[] = [];

/** The operation that takes a byte, or either of its cases. One object for each, so nobody may write to it. */
export function charOp(byte: number, caseless: boolean): Readonly<Op> {
  const other = otherCase(byte);
  return (chars[byte * 2 + Number(caseless)] ??= new Op(T.One, {
    category: 'char',
    set: oneByte(byte, caseless).table,
    chars: caseless && other !== byte ? [byte, other] : [byte],
    caseless,
    type: undefined,
  }));
}

/** The byte that a match must begin with, or that must come later: libpcre2's first and last code unit. */
export interface Unit {
  readonly byte: number;
  readonly caseless: boolean;
}

/** A compiled pattern. */
export interface Program {
  readonly ops: readonly Op[];
  /** The first operation of each group that is called from elsewhere. */
  readonly groupAt: ReadonlyMap<number, number>;
  readonly groups: number;
  readonly anchored: boolean;
  readonly startline: boolean;
  readonly first: Unit | undefined;
  readonly last: Unit | undefined;
  /** The bytes that a match can begin with, where that is known and no single one. */
  readonly startBits: Uint8Array | undefined;
  readonly minLength: number;
  readonly hasThen: boolean;
  readonly hasCrOrLf: boolean;
  /** Whether what follows a place in the pattern depends on that place and the position alone. */
  readonly regular: boolean;
}
