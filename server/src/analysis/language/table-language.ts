/** What a whole table does to a language of headers: which of its words some rule takes first, and which. */
import type { Pattern } from '../../syntax/pattern/tree';
import type { Budget } from '../../text/budget';
import { automatonOf, type Automaton } from './automaton';
import { NotRegular } from './nodes';
import { shortestSubject, type Found } from './search';

/** A pattern, and whether it counts when it does not match. */
export interface Test {
  readonly pattern: Pattern;
  readonly negated: boolean;
}

/** A rule of a table as far as languages go: it fires where all tests hold, those of the `if`s around it included. */
export interface LanguageRule {
  readonly tests: readonly Test[];
  /** What its firing means to the asker. */
  readonly outcome: string;
}

/** A language of headers: a pattern that a header of it matches as a whole. */
export type Language = Pattern;

/** Whether some word of a language makes a rule fire at all; undefined where that cannot be decided. */
export function meets(language: Language, rule: LanguageRule, budget: Budget): boolean | undefined {
  const tests = [{ pattern: language, negated: false }, ...rule.tests];
  const automata = all(tests.map(t => t.pattern));
  if (!automata) return undefined;
  const found = shortestSubject(automata, holding(tests), budget, hopelessFor(tests));
  return found.kind === 'unknown' ? undefined : found.kind === 'found';
}

/**
 * The shortest word of a language for which the first rule that fires has an outcome that is not among those given, or for
 * which none fires (outcome `none`). Rules that no word of the language can make fire are left out first.
 */
export function firstEscape(
  language: Language,
  rules: readonly LanguageRule[],
  caught: ReadonlySet<string>,
  budget: Budget,
): Found {
  const relevant: LanguageRule[] = [];
  for (const rule of rules) {
    const can = meets(language, rule, budget);
    if (can === undefined) return { kind: 'unknown' };
    if (can) relevant.push(rule);
  }
  const tests = relevant.flatMap(r => r.tests);
  const automata = all([language, ...tests.map(t => t.pattern)]);
  if (!automata) return { kind: 'unknown' };
  const starts: number[] = [];
  let at = 1;
  for (const rule of relevant) {
    starts.push(at);
    at += rule.tests.length;
  }
  const outcome = (matched: readonly (boolean | undefined)[]): string | undefined => {
    for (const [i, rule] of relevant.entries()) {
      let fires: boolean | undefined = true;
      for (const [j, test] of rule.tests.entries()) {
        const value = matched[(starts[i] ?? 0) + j];
        if (value === test.negated) {
          fires = false;
          break;
        }
        if (value === undefined) fires = undefined;
      }
      if (fires === undefined) return undefined;
      if (fires) return rule.outcome;
    }
    return 'none';
  };
  const escapes = (matched: readonly boolean[]): boolean => matched[0] === true && !caught.has(outcome(matched) ?? '');
  const hopeless = (known: readonly (boolean | undefined)[]): boolean => {
    if (known[0] === false) return true;
    const decided = outcome(known);
    return decided !== undefined && caught.has(decided);
  };
  return shortestSubject(automata, escapes, budget, hopeless);
}

/** Whether everything that makes the later rule fire is taken by one of the earlier ones before it. */
export function isShadowed(earlier: readonly LanguageRule[], later: LanguageRule, budget: Budget): Found {
  const tests = [later, ...earlier].flatMap(r => r.tests);
  const automata = all(tests.map(t => t.pattern));
  if (!automata) return { kind: 'unknown' };
  const fires = (matched: readonly (boolean | undefined)[], from: number, rule: LanguageRule): boolean | undefined => {
    let value: boolean | undefined = true;
    for (const [j, test] of rule.tests.entries()) {
      const one = matched[from + j];
      if (one === test.negated) return false;
      if (one === undefined) value = undefined;
    }
    return value;
  };
  const rules = [later, ...earlier];
  const starts = rules.map((_, i) => rules.slice(0, i).reduce((n, r) => n + r.tests.length, 0));
  const reaches = (matched: readonly boolean[]): boolean =>
    rules.every((rule, i) => fires(matched, starts[i] ?? 0, rule) === (i === 0));
  const hopeless = (known: readonly (boolean | undefined)[]): boolean =>
    rules.some((rule, i) => fires(known, starts[i] ?? 0, rule) === (i !== 0));
  return shortestSubject(automata, reaches, budget, hopeless);
}

/** The shortest subject that makes a rule fire by itself; `none` where nothing can. */
export function example(rule: LanguageRule, budget: Budget): Found {
  const automata = all(rule.tests.map(t => t.pattern));
  return automata
    ? shortestSubject(automata, holding(rule.tests), budget, hopelessFor(rule.tests))
    : { kind: 'unknown' };
}

function all(patterns: readonly Pattern[]): Automaton[] | undefined {
  const out: Automaton[] = [];
  for (const pattern of patterns) {
    const automaton = automatonOf(pattern);
    if (automaton instanceof NotRegular) return undefined;
    out.push(automaton);
  }
  return out;
}

function holding(tests: readonly Test[]): (matched: readonly boolean[]) => boolean {
  return matched => tests.every((t, i) => matched[i] !== t.negated);
}

function hopelessFor(tests: readonly Test[]): (known: readonly (boolean | undefined)[]) => boolean {
  return known => tests.some((t, i) => known[i] === t.negated);
}
