/** The pcre: and regexp: tables of a site, with what each is used for. */
import { tableUses, resolveFile } from '../../model/tables';
import type { Place, Settings } from '../../model/settings';
import type { Site } from '../../model/site';
import type { CheckClass } from '../../facts/check-actions';
import { checkClasses } from '../../facts/check-actions';
import type { TableType } from '../../syntax/table/table-line';
import { derived } from '../../text/derived';
import type { SourceText } from '../../text/source-text';
import { loadTable, type LoadedTable } from './load-table';

/** One parameter that names a table. */
export interface ChecksUse {
  readonly parameter: string;
  readonly settings: Settings;
  readonly place: Place | undefined;
}

export interface SiteChecks {
  readonly source: SourceText;
  readonly type: TableType;
  /** main.cf or master.cf says the type; else it was guessed from the file. */
  readonly typeKnown: boolean;
  readonly table: LoadedTable;
  /** Empty for a file that nothing names. */
  readonly uses: readonly ChecksUse[];
  /** The classes of checks it serves; a file that nothing names is taken by its own name. */
  readonly classes: readonly CheckClass[];
}

/** Whether a parameter holds header or body checks. */
export function isCheckClass(parameter: string): parameter is CheckClass {
  return (checkClasses as readonly string[]).includes(parameter);
}

/** All of them, in the order in which the site names them, then those that nothing names. Remembered by site. */
export const siteChecks: (site: Site) => readonly SiteChecks[] = derived(site => {
  const found = new Map<string, { source: SourceText; type: TableType; uses: ChecksUse[] }>();
  for (const { table, parameter, settings, place } of tableUses(site)) {
    if (table.type !== 'pcre' && table.type !== 'regexp') continue;
    const { state } = resolveFile(site, table.name);
    if (state.kind !== 'text') continue;
    const key = `${table.type}:${state.source.path}`;
    const entry = found.get(key) ?? { source: state.source, type: table.type, uses: [] };
    entry.uses.push({ parameter, settings, place });
    found.set(key, entry);
  }
  const named = new Set([...found.values()].map(f => f.source));
  const out: SiteChecks[] = [...found.values()].map(f => ({
    ...f,
    typeKnown: true,
    table: loadTable(f.source, f.type),
    classes: [...new Set(f.uses.map(u => u.parameter))].filter(isCheckClass),
  }));
  for (const { kind, source } of site.extra) {
    if (kind !== 'checks' || named.has(source)) continue;
    const type = guessType(source);
    const body = /body_checks/.test(source.path);
    out.push({
      source,
      type,
      typeKnown: false,
      table: loadTable(source, type),
      uses: [],
      classes: [body ? 'body_checks' : 'header_checks'],
    });
  }
  return out;
});

/** The dialect in which less of a file is wrong; its ending decides between equals, then PCRE. */
function guessType(source: SourceText): TableType {
  if (/\.(?:regexp|regex)$/.test(source.path)) return 'regexp';
  if (/\.pcre$/.test(source.path)) return 'pcre';
  return loadTable(source, 'regexp').warnings.length < loadTable(source, 'pcre').warnings.length ? 'regexp' : 'pcre';
}
