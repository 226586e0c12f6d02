/** Rules that never get their turn: whatever makes them fire is taken by rules before them. */
import { example, isShadowed } from '../language/table-language';
import { accepts } from '../language/automaton';
import { demandedText, sampleOf } from '../language/sample';
import { Budget } from '../../text/budget';
import { derived } from '../../text/derived';
import type { Pattern } from '../../syntax/pattern/tree';
import { tableRules, type TableRule } from './as-language';
import { matchSteps } from './compiled-pattern';
import type { LoadedTable } from './load-table';

export interface Shadow {
  readonly later: TableRule;
  /** The rules that take its place, in order; one wherever one is enough. */
  readonly earlier: readonly TableRule[];
  /** A header that makes the later rule's patterns match and gets the answer of an earlier one. */
  readonly header: string;
}

/** A gram this long finds the rules that may match a text. */
const gramLength = 3;
const searchBudget = 6000;
/** Of all the rules that may take a text so many are held against it. */
const mostCandidates = 60;

/** Examples of rules that stand alone, by their pattern: an edit elsewhere in the table leaves them as they are. */
const known = new WeakMap<Pattern, { readonly text: string | undefined }>();

/** A text that makes a rule's tests hold: read off the pattern, or searched for. Undefined where none is found. */
export function exampleOf(rule: TableRule): string | undefined {
  const [test, ...others] = rule.tests;
  if (!test || others.length > 0 || test.negated) return searched(rule);
  const hit = known.get(test.pattern);
  if (hit) return hit.text;
  const text = readOff(rule, test.pattern) ?? searched(rule);
  known.set(test.pattern, { text });
  return text;
}

function readOff(rule: TableRule, pattern: Pattern): string | undefined {
  const sample = sampleOf(pattern);
  if (sample === undefined) return undefined;
  const named = `Subject: ${sample}`;
  if (!/^[A-Za-z][A-Za-z0-9-]*:/.test(sample) && holds(rule, named)) return named;
  return holds(rule, sample) ? sample : undefined;
}

function searched(rule: TableRule): string | undefined {
  const found = example(rule, new Budget(searchBudget));
  return found.kind === 'found' && holds(rule, found.subject) ? found.subject : undefined;
}

/** Whether nothing at all can make a rule fire; undefined where that is not decided. */
export function neverFires(rule: TableRule): boolean | undefined {
  if (exampleOf(rule) !== undefined) return false;
  const found = example(rule, new Budget(searchBudget * 10));
  return found.kind === 'unknown' ? undefined : found.kind === 'none';
}

/** The shadowed rules of a table, in order. Remembered by table. */
export const shadowsOf: (table: LoadedTable) => readonly Shadow[] = derived(table => {
  const rules = tableRules(table);
  const gramOf = rarestGrams(rules);
  const index = new Map<string, TableRule[]>();
  const anywhere: TableRule[] = [];
  const out: Shadow[] = [];
  for (const later of rules) {
    const header = exampleOf(later);
    if (header !== undefined) {
      const shadow = shadowOf(later, header, text => candidates(text, index, anywhere));
      if (shadow) out.push(shadow);
    }
    const gram = gramOf(later);
    const known = gram === undefined ? anywhere : index.get(gram);
    if (known) known.push(later);
    else if (gram !== undefined) index.set(gram, [later]);
  }
  return out;
});

/** So many rules together are looked at, and of those that take one text so many one by one. */
const mostTogether = 5;
const mostAlone = 8;

/**
 * Looks for one rule that takes all of a later one; else goes from text to text: each that still escapes the rules found so far
 * names the next, until nothing escapes or nobody takes it.
 */
function shadowOf(
  later: TableRule,
  header: string,
  takersOf: (text: string) => readonly TableRule[],
): Shadow | undefined {
  const first = takersOf(header);
  for (const one of first.slice(0, mostAlone)) {
    if (sameTests(one, later) || isShadowed([one], later, new Budget(searchBudget)).kind === 'none') {
      return { later, earlier: [one], header };
    }
  }
  const together: TableRule[] = [];
  let takers = first;
  while (together.length < mostTogether) {
    const next = takers.find(t => !together.includes(t));
    if (!next) return undefined;
    together.push(next);
    const left = isShadowed(together, later, new Budget(searchBudget));
    if (left.kind === 'none') return { later, earlier: together.sort((a, b) => a.index - b.index), header };
    if (left.kind === 'unknown') return undefined;
    takers = takersOf(left.subject);
  }
  return undefined;
}

function sameTests(a: TableRule, b: TableRule): boolean {
  return (
    a.tests.length === b.tests.length &&
    a.tests.every((t, i) => t.pattern === b.tests[i]?.pattern && t.negated === b.tests[i]?.negated)
  );
}

/** The earlier rules that the text makes fire, found by the grams in it. */
function candidates(
  header: string,
  index: ReadonlyMap<string, readonly TableRule[]>,
  anywhere: readonly TableRule[],
): TableRule[] {
  const text = header.toLowerCase();
  const found = new Set<TableRule>(anywhere.slice(0, mostCandidates));
  for (let i = 0; i + gramLength <= text.length; i++) {
    for (const rule of index.get(text.slice(i, i + gramLength)) ?? [])
      if (found.size < mostCandidates * 2) found.add(rule);
  }
  return [...found]
    .sort((a, b) => a.index - b.index)
    .filter(rule => holds(rule, header))
    .slice(0, mostCandidates);
}

/** The grams of the texts that a pattern demands. */
const gramsOf: (pattern: Pattern) => readonly string[] = derived(pattern => {
  const out = new Set<string>();
  for (const text of demandedText(pattern)) {
    for (let i = 0; i + gramLength <= text.length; i++) out.add(text.slice(i, i + gramLength));
  }
  return [...out];
});

/** For each rule the gram of its own pattern that fewest rules share; undefined for one that demands no text. */
function rarestGrams(rules: readonly TableRule[]): (rule: TableRule) => string | undefined {
  const grams = (rule: TableRule): readonly string[] => {
    const own = rule.tests[rule.tests.length - 1];
    return !own || own.negated ? [] : gramsOf(own.pattern);
  };
  const count = new Map<string, number>();
  for (const rule of rules) for (const gram of grams(rule)) count.set(gram, (count.get(gram) ?? 0) + 1);
  return rule => {
    let best: string | undefined;
    for (const gram of grams(rule))
      if (best === undefined || (count.get(gram) ?? 0) < (count.get(best) ?? 0)) best = gram;
    return best;
  };
}

/** Whether a text makes a rule fire: its own patterns by the matcher, the `if`s around it by their automata. */
function holds(rule: TableRule, header: string): boolean {
  const own = rule.rule.patterns.every(({ part, compiled }) => {
    const { kind } = compiled.match(header, 0, matchSteps / 20);
    return kind === 'match' ? !part.negated : kind === 'no match' && part.negated;
  });
  const ifs = rule.tests.slice(0, rule.tests.length - rule.rule.patterns.length);
  return own && ifs.every(t => accepts(t.pattern, header) === !t.negated);
}
