/**
 * Patterns that a backtracking matcher can be kept busy with: where a loop can read the same text in two ways, each repetition
 * doubles the work. What is found here is a suspicion with a subject; the matcher itself has the last word.
 */
import { setOf, type ByteSet } from '../../syntax/pattern/byte-set';
import type { Node, Pattern } from '../../syntax/pattern/tree';
import type { Budget } from '../../text/budget';
import { byReadability } from './automaton';
import { graphOf, NotRegular, type Graph } from './nodes';

/** A subject that grows with `pump` repeated; `suffix` is there so that the match fails and everything is tried. */
export interface Attack {
  /** `exponential`: one loop in two ways; `polynomial`: two loops one after the other on the same text. */
  readonly growth: 'exponential' | 'polynomial';
  readonly prefix: string;
  readonly pump: string;
  readonly suffixes: readonly string[];
}

interface Edge {
  readonly to: number;
  /** There is more than one way from here to there that reads nothing else. */
  readonly twice: boolean;
}

/** The steps that read a byte, and which may follow which. */
interface Moves {
  readonly sets: ReadonlyMap<number, ByteSet>;
  readonly edges: ReadonlyMap<number, readonly Edge[]>;
  readonly first: readonly Edge[];
}

const mostSteps = 400;

/**
 * Attacks of one kind worth trying on a pattern; empty where no loop is ambiguous in that way. Patterns that are not regular or
 * too large give none. A step of the budget is a pair of places looked at.
 */
export function attacksOn(pattern: Pattern, growth: Attack['growth'], budget: Budget): Attack[] {
  if (growth === 'exponential' && !loopsChoose(pattern.root, false, 0)) return [];
  let graph: Graph;
  try {
    graph = graphOf(pattern);
  } catch (error) {
    if (error instanceof NotRegular) return [];
    throw error;
  }
  const moves = movesOf(graph);
  if (moves.sets.size > mostSteps) return [];
  const suffixes = [...literalsOf(moves).map(l => `!${l}`), '!', '\u0001', '!!a@'].slice(0, 12);
  const out: Attack[] = [];
  const loopOf = loopsOf(moves);
  for (const at of loopOf.keys()) {
    const pump = growth === 'exponential' ? twoWays(moves, loopOf, at, budget) : handedOver(moves, loopOf, at, budget);
    if (pump !== undefined) out.push({ growth, prefix: wayTo(moves, at), pump, suffixes });
    if (budget.spent || out.length > 4) break;
  }
  return out;
}

/** Whether an unbounded loop has a choice within it: without one it reads a text in one way alone. */
function loopsChoose(node: Node, inLoop: boolean, depth: number): boolean {
  if (depth > 400) return true;
  const within = (child: Node, loop: boolean): boolean => loopsChoose(child, loop, depth + 1);
  switch (node.kind) {
    case 'sequence':
      return node.items.some(i => within(i, inLoop));
    case 'choice':
      return inLoop || node.branches.some(b => within(b, inLoop));
    case 'group':
    case 'look':
      return within(node.body, inLoop);
    case 'repeat':
      return (inLoop && node.min !== node.max) || within(node.body, inLoop || node.max === Infinity);
    default:
      return false;
  }
}

function movesOf(graph: Graph): Moves {
  const sets = new Map<number, ByteSet>();
  for (const [i, step] of graph.steps.entries()) if (step.kind === 'byte') sets.set(i, step.set);
  const closure = (start: number): Edge[] => {
    const count = new Map<number, number>();
    // A loop inside a loop is left and entered again without a byte: each step may stand twice on one way.
    const open = new Map<number, number>();
    let work = 0;
    const go = (at: number): void => {
      const step = graph.steps[at];
      const visits = open.get(at) ?? 0;
      if (!step || visits > 1 || ++work > 5000) return;
      if (step.kind === 'byte') count.set(at, (count.get(at) ?? 0) + 1);
      else if (step.kind !== 'match' && step.kind !== 'fail') {
        open.set(at, visits + 1);
        if (step.kind === 'split') step.next.forEach(go);
        else go(step.next);
        open.set(at, visits);
      }
    };
    go(start);
    return [...count].map(([to, n]) => ({ to, twice: n > 1 }));
  };
  const edges = new Map<number, Edge[]>();
  for (const i of sets.keys()) {
    const step = graph.steps[i];
    if (step?.kind === 'byte') edges.set(i, closure(step.next));
  }
  return { sets, edges, first: closure(graph.start) };
}

/** For each place that can come back to itself, the places of its loop (those that it reaches and that reach it). */
function loopsOf(moves: Moves): ReadonlyMap<number, ReadonlySet<number>> {
  const reach = new Map<number, Set<number>>();
  for (const from of moves.sets.keys()) {
    const seen = new Set<number>();
    const todo = [from];
    for (let at = todo.pop(); at !== undefined; at = todo.pop()) {
      for (const { to } of moves.edges.get(at) ?? []) {
        if (!seen.has(to)) {
          seen.add(to);
          todo.push(to);
        }
      }
    }
    reach.set(from, seen);
  }
  const out = new Map<number, Set<number>>();
  for (const [from, seen] of reach) {
    if (seen.has(from)) out.set(from, new Set([...seen].filter(to => reach.get(to)?.has(from))));
  }
  return out;
}

type Loops = ReturnType<typeof loopsOf>;

/** The text of a way from a place back to itself that exists twice over: it never leaves the place's loop. */
function twoWays(moves: Moves, loops: Loops, at: number, budget: Budget): string | undefined {
  const loop = loops.get(at);
  return walk(moves, [at, at], [loop, loop], budget, ([a, b], parted) => a === at && b === at && parted);
}

/** The text by which a place leads back to itself, to a second place, and that one back to itself. */
function handedOver(moves: Moves, loops: Loops, at: number, budget: Budget): string | undefined {
  for (const [other, loop] of loops) {
    if (other === at || budget.spent) continue;
    const within = [loops.get(at), undefined, loop];
    const text = walk(moves, [at, at, other], within, budget, ([a, b, c]) => a === at && b === other && c === other);
    if (text !== undefined) return text;
  }
  return undefined;
}

interface Visit {
  readonly places: readonly number[];
  readonly parted: boolean;
  readonly from: Visit | undefined;
  readonly byte: number;
}

/**
 * The shortest text that takes all places at once to where `done` holds, at least one byte long. `within`: for each the places
 * that it may be in; undefined for any.
 */
function walk(
  moves: Moves,
  places: readonly number[],
  within: readonly (ReadonlySet<number> | undefined)[],
  budget: Budget,
  done: (places: readonly number[], parted: boolean) => boolean,
): string | undefined {
  const seen = new Set<string>();
  let layer: Visit[] = [{ places, parted: false, from: undefined, byte: 0 }];
  while (layer.length > 0) {
    const next: Visit[] = [];
    for (const visit of layer) {
      const byte = commonByte(visit.places.map(p => moves.sets.get(p)));
      if (byte === undefined) continue;
      const edges = visit.places.map((p, i) => (moves.edges.get(p) ?? []).filter(e => within[i]?.has(e.to) ?? true));
      for (const [to, twice] of together(edges)) {
        if (!budget.step()) return undefined;
        const parted = visit.parted || twice || to[0] !== to[1];
        const key = `${to.join()}${parted ? '!' : ''}`;
        if (seen.has(key)) continue;
        seen.add(key);
        const here: Visit = { places: to, parted, from: visit, byte };
        if (done(to, parted)) return spell(here);
        next.push(here);
      }
    }
    layer = next;
  }
  return undefined;
}

function* together(edges: readonly (readonly Edge[])[]): Generator<[number[], boolean]> {
  const [first, ...rest] = edges;
  if (!first) {
    yield [[], false];
    return;
  }
  for (const edge of first) {
    for (const [tail, twice] of together(rest)) yield [[edge.to, ...tail], twice || edge.twice];
  }
}

function commonByte(sets: readonly (ByteSet | undefined)[]): number | undefined {
  const all = sets.map(s => s ?? setOf([]));
  return byReadability.find(b => all.every(s => s.has(b)));
}

function spell(visit: Visit): string {
  const out: string[] = [];
  for (let at: Visit | undefined = visit; at?.from; at = at.from) out.push(String.fromCharCode(at.byte));
  return out.reverse().join('');
}

/** The shortest text by which a match comes to a place. */
function wayTo(moves: Moves, place: number): string {
  const seen = new Set<number>();
  let layer = moves.first.map(e => ({ at: e.to, text: '' }));
  while (layer.length > 0) {
    const next: typeof layer = [];
    for (const { at, text } of layer) {
      if (at === place) return text;
      if (seen.has(at)) continue;
      seen.add(at);
      const byte = commonByte([moves.sets.get(at)]);
      if (byte === undefined) continue;
      for (const e of moves.edges.get(at) ?? []) next.push({ at: e.to, text: text + String.fromCharCode(byte) });
    }
    layer = next;
  }
  return '';
}

/** Single bytes that the pattern demands somewhere: a matcher may give up at once where they are missing. */
function literalsOf(moves: Moves): string[] {
  const out = new Set<string>();
  for (const set of moves.sets.values()) {
    const byte = commonByte([set]);
    if (set.size <= 2 && byte !== undefined) out.add(String.fromCharCode(byte));
  }
  return [...out];
}
