/** Which files of a workspace belong together: sites by folder, firewalls beside them, files that stand alone. */
import type { FileKind } from '../model/file-kind';
import type { Site, SiteFile, SiteOptions } from '../model/site';
import type { Files } from '../text/files';
import { basename, dirname } from '../text/path';

/** A file and what it is. */
export interface PlannedFile {
  readonly path: string;
  readonly kind: FileKind;
}

/** A site by its paths; a lone file has neither main nor master, or is one of them. */
export interface SitePlan {
  readonly folder: string;
  readonly main?: string;
  readonly master?: string;
  readonly firewalls: readonly PlannedFile[];
  readonly extra: readonly PlannedFile[];
}

/** A site that the user named, with the firewalls that stand before it. */
export interface NamedSite {
  readonly folder: string;
  readonly firewall?: readonly string[];
}

/**
 * Sorts files into sites. A folder with a main.cf or a master.cf is one, with the tables in and below it. A script or dump goes to
 * the one site that is nearest (in its folder, above or below it, within the same root); where several are, it stands alone.
 * Named sites take what they name; what is left is sorted as ever.
 */
export function planSites(
  files: readonly PlannedFile[],
  roots: readonly string[],
  named: readonly NamedSite[] = [],
): readonly SitePlan[] {
  const folders = new Set(named.map(n => n.folder));
  for (const { path } of files) if (/^(?:main|master)\.cf$/.test(basename(path))) folders.add(dirname(path));
  const kinds = new Map(files.map(f => [f.path, f.kind]));
  const owned = new Map<string, PlannedFile[]>([...folders].map(folder => [folder, []]));
  const alone: PlannedFile[] = [];
  const claimed = new Map(named.flatMap(n => (n.firewall ?? []).map(path => [path, n.folder] as const)));
  for (const file of files) {
    if (isEntry(file.path) && folders.has(dirname(file.path))) continue;
    const folder = claimed.get(file.path) ?? home(file, folders, roots);
    const list = folder === undefined ? alone : owned.get(folder);
    list?.push(file);
  }
  const sites = [...owned].map(([folder, own]): SitePlan => {
    const main = joined(folder, 'main.cf');
    const master = joined(folder, 'master.cf');
    return {
      folder,
      ...(kinds.has(main) && { main }),
      ...(kinds.has(master) && { master }),
      firewalls: own.filter(isFirewall),
      extra: own.filter(f => f.kind === 'checks' || f.kind === 'table'),
    };
  });
  return [...sites, ...alone.flatMap(lone)];
}

/** Reads the files of a plan through a view. Paths that hold no text are left out. */
export function siteFrom(plan: SitePlan, files: Files, options: SiteOptions): Site {
  const text = (path: string | undefined) => {
    const state = path === undefined ? undefined : files.read(path);
    return state?.kind === 'text' ? state.source : undefined;
  };
  const all = (planned: readonly PlannedFile[]): SiteFile[] =>
    planned.flatMap(({ path, kind }) => {
      const source = text(path);
      return source ? [{ kind, source }] : [];
    });
  const main = text(plan.main);
  const master = text(plan.master);
  return {
    folder: plan.folder,
    files,
    ...(main && { main }),
    ...(master && { master }),
    firewalls: all(plan.firewalls),
    extra: all(plan.extra),
    options,
  };
}

/** The paths that a plan names. */
export function pathsOf(plan: SitePlan): readonly string[] {
  const entries = [plan.main, plan.master].filter(path => path !== undefined);
  return [...entries, ...[...plan.firewalls, ...plan.extra].map(f => f.path)];
}

function lone({ path, kind }: PlannedFile): SitePlan[] {
  const none = { folder: dirname(path), firewalls: [], extra: [] };
  switch (kind) {
    case 'main.cf':
      return [{ ...none, main: path }];
    case 'master.cf':
      return [{ ...none, master: path }];
    case 'shell':
    case 'iptables-save':
      return [{ ...none, firewalls: [{ path, kind }] }];
    case 'checks':
    case 'table':
      return [{ ...none, extra: [{ path, kind }] }];
    case 'project':
      return [];
  }
}

function home({ path, kind }: PlannedFile, folders: ReadonlySet<string>, roots: readonly string[]): string | undefined {
  if (kind === 'main.cf' || kind === 'master.cf') return undefined;
  const firewall = kind === 'shell' || kind === 'iptables-save';
  for (let at = dirname(path); ; at = dirname(at)) {
    if (folders.has(at)) return at;
    if (firewall && (at === dirname(path) || roots.some(root => within(root, at)))) {
      const below = [...folders].filter(folder => within(at, folder));
      if (below.length > 0) return below.length === 1 ? below[0] : undefined;
    }
    if (at === '' || at === '/' || roots.includes(at) || dirname(at) === at) return undefined;
  }
}

function within(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder === '' || folder === '/' ? folder : `${folder}/`);
}

function isEntry(path: string): boolean {
  return /^(?:main|master)\.cf$/.test(basename(path));
}

function isFirewall({ kind }: PlannedFile): boolean {
  return kind === 'shell' || kind === 'iptables-save';
}

function joined(folder: string, name: string): string {
  return folder === '' ? name : folder === '/' ? `/${name}` : `${folder}/${name}`;
}
