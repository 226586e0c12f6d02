/** What the groups of a POSIX match take: glibc's walk through the automaton, its oddities included. */
import { N } from './nfa';
import type { Nfa } from './nfa';
import type { Run } from './simulate';

/** Starts and ends of the groups, -1 for unset; a copy as it was before an empty round of an optional group. */
export class Registers {
  readonly now: Int32Array;
  private before: Int32Array;

  constructor(count: number) {
    this.now = new Int32Array(2 * count).fill(-1);
    this.before = this.now.slice();
  }

  copy(): Registers {
    const made = new Registers(this.now.length / 2);
    made.now.set(this.now);
    made.before.set(this.before);
    return made;
  }

  /** Enters a node at a place. */
  pass(nfa: Nfa, node: number, at: number): void {
    const kind = nfa.kinds[node];
    if (kind !== N.Open && kind !== N.Close) return;
    const group = nfa.groups[node] ?? 0;
    const { now } = this;
    if (2 * group >= now.length) return;
    if (kind === N.Open) {
      now[2 * group] = at;
      now[2 * group + 1] = -1;
    } else if ((now[2 * group] ?? -1) < at) {
      now[2 * group + 1] = at;
      this.before = now.slice();
    } else if (nfa.optional[node] === true && (this.before[2 * group] ?? -1) !== -1) {
      // An empty round of an optional group that has matched before: as if it had not been.
      now.set(this.before);
    } else now[2 * group + 1] = at;
  }
}

/**
 * The groups of a match; `sifted` has the nodes on a way, by place from its start.
 * `count`: how many groups are asked for, the whole match included. Undefined where there is no way, and where the walk goes
 * round in circles, as glibc's does then without end.
 */
export function walk(nfa: Nfa, run: Run, sifted: readonly Set<number>[], count: number): number[] | undefined {
  const { start, end, last } = run;
  const registers = new Registers(count);
  registers.now[0] = start;
  registers.now[1] = end;
  const passed = new Set<number>();
  let node = nfa.start;
  let idle = 0;
  for (let at = start; at <= end;) {
    registers.pass(nfa, node, at);
    if (at === end && node === last) break;
    const here = sifted[at - start];
    if (!here) return undefined;
    if (nfa.kinds[node] === N.Byte) {
      node = nfa.next[node] ?? -1;
      at++;
      passed.clear();
      idle = 0;
      continue;
    }
    if (++idle > 4 * nfa.kinds.length) return undefined;
    passed.add(node);
    const first = nfa.next[node] ?? -1;
    const second = nfa.other[node] ?? -1;
    const ways = [first, second].filter(way => way >= 0 && here.has(way));
    const [way, instead] = ways;
    if (way === undefined) return undefined;
    node = instead !== undefined && passed.has(way) ? instead : way;
  }
  const out = Array.from(registers.now);
  out[0] = start;
  out[1] = end;
  return out;
}
