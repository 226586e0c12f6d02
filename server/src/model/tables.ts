/** Lookup tables as values name them, and the files behind them. */
import { bracePayload, splitList } from '../syntax/list';
import { basename, dirname, isAbsolute, join, normalize } from '../text/path';
import { derived } from '../text/derived';
import type { FileState } from '../text/files';
import { optionsOf } from '../syntax/master-cf/parse';
import { masterOf, serviceSettings } from './services';
import { setNames, siteSettings, type Place, type Settings } from './settings';
import type { Site } from './site';

/** A table as a value names it: `type:name`, wrappers opened. */
export interface TableName {
  /** The type, `proxy:` taken off: `hash`, `pcre`, `inline`, `unionmap` … */
  readonly type: string;
  /** What stands behind the type: a path, a list in braces, a service's address. */
  readonly name: string;
  /** Asked through proxymap(8). */
  readonly proxied: boolean;
  /** The tables inside `unionmap:{…}` and `pipemap:{…}`. */
  readonly members: readonly TableName[];
}

/** Types whose name is the path of a text file, as it is read or as postmap(1) compiles it. */
export const fileTypes: ReadonlySet<string> = new Set([
  'hash',
  'btree',
  'dbm',
  'sdbm',
  'cdb',
  'lmdb',
  'texthash',
  'cidr',
  'pcre',
  'regexp',
]);

/** Types that postmap(1) or postalias(1) compile from a source of the same name. */
export const compiledTypes: ReadonlySet<string> = new Set(['hash', 'btree', 'dbm', 'sdbm', 'cdb', 'lmdb']);

/** How the name of a compiled table's file ends; where two files are made, of one of them. */
export function compiledEnding(type: string): string {
  if (type === 'lmdb' || type === 'cdb') return `.${type}`;
  return type === 'dbm' || type === 'sdbm' ? '.pag' : '.db';
}

/** Types whose name is the path of a query description. */
export const queryTypes: ReadonlySet<string> = new Set(['mysql', 'pgsql', 'ldap', 'sqlite', 'memcache', 'mongodb']);

/** All types that some Postfix knows (DATABASE_README). */
export const tableTypes: ReadonlySet<string> = new Set([
  ...fileTypes,
  ...queryTypes,
  ...['inline', 'static', 'environ', 'fail', 'internal', 'pipemap', 'unionmap', 'randmap', 'proxy', 'socketmap', 'tcp'],
  ...['unix', 'nis', 'nisplus', 'netinfo'],
]);

/** Reads `type:name`; undefined for a word without a type. Nothing is looked up. */
export function parseTableName(word: string): TableName | undefined {
  let rest = word;
  let proxied = false;
  while (rest.startsWith('proxy:')) {
    proxied = true;
    rest = rest.slice('proxy:'.length);
  }
  const match = /^([A-Za-z0-9_-]+):/.exec(rest);
  if (!match) return undefined;
  const type = match[1] ?? '';
  const name = rest.slice(match[0].length);
  return {
    type,
    name,
    proxied,
    members: type === 'unionmap' || type === 'pipemap' || type === 'randmap' ? membersOf(type, name) : [],
  };
}

function membersOf(type: string, name: string): TableName[] {
  if (type === 'randmap') return [];
  const inner = bracePayload({ text: name, start: 0, end: name.length });
  if (!inner) return [];
  return splitList(inner.text).flatMap(w => {
    const table = parseTableName(bracePayload(w)?.text ?? w.text);
    return table ? [table] : [];
  });
}

/** A table with all it holds. */
export function tablesWithin(table: TableName): TableName[] {
  return [table, ...table.members.flatMap(tablesWithin)];
}

/**
 * Where a path that the configuration names is to be looked for, best place first. In the live folder that is the path
 * itself. In a copy, paths in the configuration folder are taken beside main.cf; others below the copy's root, where the
 * folder's own path tells it (`…/etc/postfix`), or beside main.cf by their bare name.
 */
export function candidatePaths(site: Site, path: string): string[] {
  const configured = normalize(siteSettings(site).text('config_directory') || '/etc/postfix');
  const folder = normalize(site.folder);
  if (!isAbsolute(path)) return [join(site.folder, path)];
  const clean = normalize(path);
  if (folder === configured) return [clean];
  if (clean.startsWith(`${configured}/`)) return [join(site.folder, clean.slice(configured.length + 1))];
  if (clean.startsWith('/etc/postfix/')) return [join(site.folder, clean.slice('/etc/postfix/'.length))];
  const out: string[] = [];
  if (folder === configured.slice(1) || folder.endsWith(configured)) {
    const root = folder.slice(0, folder.length - configured.length + (folder.endsWith(configured) ? 0 : 1));
    out.push(root === '' ? clean.slice(1) : join(root, clean.slice(1)));
  }
  const beside = join(site.folder, basename(clean));
  if (!out.includes(beside)) out.push(beside);
  return out;
}

/** A file that the configuration names: what is at the first place that has it, else at the first place there is. */
export interface ResolvedFile {
  readonly path: string;
  readonly state: FileState;
  /** Its folder can be seen, so that "missing" means missing. */
  readonly folderSeen: boolean;
}

/** Looks a path up for a site; see {@link candidatePaths}. Never throws. */
export function resolveFile(site: Site, path: string): ResolvedFile {
  const candidates = candidatePaths(site, path);
  for (const candidate of candidates) {
    const state = site.files.read(candidate);
    if (state.kind !== 'missing') return { path: candidate, state, folderSeen: true };
  }
  const first = candidates[0] ?? path;
  const folder = dirname(first);
  const folderSeen = site.files.list(folder === '' ? '.' : folder) !== undefined;
  return { path: first, state: { kind: 'missing' }, folderSeen };
}

/** Whether a site is the folder that Postfix itself reads; else it is a copy, and what it names may be in other places. */
export function isLive(site: Site): boolean {
  return normalize(site.folder) === normalize(siteSettings(site).text('config_directory') || '/etc/postfix');
}

/** A site as it may be once it is installed: files that a copy of a configuration lacks may be there then. */
export const asInstalled: (site: Site) => Site = derived(site => (isLive(site) ? site : { ...site, partial: true }));

/** One use of a table: by which parameter, of which service (none: main.cf), and where the word stands. */
export interface TableUse {
  readonly table: TableName;
  readonly parameter: string;
  readonly settings: Settings;
  readonly place: Place | undefined;
}

/** Every table named by a setting of main.cf or an `-o`, in the order of the files; built-in defaults are left out. */
export const tableUses: (site: Site) => readonly TableUse[] = derived(site => {
  const out: TableUse[] = [];
  const collect = (settings: Settings, parameter: string): void => {
    for (const word of settings.words(parameter)) {
      const payload = bracePayload({ text: word.text, start: 0, end: word.text.length });
      for (const part of payload ? splitList(payload.text) : [{ text: word.text }]) {
        const table = parseTableName(part.text);
        if (!table || !tableTypes.has(table.type)) continue;
        for (const each of tablesWithin(table)) out.push({ table: each, parameter, settings, place: word.place });
      }
    }
  };
  const settings = siteSettings(site);
  for (const name of site.main ? setNames(site) : []) collect(settings, name);
  for (const service of masterOf(site).tree.services) {
    const own = serviceSettings(site, service);
    for (const option of optionsOf(service)) if (!option.problem) collect(own, option.name);
  }
  return out;
});
