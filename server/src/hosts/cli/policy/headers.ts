/** Headers and messages of a policy test or of `try header`, asked of one table or of what a service's cleanup uses. */
import type { Reasoned } from '../../../analysis/answer';
import { loadTable, type LoadedTable } from '../../../analysis/checks/load-table';
import { tryHeader, type ChecksUse } from '../../../analysis/checks/try-header';
import { tryMessage } from '../../../analysis/checks/try-message';
import { askedTables, type AskedTable } from '../../../analysis/mail-flow/asked-tables';
import { cleanupSettings } from '../../../analysis/mail-flow/cleanup';
import type { Site } from '../../../model/site';
import { parseTableName, resolveFile, type TableName } from '../../../model/tables';
import type { FileState, Files } from '../../../text/files';
import { say } from '../../../text/message';
import { basename, join } from '../../../text/path';
import { fromBytes, toBytes } from '../../../text/source-text';
import { serviceNamed } from '../service-argument';
import { WrongUse } from '../terminal';
import type { HeaderCase } from './document';
import type { Answer } from './judge';

/** Where tables are looked for, and how texts become bytes. */
export interface HeaderWorld {
  readonly folder: string;
  readonly files: Files;
  /** The site of the document; throws where there is none. */
  readonly site: () => Site;
  readonly latin1: boolean;
}

/** The answer to a header (its action, null for no match) or to a message (its output). Throws {@link WrongUse}. */
export function askHeader(asked: HeaderCase, world: HeaderWorld): Answer {
  const bytes = (text: string) => (world.latin1 ? text : toBytes(text));
  const text = (given: string) => (world.latin1 ? given : fromBytes(given));
  if (asked.message !== undefined) {
    const { table, use } = theTable(asked, world);
    const mode = asked.mode ?? (use === 'body_checks' ? 'b' : 'h');
    const answer = tryMessage(table, mode, bytes(asked.message));
    return {
      got: answer.unknown.length > 0 ? { verdict: 'unknown' } : { output: text(answer.output) },
      reasons: answer,
    };
  }
  const header = bytes(asked.header ?? '');
  const tables = asked.table === undefined ? cleanupTables(asked, header, world) : [theTable(asked, world)];
  const trace: Reasoned['trace'][number][] = [];
  for (const next of tables) {
    if (next.kind === 'unknown') return { got: { verdict: 'unknown' }, reasons: { trace, unknown: [next.why] } };
    const answer = tryHeader(next.table, next.use, header);
    trace.push(...answer.trace);
    const reasons = { trace, unknown: answer.unknown };
    if (answer.action !== null) return { got: { action: text(answer.action) }, reasons };
    if (answer.unknown.length > 0) return { got: { verdict: 'unknown' }, reasons };
  }
  return { got: { action: null }, reasons: { trace, unknown: [] } };
}

type Used = AskedTable & { readonly use: ChecksUse };

/** The table that a case names: relative to the document, else where the site has it. */
function theTable({ table, use }: HeaderCase, { folder, files, site }: HeaderWorld): Extract<Used, { kind: 'table' }> {
  const name = parseTableName(table ?? '');
  if (!name || !isPattern(name)) throw noTable(table ?? '');
  const near = files.read(join(folder, name.name));
  const state = near.kind === 'text' ? near : elsewhere(name, site);
  if (state?.kind !== 'text') throw noTable(table ?? '');
  return { kind: 'table', table: loadTable(state.source, name.type), use: use ?? usualUse(name.name) };
}

function elsewhere(name: TableName, site: () => Site): FileState | undefined {
  try {
    return resolveFile(site(), name.name).state;
  } catch (error) {
    if (error instanceof WrongUse) return undefined;
    throw error;
  }
}

/** The tables that the cleanup service of a service asks for such a header, in its order. */
function cleanupTables({ service, use }: HeaderCase, header: string, world: HeaderWorld): readonly Used[] {
  const site = world.site();
  const settings = cleanupSettings(site, serviceNamed(site, service ?? ''));
  const asked = use ?? 'header_checks';
  const place = asked === 'body_checks' ? asked : 'header_checks';
  return askedTables(site, settings, place, header).map(table => ({ ...table, use: asked }));
}

/** The table of a name such as `pcre:header_checks` in a folder. Throws {@link WrongUse} where there is none. */
export function tableNamed(table: string, folder: string, files: Files): LoadedTable {
  const name = parseTableName(table);
  const state = name && isPattern(name) ? files.read(join(folder, name.name)) : undefined;
  if (!name || !isPattern(name) || state?.kind !== 'text') throw noTable(table);
  return loadTable(state.source, name.type);
}

function isPattern(name: TableName): name is TableName & { readonly type: 'pcre' | 'regexp' } {
  return name.type === 'pcre' || name.type === 'regexp';
}

function noTable(table: string): WrongUse {
  return new WrongUse(
    say('{table}: no pcre: or regexp: table to read there', '{table}: não há tabela pcre: ou regexp: para ler ali', {
      table,
    }),
  );
}

/** What a table is for, by the usual names. */
function usualUse(path: string): ChecksUse {
  const name = basename(path);
  if (/body/.test(name)) return 'body_checks';
  return /access|sender|recipient|helo|client/.test(name) && !/check/.test(name) ? 'access' : 'header_checks';
}
