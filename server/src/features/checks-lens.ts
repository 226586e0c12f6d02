/** What stands above a rule of a table of patterns: a line that it catches and one that it lets through, and a way to try others. */
import { ask, foreignLookalikes, meantRules, missedForgeries, stops } from '../analysis/checks/forged-sender';
import { entryOf, lineNumberOf, loadTable, type LoadedTable } from '../analysis/checks/load-table';
import { askTable } from '../analysis/checks/ask-table';
import type { ChecksUse } from '../analysis/checks/try-header';
import { caughtBy, keepsOut, passesBeside, passesBy, type Catch } from '../analysis/checks/witness';
import { forgeries, lookalikes, ownReceived, type SenderHeader } from '../analysis/language/forged';
import { ownDomains } from '../analysis/mail-flow/own-domains';
import { usedTables } from '../model/kind-in-site';
import type { Site } from '../model/site';
import { siteSettings } from '../model/settings';
import { derived } from '../text/derived';
import { say, type Message } from '../text/message';
import { basename } from '../text/path';
import { fromBytes, toBytes, type SourceText } from '../text/source-text';
import type { Span } from '../text/span';
import { actionsOf, patternType } from './tokens/checks';
import { visibleText } from './visible-text';

export type RuleLensKind = 'catches' | 'try';

/** Beyond this many rules each has only the first lens. */
const mostInFull = 1000;

/** The rules of a table that count, each with the lenses it has. */
export function ruleLenses(site: Site, source: SourceText): { span: Span; kind: RuleLensKind }[] {
  const table = loadTable(source, patternType(site, source));
  const rules = table.rules.flatMap(({ kind }, place) => (kind === 'rule' ? (entryOf(table, place) ?? []) : []));
  const kinds: readonly RuleLensKind[] = rules.length > mostInFull ? ['catches'] : ['catches', 'try'];
  return rules.flatMap(({ line: { span } }) => kinds.map(kind => ({ span, kind })));
}

/** What a table of patterns is asked about. */
export function checksUse(site: Site, source: SourceText): ChecksUse {
  if (actionsOf(site, source) === 'access') return 'access';
  const uses = usedTables(site).get(source.path)?.uses ?? [];
  const body = /body_checks$/;
  const all = uses.length > 0 ? uses.every(u => body.test(u.parameter)) : /body_checks/.test(basename(source.path));
  return all ? 'body_checks' : 'header_checks';
}

/** What is known of a rule. */
interface Known {
  readonly table: LoadedTable;
  readonly place: number;
  readonly use: ChecksUse;
  readonly caught: Catch;
  /** How many more of the headers that matter most it answers. */
  readonly more: number;
  /** A line that the rule lets through, as near to its purpose as can be shown; undefined where there is none. */
  readonly passing: string | undefined;
}

const rulePlaces = derived(
  (table: LoadedTable) =>
    new Map(table.rules.map((_, place) => [entryOf(table, place)?.line.span.start ?? 0, place] as const)),
);

const knownOf = derived((site: Site) =>
  derived((source: SourceText) => {
    const table = loadTable(source, patternType(site, source));
    const use = checksUse(site, source);
    const byPlace = new Map<number, Known>();
    return (start: number): Known | undefined => {
      const place = rulePlaces(table).get(start);
      if (place === undefined) return undefined;
      let known = byPlace.get(place);
      if (!known) {
        const [line, ...others] = use === 'header_checks' ? (ownHeaders(site)(table).get(place) ?? []) : [];
        const own = line === undefined ? undefined : { line, answer: askTable(table, use, line) };
        const caught: Catch = own ? { kind: 'line', shown: own } : caughtBy(table, place, use);
        const passing = passingLine({ table, place, use, caught }, site);
        byPlace.set(place, (known = { table, place, use, caught, more: others.length, passing }));
      }
      return known;
    };
  }),
);

/** The headers that each rule decides, out of those that matter most: forgeries of own domains, and the own Received line. */
const ownHeaders = derived((site: Site) =>
  derived((table: LoadedTable) => {
    const out = new Map<number, string[]>();
    const domains = ownDomains(site).slice(0, 2);
    const hostname = siteSettings(site).get('myhostname');
    const headers = domains.flatMap(({ name }) => forgeries('From', name).map(f => f.header));
    if (hostname.unknown === undefined && hostname.value !== '')
      headers.push(...ownReceived(hostname.value, undefined));
    for (const header of headers.map(toBytes)) {
      const { rule } = askTable(table, 'header_checks', header);
      if (rule === undefined) continue;
      const known = out.get(rule);
      if (known) known.push(header);
      else out.set(rule, [header]);
    }
    return out;
  }),
);

/** For each rule that is meant against forged senders: a forgery that the table misses, else a foreign look-alike that passes. */
const beyondForgeries = derived((site: Site) =>
  derived((table: LoadedTable) => {
    const out = new Map<number, string>();
    const domains = ownDomains(site).map(d => d.name);
    for (const { entry, domain, headers } of meantRules(table, domains)) {
      const place = rulePlaces(table).get(entry.line.span.start);
      if (place === undefined || out.has(place)) continue;
      const [missed] = missedForgeries(table, domain, headers);
      const header = missed?.header ?? passingLookalike(table, domain, headers, domains);
      if (header !== undefined) out.set(place, header);
    }
    return out;
  }),
);

/** The first header of a foreign domain that looks like an own one and that a table does not stop. */
function passingLookalike(
  table: LoadedTable,
  domain: string,
  headers: readonly SenderHeader[],
  own: readonly string[],
): string | undefined {
  const foreign = new Set(foreignLookalikes(domain, own));
  for (const lookalike of headers.flatMap(h => lookalikes(h, domain))) {
    const { header, answer } = ask(table, lookalike.header);
    if (foreign.has(lookalike.domain) && !stops(answer)) return header;
  }
  return undefined;
}

type Asked = Pick<Known, 'table' | 'place' | 'use' | 'caught'>;

function passingLine({ table, place, use, caught }: Asked, site: Site): string | undefined {
  const beyond = use === 'header_checks' ? beyondForgeries(site)(table).get(place) : undefined;
  if (beyond !== undefined && passesBy(askTable(table, use, beyond), place, use)) return beyond;
  return caught.kind === 'line' ? passesBeside(table, place, use, caught.shown.line)?.line : undefined;
}

/** What a lens of a rule says. */
export function ruleLensText(site: Site, source: SourceText, start: number, kind: RuleLensKind): Message {
  if (kind === 'try') return tryLabel(checksUse(site, source));
  const known = knownOf(site)(source)(start);
  if (!known) return say('Postfix skips this line', 'o Postfix pula esta linha');
  const line = known.passing;
  if (line === undefined) return catches(known);
  const args = { catches: catches(known), header: shown(line) };
  return stopping(known)
    ? say('{catches} · lets through: {header}', '{catches} · deixa passar: {header}', args)
    : say('{catches} · misses: {header}', '{catches} · não pega: {header}', args);
}

/** The lines that a lens shows, to be followed step by step: the one caught, then the one let through. Not all have them. */
export function ruleLensLines(site: Site, source: SourceText, start: number): string[] {
  const known = knownOf(site)(source)(start);
  if (!known) return [];
  const caught = known.caught.kind === 'unknown' ? undefined : known.caught.shown.line;
  return [caught, known.passing].flatMap(line => (line === undefined ? [] : [fromBytes(line)]));
}

function tryLabel(use: ChecksUse): Message {
  if (use === 'body_checks') return say('try a line…', 'testar uma linha…');
  return use === 'access' ? say('try a key…', 'testar uma chave…') : say('try a header…', 'testar um cabeçalho…');
}

function catches({ table, caught, more }: Known): Message {
  switch (caught.kind) {
    case 'unknown':
      return say('no example found', 'nenhum exemplo encontrado');
    case 'never': {
      const { rule = -1 } = caught.shown.answer;
      return say(
        'never gets its turn: line {line} answers first',
        'nunca chega a vez dela: a linha {line} responde antes',
        {
          line: lineNumberOf(table, rule),
        },
      );
    }
    case 'line': {
      const header = shown(caught.shown.line);
      return more > 0
        ? say('catches: {header} and {count} more', 'pega: {header} e mais {count}', { header, count: more })
        : say('catches: {header}', 'pega: {header}', { header });
    }
  }
}

/** Whether a rule keeps mail from going its way. */
function stopping({ table, place, use }: Known): boolean {
  const says = table.rules[place]?.line.says;
  return says?.kind === 'rule' && keepsOut(says.actionText, use);
}

/** A line on one line: folds are shown, the rest of a long one is not. */
function shown(bytes: string): string {
  const line = fromBytes(bytes)
    .replace(/\n[ \t]*/g, ' ⏎ ')
    .replace(/\t/g, ' ');
  const text = visibleText(line);
  return text.length > 80 ? `${text.slice(0, 60)}… (${bytes.length} bytes)` : text;
}
