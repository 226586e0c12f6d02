/** Which files belong to a site, tables that its settings name included, and what each of them is. */
import { dirname } from '../text/path';
import { derived } from '../text/derived';
import type { SourceText } from '../text/source-text';
import { isOverlay } from './embedded';
import { fileKind, type FileKind } from './file-kind';
import type { Site, SiteFile } from './site';
import { sourcesOf } from './sources';
import { fileTypes, resolveFile, tableUses, type TableUse } from './tables';

/** A table file of the site and the uses that main.cf and master.cf make of it. */
export interface UsedTable {
  readonly source: SourceText;
  readonly uses: readonly TableUse[];
}

/** Table files that are there to be read, by path, each with all its uses. */
export const usedTables: (site: Site) => ReadonlyMap<string, UsedTable> = derived(site => {
  const out = new Map<string, { source: SourceText; uses: TableUse[] }>();
  for (const use of tableUses(site)) {
    if (!fileTypes.has(use.table.type)) continue;
    const { path, state } = resolveFile(site, use.table.name);
    if (state.kind !== 'text') continue;
    const known = out.get(path);
    if (known) known.uses.push(use);
    else out.set(path, { source: state.source, uses: [use] });
  }
  return out;
});

/** Every file of a site that is there to be read: its own, then the tables that it names. */
export const filesOf: (site: Site) => readonly SiteFile[] = derived(site => {
  const known = new Map<string, SiteFile>();
  const tables = usedTables(site);
  for (const file of sourcesOf(site)) {
    const table = tables.get(file.source.path);
    known.set(file.source.path, table ? { kind: kindByUse(table), source: file.source } : file);
  }
  for (const [path, table] of tables) {
    if (!known.has(path)) known.set(path, { kind: kindByUse(table), source: table.source });
  }
  return [...known.values()];
});

function kindByUse({ uses }: UsedTable): FileKind {
  return uses.some(u => u.table.type === 'pcre' || u.table.type === 'regexp') ? 'checks' : 'table';
}

const tableName =
  /^(?:access|transport|virtual|canonical|relocated|generic|aliases|sasl_passwd|tls_policy|relay_domains|mynetworks)(?:[._-][\w.-]+)?$|(?:_access|_canonical|_maps?|_login|_passwd|_policy|_recipients|_aliases|_transport)(?:\.(?:cf|cidr|map|db))?$|\.cidr$/;

/** What a file is: by its place in the site, else by name and contents; undefined for one that is none of ours. */
export function kindIn(site: Site, source: SourceText): FileKind | undefined {
  if (source.path === site.main?.path && !isOverlay(source.path)) return 'main.cf';
  if (source.path === site.master?.path) return 'master.cf';
  const known = filesOf(site).find(f => f.source.path === source.path);
  if (known) return known.kind;
  const kind = fileKind(source.path, source.text);
  if (kind) return kind;
  const name = source.path.slice(dirname(source.path).length).replace(/^\//, '');
  if (/^rules\.v[46]$|\.ip6?tables-save$/.test(name)) return 'iptables-save';
  return tableName.test(name) ? 'table' : undefined;
}
