/** Passes over the rules of a long chain that a packet surely does not meet, by the plain demands that come first in each. */
import type { Rule } from '../../syntax/iptables/rule';
import { sameEnds } from '../../text/chunks';
import { derived } from '../../text/derived';
import type { Probe } from './match-packet';
import type { PlacedRule } from './ruleset';

/** Chains below this length are gone through rule by rule. */
const shortest = 32;

/** The leading demands of each rule: bits that the last word of an address must have, and the protocol (-1: any). */
class Sieve {
  private readonly protocol: Int16Array;
  private readonly source: Int32Array;
  private readonly sourceMask: Int32Array;
  private readonly destination: Int32Array;
  private readonly destinationMask: Int32Array;

  /** `before`: one whose rules these are but for an edit. */
  constructor(
    readonly rules: readonly Rule[],
    before?: Sieve,
  ) {
    const count = rules.length;
    this.protocol = new Int16Array(count);
    this.source = new Int32Array(count);
    this.sourceMask = new Int32Array(count);
    this.destination = new Int32Array(count);
    this.destinationMask = new Int32Array(count);
    const { head, tail } = before ? sameEnds(before.rules, rules) : { head: 0, tail: 0 };
    if (before) this.take(before, head, tail);
    for (let i = head; i < count - tail; i++) this.note(i, rules[i]?.conditions ?? []);
  }

  /** Takes over what is the same at the beginning and at the end. */
  private take(before: Sieve, head: number, tail: number): void {
    const [count, old] = [this.rules.length, before.rules.length];
    for (const key of ['protocol', 'source', 'sourceMask', 'destination', 'destinationMask'] as const) {
      this[key].set(before[key].subarray(0, head));
      this[key].set(before[key].subarray(old - tail), count - tail);
    }
  }

  /** What comes behind a condition of another kind is left out: that one may count the packet. */
  private note(i: number, conditions: Rule['conditions']): void {
    this.protocol[i] = -1;
    for (const condition of conditions) {
      if (condition.kind === 'protocol') {
        if (!condition.not) this.protocol[i] = condition.number;
      } else if (condition.kind === 'address') {
        if (condition.not) continue;
        const { value, mask } = condition.block;
        const [bits, under] =
          condition.side === 'source' ? [this.source, this.sourceMask] : [this.destination, this.destinationMask];
        bits[i] = (value.at(-1) ?? 0) & (mask.at(-1) ?? 0);
        under[i] = mask.at(-1) ?? 0;
      } else if (condition.kind !== 'interface' && condition.kind !== 'ports') return;
    }
  }

  /** The first place from `from` on whose rule the packet may meet; behind the last one where there is none. */
  next(from: number, { src, dst, protocol }: Probe): number {
    const source = src.at(-1) ?? 0;
    const destination = dst.at(-1) ?? 0;
    const count = this.rules.length;
    for (let i = from; i < count; i++) {
      const wanted = this.protocol[i] ?? -1;
      if (
        (wanted < 0 || wanted === protocol) &&
        (source & (this.sourceMask[i] ?? 0)) === this.source[i] &&
        (destination & (this.destinationMask[i] ?? 0)) === this.destination[i]
      )
        return i;
    }
    return count;
  }
}

/** The last ones, by the first and the last rule of their chains. */
const latest = new WeakMap<Rule, Sieve>();

/** The sieve of a chain's rules; undefined for a short chain. Remembered by the rules. */
export const sieveOf = derived((placed: readonly PlacedRule[]): Sieve | undefined => {
  const rules = placed.map(each => each.rule);
  const [first, last] = [rules[0], rules.at(-1)];
  if (rules.length < shortest || !first || !last) return undefined;
  const sieve = new Sieve(rules, latest.get(first) ?? latest.get(last));
  latest.set(first, sieve);
  latest.set(last, sieve);
  return sieve;
});
