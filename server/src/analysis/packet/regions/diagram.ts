/**
 * Sets as reduced ordered binary decision diagrams (Bryant 1986): exact, with equal sets being one node. A variable is
 * one bit of a packet; a set of packets is asked bit by bit. What rules share is stored once, so ten thousand networks
 * cost little more than their bits.
 */
import { say } from '../../../text/message';

/** A set of packets: a node's number. {@link nothing} and {@link everything} are the two leaves. */
export type Node = number;

export const nothing: Node = 0;
export const everything: Node = 1;

/** Thrown where a set grows beyond what was allowed; never leaves analysis/packet/regions. */
export class TooLarge extends Error {}

/** What is said where it was thrown. */
export const tooMany = say(
  'the rules are too many or too entangled to follow all packets',
  'as regras são muitas ou emaranhadas demais para seguir todos os pacotes',
);

/** What `make` makes; undefined where its sets grow beyond what is allowed, or the stack does. */
export function bounded<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof TooLarge || error instanceof RangeError)) throw error;
    return undefined;
  }
}

/** A member of sets: the bits that are 1. */
export class Bits {
  private constructor(private readonly words: Int32Array) {}

  static of(ones: readonly number[]): Bits {
    const words = new Int32Array((Math.max(-1, ...ones) >> 5) + 1);
    for (const bit of ones) words[bit >> 5] = (words[bit >> 5] ?? 0) | (1 << (bit & 31));
    return new Bits(words);
  }

  at(bit: number): boolean {
    return (((this.words[bit >> 5] ?? 0) >>> (bit & 31)) & 1) === 1;
  }
}

const leaf = 0x7fffffff;
const enum Op {
  And = 1,
  Or = 2,
  Minus = 3,
}

/** Makes and combines sets over bits numbered from 0; lower numbers are asked first. */
export class Diagrams {
  private variable: Int32Array;
  private low: Int32Array;
  private high: Int32Array;
  private count = 2;
  private table: Int32Array;
  private mask: number;
  private readonly cacheKeyA: Int32Array;
  private readonly cacheKeyB: Int32Array;
  private readonly cacheValue: Int32Array;
  private readonly cacheMask: number;
  private readonly shares = new Map<Node, number>();

  /** `most`: nodes allowed, 12 bytes each and as much again for finding them; `expected`: how many it may take. */
  constructor(
    private readonly most = 4_000_000,
    expected = 4_000,
  ) {
    const size = 1 << Math.max(10, Math.min(19, Math.ceil(Math.log2(expected))));
    this.variable = new Int32Array(size);
    this.low = new Int32Array(size);
    this.high = new Int32Array(size);
    this.variable[0] = this.variable[1] = leaf;
    this.table = new Int32Array(size * 2).fill(-1);
    this.mask = size * 2 - 1;
    const cache = Math.min(1 << 17, size);
    this.cacheKeyA = new Int32Array(cache);
    this.cacheKeyB = new Int32Array(cache);
    this.cacheValue = new Int32Array(cache);
    this.cacheMask = cache - 1;
  }

  /** The nodes made so far. */
  get size(): number {
    return this.count;
  }

  /** The set of what has the bit 0 and lies in `low`, or has it 1 and lies in `high`. */
  node(variable: number, low: Node, high: Node): Node {
    if (low === high) return low;
    let at = (Math.imul(variable, 0x9e3779b1) ^ Math.imul(low, 0x85ebca6b) ^ Math.imul(high, 0xc2b2ae35)) >>> 0;
    at = (at ^ (at >>> 15)) & this.mask;
    for (;;) {
      const found = this.table[at] ?? -1;
      if (found < 0) break;
      if (this.variable[found] === variable && this.low[found] === low && this.high[found] === high) return found;
      at = (at + 1) & this.mask;
    }
    if (this.count >= this.most) throw new TooLarge();
    if (this.count === this.variable.length) {
      this.grow();
      return this.node(variable, low, high);
    }
    const made = this.count++;
    this.variable[made] = variable;
    this.low[made] = low;
    this.high[made] = high;
    this.table[at] = made;
    return made;
  }

  private grow(): void {
    const size = this.variable.length * 2;
    const larger = (old: Int32Array) => {
      const out = new Int32Array(size);
      out.set(old);
      return out;
    };
    this.variable = larger(this.variable);
    this.low = larger(this.low);
    this.high = larger(this.high);
    this.table = new Int32Array(size * 2).fill(-1);
    this.mask = size * 2 - 1;
    for (let i = 2; i < this.count; i++) {
      let at =
        (Math.imul(this.variable[i] ?? 0, 0x9e3779b1) ^
          Math.imul(this.low[i] ?? 0, 0x85ebca6b) ^
          Math.imul(this.high[i] ?? 0, 0xc2b2ae35)) >>>
        0;
      at = (at ^ (at >>> 15)) & this.mask;
      while ((this.table[at] ?? -1) >= 0) at = (at + 1) & this.mask;
      this.table[at] = i;
    }
  }

  /** What lies in both. */
  and(a: Node, b: Node): Node {
    if (a === b || b === everything) return a;
    if (a === everything) return b;
    if (a === nothing || b === nothing) return nothing;
    return a < b ? this.apply(Op.And, a, b) : this.apply(Op.And, b, a);
  }

  /** What lies in either. */
  or(a: Node, b: Node): Node {
    if (a === b || b === nothing) return a;
    if (a === nothing) return b;
    if (a === everything || b === everything) return everything;
    return a < b ? this.apply(Op.Or, a, b) : this.apply(Op.Or, b, a);
  }

  /** What lies in the first and not in the second. */
  minus(a: Node, b: Node): Node {
    if (a === b || a === nothing || b === everything) return nothing;
    if (b === nothing) return a;
    return this.apply(Op.Minus, a, b);
  }

  /** What lies in any of them. Halves are joined, so that no set is gone through more often than it takes. */
  union(sets: readonly Node[]): Node {
    if (sets.length < 2) return sets[0] ?? nothing;
    const middle = sets.length >> 1;
    return this.or(this.union(sets.slice(0, middle)), this.union(sets.slice(middle)));
  }

  /** All that does not lie in a set. */
  not(a: Node): Node {
    return this.minus(everything, a);
  }

  private apply(op: Op, a: Node, b: Node): Node {
    const key = (Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b) ^ op) >>> 0;
    const slot = (key ^ (key >>> 16)) & this.cacheMask;
    const tagged = b * 4 + op;
    if (this.cacheKeyA[slot] === a && this.cacheKeyB[slot] === tagged) return this.cacheValue[slot] ?? nothing;
    const va = this.variable[a] ?? leaf;
    const vb = this.variable[b] ?? leaf;
    const v = va < vb ? va : vb;
    const a0 = va === v ? (this.low[a] ?? 0) : a;
    const a1 = va === v ? (this.high[a] ?? 0) : a;
    const b0 = vb === v ? (this.low[b] ?? 0) : b;
    const b1 = vb === v ? (this.high[b] ?? 0) : b;
    let low: Node;
    let high: Node;
    if (op === Op.And) {
      low = this.and(a0, b0);
      high = this.and(a1, b1);
    } else if (op === Op.Or) {
      low = this.or(a0, b0);
      high = this.or(a1, b1);
    } else {
      low = this.minus(a0, b0);
      high = this.minus(a1, b1);
    }
    const value = this.node(v, low, high);
    this.cacheKeyA[slot] = a;
    this.cacheKeyB[slot] = tagged;
    this.cacheValue[slot] = value;
    return value;
  }

  /** A set with the bits from `first` on, `length` of them, forgotten: what has some fitting value there. */
  forget(a: Node, first: number, length: number): Node {
    const known = new Map<Node, Node>();
    const go = (n: Node): Node => {
      const v = this.variable[n] ?? leaf;
      if (v >= first + length) return n;
      const hit = known.get(n);
      if (hit !== undefined) return hit;
      const low = go(this.low[n] ?? 0);
      const high = go(this.high[n] ?? 0);
      const out = v < first ? this.node(v, low, high) : this.or(low, high);
      known.set(n, out);
      return out;
    };
    return go(a);
  }

  /** The top bit that a set asks, and what is left for 0 and 1; undefined for the leaves. */
  open(a: Node): { readonly variable: number; readonly low: Node; readonly high: Node } | undefined {
    if (a < 2) return undefined;
    return { variable: this.variable[a] ?? leaf, low: this.low[a] ?? 0, high: this.high[a] ?? 0 };
  }

  /** Bits from `first` on that agree with `value` where `mask` has ones; words of `length` bits at most 32. */
  bits(first: number, length: number, value: number, mask: number, below: Node = everything): Node {
    let out = below;
    for (let i = length - 1; i >= 0; i--) {
      const bit = length - 1 - i;
      if (((mask >>> bit) & 1) === 0) continue;
      out = (value >>> bit) & 1 ? this.node(first + i, nothing, out) : this.node(first + i, out, nothing);
    }
    return out;
  }

  /** Bits whose number lies between two, both included. */
  between(first: number, length: number, from: number, to: number, below: Node = everything): Node {
    if (from > to) return nothing;
    const top = length >= 32 ? 0xffffffff : 2 ** length - 1;
    const atLeast = from <= 0 ? below : this.bound(first, length, from, true, below);
    const atMost = to >= top ? everything : this.bound(first, length, to, false, everything);
    return this.and(atLeast, atMost);
  }

  private bound(first: number, length: number, limit: number, lower: boolean, below: Node): Node {
    let out = below;
    for (let i = length - 1; i >= 0; i--) {
      const one = (limit >>> (length - 1 - i)) & 1;
      if (lower) out = one ? this.node(first + i, nothing, out) : this.node(first + i, out, below);
      else out = one ? this.node(first + i, below, out) : this.node(first + i, out, nothing);
    }
    return out;
  }

  /** The share of all packets that lie in a set, from 0 to 1, every bit being as likely 0 as 1. Remembered by the set. */
  share(a: Node): number {
    if (a < 2) return a;
    const hit = this.shares.get(a);
    if (hit !== undefined) return hit;
    const out = (this.share(this.low[a] ?? 0) + this.share(this.high[a] ?? 0)) / 2;
    this.shares.set(a, out);
    return out;
  }

  /** A member of both sets, found without making what they share; undefined where there is none. */
  common(a: Node, b: Node): Bits | undefined {
    const ones: number[] = [];
    const without = new Set<number>();
    const go = (x: Node, y: Node): boolean => {
      if (x === nothing || y === nothing) return false;
      if (x === everything && y === everything) return true;
      const key = x * 2 ** 26 + y;
      if (without.has(key)) return false;
      const vx = this.variable[x] ?? leaf;
      const vy = this.variable[y] ?? leaf;
      const v = Math.min(vx, vy);
      const half = (of: Int32Array, n: Node, vn: number): Node => (vn === v ? (of[n] ?? 0) : n);
      if (go(half(this.low, x, vx), half(this.low, y, vy))) return true;
      ones.push(v);
      if (go(half(this.high, x, vx), half(this.high, y, vy))) return true;
      ones.pop();
      without.add(key);
      return false;
    };
    return go(a, b) ? Bits.of(ones) : undefined;
  }

  /** Whether a set has such a member. */
  has(a: Node, bits: Bits): boolean {
    let n = a;
    while (n > 1) n = (bits.at(this.variable[n] ?? 0) ? this.high[n] : this.low[n]) ?? 0;
    return n === everything;
  }

  /** One member of a set as its bits, or undefined for the empty set. Bits that do not matter take the value of `prefer`. */
  member(a: Node, prefer: (variable: number) => 0 | 1 = () => 0): ReadonlyMap<number, 0 | 1> | undefined {
    if (a === nothing) return undefined;
    const out = new Map<number, 0 | 1>();
    for (let n = a; n > 1;) {
      const v = this.variable[n] ?? leaf;
      const wanted = prefer(v);
      const first = wanted ? (this.high[n] ?? 0) : (this.low[n] ?? 0);
      const bit: 0 | 1 = first === nothing ? (wanted ? 0 : 1) : wanted;
      out.set(v, bit);
      n = bit ? (this.high[n] ?? 0) : (this.low[n] ?? 0);
    }
    return out;
  }
}
