/** Loaded tables as rules of a language: what makes each fire, the `if`s around it included. */
import { splitAction } from '../../facts/check-actions';
import type { LanguageRule, Test } from '../language/table-language';
import type { TableLine } from '../../syntax/table/table-line';
import { derived } from '../../text/derived';
import type { LoadedRule, LoadedTable, RulePattern } from './load-table';

/** A rule with its place in the table. */
export interface TableRule extends LanguageRule {
  readonly rule: LoadedRule;
  readonly index: number;
}

/**
 * The rules of a table in order, with the conditions under which each is asked. An `if` without `endif` that does not hold ends
 * the search: what follows is asked only where it holds. The outcome is `stop` for REJECT, DISCARD and HOLD, `pass` for others.
 * Remembered by table.
 */
export const tableRules: (table: LoadedTable) => readonly TableRule[] = derived(table => {
  const out: TableRule[] = [];
  const open: { tests: readonly Test[]; until: number }[] = [];
  for (const [index, rule] of table.rules.entries()) {
    while (open.length > 0 && (open[open.length - 1]?.until ?? 0) <= index) open.pop();
    if (rule.kind === 'endif') continue;
    const own = testsOf(rule.patterns);
    if (rule.kind === 'if') {
      open.push({ tests: own, until: rule.endif ?? Infinity });
      continue;
    }
    const tests = open.length === 0 ? own : [...open.flatMap(o => o.tests), ...own];
    out.push({ tests, outcome: outcomeOf(rule.entry.says), rule, index });
  }
  return out;
});

const outcomeOf = derived((says: TableLine): 'stop' | 'pass' => {
  const { word } = splitAction(says.kind === 'rule' ? says.actionText : '');
  return /^(?:reject|discard|hold)$/i.test(word) ? 'stop' : 'pass';
});

const testsOf = derived((patterns: readonly RulePattern[]): readonly Test[] =>
  patterns.flatMap(({ part, compiled }) =>
    compiled.parsed.ok ? [{ pattern: compiled.parsed.pattern, negated: part.negated }] : [],
  ),
);
