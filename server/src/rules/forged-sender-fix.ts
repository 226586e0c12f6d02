/** The fixes for rules against forged senders: the rule that is proved right, where it also gets to see the forgeries. */
import { splitAction, stopsMail } from '../facts/check-actions';
import { forgedSenderNote, forgedSenderRule, senderHeaders } from '../facts/recommended';
import { ask, stops, type Tried } from '../analysis/checks/forged-sender';
import { loadTable, type LoadedTable } from '../analysis/checks/load-table';
import type { SiteChecks } from '../analysis/checks/site-checks';
import { swallowedLines } from '../analysis/checks/swallowed-lines';
import { forgeries } from '../analysis/language/forged';
import { say } from '../text/message';
import { fromBytes } from '../text/source-text';
import { applyEdits } from '../text/span';
import type { TableEntry } from '../syntax/table/table-file';
import type { TableLine } from '../syntax/table/table-line';
import { answeringEntry } from './header-evidence';
import type { FileEdit, Fix } from './rule';
import { append } from './service-edits';

/** How often the rule is moved up: over a WARN, an exception that is too wide, an `if`. */
const mostMoves = 8;

/**
 * Puts the recommended rule for some domains in an entry's place, with the entry's own action where that stops mail. Where rules
 * before it, or the `if`s around it, would keep forgeries from it, it goes above them; that is not safe where one of them is an
 * exception made on purpose. None for an entry that holds lines which are no part of its rule, nor where the table would let a
 * plain forgery pass afterwards.
 */
export function provedRule(checks: SiteChecks, entry: TableEntry, domains: readonly string[]): Fix[] {
  if (domains.length === 0 || swallowedLines(checks.table, entry).length > 0) return [];
  const title = say('Replace it by the rule that is proved right', 'Trocá-la pela regra provada correta');
  const found = provedEdits(checks, entry, domains);
  return found ? [{ title, ...found }] : [];
}

/**
 * Adds the recommended rule for some domains at the end of a table, or above what would keep forgeries from it there. None where
 * the table would let a plain forgery pass all the same.
 */
export function addedRule(checks: SiteChecks, domains: readonly string[]): Fix[] {
  const title = say('Add the rule to the table', 'Acrescentar a regra à tabela');
  const found = provedEdits(checks, undefined, domains);
  return found ? [{ title, safe: false, edits: found.edits }] : [];
}

/** The edits that put the rule as far down as it is proved, in the place of an entry or at the end. */
function provedEdits(
  checks: SiteChecks,
  taken: TableEntry | undefined,
  domains: readonly string[],
): Pick<Fix, 'safe' | 'edits'> | undefined {
  let safe = true;
  let above = taken;
  for (let moves = 0; moves < mostMoves; moves++) {
    const edits = editsFor(checks, taken, above, domains);
    const blocking = blockingEntry(checks, taken, above, edits, domains);
    if (blocking === 'none') return { safe, edits };
    if (!blocking) return undefined;
    const { says } = blocking;
    if (says.kind === 'rule' && /^(?:ok|dunno)$/i.test(splitAction(says.actionText).word)) safe = false;
    above = blocking;
  }
  return undefined;
}

/** The edits that put the rule above an entry, or at the end, and take another one out; one edit where both are the same. */
function editsFor(
  { source, type }: SiteChecks,
  taken: TableEntry | undefined,
  above: TableEntry | undefined,
  domains: readonly string[],
): FileEdit[] {
  const action = taken && ownAction(taken.says);
  const shown = action !== undefined && source.encoding === 'utf8' ? fromBytes(action) : action;
  const bare = forgedSenderRule(type, domains, shown);
  const rule = source.text.includes(forgedSenderNote) ? bare : `${forgedSenderNote}\n${bare}`;
  if (!above) return [append(source, rule)];
  const { start } = above.line.span;
  if (!taken) return [{ source, span: { start, end: start }, newText: rule }];
  const { span } = taken.line;
  if (above === taken) return [{ source, span, newText: rule.replace(/\n$/, '') }];
  const end = source.text.indexOf('\n', span.end);
  return [
    { source, span: { start, end: start }, newText: rule },
    { source, span: { start: span.start, end: end < 0 ? source.text.length : end + 1 }, newText: '' },
  ];
}

/**
 * A rule's action (bytes) where it stops mail; undefined else. The words that name groups are left out, for the recommended
 * pattern has no groups of the kind; undefined as well for a REJECT without any text then.
 */
function ownAction(says: TableLine): string | undefined {
  if (says.kind !== 'rule' || !stopsMail(says.actionText, 'checks')) return undefined;
  const { parts, faults } = says.replacement;
  if (faults.length === 0 && parts.every(p => p.kind === 'text')) return says.actionText;
  const words = says.actionText.split(/[ \t\n]+/).filter(word => !word.replaceAll('$$', '').includes('$'));
  const kept = words.join(' ').replace(/[^\w.!?$\x80-\xff]+$/, '');
  const isBare = /^reject(?: \d\.\d{1,3}\.\d{1,3})?$/i.test(kept);
  return isBare || !isBalanced(kept) ? undefined : kept;
}

/** Whether no bracket or quotation mark of a text has lost its other half. */
function isBalanced(text: string): boolean {
  const count = (sign: string): number => text.split(sign).length - 1;
  return ['()', '[]', '<>', '{}'].every(([a = '', b = '']) => count(a) === count(b)) && count('"') % 2 === 0;
}

/** What still keeps a plain forgery from the rule after the edits: a rule that answers before it, or the outermost `if` around it. */
function blockingEntry(
  { table, source, type }: SiteChecks,
  taken: TableEntry | undefined,
  above: TableEntry | undefined,
  edits: readonly FileEdit[],
  domains: readonly string[],
): TableEntry | 'none' | undefined {
  const after = loadTable(source.tried(applyEdits(source.text, edits).text), type);
  const passing = firstPassing(after, domains);
  if (!passing) return 'none';
  const answering = answeringEntry(after, passing.answer)?.line.span.start;
  const before = table.file.entries.filter(e => e !== taken && (!above || e.line.span.start < above.line.span.start));
  return answering === undefined ? outermostIf(before) : before.find(e => e.line.span.start === answering);
}

function firstPassing(table: LoadedTable, domains: readonly string[]): Tried | undefined {
  for (const domain of domains) {
    for (const { header } of senderHeaders.flatMap(h => forgeries(h, domain))) {
      const tried = ask(table, header);
      if (!stops(tried.answer)) return tried;
    }
  }
  return undefined;
}

/** The first `if` that is still open after some entries. */
function outermostIf(entries: readonly TableEntry[]): TableEntry | undefined {
  const open: TableEntry[] = [];
  for (const entry of entries) {
    if (entry.says.kind === 'if') open.push(entry);
    else if (entry.says.kind === 'endif') open.pop();
  }
  return open[0];
}
