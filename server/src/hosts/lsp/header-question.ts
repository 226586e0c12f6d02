/** What becomes of a header or body line: the tables that are asked, the rule that fires, and what its groups took. */
import type { Reasoned, Step } from '../../analysis/answer';
import { matchSteps } from '../../analysis/checks/compiled-pattern';
import { entryOf, loadTable, type LoadedTable } from '../../analysis/checks/load-table';
import { tryHeader, type ChecksUse, type HeaderAnswer } from '../../analysis/checks/try-header';
import { askedTables, type AskedTable } from '../../analysis/mail-flow/asked-tables';
import { checkParameters, type CheckParameter } from '../../analysis/mail-flow/cleanup';
import { checksUse } from '../../features/checks-lens';
import { patternType } from '../../features/tokens/checks';
import { kindIn } from '../../model/kind-in-site';
import { siteSettings } from '../../model/settings';
import type { Site } from '../../model/site';
import { format, say } from '../../text/message';
import { fromBytes, toBytes } from '../../text/source-text';
import { toRange, toUri } from './protocol';
import type { Answer, FiredRule, GroupText, Question } from './requests';
import type { Session } from './session';
import { pathOf } from './uri';

type LayOut = (session: Session, asked: object, verdict: string, reasons: Reasoned) => Answer;

interface Asked {
  readonly tables: readonly AskedTable[];
  readonly use: ChecksUse;
}

/**
 * The answer to `header`, looked up as `place` says: header_checks, mime_header_checks, nested_header_checks or body_checks. Without
 * `place` the table that is asked from answers alone. Null where there is no table to ask.
 */
export function askHeader(session: Session, site: Site, { uri, fields }: Question, layOut: LayOut): Answer | null {
  const header = typeof fields['header'] === 'string' ? fields['header'] : '';
  const place = checkParameters.find(p => p === fields['place']);
  const { tables, use } = tablesFor(site, uri === null ? undefined : pathOf(uri), place, header);
  if (tables.length === 0) return null;
  const asked = { header, place };
  const key = toBytes(header);
  const trace: Step[] = [];
  for (const next of tables) {
    if (next.kind === 'unknown') return layOut(session, asked, '', { trace, unknown: [next.why] });
    const { table } = next;
    const answer = tryHeader(table, use, key);
    trace.push(...answer.trace);
    const { unknown, action } = answer;
    if (action !== null || unknown.length > 0) {
      const fired = firedRule(session, table, key, answer);
      return { ...layOut(session, asked, fromBytes(action ?? ''), { trace, unknown }), ...(fired && { fired }) };
    }
  }
  const none = format(say('no match', 'nenhuma regra casa'), session.lang());
  return layOut(session, asked, none, { trace, unknown: [] });
}

/** The tables that cleanup asks for a place; the document itself where it is a table that is none of them, or no place is given. */
function tablesFor(site: Site, path: string | undefined, place: CheckParameter | undefined, header: string): Asked {
  const state = path === undefined ? undefined : site.files.read(path);
  const source = state?.kind === 'text' && kindIn(site, state.source) === 'checks' ? state.source : undefined;
  const own = source && { kind: 'table' as const, table: loadTable(source, patternType(site, source)) };
  if (own && !place) return { tables: [own], use: checksUse(site, own.table.source) };
  const asked = place ?? 'header_checks';
  const use = asked === 'body_checks' ? asked : 'header_checks';
  const tables = askedTables(site, siteSettings(site), asked, header);
  const isAmong = tables.some(t => t.kind === 'table' && t.table.source === source);
  return { tables: own && !isAmong ? [own] : tables, use };
}

function firedRule(session: Session, table: LoadedTable, key: string, answer: HeaderAnswer): FiredRule | undefined {
  const rule = table.rules[answer.rule ?? -1];
  const entry = entryOf(table, answer.rule ?? -1);
  if (!rule || !entry) return undefined;
  return {
    uri: toUri(session.workspace.files, table.source.path),
    range: toRange(table.source, entry.line.span),
    groups: groupsOf(rule, key),
  };
}

/** The whole match and the groups; they are matched once more, for an answer has only those that its action names. */
function groupsOf({ patterns: [first] }: LoadedTable['rules'][number], key: string): GroupText[] {
  if (!first?.compiled.parsed.ok || first.part.negated) return [];
  const { groups, names } = first.compiled.parsed.pattern;
  const outcome = first.compiled.match(key, groups, matchSteps);
  if (outcome.kind !== 'match') return [];
  return Array.from({ length: groups + 1 }, (_, number) => {
    const name = [...names].find(([, numbers]) => numbers.includes(number))?.[0];
    const start = outcome.groups[2 * number] ?? -1;
    const end = outcome.groups[2 * number + 1] ?? -1;
    return {
      name: name === undefined ? `$${number}` : `$${number} ${name}`,
      text: start < 0 || end < start ? null : fromBytes(key.slice(start, end)),
    };
  });
}
