/** What libpcre2 knows of a pattern before it tries to match: anchors, first and last byte, first bytes, least length. */
import { none } from './compile';
import type { Compiled } from './compile';
import { T } from './op';
import type { Op, Unit } from './op';

/** The answers. */
export interface Study {
  readonly anchored: boolean;
  readonly startline: boolean;
  readonly first: Unit | undefined;
  readonly last: Unit | undefined;
  readonly startBits: Uint8Array | undefined;
  readonly minLength: number;
}

const captures = new Set([T.Cbra, T.Scbra, T.CbraPos, T.ScbraPos]);
const plainGroups = new Set([T.Bra, T.Sbra, T.BraPos, T.SbraPos]);

/** Studies compiled operations. `anchoredByFlag`: the flag A. */
export function study(compiled: Compiled, anchoredByFlag: boolean, noDotstarAnchor: boolean): Study {
  return new Studier(compiled, noDotstarAnchor).study(anchoredByFlag);
}

const mayBeEmpty = new Set([T.Sbra, T.Scbra, T.SbraPos, T.ScbraPos, T.Scond]);

interface Length {
  readonly length: number;
  /** It leads back to itself: then it does not count among branches. */
  readonly recursed: boolean;
}

/** The capturing group measured last. */
interface Before {
  number: number;
  length: number;
}

class Studier {
  private readonly ops: readonly Op[];
  private calls = 0;

  constructor(
    private readonly compiled: Compiled,
    private readonly noDotstarAnchor: boolean,
  ) {
    this.ops = compiled.ops;
  }

  study(anchoredByFlag: boolean): Study {
    const { compiled } = this;
    const anchored = anchoredByFlag || this.isAnchored(0, new Set(), 0, false);
    let { first } = compiled;
    if (first.flags >= none) first = this.firstAsserted(0, 0) ?? first;
    let minimum = 0;
    let firstUnit: Unit | undefined;
    let startline = false;
    if (first.flags < none) {
      firstUnit = { byte: first.byte, caseless: (first.flags & 1) !== 0 };
      minimum++;
    } else if (!anchored) startline = this.isStartline(0, new Set(), 0, false);
    let last: Unit | undefined;
    if (compiled.last.flags < none) {
      minimum++;
      if (!anchored || (compiled.last.flags & 2) !== 0)
        last = { byte: compiled.last.byte, caseless: (compiled.last.flags & 1) !== 0 };
    }
    let startBits: Uint8Array | undefined;
    if (!firstUnit && !startline) {
      const bits = new Uint8Array(256);
      if (this.startBytes(0, bits, { depth: 0 }) === 'done') {
        startBits = bits;
        const found = single(bits);
        if (found && (!last || (last.byte !== found.byte && !(found.caseless && (last.byte ^ 32) === found.byte)))) {
          firstUnit = found;
          startBits = undefined;
        }
      }
    }
    if (startBits && minimum === 0) minimum = 1;
    const length = compiled.canBeEmpty || compiled.hadAccept ? 0 : Math.max(0, this.minimumLength(0, []));
    return {
      anchored,
      startline,
      first: firstUnit,
      last,
      startBits,
      minLength: Math.max(Math.min(length, 65535), minimum),
    };
  }

  private op(at: number): Op {
    const op = this.ops[at];
    if (!op) throw new RangeError('operation');
    return op;
  }

  /** The closing of a group, or the place behind its last branch. */
  private endOf(open: number): number {
    let at = open + this.op(open).link;
    while (this.op(at).t === T.Alt) at += this.op(at).link;
    return at;
  }

  /** The branches of a group: where each begins. */
  private *branches(open: number): Generator<number> {
    let at = open;
    do {
      yield at + 1;
      at += this.op(at).link;
    } while (this.op(at).t === T.Alt);
  }

  private significant(from: number, skipAssertions: boolean): number {
    for (let at = from; ;) {
      const op = this.op(at);
      switch (op.t) {
        case T.AssertNot:
        case T.AssertBack:
        case T.AssertBackNot:
        case T.AssertBackNa:
          if (!skipAssertions) return at;
          at = this.endOf(at) + 1;
          break;
        case T.WordBoundary:
        case T.NotWordBoundary:
          if (!skipAssertions) return at;
          at++;
          break;
        case T.IfGroup:
        case T.IfRecursion:
        case T.IfFalse:
        case T.IfTrue:
          at++;
          break;
        case T.SkipZero:
          at = this.endOf(at + 1) + 1;
          break;
        case T.Cond:
        case T.Scond:
          if (this.op(at + 1).t !== T.IfFalse || this.op(at + op.link).t === T.Alt) return at;
          at += op.link + 1;
          break;
        case T.Mark:
        case T.Commit:
        case T.Prune:
        case T.Skip:
        case T.Then:
          if (op.name === undefined) return at;
          at++;
          break;
        default:
          return at;
      }
    }
  }

  private isAnchored(open: number, inside: ReadonlySet<number>, atomic: number, asserted: boolean): boolean {
    return this.everyBranch(open, inside, atomic, asserted, (at, inner, level, assert) => {
      const op = this.op(at);
      if (op.t === T.Cond || op.t === T.Scond) {
        return this.op(at + op.link).t === T.Alt && this.isAnchored(at, inner, level, assert);
      }
      const group = this.enter(op, inner, level, assert);
      if (group) return this.isAnchored(at, group.inside, group.atomic, group.asserted);
      if (this.isStar(op)) return op.item?.type === 'all' && this.starCounts(inner, level, assert);
      return op.t === T.SubjectStart || op.t === T.SearchStart || op.t === T.Circumflex;
    });
  }

  private isStartline(open: number, inside: ReadonlySet<number>, atomic: number, asserted: boolean): boolean {
    return this.everyBranch(open, inside, atomic, asserted, (from, inner, level, assert) => {
      let at = from;
      if (this.op(at).t === T.Cond) {
        at++;
        const test = this.op(at);
        if (test.t < T.Assert || test.t > T.AssertBackNa) return false;
        if (!this.isStartline(at, inner, level, true)) return false;
        at = this.significant(this.endOf(at) + 1, false);
      }
      const op = this.op(at);
      const group = this.enter(op, inner, level, assert);
      if (group) return this.isStartline(at, group.inside, group.atomic, group.asserted);
      if (this.isStar(op)) return op.item?.type === 'any' && this.starCounts(inner, level, assert);
      return op.t === T.Circumflex || op.t === T.LineStart;
    });
  }

  private everyBranch(
    open: number,
    inside: ReadonlySet<number>,
    atomic: number,
    asserted: boolean,
    test: (at: number, inside: ReadonlySet<number>, atomic: number, asserted: boolean) => boolean,
  ): boolean {
    for (const branch of this.branches(open)) {
      if (!test(this.significant(branch, false), inside, atomic, asserted)) return false;
    }
    return true;
  }

  private enter(
    op: Op,
    inside: ReadonlySet<number>,
    atomic: number,
    asserted: boolean,
  ): { inside: ReadonlySet<number>; atomic: number; asserted: boolean } | undefined {
    if (plainGroups.has(op.t)) return { inside, atomic, asserted };
    if (captures.has(op.t)) return { inside: new Set([...inside, op.number < 32 ? op.number : 0]), atomic, asserted };
    if (op.t === T.Assert || op.t === T.AssertNa) return { inside, atomic, asserted: true };
    if (op.t === T.Once) return { inside, atomic: atomic + 1, asserted };
    return undefined;
  }

  private isStar(op: Op): boolean {
    return op.t === T.Rep && op.item?.category === 'type' && op.min === 0 && op.max === Infinity;
  }

  private starCounts(inside: ReadonlySet<number>, atomic: number, asserted: boolean): boolean {
    if (atomic > 0 || asserted || this.compiled.hadPruneOrSkip || this.noDotstarAnchor) return false;
    for (const group of inside) if (this.compiled.referenced.has(group)) return false;
    return true;
  }

  /** The byte that every branch asserts to come first. */
  private firstAsserted(open: number, asserted: number): { byte: number; flags: number } | undefined {
    let found: { byte: number; flags: number } | undefined;
    for (const branch of this.branches(open)) {
      const at = this.significant(branch, true);
      const op = this.op(at);
      let here: { byte: number; flags: number } | undefined;
      if (
        op.t === T.Bra ||
        op.t === T.BraPos ||
        captures.has(op.t) ||
        op.t === T.Assert ||
        op.t === T.AssertNa ||
        op.t === T.Once ||
        op.t === T.ScriptRun
      ) {
        here = this.firstAsserted(at, asserted + (op.t === T.Assert || op.t === T.AssertNa ? 1 : 0));
      } else if (asserted > 0 && op.item?.category === 'char' && (op.t === T.One || (op.t === T.Rep && op.min > 0))) {
        const [byte = 0] = op.item.chars;
        if (op.item.caseless && byte >= 0x80) return undefined;
        here = { byte, flags: op.item.caseless ? 1 : 0 };
      }
      if (!here) return undefined;
      if (found && (found.byte !== here.byte || found.flags !== here.flags)) return undefined;
      found = here;
    }
    return found;
  }

  /** Adds the bytes that a group can begin with; `done`: one of them must come. */
  private startBytes(open: number, bits: Uint8Array, guard: { depth: number }): 'done' | 'continue' | 'fail' {
    if (++guard.depth > 1000) return 'fail';
    let result: 'done' | 'continue' = 'done';
    for (const branch of this.branches(open)) {
      const outcome = this.startOfBranch(branch, bits, guard);
      if (outcome === 'fail') return 'fail';
      if (outcome === 'end') return 'continue';
      if (outcome === 'alternative') result = 'continue';
    }
    return result;
  }

  private startOfBranch(
    branch: number,
    bits: Uint8Array,
    guard: { depth: number },
  ): 'done' | 'alternative' | 'end' | 'fail' {
    for (let at = branch; ;) {
      const op = this.op(at);
      switch (op.t) {
        case T.Circumflex:
        case T.WordBoundary:
        case T.NotWordBoundary:
          at++;
          break;
        case T.Bra:
        case T.Sbra:
        case T.Cbra:
        case T.Scbra:
        case T.BraPos:
        case T.SbraPos:
        case T.CbraPos:
        case T.ScbraPos:
        case T.Once:
        case T.ScriptRun:
        case T.Assert:
        case T.AssertNa: {
          const inner = this.startBytes(at, bits, guard);
          if (inner === 'fail') return 'fail';
          if (inner === 'done') return 'done';
          at = this.endOf(at) + 1;
          break;
        }
        case T.Alt:
          return 'alternative';
        case T.Ket:
        case T.KetMax:
        case T.KetMin:
        case T.KetPos:
          return 'end';
        case T.AssertNot:
        case T.AssertBack:
        case T.AssertBackNot:
        case T.AssertBackNa:
          at = this.endOf(at) + 1;
          break;
        case T.BraZero:
        case T.BraMinZero:
        case T.BraPosZero:
          if (this.startBytes(at + 1, bits, guard) === 'fail') return 'fail';
          at = this.endOf(at + 1) + 1;
          break;
        case T.SkipZero:
          at = this.endOf(at + 1) + 1;
          break;
        case T.One:
        case T.Newline:
        case T.Rep: {
          const { item } = op;
          if (!item || !tellsStart(item)) return 'fail';
          for (let b = 0; b < 256; b++) if (item.set[b] === 1) bits[b] = 1;
          if (op.t !== T.Rep || op.min > 0) return 'done';
          at++;
          break;
        }
        default:
          return 'fail';
      }
    }
  }

  /** A lower bound of what a group takes; below 0 where the library gives up. */
  private minimumLength(open: number, calls: readonly number[]): number {
    const opening = this.op(open);
    if (mayBeEmpty.has(opening.t)) return 0;
    if (this.calls++ > 1000) return -1;
    const before: Before = { number: -1, length: 0 };
    let length = -1;
    for (const branch of this.branches(open)) {
      const found = this.branchLength(branch, calls, before);
      if (found.length < 0) return found.length;
      if (length < 0 || (!found.recursed && found.length < length)) length = found.length;
      if (length === 0) return 0;
    }
    return length;
  }

  private branchLength(branch: number, calls: readonly number[], before: Before): Length {
    let length = 0;
    let recursed = false;
    for (let at = branch; ; at++) {
      if (length >= 65535) return { length: 65535, recursed };
      const op = this.op(at);
      switch (op.t) {
        case T.Alt:
        case T.Ket:
        case T.KetMax:
        case T.KetMin:
        case T.KetPos:
        case T.End:
          return { length, recursed };
        case T.Cond:
        case T.Scond:
        case T.Bra:
        case T.Once:
        case T.ScriptRun:
        case T.Sbra:
        case T.BraPos:
        case T.SbraPos:
        case T.Cbra:
        case T.Scbra:
        case T.CbraPos:
        case T.ScbraPos: {
          const inner = this.innerLength(op, at, calls, before);
          if (inner < 0) return { length: inner, recursed };
          length += inner;
          at = this.endOf(at);
          break;
        }
        case T.Assert:
        case T.AssertNot:
        case T.AssertBack:
        case T.AssertBackNot:
        case T.AssertNa:
        case T.AssertBackNa:
          at = this.endOf(at);
          break;
        case T.BraZero:
        case T.BraMinZero:
        case T.BraPosZero:
        case T.SkipZero:
          at = this.endOf(at + 1);
          break;
        case T.One:
        case T.Newline:
        case T.Cluster:
          length++;
          break;
        case T.Rep:
          length += op.min;
          break;
        case T.Ref:
        case T.Recurse: {
          const found = op.t === T.Ref ? this.referencedLength(op, at, calls) : this.calledLength(op.number, at, calls);
          if (found.length < 0) return found;
          if (found.recursed) recursed = true;
          length += Math.min(65535, found.length * (op.t === T.Ref ? op.min : 1));
          break;
        }
        default:
          break;
      }
    }
  }

  /** A group inside a branch. The library measures a capturing group once where copies of it follow each other. */
  private innerLength(op: Op, at: number, calls: readonly number[], before: Before): number {
    const oneBranch = (op.t === T.Cond || op.t === T.Scond) && this.op(at + op.link).t !== T.Alt;
    if (oneBranch) return 0;
    if (!captures.has(op.t)) return this.minimumLength(at, calls);
    if (this.compiled.duplicateNumbers || op.number !== before.number) {
      before.number = op.number;
      before.length = this.minimumLength(at, calls);
    }
    return before.length;
  }

  private firstOpening(group: number): number | undefined {
    if (group === 0) return 0;
    const at = this.ops.findIndex(op => captures.has(op.t) && op.number === group);
    return at < 0 ? undefined : at;
  }

  private calledLength(group: number, at: number, calls: readonly number[]): Length {
    const open = this.firstOpening(group);
    if (open === undefined) return { length: 0, recursed: false };
    if ((at > open && at < this.endOf(open)) || calls.includes(open)) return { length: 0, recursed: true };
    return { length: this.minimumLength(open, [...calls, open]), recursed: false };
  }

  private readonly references = new Map<number, number>();

  private referencedLength(op: Op, at: number, calls: readonly number[]): Length {
    let least: number | undefined;
    let recursed = false;
    if (op.groups.length > 1 && this.compiled.duplicateNumbers) return { length: 0, recursed };
    for (const group of op.groups) {
      let length = this.references.get(group);
      if (length === undefined) {
        const open = this.firstOpening(group);
        const twice =
          this.compiled.duplicateNumbers &&
          open !== undefined &&
          this.ops.some((other, i) => i > this.endOf(open) && captures.has(other.t) && other.number === group);
        const found = twice ? { length: 0, recursed: false } : this.calledLength(group, at, calls);
        if (found.length < 0) return found;
        if (found.recursed) recursed = true;
        length = found.length;
        this.references.set(group, length);
      }
      least = Math.min(least ?? length, length);
      if (least === 0) break;
    }
    return { length: least ?? 0, recursed };
  }
}

/** Whether the library notes what an operation begins with. */
function tellsStart(item: { category: string; type: string | undefined }): boolean {
  if (item.category === 'not' || item.category === 'property-class') return false;
  if (item.category !== 'type') return true;
  if (item.type === 'any' || item.type === 'all' || item.type === 'p' || item.type === 'X') return false;
  if (item.type === 'H' || item.type === 'V') return false;
  return true;
}

/** A set of one byte, or of the two cases of a letter. */
function single(bits: Uint8Array): Unit | undefined {
  const found: number[] = [];
  for (let b = 0; b < 256; b++) if (bits[b] === 1) found.push(b);
  const [a, b] = found;
  if (a === undefined || found.length > 2) return undefined;
  if (b === undefined) return { byte: a, caseless: false };
  return b === a + 32 && a >= 0x41 && a <= 0x5a ? { byte: a, caseless: true } : undefined;
}
