/**
 * "Does this pattern match somewhere in the subject?" as an automaton that reads the subject byte by byte. Its states are
 * conditions on the rest (formula.ts) with what has to be remembered of what was read; they are made as they are met.
 */
import { setOf, type ByteSet } from '../../syntax/pattern/byte-set';
import type { Pattern } from '../../syntax/pattern/tree';
import { derived } from '../../text/derived';
import { always, and, end, literal, never, not, or, wants, type Formula } from './formula';
import { graphOf, NotRegular, type Graph, type Step } from './nodes';

const wordBytes = setOf(
  Array.from({ length: 256 }, (_, b) => b).filter(b => /[A-Za-z0-9_]/.test(String.fromCharCode(b))),
);
const newline = setOf([10]);

/** What the byte before a place was, as far as patterns ask. */
type Before = 'start' | 'newline' | 'word' | 'other';

interface State {
  readonly formula: Formula;
  readonly before: Before;
  /** For each look-behind the steps that its words have come to. */
  readonly behinds: readonly (readonly number[])[];
  readonly next: (number | undefined)[];
  /** Whether the subject matches if it ends here. */
  readonly accepts: boolean;
}

const mostStates = 30_000;

/** Reads subjects; states are numbers, 0 is the first. Made by {@link automatonOf}. */
export class Automaton {
  /** Bytes that the pattern never tells apart have one class. */
  readonly classOf: Uint8Array;
  readonly classes: number;
  private readonly states: State[] = [];
  private readonly numbers = new Map<string, number>();
  private readonly samples: number[];
  private readonly needs: { start: boolean; newline: boolean; word: boolean };
  private readonly extra = new Map<string, number>();
  private readonly steps: Step[];
  /** A match may begin at a later place than the subject's start. */
  private readonly canBegin: boolean;

  constructor(private readonly graph: Graph) {
    this.steps = [...graph.steps];
    this.canBegin = !graph.anchored && !beginsAtStart(graph);
    this.needs = needsOf(graph);
    const sets = graph.steps.flatMap(s => (s.kind === 'byte' ? [s.set] : []));
    if (this.needs.newline || this.asksEnd()) sets.push(newline);
    if (this.needs.word) sets.push(wordBytes);
    const { classOf, samples } = partition(sets);
    this.classOf = classOf;
    this.samples = samples;
    this.classes = samples.length;
    const behinds = graph.behinds.map(() => [] as number[]);
    const before: Before = 'start';
    const closed = behinds.map((_, i) => this.behindClosure(i, [], before));
    this.number(this.expand(graph.start, before, closed), before, closed);
  }

  /** The state after a byte. */
  step(state: number, byte: number): number {
    return this.stepClass(state, this.classOf[byte] ?? 0);
  }

  /** The state after a byte of a class. */
  stepClass(state: number, byteClass: number): number {
    const from = this.states[state];
    if (!from) return state;
    const known = from.next[byteClass];
    if (known !== undefined) return known;
    const to = this.advance(from, this.samples[byteClass] ?? 0);
    from.next[byteClass] = to;
    return to;
  }

  /** Whether a subject that ends in this state matches. */
  accepts(state: number): boolean {
    return this.states[state]?.accepts ?? false;
  }

  /** It has matched, whatever comes. */
  isSure(state: number): boolean {
    return this.states[state]?.formula.key === '!';
  }

  /** It will not match, whatever comes. */
  isDead(state: number): boolean {
    const at = this.states[state];
    return at !== undefined && at.formula.clauses.length === 0 && !this.canBegin;
  }

  private asksEnd(): boolean {
    return this.graph.steps.some(s => s.kind === 'anchor' && /end/.test(s.at));
  }

  private number(formula: Formula, before: Before, behinds: readonly (readonly number[])[]): number {
    const key = `${formula.key}|${before}|${behinds.map(b => b.join(',')).join('/')}`;
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    if (this.states.length >= mostStates) throw new NotRegular('an automaton of this size');
    this.states.push({ formula, before, behinds, next: [], accepts: holdsAtEnd(formula) });
    this.numbers.set(key, this.states.length - 1);
    return this.states.length - 1;
  }

  private advance(from: State, byte: number): number {
    if (from.formula.key === '!') return this.number(always, 'other', []);
    const before = this.kindOf(byte);
    const behinds = this.graph.behinds.map((_, i) =>
      this.behindClosure(i, this.moved(from.behinds[i] ?? [], byte), before),
    );
    const after = new Map<number, Formula>();
    const of = (l: number): Formula => {
      if (l < 0) return not(of(-l));
      if (l === end) return never;
      const known = after.get(l);
      if (known) return known;
      const step = this.steps[l - 2];
      const formula = step?.kind === 'byte' && step.set.has(byte) ? this.expand(step.next, before, behinds) : never;
      after.set(l, formula);
      return formula;
    };
    const parts = from.formula.clauses.map(clause => clause.reduce((sum, l) => and(sum, of(l)), always));
    if (this.canBegin) parts.push(this.expand(this.graph.start, before, behinds));
    const formula = or(parts);
    return formula.key === '!' ? this.number(always, 'other', []) : this.number(formula, before, behinds);
  }

  private kindOf(byte: number): Before {
    if (byte === 10 && this.needs.newline) return 'newline';
    return this.needs.word && wordBytes.has(byte) ? 'word' : 'other';
  }

  /** What must hold of the rest for a match to go on from a step. */
  private expand(start: number, before: Before, behinds: readonly (readonly number[])[]): Formula {
    const open = new Set<number>();
    const go = (at: number): Formula => {
      const step = this.steps[at];
      if (!step || open.has(at)) return never;
      if (step.kind === 'match') return always;
      if (step.kind === 'fail') return never;
      if (step.kind === 'byte') return literal(wants(at));
      if (open.size > 2000) throw new NotRegular('nesting of this depth');
      open.add(at);
      const formula = inner(step);
      open.delete(at);
      return formula;
    };
    const inner = (step: Exclude<Step, { kind: 'match' | 'fail' | 'byte' }>): Formula => {
      switch (step.kind) {
        case 'split':
          return or(step.next.map(go));
        case 'anchor': {
          const here = this.anchor(step.at, before);
          return here === never ? never : and(here, go(step.next));
        }
        case 'ahead': {
          const body = this.expand(step.body, before, behinds);
          return and(step.negative ? not(body) : body, go(step.next));
        }
        case 'behind': {
          const holds = (behinds[step.index] ?? []).some(s => this.steps[s]?.kind === 'match');
          return holds === step.negative ? never : go(step.next);
        }
      }
    };
    return go(start);
  }

  private anchor(at: Extract<Step, { kind: 'anchor' }>['at'], before: Before): Formula {
    const wordBefore = before === 'word';
    const wordNext = (): Formula => this.byteNext(wordBytes);
    switch (at) {
      case 'subject-start':
      case 'search-start':
        return before === 'start' ? always : never;
      case 'line-start':
        if (before === 'start') return always;
        if (before !== 'newline') return never;
        return this.graph.dialect === 'pcre' ? literal(-end) : always;
      case 'subject-end':
        return literal(end);
      case 'subject-end-or-last-newline':
        return or([literal(end), this.byteNext(newline, true)]);
      case 'line-end':
        return or([literal(end), this.byteNext(newline)]);
      case 'word-boundary':
        return wordBefore ? not(wordNext()) : wordNext();
      case 'not-word-boundary':
        return wordBefore ? wordNext() : not(wordNext());
      case 'word-start':
        return wordBefore ? never : wordNext();
      case 'word-end':
        return wordBefore ? not(wordNext()) : never;
    }
  }

  /** The next byte is of a set, and, where asked, the last one. */
  private byteNext(set: ByteSet, last = false): Formula {
    const key = `${set
      .ranges()
      .map(r => `${r.min}-${r.max}`)
      .join(',')}${last ? '$' : ''}`;
    let at = this.extra.get(key);
    if (at === undefined) {
      const next = last
        ? this.add({ kind: 'anchor', at: 'subject-end', next: this.add({ kind: 'match' }) })
        : this.add({ kind: 'match' });
      at = this.add({ kind: 'byte', set, next });
      this.extra.set(key, at);
    }
    return literal(wants(at));
  }

  private add(step: Step): number {
    this.steps.push(step);
    return this.steps.length - 1;
  }

  private moved(set: readonly number[], byte: number): number[] {
    return set.flatMap(s => {
      const step = this.steps[s];
      return step?.kind === 'byte' && step.set.has(byte) ? [step.next] : [];
    });
  }

  /** The steps that want a byte or have matched, from those given and from a fresh start of the look-behind. */
  private behindClosure(index: number, from: readonly number[], before: Before): number[] {
    const out = new Set<number>();
    const seen = new Set<number>();
    const todo = [...from, this.graph.behinds[index] ?? 0];
    for (let at = todo.pop(); at !== undefined; at = todo.pop()) {
      if (seen.has(at)) continue;
      seen.add(at);
      const step = this.steps[at];
      if (!step) continue;
      if (step.kind === 'byte' || step.kind === 'match') out.add(at);
      else if (step.kind === 'split') todo.push(...step.next);
      else if (step.kind === 'anchor' && this.anchor(step.at, before) === always) todo.push(step.next);
      else if (step.kind === 'anchor' && this.anchor(step.at, before) !== never)
        throw new NotRegular('an anchor in a look-behind');
      else if (step.kind === 'ahead' || step.kind === 'behind') throw new NotRegular('a look-around in a look-behind');
    }
    return [...out].sort((a, b) => a - b);
  }
}

/** Whether every way through a pattern begins with `^` or `\\A`. */
function beginsAtStart(graph: Graph): boolean {
  const seen = new Set<number>();
  const todo = [graph.start];
  for (let at = todo.pop(); at !== undefined; at = todo.pop()) {
    const step = graph.steps[at];
    if (!step || seen.has(at)) continue;
    seen.add(at);
    if (step.kind === 'byte' || step.kind === 'match') return false;
    if (step.kind === 'split') todo.push(...step.next);
    else if (step.kind === 'ahead' || step.kind === 'behind') todo.push(step.next);
    else if (step.kind === 'anchor' && step.at !== 'subject-start' && step.at !== 'search-start') todo.push(step.next);
  }
  return true;
}

function holdsAtEnd(formula: Formula): boolean {
  return formula.clauses.some(clause => clause.every(l => l === end || (l < 0 && l !== -end)));
}

function needsOf(graph: Graph): { start: boolean; newline: boolean; word: boolean } {
  const anchors = new Set(graph.steps.flatMap(s => (s.kind === 'anchor' ? [s.at] : [])));
  const has = (...kinds: AnchorKindName[]): boolean => kinds.some(k => anchors.has(k));
  return {
    start: has('subject-start', 'search-start', 'line-start'),
    newline: has('line-start'),
    word: has('word-boundary', 'not-word-boundary', 'word-start', 'word-end'),
  };
}
type AnchorKindName = Extract<Step, { kind: 'anchor' }>['at'];

/** Classes of bytes that no set tells apart, and one byte of each, the one that reads best. */
export function partition(sets: readonly ByteSet[]): { classOf: Uint8Array; samples: number[] } {
  const classOf = new Uint8Array(256);
  const unique = [...new Set(sets)];
  const keys = new Map<string, number>();
  const samples: number[] = [];
  for (const byte of byReadability) {
    let key = '';
    for (const set of unique) key += set.has(byte) ? '1' : '0';
    let number = keys.get(key);
    if (number === undefined) {
      number = samples.length;
      keys.set(key, number);
      samples.push(byte);
    }
    classOf[byte] = number;
  }
  return { classOf, samples };
}

/** All bytes, those first that a person reads most easily. */
export const byReadability: readonly number[] = ((): number[] => {
  const first = 'abcdefghijklmnopqrstuvwxyz0123456789.-@ <>"\'_+=:;,()/!?ABCDEFGHIJKLMNOPQRSTUVWXYZ\t\n';
  const order = [...first].map(c => c.charCodeAt(0));
  const rest = Array.from({ length: 256 }, (_, b) => b).filter(b => !order.includes(b));
  return [...order, ...rest.filter(b => b > 32 && b < 127), ...rest.filter(b => b <= 32 || b >= 127)];
})();

/** A pattern's automaton, or what stands in the way. Remembered by pattern. */
export const automatonOf: (pattern: Pattern) => Automaton | NotRegular = derived(pattern => {
  try {
    return new Automaton(graphOf(pattern));
  } catch (error) {
    if (error instanceof NotRegular) return error;
    throw error;
  }
});

/** Whether a pattern matches somewhere in a subject, by its automaton; undefined where it has none. */
export function accepts(pattern: Pattern, subject: string): boolean | undefined {
  const automaton = automatonOf(pattern);
  if (automaton instanceof NotRegular) return undefined;
  try {
    let state = 0;
    for (let i = 0; i < subject.length; i++) state = automaton.step(state, subject.charCodeAt(i));
    return automaton.accepts(state);
  } catch (error) {
    if (error instanceof NotRegular) return undefined;
    throw error;
  }
}
