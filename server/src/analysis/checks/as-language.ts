/** Loaded tables as rules of a language: what makes each fire, the `if`s around it included. */
import { stopsMail } from '../../facts/check-actions';
import { demandsOf, type Demand } from '../language/demands';
import type { LanguageRule, Test } from '../language/table-language';
import { derived } from '../../text/derived';
import { compiledPattern } from './compiled-pattern';
import { eachLine } from './each-line';
import type { LoadedRule, LoadedTable, RulePattern } from './load-table';

/** A rule with its place in the table. */
export interface TableRule extends LanguageRule {
  readonly rule: LoadedRule;
  readonly index: number;
  /** What its own patterns demand of a text: one that does not meet it cannot make the rule fire. */
  readonly demands: readonly Demand[];
}

/** The rules of a table by their place in it. Remembered by table. */
export const rulesByPlace = derived((table: LoadedTable) => new Map(tableRules(table).map(rule => [rule.index, rule])));

type Own = Pick<TableRule, 'tests' | 'outcome' | 'demands'>;

/**
 * The rules of a table in order, with the conditions under which each is asked. An `if` without `endif` that does not hold ends
 * the search: what follows is asked only where it holds. The outcome is `stop` for REJECT, DISCARD and HOLD, `pass` for others.
 * Remembered by table.
 */
export const tableRules: (table: LoadedTable) => readonly TableRule[] = derived(table => {
  const out: TableRule[] = [];
  /** The ifs that are open, each with the tests of those around it. */
  const open: { tests: readonly Test[]; until: number }[] = [];
  const read = ruleLines(table.file);
  let next = 0;
  for (const [index, rule] of table.rules.entries()) {
    while (open.length > 0 && (open[open.length - 1]?.until ?? 0) <= index) open.pop();
    const around = open[open.length - 1]?.tests ?? [];
    if (rule.kind === 'if') open.push({ tests: [...around, ...testsOf(rule.patterns)], until: rule.endif ?? Infinity });
    if (rule.kind !== 'rule') continue;
    while (read[next] && read[next]?.entry !== rule.entry) next++;
    const own = read[next]?.found;
    if (!own) continue;
    const tests = around.length === 0 ? own.tests : [...around, ...own.tests];
    out.push({ tests, outcome: own.outcome, demands: own.demands, rule, index });
  }
  return out;
});

const ruleLines = eachLine(({ says }): Own | undefined => {
  if (says.kind !== 'rule') return undefined;
  const tests = testsOf(
    says.patterns.map(part => ({ part, compiled: compiledPattern(part.bytes, part.dialect, part.flags) })),
  );
  const demands = tests.flatMap(({ pattern, negated }) => (negated ? [] : demandsOf(pattern)));
  return { tests, demands, outcome: stopsMail(says.actionText, 'checks') ? 'stop' : 'pass' };
});

function testsOf(patterns: readonly RulePattern[]): Test[] {
  return patterns.flatMap(({ part, compiled }) =>
    compiled.parsed.ok ? [{ pattern: compiled.parsed.pattern, negated: part.negated }] : [],
  );
}
