/** Loaded tables as rules of a language: what makes each fire, the `if`s around it included. */
import { stopsMail } from '../../facts/check-actions';
import { demandsOf, lettersDemanded, type Demand } from '../language/demands';
import type { LanguageRule, Test } from '../language/table-language';
import { patternsOf, type PatternPart } from '../../syntax/table/table-line';
import { derived, remember } from '../../text/derived';
import { compiledPattern } from './compiled-pattern';
import { ofEachLine } from './each-line';
import { editedList, editOf, LastMade, type Edit } from './edited-table';
import type { LoadedRule, LoadedTable } from './load-table';

/** A rule with its place in the table. */
export interface TableRule extends LanguageRule {
  readonly rule: LoadedRule;
  readonly index: number;
  /** What its own patterns demand of a text: one that does not meet it cannot make the rule fire. */
  readonly demands: readonly Demand[];
  /** The letters without which these demands are not met (lettersOf). */
  readonly letters: number;
}

/** The rules of a table by their place in it. Remembered by table. */
export const rulesByPlace = derived((table: LoadedTable) => new Map(tableRules(table).map(rule => [rule.index, rule])));

type Own = Pick<TableRule, 'tests' | 'outcome' | 'demands' | 'letters'>;

const latest = new LastMade<{ readonly loaded: readonly LoadedRule[]; readonly rules: readonly TableRule[] }>();

/**
 * The rules of a table in order, with the conditions under which each is asked. An `if` without `endif` that does not hold ends
 * the search: what follows is asked only where it holds. The outcome is `stop` for REJECT, DISCARD and HOLD, `pass` for others.
 * Remembered by table; a rule that an edit leaves as it was, and where it was, is the same object.
 */
export const tableRules: (table: LoadedTable) => readonly TableRule[] = derived(table => {
  const last = latest.get(table);
  const edit = last && editOf(last.loaded, table.rules);
  // Where an if came or went, rules that stay are asked on other terms.
  const changed = edit && [
    ...last.loaded.slice(edit.start, edit.oldEnd),
    ...table.rules.slice(edit.start, edit.newEnd),
  ];
  const rules =
    last && edit && changed?.every(r => r.kind === 'rule')
      ? afterEdit(table, last.rules, edit)
      : rulesBetween(table, 0, table.rules.length);
  latest.set(table, { loaded: table.rules, rules });
  return rules;
});

function afterEdit(table: LoadedTable, before: readonly TableRule[], { start, oldEnd, newEnd }: Edit): TableRule[] {
  const [from, to] = [firstFrom(before, start), firstFrom(before, oldEnd)];
  const out = editedList(before, { start: from, oldEnd: to, newEnd: to }, rulesBetween(table, start, newEnd));
  if (newEnd === oldEnd) return out;
  for (let i = from + newEnd - start; i < out.length; i++) {
    const rule = out[i];
    if (rule) out[i] = at(rule, rule.index - oldEnd + newEnd);
  }
  return out;
}

function at({ tests, outcome, demands, letters, rule }: TableRule, index: number): TableRule {
  return { tests, outcome, demands, letters, rule, index };
}

/** Where among rules of a table the first stands whose place in the table is not before one. */
export function firstFrom(rules: readonly TableRule[], place: number): number {
  let low = 0;
  let high = rules.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rules[middle]?.index ?? 0) < place) low = middle + 1;
    else high = middle;
  }
  return low;
}

function rulesBetween({ file, rules, linePlaces, around }: LoadedTable, start: number, end: number): TableRule[] {
  const own = ownIn(file);
  const ownOf = (index: number): Own | undefined => own[linePlaces[index] ?? -1];
  const known = new Map<number, readonly Test[]>();
  /** The tests of an if and of those around it. */
  const testsOfIf = (innermost: number): readonly Test[] => {
    const ifs: number[] = [];
    for (let at = innermost; at >= 0; at = around[at] ?? -1) ifs.push(at);
    return ifs.reverse().flatMap(at => ownOf(at)?.tests ?? []);
  };
  const out: TableRule[] = [];
  for (let index = start; index < end; index++) {
    const rule = rules[index];
    const read = ownOf(index);
    if (!read || rule?.kind !== 'rule') continue;
    const innermost = around[index] ?? -1;
    const before = remember(known, innermost, () => testsOfIf(innermost));
    const tests = before.length === 0 ? read.tests : [...before, ...read.tests];
    out.push({ tests, outcome: read.outcome, demands: read.demands, letters: read.letters, rule, index });
  }
  return out;
}

const ownIn = ofEachLine(({ says }): Own | undefined => {
  if (says.kind !== 'rule' && says.kind !== 'if') return undefined;
  const tests = testsOf(patternsOf(says));
  const demands = tests.flatMap(({ pattern, negated }) => (negated ? [] : demandsOf(pattern)));
  const outcome = says.kind === 'rule' && stopsMail(says.actionText, 'checks') ? 'stop' : 'pass';
  return { tests, demands, letters: lettersDemanded(demands), outcome };
});

function testsOf(parts: readonly PatternPart[]): Test[] {
  return parts.flatMap(({ bytes, dialect, flags, negated }) => {
    const { parsed } = compiledPattern(bytes, dialect, flags);
    return parsed.ok ? [{ pattern: parsed.pattern, negated }] : [];
  });
}
