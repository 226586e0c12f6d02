/** From a POSIX tree to something that can match, as glibc's regexec() does. */
import type { Node, Pattern } from '../../../syntax/pattern/tree';
import { explore } from './backtrack';
import { buildNfa } from './nfa';
import type { Nfa } from './nfa';
import { walk } from './registers';
import { between, Simulator } from './simulate';

/** What became of a match; `groups` as far as asked for, -1 where one is not set. */
export type PosixOutcome =
  | { readonly kind: 'match'; readonly groups: readonly number[] }
  | { readonly kind: 'no match' }
  /** We gave up. */
  | { readonly kind: 'unknown' };

/** A POSIX pattern ready to match. */
export interface PosixMatcher {
  /**
   * Matches a subject (bytes). `steps`: how much work it may take. `groups`: the highest group that is asked for; glibc
   * keeps no more than that, so a back-reference to a higher one makes a match fail.
   */
  match(subject: string, steps: number, groups?: number): PosixOutcome & { readonly spent: number };
}

/** Makes a POSIX tree ready to match. */
export function preparePosix(pattern: Pattern): PosixMatcher {
  let plain: Engine | undefined;
  let grouped: Engine | undefined;
  return {
    match(subject, steps, groups = pattern.groups) {
      const bytes = new Uint8Array(subject.length);
      for (let i = 0; i < subject.length; i++) bytes[i] = subject.charCodeAt(i);
      const engine = groups > 0 ? (grouped ??= new Engine(pattern, true)) : (plain ??= new Engine(pattern, false));
      const left = { left: steps };
      const outcome = engine.match(bytes, groups, left);
      return { ...outcome, spent: steps - left.left };
    },
  };
}

class Engine {
  private readonly nfa: Nfa | undefined;
  private readonly simulator: Simulator | undefined;
  /** Groups that are one with another by being nothing but it. */
  private readonly groups: number;
  /** How many bytes a match takes at least. */
  private readonly least: number;

  constructor(pattern: Pattern, withGroups: boolean) {
    this.nfa = buildNfa(pattern, withGroups);
    this.simulator = this.nfa && this.nfa.references.length === 0 ? new Simulator(this.nfa) : undefined;
    this.groups = pattern.groups;
    this.least = leastLength(pattern.root, 0);
  }

  match(bytes: Uint8Array, groups: number, steps: { left: number }): PosixOutcome {
    const { nfa, simulator } = this;
    if (bytes.length < this.least) return { kind: 'no match' };
    if (!nfa) return { kind: 'unknown' };
    if (!simulator) return this.withReferences(nfa, bytes, groups, steps);
    for (let from = 0; ;) {
      const start = simulator.search(bytes, groups === 0, steps, from);
      if (steps.left < 0) return { kind: 'unknown' };
      if (start < 0) return { kind: 'no match' };
      if (groups === 0) return { kind: 'match', groups: [] };
      const found = simulator.forward(bytes, start, steps);
      if (!found) return { kind: 'unknown' };
      const run = { start, ...found };
      if (!nfa.plural)
        return {
          kind: 'match',
          groups: withCopies(
            nfa,
            walk(
              nfa,
              run,
              found.states.map(nodes => new Set(nodes)),
              groups + 1,
            ) ?? [],
          ),
        };
      const sifted = between(nfa, bytes, run, steps);
      if (!sifted) return { kind: 'unknown' };
      // No way back: glibc looks on from the next place.
      if (sifted[0]?.size === 0) {
        from = start + 1;
        continue;
      }
      const taken = walk(nfa, run, sifted, groups + 1);
      return taken ? { kind: 'match', groups: withCopies(nfa, taken) } : { kind: 'unknown' };
    }
  }

  private withReferences(nfa: Nfa, bytes: Uint8Array, groups: number, steps: { left: number }): PosixOutcome {
    for (let start = 0; start <= bytes.length; start++) {
      const longest = explore(nfa, bytes, start, undefined, this.groups + 1, steps);
      if (longest === 'spent') return { kind: 'unknown' };
      if (longest === 'none') continue;
      if (groups === 0) return { kind: 'match', groups: [] };
      const kept = nfa.plural ? groups + 1 : this.groups + 1;
      const first = explore(nfa, bytes, start, longest.end, kept, steps);
      if (first === 'spent') return { kind: 'unknown' };
      if (first === 'none') return { kind: 'no match' };
      const out = Array.from(first.registers.now).slice(0, 2 * (groups + 1));
      out[0] = start;
      out[1] = longest.end;
      return { kind: 'match', groups: withCopies(nfa, out) };
    }
    return { kind: 'no match' };
  }
}

/** Nodes this deep are not looked into: they may take nothing. */
const deepest = 200;

/** How many bytes a node takes at least; what is not regular may take none. */
function leastLength(node: Node, depth: number): number {
  if (depth > deepest) return 0;
  const inner = (n: Node): number => leastLength(n, depth + 1);
  switch (node.kind) {
    case 'byte':
    case 'set':
      return 1;
    case 'sequence':
      return node.items.reduce((sum, item) => sum + inner(item), 0);
    case 'choice':
      return node.branches.reduce((least, branch) => Math.min(least, inner(branch)), Infinity);
    case 'group':
      return inner(node.body);
    case 'repeat':
      return node.min === 0 ? 0 : node.min * inner(node.body);
    default:
      return 0;
  }
}

/** Gives groups that are nothing but another group what that one took. */
function withCopies(nfa: Nfa, groups: number[]): number[] {
  for (const [group, of] of nfa.same) {
    if (2 * group + 1 >= groups.length) continue;
    groups[2 * group] = groups[2 * of] ?? -1;
    groups[2 * group + 1] = groups[2 * of + 1] ?? -1;
  }
  return groups;
}
