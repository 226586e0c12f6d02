/** Rules that are meant against forged senders, and what becomes of the forgeries, of look-alikes and of own mail. */
import { checkActions, splitAction } from '../../facts/check-actions';
import { senderHeaders } from '../../facts/recommended';
import { forgeries, localReceived, lookalikes, ownReceived, type SenderHeader } from '../language/forged';
import { firstEscape } from '../language/table-language';
import { Budget } from '../../text/budget';
import { derived } from '../../text/derived';
import type { TableEntry } from '../../syntax/table/table-file';
import { tableRules } from './as-language';
import { askTable } from './ask-table';
import type { LoadedTable } from './load-table';
import { excepts, literalText, namesDomain, namesHeader } from './pattern-names';
import { swallowedLines } from './swallowed-lines';
import type { HeaderAnswer } from './try-header';

/** A rule whose text, working or not, names an own domain together with a header that says who sent the mail. */
export interface MeantRule {
  readonly entry: TableEntry;
  readonly domain: string;
  readonly headers: readonly SenderHeader[];
  /** It lets everything by, on the face of it. */
  readonly watches: boolean;
}

const escapeBudget = 120_000;

interface Names {
  readonly literal: string;
  readonly headers: readonly SenderHeader[];
}

function names(text: string): Names {
  const literal = literalText(text);
  return { literal, headers: senderHeaders.filter(h => namesHeader(literal, h)) };
}

/** What a rule does with what it is about: keeps it out, lets it by with a word to nobody but the log, or something else. */
type Purpose = 'stop' | 'watch' | 'other';

/** The names in a rule, and its purpose. Remembered by what the line says. */
const namesOfRule = derived((says: Extract<TableEntry['says'], { kind: 'rule' }>) => {
  const word = splitAction(says.actionText).word.toUpperCase();
  const known = checkActions.get(word);
  const watches = /^(?:OK|DUNNO|WARN|INFO)$/.test(word);
  const negated = says.patterns[0]?.negated === true;
  const purpose: Purpose = negated ? 'other' : !known || known.stops ? 'stop' : watches ? 'watch' : 'other';
  return { purpose, ...names(says.patterns.map(p => p.bytes).join('\n')) };
});

/**
 * The rules of a table that are meant against forged senders of some domains, in order. Rules that Postfix skips count too,
 * those that it takes for a part of the line above, and those whose action it does not know. Exceptions (OK, DUNNO …) do not,
 * nor do WARN and INFO, unless the table stops nothing at all: then they are all that there is.
 */
export function meantRules(table: LoadedTable, domains: readonly string[]): MeantRule[] {
  const stopping = table.file.entries.some(({ says }) => says.kind === 'rule' && namesOfRule(says).purpose === 'stop');
  const out: MeantRule[] = [];
  const around: (readonly SenderHeader[])[] = [];
  const found = (entry: TableEntry, { literal, headers: own }: Names, watches = false): void => {
    const headers = around.length === 0 ? own : senderHeaders.filter(h => [own, ...around].some(a => a.includes(h)));
    for (const domain of headers.length > 0 ? domains : []) {
      if (namesDomain(literal, domain)) out.push({ entry, domain, headers, watches });
    }
  };
  for (const entry of table.file.entries) {
    const { says } = entry;
    if (says.kind === 'endif') around.pop();
    else if (says.kind === 'if') around.push(says.pattern.negated ? [] : names(says.pattern.bytes).headers);
    else if (says.kind === 'skipped') found(entry, names(entry.line.bytes));
    else {
      const { purpose } = namesOfRule(says);
      if (purpose === 'stop' || (purpose === 'watch' && !stopping))
        found(entry, namesOfRule(says), purpose === 'watch');
    }
    for (const line of swallowedLines(table, entry)) if (line.kind === 'rule') found(entry, names(line.text));
  }
  return out;
}

/** Whether a rule makes an exception of its own: by a second, negated pattern, or by what must not be there. */
export function makesException({ says }: TableEntry): boolean {
  return says.kind === 'rule' && (says.patterns[1]?.negated === true || says.patterns.some(p => excepts(p.bytes)));
}

/** The rules that work and whose text names a domain, whatever header they name. */
export function rulesNaming(table: LoadedTable, domain: string): ReadonlySet<number> {
  const out = new Set<number>();
  for (const [i, rule] of table.rules.entries()) {
    const { says } = rule.entry;
    if (says.kind !== 'rule') continue;
    if (namesDomain(namesOfRule(says).literal, domain)) out.add(i);
  }
  return out;
}

/** A header with what a table does to it. */
export interface Tried {
  readonly header: string;
  readonly answer: HeaderAnswer;
}

/** A forgery that passes. `plain`: of a form that mail programs write every day, and not let by on purpose. */
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
  const onPurpose = table.file.entries.some(e => makesException(e));
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
      const replayed = ask(table, escape.subject);
      if (replayed.answer.action === null && replayed.answer.unknown.length === 0) {
        missed.push({ ...replayed, plain: plain && !onPurpose });
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

/** The Received headers of mail from programs of the host itself that the table stops. */
export function hitLocalReceived(table: LoadedTable, hostname: string | undefined): Tried[] {
  return [ask(table, localReceived(hostname ?? 'mail.invalid'))].filter(t => stops(t.answer));
}

/** What a table does to a header. */
export function ask(table: LoadedTable, header: string): Tried {
  return { header, answer: askTable(table, header) };
}
