/** The fix for rules against forged senders: the rule that is proved right, where it also gets to see the forgeries. */
import { splitAction, stopsMail } from '../facts/check-actions';
import { forgedSenderNote, forgedSenderRule, senderHeaders } from '../facts/recommended';
import { ask, stops } from '../analysis/checks/forged-sender';
import { loadTable } from '../analysis/checks/load-table';
import type { SiteChecks } from '../analysis/checks/site-checks';
import { swallowedLines } from '../analysis/checks/swallowed-lines';
import { forgeries } from '../analysis/language/forged';
import { say } from '../text/message';
import { applyEdits } from '../text/span';
import type { TableEntry } from '../syntax/table/table-file';
import { answeringEntry } from './header-evidence';
import type { FileEdit, Fix } from './rule';

/** How often the rule is moved up: over a WARN, an exception that is too wide, an `if`. */
const mostMoves = 8;

/**
 * Puts the recommended rule for some domains in an entry's place, with the entry's own action where that stops mail. Where rules
 * before it, or the `if`s around it, would keep forgeries from it, it goes above them; that is not safe where one of them is an
 * exception made on purpose. None for an entry that holds lines which are no part of its rule.
 */
export function provedRule(checks: SiteChecks, entry: TableEntry, domains: readonly string[]): Fix[] {
  if (domains.length === 0 || swallowedLines(checks.table, entry).length > 0) return [];
  const title = say('Replace it by the rule that is proved right', 'Trocá-la pela regra provada correta');
  const inPlace = editsFor(checks, entry, entry, domains);
  let safe = true;
  let above = entry;
  for (let moves = 0; moves < mostMoves; moves++) {
    const edits = above === entry ? inPlace : editsFor(checks, entry, above, domains);
    const blocking = blockingEntry(checks, entry, above, edits, domains);
    if (blocking === 'none') return [{ title, safe, edits }];
    if (!blocking) break;
    const { says } = blocking;
    if (says.kind === 'rule' && /^(?:ok|dunno)$/i.test(splitAction(says.actionText).word)) safe = false;
    above = blocking;
  }
  return [{ title, safe: false, edits: inPlace }];
}

/** The edits that put the rule above an entry and take another one out; one edit where both are the same. */
function editsFor(
  { source, type }: SiteChecks,
  entry: TableEntry,
  above: TableEntry,
  domains: readonly string[],
): FileEdit[] {
  const { says } = entry;
  const own = says.kind === 'rule' && stopsMail(says.actionText, 'checks');
  const bare = forgedSenderRule(type, domains, own ? says.actionText : undefined);
  const rule = source.text.includes(forgedSenderNote) ? bare : `${forgedSenderNote}\n${bare}`;
  const { span } = entry.line;
  if (above === entry) return [{ source, span, newText: rule.replace(/\n$/, '') }];
  const { start } = above.line.span;
  const end = source.text.indexOf('\n', span.end);
  return [
    { source, span: { start, end: start }, newText: rule },
    { source, span: { start: span.start, end: end < 0 ? source.text.length : end + 1 }, newText: '' },
  ];
}

/** What still keeps a plain forgery from the rule after the edits: a rule that answers before it, or the outermost `if` around it. */
function blockingEntry(
  { table, source, type }: SiteChecks,
  entry: TableEntry,
  above: TableEntry,
  edits: readonly FileEdit[],
  domains: readonly string[],
): TableEntry | 'none' | undefined {
  const after = loadTable(source.tried(applyEdits(source.text, edits).text), type);
  const tried = domains.flatMap(d => senderHeaders.flatMap(h => forgeries(h, d))).map(f => ask(after, f.header));
  const passing = tried.find(t => !stops(t.answer));
  if (!passing) return 'none';
  const answering = answeringEntry(after, passing.answer)?.line.span.start;
  const before = table.file.entries.filter(e => e !== entry && e.line.span.start < above.line.span.start);
  return answering === undefined ? outermostIf(before) : before.find(e => e.line.span.start === answering);
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
