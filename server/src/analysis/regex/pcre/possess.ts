/**
 * Makes repeats possessive where giving back could not help, by libpcre2's own rules: a pattern that backtracks without
 * end on paper is answered at once by the library when these rules catch it.
 */
import { lazy, possessive, T } from './op';
import type { Item, Op, TypeName } from './op';

/** The columns of the library's table of adjacent types; the last four are places. */
const columns: readonly (TypeName | '.+' | 'C' | 'P' | 'Z' | 'z' | '$' | '$M')[] = [
  'D', 'd', 'S', 's', 'W', 'w', 'any', 'all', 'C', 'P', 'p', 'R', 'H', 'h', 'V', 'v', 'X', 'Z', 'z', '$', '$M',
]; // prettier-ignore

/** For a repeated type, what may follow so that it need not give back: 1 for yes. */
const rows: Readonly<Partial<Record<TypeName, string>>> = {
  D: '010000000000000000100',
  d: '100110000001010101111',
  S: '000100000001010101111',
  s: '011001000000000000100',
  W: '010001000000000000100',
  w: '000110000001010101111',
  any: '000000000001000000100',
  all: '000000000000000000100',
  R: '010101100000010000100',
  H: '000000000000010000100',
  h: '011001000001100100100',
  V: '000000000001000100100',
  v: '011001000000011000100',
  X: '000000000000000000100',
};

/** What may follow: a byte's choice or a place; `optional`: it may be missing. */
interface Next {
  readonly item: Item | undefined;
  readonly place: 'Z' | 'z' | '$' | '$M' | undefined;
  readonly optional: boolean;
}

const newlineLike = new Set([10, 11, 12, 13, 0x85]);

/** Rewrites the operations in place. */
export function makePossessive(ops: readonly Op[], hadRecurse: boolean): void {
  const checker = new Checker(ops, hadRecurse);
  for (let i = 0; i < ops.length; i++) {
    const op = ops[i];
    if (op?.t !== T.Rep || !op.item || op.mode === possessive || op.min === op.max) continue;
    if (checker.follows(i + 1, op.item, op.mode !== lazy)) op.mode = possessive;
  }
}

class Checker {
  /** The library gives up on patterns that are too branched. */
  private left = 1000;

  constructor(
    private readonly ops: readonly Op[],
    private readonly hadRecurse: boolean,
  ) {}

  /** Whether nothing that may come at `from` can begin with what `base` takes. */
  follows(from: number, base: Item, isGreedy: boolean): boolean {
    if (--this.left <= 0) return false;
    let entered = false;
    let at = from;
    for (;;) {
      at = this.pastAlternatives(at);
      const op = this.ops[at];
      if (!op) return false;
      switch (op.t) {
        case T.End:
          return isGreedy;
        case T.Ket:
        case T.KetPos: {
          if (!isGreedy) return false;
          const verdict = this.leave(this.ops[at - op.link], base, entered);
          if (verdict !== undefined) return verdict;
          at++;
          continue;
        }
        case T.Once:
        case T.Bra:
        case T.Cbra: {
          let next = at + op.link;
          at++;
          while (this.ops[next]?.t === T.Alt) {
            if (!this.follows(at, base, isGreedy)) return false;
            at = next + 1;
            next += this.ops[next]?.link ?? 1;
          }
          entered = true;
          continue;
        }
        case T.BraZero:
        case T.BraMinZero: {
          const group = this.ops[at + 1];
          if (!group || (group.t !== T.Bra && group.t !== T.Cbra && group.t !== T.Once)) return false;
          if (!this.follows(this.endOf(at + 1) + 1, base, isGreedy)) return false;
          at++;
          continue;
        }
        default:
          break;
      }
      const next = this.next(op);
      if (!next || !apart(base, next)) return false;
      if (!next.optional) return true;
      at++;
    }
  }

  private pastAlternatives(at: number): number {
    while (this.ops[at]?.t === T.Alt) at += this.ops[at]?.link ?? 1;
    return at;
  }

  private endOf(open: number): number {
    let at = open + (this.ops[open]?.link ?? 1);
    while (this.ops[at]?.t === T.Alt) at += this.ops[at]?.link ?? 1;
    return at;
  }

  /** Leaving a group: undefined to look behind it. */
  private leave(open: Op | undefined, base: Item, entered: boolean): boolean | undefined {
    switch (open?.t) {
      case T.Cbra:
      case T.Scbra:
      case T.CbraPos:
      case T.ScbraPos:
        return this.hadRecurse ? false : undefined;
      case T.ScriptRun:
        return base.category === 'char' ? undefined : false;
      case T.Assert:
      case T.AssertNot:
      case T.AssertBack:
      case T.AssertBackNot:
      case T.Once:
        return !entered;
      case T.AssertNa:
      case T.AssertBackNa:
        return false;
      default:
        return undefined;
    }
  }

  private next(op: Op): Next | undefined {
    switch (op.t) {
      case T.One:
      case T.Newline:
      case T.Cluster:
        return { item: op.item, place: undefined, optional: false };
      case T.Rep:
        return { item: op.item, place: undefined, optional: op.min === 0 };
      case T.SubjectEndOrNewline:
        return { item: undefined, place: 'Z', optional: false };
      case T.Dollar:
      case T.DollarEndOnly:
        return { item: undefined, place: '$', optional: false };
      case T.SubjectEnd:
        return { item: undefined, place: 'z', optional: false };
      case T.LineEnd:
        return { item: undefined, place: '$M', optional: false };
      default:
        return undefined;
    }
  }
}

function apart(base: Item, next: Next): boolean {
  if (base.category === 'char') return base.chars.every(c => charApart(c, next));
  const { item } = next;
  if (item?.category === 'char')
    return item.chars.every(c => charApart(c, { item: base, place: undefined, optional: false }));
  if (base.category === 'class' || item?.category === 'class') {
    const other = base.category === 'class' ? item : base;
    if (!other || !item) return false;
    const comparable =
      other.category === 'class' || (other.category === 'type' && 'dDsSwW'.includes(other.type ?? '-'));
    return comparable && disjoint(base.set, item.set);
  }
  if (base.category !== 'type') return false;
  if (base.type === 'p') return next.place === 'z' || (item?.type === 'p' && disjoint(base.set, item.set));
  const column = next.place ?? (item?.category === 'type' ? item.type : undefined);
  if (column === undefined || base.type === undefined) return false;
  return rows[base.type]?.charAt(columns.indexOf(column)) === '1';
}

function charApart(c: number, next: Next): boolean {
  const { item, place } = next;
  if (place === 'z') return true;
  if (place === 'Z' || place === '$') return !newlineLike.has(c);
  if (!item || place === '$M') return false;
  if (item.category === 'type' && (item.type === 'any' || item.type === 'all' || item.type === 'X')) return false;
  return item.set[c] !== 1;
}

function disjoint(a: Uint8Array, b: Uint8Array): boolean {
  for (let i = 0; i < 256; i++) if (a[i] === 1 && b[i] === 1) return false;
  return true;
}
