/** Which files make up each site of a workspace: the same discovery as the command line's, over what may matter there. */
import { discover, type Wishes } from '../../model/discover';
import type { FileKind } from '../../model/file-kind';
import type { Site, SiteFile, SiteOptions } from '../../model/site';
import type { Files, FileState } from '../../text/files';
import { basename, dirname } from '../../text/path';

/** A file and what it is. */
export interface PlannedFile {
  readonly path: string;
  readonly kind: FileKind;
}

/** A site by its paths. */
export interface SitePlan {
  readonly folder: string;
  readonly main?: string;
  readonly master?: string;
  readonly firewalls: readonly PlannedFile[];
  readonly extra: readonly PlannedFile[];
  readonly options: SiteOptions;
}

/** A site that the user's settings name, with the firewalls that stand before it. */
export interface NamedSite {
  readonly folder: string;
  /** Undefined: those found beside it. */
  readonly firewall?: readonly string[];
  readonly targetVersion?: string;
  readonly domains: readonly string[];
}

/** The sites in a folder of the workspace. `paths` are the files in it that may be ours: nothing else is looked at. */
export function plansIn(root: string, paths: readonly string[], files: Files, wishes: Wishes): SitePlan[] {
  return discover(new Candidates(files, [root, ...paths]), [root], wishes).sites.map(planOf);
}

/** The plans with a single file taken in: with the site it belongs to, or alone. */
export function withFile(plans: readonly SitePlan[], file: PlannedFile, files: Files, wishes: Wishes): SitePlan[] {
  const [site] = discover(files, [file.path], wishes).sites;
  const found = site && planOf(site);
  if (!found?.main && !found?.master) {
    return [...plans, lone(file, { postfixVersion: '', domains: [], ...wishes, ...found?.options })];
  }
  const named = (list: readonly PlannedFile[]) => list.map(f => (f.path === file.path ? file : f));
  const taken = { ...found, firewalls: named(found.firewalls), extra: named(found.extra) };
  const same = plans.find(p => p.main === taken.main && p.master === taken.master);
  if (!same) return [...plans, taken];
  const wall = taken.firewalls.some(f => f.path === file.path);
  const list = wall ? 'firewalls' : 'extra';
  return plans.map(p => (p === same ? { ...p, [list]: [...p[list], file] } : p));
}

/** The plans with what the settings give to sites: version, own domains, and firewalls that nobody else has then. */
export function withNamed(plans: readonly SitePlan[], named: readonly NamedSite[]): readonly SitePlan[] {
  if (named.length === 0) return plans;
  const claimed = new Set(named.flatMap(n => n.firewall ?? []));
  const all = new Map(plans.flatMap(p => p.firewalls).map(f => [f.path, f]));
  return plans
    .map(plan => {
      const site = named.find(n => n.folder === plan.folder);
      const own = site?.firewall;
      const firewalls = own
        ? own.map((path): PlannedFile => all.get(path) ?? { path, kind: 'shell' })
        : plan.firewalls.filter(f => !claimed.has(f.path));
      const options = {
        postfixVersion: site?.targetVersion ?? plan.options.postfixVersion,
        domains: [...plan.options.domains, ...(site?.domains ?? [])],
      };
      return { ...plan, firewalls, options };
    })
    .filter(plan => pathsOf(plan).length > 0);
}

/** Reads the files of a plan through a view. Paths that hold no text are left out. */
export function siteFrom(plan: SitePlan, files: Files): Site {
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
    options: plan.options,
  };
}

/** The paths that a plan names. */
export function pathsOf(plan: SitePlan): readonly string[] {
  const entries = [plan.main, plan.master].filter(path => path !== undefined);
  return [...entries, ...[...plan.firewalls, ...plan.extra].map(f => f.path)];
}

function planOf({ folder, main, master, firewalls, extra, options }: Site): SitePlan {
  const planned = ({ kind, source }: SiteFile): PlannedFile => ({ kind, path: source.path });
  return {
    folder,
    ...(main && { main: main.path }),
    ...(master && { master: master.path }),
    firewalls: firewalls.map(planned),
    extra: extra.map(planned),
    options,
  };
}

function lone(file: PlannedFile, options: SiteOptions): SitePlan {
  const none = { folder: dirname(file.path), firewalls: [], extra: [], options };
  switch (file.kind) {
    case 'main.cf':
      return { ...none, main: file.path };
    case 'master.cf':
      return { ...none, master: file.path };
    case 'shell':
    case 'iptables-save':
      return { ...none, firewalls: [file] };
    case 'checks':
    case 'postconf':
    case 'table':
    case 'project':
      return { ...none, extra: [file] };
  }
}

/** A view in which folders hold only what may be ours, so that discovery does not read a whole workspace. */
class Candidates implements Files {
  private readonly folders = new Map<string, Set<string>>();

  constructor(
    private readonly files: Files,
    paths: readonly string[],
  ) {
    const [root = ''] = paths;
    this.folders.set(root, new Set());
    for (const path of paths) {
      for (let at = path; at !== root && at !== dirname(at); at = dirname(at)) {
        const names = this.folders.get(dirname(at)) ?? new Set<string>();
        this.folders.set(dirname(at), names.add(basename(at)));
      }
    }
  }

  read(path: string): FileState {
    return this.folders.has(path) ? { kind: 'folder' } : this.files.read(path);
  }

  list(folder: string): readonly string[] | undefined {
    const names = this.folders.get(folder);
    return names && [...names];
  }
}
