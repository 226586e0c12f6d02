/** Pairs of rules with different actions that one text fits: there the order of the rules decides. */
import { splitAction } from '../../facts/check-actions';
import type { Found } from '../language/search';
import { isShadowed } from '../language/table-language';
import { sampleOf } from '../language/sample';
import { Budget } from '../../text/budget';
import { derived } from '../../text/derived';
import { askTable } from './ask-table';
import { rulesByPlace, tableRules, type TableRule } from './as-language';
import type { LoadedTable } from './load-table';
import { exampleOf, holds } from './rule-example';

export interface Overlap {
  readonly earlier: TableRule;
  readonly later: TableRule;
  /** A text (bytes) that both fit; the table gives it the answer of the earlier rule. */
  readonly header: string;
}

/** `complete`: all pairs were decided; else pairs beyond the budget, or that no automaton has, are not among them. */
export interface Overlaps {
  readonly pairs: readonly Overlap[];
  readonly complete: boolean;
}

const pairBudget = 3000;
const tableBudget = 300_000;
const mostPairs = 20_000;
/** So often a rule that takes a text before both of a pair is shut out, and another text is looked for. */
const mostTries = 3;

/**
 * The overlapping pairs of a table, in order of the later rule, each with a witness that was replayed: both rules hold for it, and
 * the table answers as the earlier one. Pairs whose overlap a rule before them takes wholly are left out. Remembered by table.
 */
export const overlapsOf: (table: LoadedTable) => Overlaps = derived(table => {
  const rules = tableRules(table);
  const actions = rules.map(actionOf);
  const answerer = (text: string): TableRule | undefined =>
    rulesByPlace(table).get(askTable(table, 'header_checks', text).rule ?? -1);
  const budget = new Budget(tableBudget);
  const pairs: Overlap[] = [];
  let complete = true;
  let looked = 0;
  for (const [place, later] of rules.entries()) {
    for (const [before, earlier] of rules.entries()) {
      if (before === place) break;
      if (actions[before] === actions[place]) continue;
      if (++looked > mostPairs || budget.spent) return { pairs, complete: false };
      const found = witness(earlier, later, answerer, budget);
      if (found.kind === 'found') pairs.push({ earlier, later, header: found.subject });
      else if (found.kind === 'unknown') complete = false;
    }
  }
  return { pairs, complete };
});

/** A text that two rules fit and the earlier one answers. */
function witness(
  earlier: TableRule,
  later: TableRule,
  answerer: (text: string) => TableRule | undefined,
  all: Budget,
): Found {
  const both = { tests: [...earlier.tests, ...later.tests], outcome: '' };
  const before: TableRule[] = [];
  const isShown = (text: string): boolean => {
    if (!holds(earlier, text) || !holds(later, text)) return false;
    const taker = answerer(text);
    if (taker && taker.index < earlier.index && !before.includes(taker)) before.push(taker);
    return taker === earlier;
  };
  const made = joined(earlier, later).find(isShown);
  if (made !== undefined) return { kind: 'found', subject: made };
  for (let tries = 0; tries < mostTries; tries++) {
    const budget = new Budget(pairBudget);
    const found = isShadowed(before, both, budget);
    all.step(budget.taken);
    const known = before.length;
    if (found.kind !== 'found' || isShown(found.subject)) return found;
    if (before.length === known) break;
  }
  return { kind: 'unknown' };
}

/** The word of a rule's action; what it says beside is no difference. */
function actionOf({
  rule: {
    line: { says },
  },
}: TableRule): string {
  return splitAction(says.kind === 'rule' ? says.actionText : '').word.toUpperCase();
}

/** The examples of two rules, and each with what the other looks for behind it. */
function joined(a: TableRule, b: TableRule): string[] {
  const whole = [a, b].flatMap(rule => {
    const found = exampleOf(rule);
    return found.kind === 'found' ? [found.subject] : [];
  });
  const rest = (rule: TableRule): string => {
    const own = rule.tests[rule.tests.length - 1];
    return (own && !own.negated ? (sampleOf(own.pattern) ?? '') : '').replace(/^[A-Za-z][A-Za-z0-9-]*:\s*/, '');
  };
  return [...whole, ...whole.flatMap(text => [`${text} ${rest(a)}`, `${text} ${rest(b)}`])];
}
