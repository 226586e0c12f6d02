/** Rules that are meant against forged senders, and what becomes of the forgeries, of look-alikes and of own mail. */
import { checkActions, splitAction } from '../../facts/check-actions';
import { forgeries, lookalikes, ownReceived, type SenderHeader } from '../language/forged';
import { firstEscape } from '../language/table-language';
import { Budget } from '../../text/budget';
import { derived } from '../../text/derived';
import type { TableEntry } from '../../syntax/table/table-file';
import { tableRules } from './as-language';
import { askTable } from './ask-table';
import type { LoadedTable } from './load-table';
import type { HeaderAnswer } from './try-header';

/** A rule whose text, working or not, names an own domain together with a header that says who sent the mail. */
export interface MeantRule {
  readonly entry: TableEntry;
  readonly domain: string;
  readonly headers: readonly SenderHeader[];
}

const senderHeaders: readonly SenderHeader[] = ['From', 'Sender', 'Message-ID'];
const escapeBudget = 120_000;

/** A pattern's text without what only a pattern has, lower case: to see which names stand in it. */
function namesIn(text: string): string {
  return text
    .replace(/\\([^A-Za-z0-9])/g, '$1')
    .replace(/\[([^\]^])\]/g, '$1')
    .replace(/\(\?[:=!<>a-z-]*|[()[\]?*+^$|{}\\]/gi, ' ')
    .replace(/ (?=\.)|(?<=\.) /g, '')
    .toLowerCase();
}

const headerNames = senderHeaders.map(header => ({
  header,
  name: new RegExp(`(?:^|[^a-z-])${header.toLowerCase()}(?![a-z-])`),
}));

interface Names {
  readonly squeezed: string;
  readonly headers: readonly SenderHeader[];
}

function names(text: string): Names {
  const read = namesIn(text);
  const headers = headerNames.filter(h => h.name.test(read)).map(h => h.header);
  return { squeezed: read.replace(/ /g, ''), headers };
}

/** The names in a rule, and whether it is an exception. Remembered by what the line says. */
const namesOfRule = derived((says: Extract<TableEntry['says'], { kind: 'rule' }>) => {
  const { word } = splitAction(says.actionText);
  const exception = checkActions.get(word.toUpperCase())?.stops === false || says.patterns[0]?.negated === true;
  return { exception, ...names(says.patterns.map(p => p.bytes).join(' ')) };
});

/**
 * The rules of a table that are meant against forged senders of some domains, in order. Rules that Postfix skips count too, and
 * those whose action it does not know; exceptions (OK, DUNNO …) do not.
 */
export function meantRules(table: LoadedTable, domains: readonly string[]): MeantRule[] {
  const out: MeantRule[] = [];
  const around: (readonly SenderHeader[])[] = [];
  for (const entry of table.file.entries) {
    const { says } = entry;
    if (says.kind === 'if') around.push(says.pattern.negated ? [] : names(says.pattern.bytes).headers);
    else if (says.kind === 'endif') around.pop();
    if (says.kind !== 'rule' && says.kind !== 'skipped') continue;
    if (says.kind === 'rule' && namesOfRule(says).exception) continue;
    const { squeezed, headers: own } = says.kind === 'rule' ? namesOfRule(says) : names(entry.line.bytes);
    const headers = around.length === 0 ? own : senderHeaders.filter(h => [own, ...around].some(a => a.includes(h)));
    for (const domain of headers.length > 0 ? domains : []) {
      if (squeezed.includes(domain)) out.push({ entry, domain, headers });
    }
  }
  return out;
}

/** The rules that work and whose text names a domain, whatever header they name. */
export function rulesNaming(table: LoadedTable, domain: string): ReadonlySet<number> {
  const out = new Set<number>();
  for (const [i, rule] of table.rules.entries()) {
    const { says } = rule.entry;
    if (says.kind !== 'rule') continue;
    if (namesOfRule(says).squeezed.includes(domain)) out.add(i);
  }
  return out;
}

/** A header with what a table does to it. */
export interface Tried {
  readonly header: string;
  readonly answer: HeaderAnswer;
}

/** A forgery that passes. `plain`: of a form that mail programs write every day. */
export interface Missed extends Tried {
  readonly plain: boolean;
}

/** Whether an answer keeps the mail from going its way. */
export function stops(answer: HeaderAnswer): boolean {
  return answer.action !== null && /^(?:reject|discard|hold)$/i.test(splitAction(answer.action).word);
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
  for (const header of headers) {
    for (const forgery of forgeries(header, domain)) {
      const plain = forgery.kind !== 'comment';
      const shown = ask(table, forgery.header);
      if (shown.answer.unknown.length > 0) continue;
      if (!stops(shown.answer)) {
        missed.push({ ...shown, plain });
        continue;
      }
      const escape = firstEscape(forgery.language, rules, new Set(['stop', 'pass']), new Budget(escapeBudget));
      if (escape.kind !== 'found') continue;
      const replayed = ask(table, escape.subject);
      if (replayed.answer.action === null && replayed.answer.unknown.length === 0) {
        missed.push({ ...replayed, plain });
      }
    }
  }
  return [...missed.filter(m => m.plain), ...missed.filter(m => !m.plain)];
}

/** Headers of look-alike foreign domains that a table stops. `own` names domains that are no foreign ones after all. */
export function hitLookalikes(
  table: LoadedTable,
  domain: string,
  headers: readonly SenderHeader[],
  own: readonly string[],
): Tried[] {
  const isOwn = (name: string): boolean => own.some(o => name === o || name.endsWith(`.${o}`));
  return headers.flatMap(header =>
    lookalikes(header, domain)
      .filter(l => !isOwn(l.domain))
      .map(l => ask(table, l.header))
      .filter(t => stops(t.answer)),
  );
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

/** What a table does to a header. */
export function ask(table: LoadedTable, header: string): Tried {
  return { header, answer: askTable(table, header) };
}
