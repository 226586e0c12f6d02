/** Matches POSIX patterns with back-references: all ways, one after the other, in glibc's order of preference. */
import { N } from './nfa';
import type { Nfa } from './nfa';
import { allowsAfter, allowsBefore, beginContext, endOfMatchContext, takenContext } from './constraints';
import { Registers } from './registers';
import type { Steps } from './simulate';

/** A way not taken yet. */
interface Way {
  readonly node: number;
  readonly at: number;
  readonly context: number;
  readonly registers: Registers;
  readonly passed: readonly number[];
}

/** A match, or why there is none. */
export type Found = { readonly end: number; readonly registers: Registers } | 'none' | 'spent';

/**
 * Looks for a match that begins at `start`. With `end` undefined the longest is sought (of its groups only those that
 * are referred to count); else the first in order that ends there, with `count` groups kept.
 */
export function explore(
  nfa: Nfa,
  bytes: Uint8Array,
  start: number,
  end: number | undefined,
  count: number,
  steps: Steps,
): Found {
  const stack: Way[] = [
    {
      node: nfa.start,
      at: start,
      context: beginContext(bytes, start, nfa.multiline),
      registers: new Registers(count),
      passed: [],
    },
  ];
  const seen = new Set<string>();
  let best: { end: number; registers: Registers } | undefined;
  for (let way = stack.pop(); way; way = stack.pop()) {
    let { node, at, context } = way;
    const { registers } = way;
    let passed = [...way.passed];
    for (;;) {
      // A step here is much more work than elsewhere.
      if ((steps.left -= 30) < 0) return 'spent';
      if (!allowsBefore(nfa.constraints[node] ?? 0, context)) break;
      if (end === undefined) {
        // Two ways that agree on what is referred to end alike.
        const key = `${node} ${at} ${nfa.references.map(g => `${registers.now[2 * g]},${registers.now[2 * g + 1]}`).join(' ')}`;
        if (seen.has(key)) break;
        seen.add(key);
      }
      registers.pass(nfa, node, at);
      if (nfa.kinds[node] === N.End) {
        if (!allowsAfter(nfa.constraints[node] ?? 0, endOfMatchContext(bytes, at, nfa.multiline))) break;
        if (end === undefined) {
          if (!best || at > best.end) best = { end: at, registers };
          break;
        }
        if (at === end && closed(registers)) return { end, registers };
        break;
      }
      const kind = nfa.kinds[node];
      const next = nfa.next[node] ?? -1;
      if (kind === N.Byte) {
        const byte = bytes[at];
        if (byte === undefined || nfa.sets[node]?.[byte] !== 1) break;
        if (!allowsAfter(nfa.constraints[node] ?? 0, takenContext(byte))) break;
        context = takenContext(byte);
        at++;
        node = next;
        passed = [];
      } else if (kind === N.Reference) {
        const length = same(nfa, bytes, registers, nfa.groups[node] ?? 0, at, count);
        if (length < 0) break;
        if (length > 0) {
          passed = [];
          context = beginContext(bytes, at + length, nfa.multiline);
        } else passed.push(node);
        at += length;
        node = next;
      } else {
        passed.push(node);
        const other = nfa.other[node] ?? -1;
        if (other < 0) {
          if (passed.includes(next)) break;
          node = next;
        } else if (passed.includes(next)) {
          if (passed.includes(other)) break;
          node = other;
        } else {
          if (!passed.includes(other))
            stack.push({ node: other, at, context, registers: registers.copy(), passed: [...passed] });
          node = next;
        }
      }
    }
  }
  return best ?? 'none';
}

/** Whether no group is open. */
function closed(registers: Registers): boolean {
  const { now } = registers;
  for (let i = 2; i < now.length; i += 2) if ((now[i] ?? -1) > -1 && now[i + 1] === -1) return false;
  return true;
}

/** The length of what a group took where the same stands at `at`; -1 where it does not, or where the group is not kept. */
function same(nfa: Nfa, bytes: Uint8Array, registers: Registers, group: number, at: number, count: number): number {
  if (group >= count) return -1;
  const from = registers.now[2 * group] ?? -1;
  const to = registers.now[2 * group + 1] ?? -1;
  if (from < 0 || to < 0) return -1;
  const length = to - from;
  if (at + length > bytes.length) return -1;
  for (let i = 0; i < length; i++) if (fold(nfa, bytes[from + i] ?? 0) !== fold(nfa, bytes[at + i] ?? 0)) return -1;
  return length;
}

function fold(nfa: Nfa, byte: number): number {
  return nfa.caseless && byte >= 0x61 && byte <= 0x7a ? byte - 32 : byte;
}
