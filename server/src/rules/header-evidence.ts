/** What the rules on tables of patterns share: the evidence as it is shown, and where the rule stands that decided. */
import type { TableAnswer } from '../analysis/checks/ask-table';
import { entryOf, type LoadedTable } from '../analysis/checks/load-table';
import type { SiteChecks } from '../analysis/checks/site-checks';
import { fromBytes } from '../text/source-text';
import { span, type Span } from '../text/span';
import type { TableEntry } from '../syntax/table/table-file';
import type { Evidence, Severity } from './rule';

/** A header (bytes) with what the table answers, as `try header` takes and gives it. */
export function headerEvidence(checks: SiteChecks, header: string, answer: Pick<TableAnswer, 'action'>): Evidence {
  return {
    header: {
      table: `${checks.type}:${checks.source.path}`,
      header: fromBytes(header),
      action: answer.action === null ? null : fromBytes(answer.action),
    },
  };
}

/** A header (bytes) on one line, cut to what a message bears. */
export function shownHeader(header: string): string {
  const line = fromBytes(header).replace(/\r?\n[ \t]+/g, ' ');
  return line.length > 90 ? `${line.slice(0, 88)}…` : line;
}

/** The pattern of an entry, delimiters and flags included; the whole entry where it has none. */
export function patternSpan(entry: TableEntry): Span {
  const { says } = entry;
  const part =
    says.kind === 'if' ? says.pattern : says.kind === 'rule' || says.kind === 'skipped' ? says.patterns[0] : undefined;
  return part ? entry.line.place(part.span) : entry.line.span;
}

/** The pattern of the rule at a place of a table. */
export function rulePatternSpan(table: LoadedTable, rule: number): Span {
  const entry = entryOf(table, rule);
  return entry ? patternSpan(entry) : span(0, 0);
}

/** The entry that gave an answer. */
export function answeringEntry(table: LoadedTable, answer: TableAnswer): TableEntry | undefined {
  return answer.rule === undefined ? undefined : entryOf(table, answer.rule);
}

/** A severity for a table whose type is only guessed: nothing about its dialect is certain then. */
export function certain(checks: SiteChecks, severity: Severity): Severity {
  return checks.typeKnown || severity !== 'error' ? severity : 'warning';
}
