/** The shortest subject that several patterns judge as wanted: breadth first, through all automata at once. */
import type { Budget } from '../../text/budget';
import { byReadability, type Automaton } from './automaton';
import { NotRegular } from './nodes';

/** What became of a search. `unknown`: the budget ran out, or the automata grew too large. */
export type Found =
  { readonly kind: 'found'; readonly subject: string } | { readonly kind: 'none' } | { readonly kind: 'unknown' };

/** Judges a subject that ends in these states. */
export type Wanted = (matched: readonly boolean[]) => boolean;

/**
 * The shortest subject (bytes, one character each) for which `wanted` is true of "which automata accept it"; of several the
 * one that reads best. `hopeless` may cut branches: it sees which automata have surely matched (true), surely not (false), or
 * are open (undefined). A step of the budget is one state of the product.
 */
export function shortestSubject(
  automata: readonly Automaton[],
  wanted: Wanted,
  budget: Budget,
  hopeless: (known: readonly (boolean | undefined)[]) => boolean = () => false,
): Found {
  try {
    return search(automata, wanted, budget, hopeless);
  } catch (error) {
    if (error instanceof NotRegular) return { kind: 'unknown' };
    throw error;
  }
}

interface Visit {
  readonly states: readonly number[];
  readonly from: Visit | undefined;
  readonly byte: number;
}

function search(
  automata: readonly Automaton[],
  wanted: Wanted,
  budget: Budget,
  hopeless: (known: readonly (boolean | undefined)[]) => boolean,
): Found {
  const bytes = sampleBytes(automata);
  const first: Visit = { states: automata.map(() => 0), from: undefined, byte: 0 };
  const seen = new Set([first.states.join()]);
  let layer = [first];
  while (layer.length > 0) {
    for (const visit of layer) {
      if (wanted(visit.states.map((s, i) => automata[i]?.accepts(s) ?? false)))
        return { kind: 'found', subject: spell(visit) };
    }
    const next: Visit[] = [];
    for (const visit of layer) {
      for (const byte of bytes) {
        // Thousands of automata make a state dear.
        if (!budget.step(1 + (automata.length >> 6))) return { kind: 'unknown' };
        const states = visit.states.map((s, i) => automata[i]?.step(s, byte) ?? s);
        const key = states.join();
        if (seen.has(key)) continue;
        seen.add(key);
        if (
          hopeless(states.map((s, i) => (automata[i]?.isSure(s) ? true : automata[i]?.isDead(s) ? false : undefined)))
        )
          continue;
        next.push({ states, from: visit, byte });
      }
    }
    layer = next;
  }
  return { kind: 'none' };
}

/** One byte for each class of bytes that all automata together tell apart, readable ones first. */
function sampleBytes(automata: readonly Automaton[]): number[] {
  const seen = new Set<string>();
  return byReadability.filter(byte => {
    const key = automata.map(a => a.classOf[byte]).join();
    return !seen.has(key) && seen.add(key);
  });
}

function spell(visit: Visit): string {
  const out: string[] = [];
  for (let at: Visit | undefined = visit; at?.from; at = at.from) out.push(String.fromCharCode(at.byte));
  return out.reverse().join('');
}
