/** Matches POSIX patterns without back-references: all ways at once, so in time that is bounded by pattern times subject. */
import { N } from './nfa';
import type { Nfa } from './nfa';
import { allowsAfter, allowsBefore, beginContext, endOfMatchContext, takenContext } from './constraints';

const byteKind: N = N.Byte;
const endKind: N = N.End;
const referenceKind: N = N.Reference;

/** Steps left; below 0: given up. */
export interface Steps {
  left: number;
}

/** A set of nodes that can be emptied at once. */
class NodeSet {
  readonly list: Int32Array;
  size = 0;
  private readonly seen: Int32Array;
  private round = 1;

  constructor(count: number) {
    this.list = new Int32Array(count);
    this.seen = new Int32Array(count);
  }

  has(node: number): boolean {
    return this.seen[node] === this.round;
  }

  add(node: number): boolean {
    if (this.seen[node] === this.round) return false;
    this.seen[node] = this.round;
    this.list[this.size++] = node;
    return true;
  }

  clear(): void {
    this.size = 0;
    this.round++;
  }
}

/** Follows the nodes that take nothing; holds the sets that one automaton needs. */
export class Simulator {
  private current: NodeSet;
  private next: NodeSet;
  private readonly stack: number[] = [];
  private readonly starts: Int32Array;
  private readonly nextStarts: Int32Array;
  /** The bytes that a match can begin with; undefined where it may take nothing. */
  private readonly firstBytes: Uint8Array | undefined;
  /** Whether a match can begin at the subject's start only. */
  private readonly anchored: boolean;
  /** The end and its copies, the lowest number first. */
  private readonly ends: number[] = [];

  constructor(private readonly nfa: Nfa) {
    const count = nfa.kinds.length;
    this.current = new NodeSet(count);
    this.next = new NodeSet(count);
    this.starts = new Int32Array(count);
    this.nextStarts = new Int32Array(count);
    nfa.kinds.forEach((kind, i) => {
      if (kind === N.End) this.ends.push(i);
    });
    const { bytes, anchored } = this.beginnings();
    this.firstBytes = bytes;
    this.anchored = anchored;
  }

  private beginnings(): { bytes: Uint8Array | undefined; anchored: boolean } {
    const { nfa } = this;
    const bytes = new Uint8Array(256);
    const seen = new Set<number>();
    let anchored = true;
    let empty = false;
    const todo: { node: number; begun: boolean }[] = [{ node: nfa.start, begun: false }];
    for (let item = todo.pop(); item; item = todo.pop()) {
      const { node } = item;
      const key = node * 2 + (item.begun ? 1 : 0);
      if (seen.has(key)) continue;
      seen.add(key);
      const kind = nfa.kinds[node];
      let { begun } = item;
      if (kind === N.Byte) {
        const set = nfa.sets[node];
        for (let b = 0; b < 256; b++) if (set?.[b] === 1) bytes[b] = 1;
        if (!begun) anchored = false;
      } else if (kind === N.End || kind === N.Reference) {
        empty = true;
        if (!begun) anchored = false;
      } else {
        if (
          kind === N.Anchor &&
          !allowsBefore(nfa.constraints[node] ?? 0, nfa.multiline ? 2 : 0) &&
          !allowsBefore(nfa.constraints[node] ?? 0, 1)
        )
          begun = true;
        for (const to of [nfa.next[node] ?? -1, nfa.other[node] ?? -1]) if (to >= 0) todo.push({ node: to, begun });
      }
    }
    return { bytes: empty ? undefined : bytes, anchored };
  }

  /** Adds a node and all that it leads to without taking a byte. */
  private close(set: NodeSet, starts: Int32Array, node: number, start: number, context: number): void {
    const { nfa, stack } = this;
    stack.push(node);
    for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
      if (!allowsBefore(nfa.constraints[top] ?? 0, context) || !set.add(top)) continue;
      starts[top] = start;
      const kind = nfa.kinds[top];
      if (kind === byteKind || kind === endKind || kind === referenceKind) continue;
      const other = nfa.other[top] ?? -1;
      if (other >= 0) stack.push(other);
      stack.push(nfa.next[top] ?? 0);
    }
  }

  /**
   * Where the leftmost match begins, or -1. `any`: any beginning will do. Nodes keep the least beginning they were
   * reached from: those reached earlier in a step come from an earlier beginning.
   */
  search(bytes: Uint8Array, any: boolean, steps: Steps, from = 0): number {
    const { nfa } = this;
    let { current, next } = this;
    let { starts, nextStarts } = this;
    current.clear();
    let best = -1;
    for (let at = from; at <= bytes.length; at++) {
      const byte = bytes[at];
      const begins =
        best < 0 &&
        (at === 0 || !this.anchored) &&
        (!this.firstBytes || (byte !== undefined && this.firstBytes[byte] === 1));
      if (begins) this.close(current, starts, nfa.start, at, beginContext(bytes, at, nfa.multiline));
      if (current.size === 0) {
        if (best >= 0 || (this.anchored && at > 0)) break;
        steps.left--;
        continue;
      }
      const halt = this.halts(current, bytes, at, starts, best);
      if (halt >= 0) {
        best = starts[halt] ?? 0;
        if (any) return best;
      }
      steps.left -= current.size + 1;
      if (steps.left < 0) return -1;
      next.clear();
      if (byte !== undefined) {
        for (let i = 0; i < current.size; i++) {
          const node = current.list[i] ?? 0;
          if (best >= 0 && (starts[node] ?? 0) >= best) continue;
          if (takes(nfa, node, byte))
            this.close(next, nextStarts, nfa.next[node] ?? 0, starts[node] ?? 0, takenContext(byte));
        }
      }
      [current, next] = [next, current];
      [starts, nextStarts] = [nextStarts, starts];
    }
    return best;
  }

  /** An end among the nodes that a match may stop at here, of a beginning before `best`; -1 for none. */
  private halts(set: NodeSet, bytes: Uint8Array, at: number, starts: Int32Array, best: number): number {
    const { nfa } = this;
    let found = -1;
    for (const node of this.ends) {
      if (!set.has(node) || !allowsAfter(nfa.constraints[node] ?? 0, endOfMatchContext(bytes, at, nfa.multiline)))
        continue;
      const start = starts[node] ?? 0;
      if ((best < 0 || start < best) && (found < 0 || start < (starts[found] ?? 0))) found = node;
    }
    return found;
  }

  /** The nodes that can be reached at each place from a beginning, up to the longest end, which is given too. */
  forward(
    bytes: Uint8Array,
    start: number,
    steps: Steps,
  ): { states: Int32Array[]; end: number; last: number } | undefined {
    const { nfa } = this;
    let { current, next } = this;
    const { starts } = this;
    current.clear();
    this.close(current, starts, nfa.start, start, beginContext(bytes, start, nfa.multiline));
    const states: Int32Array[] = [];
    let end = -1;
    let last = -1;
    for (let at = start; current.size > 0; at++) {
      states.push(current.list.slice(0, current.size));
      const halt = this.ends.find(
        node =>
          current.has(node) && allowsAfter(nfa.constraints[node] ?? 0, endOfMatchContext(bytes, at, nfa.multiline)),
      );
      if (halt !== undefined) {
        end = at;
        last = halt;
      }
      steps.left -= current.size * 2;
      if (steps.left < 0) return undefined;
      next.clear();
      const byte = bytes[at];
      if (byte === undefined) break;
      for (let i = 0; i < current.size; i++) {
        const node = current.list[i] ?? 0;
        if (takes(nfa, node, byte)) this.close(next, starts, nfa.next[node] ?? 0, 0, takenContext(byte));
      }
      [current, next] = [next, current];
    }
    return end < 0 ? undefined : { states, end, last };
  }
}

/** Whether a node takes a byte, its demand on it considered. */
function takes(nfa: Nfa, node: number, byte: number): boolean {
  if (nfa.kinds[node] !== byteKind || nfa.sets[node]?.[byte] !== 1) return false;
  const constraint = nfa.constraints[node] ?? 0;
  return constraint === 0 || allowsAfter(constraint, takenContext(byte));
}

/** A match with its way: from `start` to `end`, stopping at the node `last`. */
export interface Run {
  readonly start: number;
  readonly end: number;
  readonly last: number;
  /** The nodes that can be reached at each place from the start. */
  readonly states: readonly Int32Array[];
}

/**
 * For each place of a match, the nodes that lie on a way through it. A newline counts for `$` here only where the flag
 * m makes it so: glibc asks more sharply on the way back.
 */
export function between(nfa: Nfa, bytes: Uint8Array, run: Run, steps: Steps): Set<number>[] | undefined {
  const { start, end, last, states } = run;
  const sifted: Set<number>[] = [];
  for (let at = end; at >= start; at--) {
    const here = new Set<number>();
    const later = sifted[end - at - 1];
    const byte = bytes[at];
    const nodes = states[at - start] ?? new Int32Array(0);
    const context = endOfMatchContext(bytes, at, nfa.multiline);
    const leads = (node: number): boolean => {
      switch (nfa.kinds[node]) {
        case N.End:
          return at === end && node === last;
        case N.Byte:
          if (later === undefined || byte === undefined || nfa.sets[node]?.[byte] !== 1) return false;
          return later.has(nfa.next[node] ?? -1) && allowsAfter(nfa.constraints[node] ?? 0, context);
        default:
          return here.has(nfa.next[node] ?? -1) || here.has(nfa.other[node] ?? -1);
      }
    };
    for (let changed = true; changed;) {
      changed = false;
      // Nodes lead mostly to those found after them: from the end, few rounds are needed.
      for (let i = nodes.length - 1; i >= 0; i--) {
        const node = nodes[i] ?? 0;
        if (!here.has(node) && leads(node)) {
          here.add(node);
          changed = true;
        }
      }
      steps.left -= nodes.length;
      if (steps.left < 0) return undefined;
    }
    sifted.push(here);
  }
  return sifted.reverse();
}
