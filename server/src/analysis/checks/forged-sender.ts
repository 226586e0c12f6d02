/** Rules that are meant against forged senders, and what becomes of the forgeries, of look-alikes and of own mail. */
import { checkActions, splitAction, stopsMail } from '../../facts/check-actions';
import { senderHeaders } from '../../facts/recommended';
import { forgeries, localReceived, lookalikes, ownReceived, type SenderHeader } from '../language/forged';
import { firstEscape } from '../language/table-language';
import { Budget } from '../../text/budget';
import { derived } from '../../text/derived';
import { toBytes } from '../../text/source-text';
import type { TableEntry, TableFile } from '../../syntax/table/table-file';
import type { TableLine } from '../../syntax/table/table-line';
import { tableRules } from './as-language';
import { askTable, type TableAnswer } from './ask-table';
import { eachLine, type LineFound } from './each-line';
import type { LoadedTable } from './load-table';
import { excepts, literalText, namesDomain, namesHeader } from './pattern-names';
import { swallowedLines } from './swallowed-lines';

/** A rule whose text, working or not, names an own domain together with a header that says who sent the mail. */
export interface MeantRule {
  readonly entry: TableEntry;
  readonly domain: string;
  readonly headers: readonly SenderHeader[];
  /** It lets everything by, on the face of it. */
  readonly watches: boolean;
}

const escapeBudget = 120_000;

/** Which of some domains stand in a text, and with which headers. */
interface Names {
  readonly domains: readonly string[];
  readonly headers: readonly SenderHeader[];
}

function headersIn(literal: string): SenderHeader[] {
  return senderHeaders.filter(h => namesHeader(literal, h));
}

function namesIn(text: string, domains: readonly string[]): Names {
  const literal = literalText(text);
  const found = domains.filter(d => namesDomain(literal, d));
  return { domains: found, headers: found.length > 0 ? headersIn(literal) : [] };
}

/** What a rule does with what it is about: keeps it out, lets it by with a word to nobody but the log, or something else. */
type Purpose = 'stop' | 'watch' | 'other';

function purposeOf(says: TableLine): Purpose {
  if (says.kind === 'skipped') return 'stop';
  if (says.kind !== 'rule' || says.patterns[0]?.negated === true) return 'other';
  const word = splitAction(says.actionText).word.toUpperCase();
  const known = checkActions.get(word);
  if (!known || known.stops) return 'stop';
  return /^(?:OK|DUNNO|WARN|INFO)$/.test(word) ? 'watch' : 'other';
}

/** A line that names domains, itself or in what it has swallowed. */
interface Named extends Names {
  readonly purpose: Purpose;
  readonly swallowed: readonly Names[];
}

function namedIn(entry: TableEntry, file: TableFile, domains: readonly string[]): Named | undefined {
  const { says, line } = entry;
  const text =
    says.kind === 'rule' ? says.patterns.map(p => p.bytes).join('\n') : says.kind === 'skipped' ? line.bytes : '';
  const own = namesIn(text, domains);
  const swallowed = swallowedLines({ file }, entry)
    .filter(l => l.kind === 'rule')
    .map(l => namesIn(l.text, domains))
    .filter(n => n.domains.length > 0);
  if (own.domains.length === 0 && swallowed.length === 0) return undefined;
  return { ...own, purpose: purposeOf(says), swallowed };
}

/** Where ifs begin and end, with the headers that they ask for. */
const nestingOf = eachLine(({ says }) => {
  if (says.kind === 'endif') return { opens: false, headers: [] };
  if (says.kind !== 'if') return undefined;
  return { opens: true, headers: says.pattern.negated ? [] : headersIn(literalText(says.pattern.bytes)) };
});

/** What a table has to do with some domains. */
interface Naming {
  readonly lines: readonly LineFound<Named>[];
  readonly meant: readonly MeantRule[];
}

const namings = new Map<string, (file: TableFile) => Naming>();
const mostNamings = 16;

function namingOf(file: TableFile, domains: readonly string[]): Naming {
  const name = domains.join(' ');
  let naming = namings.get(name);
  if (!naming) {
    if (namings.size >= mostNamings) namings.clear();
    const search = eachLine((entry, of) => namedIn(entry, of, domains));
    namings.set(name, (naming = derived(of => readNaming(of, search(of)))));
  }
  return naming(file);
}

function readNaming(file: TableFile, lines: readonly LineFound<Named>[]): Naming {
  const stopping = file.lines.some(({ says }) => says.kind === 'rule' && purposeOf(says) === 'stop');
  const meant: MeantRule[] = [];
  const nesting = nestingOf(file);
  const around: (readonly SenderHeader[])[] = [];
  let next = 0;
  for (const { entry, found } of lines) {
    const { start } = entry.line.span;
    for (let n = nesting[next]; n && n.entry.line.span.start <= start; n = nesting[++next]) {
      if (n.found.opens) around.push(n.found.headers);
      else around.pop();
    }
    const add = ({ domains, headers: own }: Names, watches: boolean): void => {
      const headers = around.length === 0 ? own : senderHeaders.filter(h => [own, ...around].some(a => a.includes(h)));
      if (headers.length > 0) for (const domain of domains) meant.push({ entry, domain, headers, watches });
    };
    const watches = found.purpose === 'watch';
    if (found.purpose === 'stop' || (watches && !stopping)) add(found, watches);
    for (const names of found.swallowed) add(names, false);
  }
  return { lines, meant };
}

/**
 * The rules of a table that are meant against forged senders of some domains, in order. Rules that Postfix skips count too,
 * those that it takes for a part of the line above, and those whose action it does not know. Exceptions (OK, DUNNO …) do not,
 * nor do WARN and INFO, unless the table stops nothing at all: then they are all that there is.
 */
export function meantRules(table: LoadedTable, domains: readonly string[]): readonly MeantRule[] {
  return namingOf(table.file, domains).meant;
}

/** The rules whose text names one of some domains, whatever header they name, each with the domains that it names. */
export function rulesNaming(
  { file }: LoadedTable,
  domains: readonly string[],
): readonly LineFound<Pick<Names, 'domains'>>[] {
  return namingOf(file, domains).lines.filter(l => l.entry.says.kind === 'rule' && l.found.domains.length > 0);
}

/** Rules that make an exception of their own: by a second, negated pattern, or by what must not be there. */
const exceptionsIn = eachLine(({ says }) => {
  if (says.kind !== 'rule') return undefined;
  return says.patterns[1]?.negated === true || says.patterns.some(p => excepts(p.bytes)) ? true : undefined;
});

/** A header (bytes) with what a table does to it. */
export interface Tried {
  readonly header: string;
  readonly answer: TableAnswer;
}

/** A forgery that passes. `plain`: of a form that mail programs write every day, and not let by on purpose. */
export interface Missed extends Tried {
  readonly plain: boolean;
}

/** Whether an answer keeps the mail from going its way. */
export function stops(answer: TableAnswer): boolean {
  return answer.action !== null && stopsMail(answer.action, 'checks');
}

/**
 * The plain forgeries of a domain that a table lets pass, plainest first: the headers that everybody would try, then, where those
 * are all stopped, the shortest of each kind that no rule takes. Exceptions that the table makes on purpose are none.
 */
export function missedForgeries(
  table: LoadedTable,
  domain: string,
  headers: readonly SenderHeader[],
): readonly Missed[] {
  const known = missedIn(table);
  const key = [domain, ...headers].join(' ');
  let missed = known.get(key);
  if (!missed) known.set(key, (missed = findMissed(table, domain, headers)));
  return missed;
}

/** What was found out about a table, by domain and headers: a finding and what stands above the rule ask the same. */
const missedIn = derived((_table: LoadedTable) => new Map<string, readonly Missed[]>());

function findMissed(table: LoadedTable, domain: string, headers: readonly SenderHeader[]): Missed[] {
  const missed: Missed[] = [];
  const rules = tableRules(table);
  const onPurpose = exceptionsIn(table.file).length > 0;
  for (const header of headers) {
    for (const forgery of forgeries(header, domain)) {
      const plain = forgery.kind !== 'comment';
      const shown = [forgery.header, forgery.header.toLowerCase(), forgery.header.toUpperCase()].map(h =>
        ask(table, h),
      );
      if (shown.some(s => s.answer.unknown.length > 0)) continue;
      const passing = shown.find(s => !stops(s.answer));
      if (passing) {
        missed.push({ ...passing, plain });
        continue;
      }
      const escape = firstEscape(forgery.language, rules, new Set(['stop', 'pass']), new Budget(escapeBudget));
      if (escape.kind !== 'found') continue;
      const answer = askTable(table, 'header_checks', escape.subject);
      if (answer.action === null && answer.unknown.length === 0) {
        missed.push({ header: escape.subject, answer, plain: plain && !onPurpose });
      }
    }
  }
  return [...missed.filter(m => m.plain), ...missed.filter(m => !m.plain)];
}

/** Foreign domains that look like an own one; `own` names domains that are no foreign ones after all. */
export function foreignLookalikes(domain: string, own: readonly string[]): string[] {
  const isOwn = (name: string): boolean => own.some(o => name === o || name.endsWith(`.${o}`));
  return lookalikes('From', domain)
    .map(l => l.domain)
    .filter(name => !isOwn(name));
}

/** The Received headers that the site's own smtpd adds and the table stops. An unknown host name is left out of them. */
export function hitReceived(table: LoadedTable, hostname: string | undefined, domains: readonly string[]): Tried[] {
  const name = hostname ?? 'mail.invalid';
  const recipients = domains.length > 0 ? domains.map(d => `cliente@${d}`) : [undefined];
  return recipients
    .flatMap(r => ownReceived(name, r))
    .map(h => ask(table, h))
    .filter(t => stops(t.answer));
}

/** The Received headers of mail from programs of the host itself that the table stops. */
export function hitLocalReceived(table: LoadedTable, hostname: string | undefined): Tried[] {
  return [ask(table, localReceived(hostname ?? 'mail.invalid'))].filter(t => stops(t.answer));
}

/** What header_checks do to a header that is given as text. */
export function ask(table: LoadedTable, text: string): Tried {
  const header = toBytes(text);
  return { header, answer: askTable(table, 'header_checks', header) };
}
