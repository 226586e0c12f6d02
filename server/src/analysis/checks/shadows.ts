/** Rules that never get their turn: whatever makes them fire is taken by rules before them. */
import { example, isShadowed } from '../language/table-language';
import { accepts } from '../language/automaton';
import { demandedText, sampleOf } from '../language/sample';
import { Budget } from '../../text/budget';
import { derived } from '../../text/derived';
import type { Pattern } from '../../syntax/pattern/tree';
import { editOf, Latest, placeAfter, type Edit } from './edited-table';
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
  const [test, ...others] = rule.tests;
  const nothing = (): boolean | undefined => {
    const found = example(rule, new Budget(searchBudget * 10));
    return found.kind === 'unknown' ? undefined : found.kind === 'none';
  };
  if (!test || others.length > 0 || test.negated) return nothing();
  let hit = knownNever.get(test.pattern);
  if (!hit) knownNever.set(test.pattern, (hit = { never: nothing() }));
  return hit.never;
}

const knownNever = new WeakMap<Pattern, { readonly never: boolean | undefined }>();

/** What was found out about one rule. Rules are named by their place. */
interface Verdict {
  readonly header: string | undefined;
  readonly earlier: readonly number[] | undefined;
  /** The texts for which takers were sought, lower case, with those found. */
  readonly asked: readonly { readonly text: string; readonly lower: string; readonly takers: readonly number[] }[];
}

const latest = new Latest<{ readonly rules: readonly TableRule[]; readonly verdicts: readonly Verdict[] }>();

/**
 * The shadowed rules of a table, in order. Remembered by table; after an edit of a few rules only those are looked at again
 * whose texts a rule that came or went takes.
 */
export const shadowsOf: (table: LoadedTable) => readonly Shadow[] = derived(table => {
  const rules = tableRules(table);
  const name = `${table.type}:${table.source.path}`;
  const last = latest.get(name);
  const edit = last && editOf(last.rules, rules, sameTests);
  const verdicts = last && edit ? afterEdit(rules, last.verdicts, edit) : allVerdicts(rules);
  latest.set(name, { rules, verdicts });
  return verdicts.flatMap(({ header, earlier }, place) => {
    const later = rules[place];
    if (!later || !earlier || header === undefined) return [];
    return [{ later, earlier: earlier.flatMap(e => rules[e] ?? []), header }];
  });
});

function allVerdicts(rules: readonly TableRule[]): Verdict[] {
  const gramOf = rarestGrams(rules);
  const index = new Map<string, number[]>();
  const anywhere: number[] = [];
  return rules.map((later, place) => {
    const verdict = verdictOn(rules, later, text => candidates(rules, text, index, anywhere));
    const gram = gramOf(later);
    const known = gram === undefined ? anywhere : index.get(gram);
    if (known) known.push(place);
    else if (gram !== undefined) index.set(gram, [place]);
    return verdict;
  });
}

function afterEdit(rules: readonly TableRule[], before: readonly Verdict[], edit: Edit): Verdict[] {
  const { start, oldEnd, newEnd } = edit;
  const fresh = rules.slice(start, newEnd);
  const gone = (place: number): boolean => place >= start && place < oldEnd;
  const anew = (place: number, later: TableRule): Verdict =>
    verdictOn(rules, later, text => takersAmong(rules, place, text));
  return rules.map((later, place) => {
    if (place >= start && place < newEnd) return anew(place, later);
    const old = before[place < start ? place : place - newEnd + oldEnd];
    if (!old || place < start) return old ?? anew(place, later);
    const touched = old.asked.some(
      ({ text, lower, takers }) => takers.some(gone) || fresh.some(r => mayTake(r, lower) && holds(r, text)),
    );
    if (touched) return anew(place, later);
    const moved = (places: readonly number[]): number[] => places.flatMap(p => placeAfter(edit, p) ?? []);
    if (oldEnd === newEnd || old.asked.every(a => a.takers.length === 0)) return old;
    return {
      header: old.header,
      earlier: old.earlier && moved(old.earlier),
      asked: old.asked.map(a => ({ ...a, takers: moved(a.takers) })),
    };
  });
}

/** Whether a text has what a rule's own pattern demands; false is certain. */
function mayTake(rule: TableRule, lower: string): boolean {
  const own = rule.tests[rule.tests.length - 1];
  return !own || own.negated || demandedText(own.pattern).every(t => lower.includes(t));
}

/** The rules before a place that a text makes fire, without an index. */
function takersAmong(rules: readonly TableRule[], place: number, text: string): number[] {
  const lower = text.toLowerCase();
  const out: number[] = [];
  for (let i = 0; i < place && out.length < mostCandidates; i++) {
    const rule = rules[i];
    if (rule && mayTake(rule, lower) && holds(rule, text)) out.push(i);
  }
  return out;
}

function verdictOn(
  rules: readonly TableRule[],
  later: TableRule,
  takersOf: (text: string) => readonly number[],
): Verdict {
  const header = exampleOf(later);
  if (header === undefined) return { header, earlier: undefined, asked: [] };
  const asked: Verdict['asked'][number][] = [];
  const earlier = takersOfAll(rules, later, header, text => {
    const takers = takersOf(text);
    asked.push({ text, lower: text.toLowerCase(), takers });
    return takers;
  });
  return { header, earlier, asked };
}

/** So many rules together are looked at, and of those that take one text so many one by one. */
const mostTogether = 5;
const mostAlone = 8;

/**
 * Looks for one rule that takes all of a later one; else goes from text to text: each that still escapes the rules found so far
 * names the next, until nothing escapes or nobody takes it.
 */
function takersOfAll(
  rules: readonly TableRule[],
  later: TableRule,
  header: string,
  takersOf: (text: string) => readonly number[],
): readonly number[] | undefined {
  const first = takersOf(header);
  for (const one of first.slice(0, mostAlone)) {
    const rule = rules[one];
    if (!rule) continue;
    if (sameTests(rule, later) || isShadowed([rule], later, new Budget(searchBudget)).kind === 'none') return [one];
  }
  const together: number[] = [];
  let takers = first;
  while (together.length < mostTogether) {
    const next = takers.find(t => !together.includes(t));
    if (next === undefined) return undefined;
    together.push(next);
    const earlier = together.flatMap(t => rules[t] ?? []);
    const left = isShadowed(earlier, later, new Budget(searchBudget));
    if (left.kind === 'none') return together.sort((a, b) => a - b);
    if (left.kind === 'unknown') return undefined;
    takers = takersOf(left.subject);
  }
  return undefined;
}

function sameTests(a: TableRule, b: TableRule): boolean {
  return (
    a.tests === b.tests ||
    (a.tests.length === b.tests.length &&
      a.tests.every((t, i) => t.pattern === b.tests[i]?.pattern && t.negated === b.tests[i]?.negated))
  );
}

/** The earlier rules that the text makes fire, found by the grams in it. */
function candidates(
  rules: readonly TableRule[],
  header: string,
  index: ReadonlyMap<string, readonly number[]>,
  anywhere: readonly number[],
): number[] {
  const text = header.toLowerCase();
  const found = new Set(anywhere.slice(0, mostCandidates));
  for (let i = 0; i + gramLength <= text.length; i++) {
    for (const place of index.get(text.slice(i, i + gramLength)) ?? [])
      if (found.size < mostCandidates * 2) found.add(place);
  }
  return [...found]
    .sort((a, b) => a - b)
    .filter(place => {
      const rule = rules[place];
      return rule !== undefined && holds(rule, header);
    })
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
