/** Finds the sites and firewalls in folders, and the site of a single file. Pure: asks the {@link Files} view alone. */
import type { Files } from '../text/files';
import { say, type Message } from '../text/message';
import { basename, dirname, join } from '../text/path';
import type { SourceText } from '../text/source-text';
import { isOverlay, isServiceOverlay } from './embedded';
import { fileKind } from './file-kind';
import { isFirewall } from './folder-site';
import { projectOf, type ProjectSite } from './project';
import { siteSettings } from './settings';
import { newestPostfix, type Site, type SiteFile, type SiteOptions } from './site';

/** What the asker says for all sites; it wins over project files. */
export interface Wishes {
  readonly postfixVersion?: string;
  readonly domains?: readonly string[];
}

export interface Discovery {
  readonly sites: readonly Site[];
  /** What could not be read, given or met on the way. */
  readonly unreadable: readonly { readonly path: string; readonly why: Message; readonly given: boolean }[];
  /** Files that were given and are of no kind that is known. */
  readonly unknown: readonly string[];
  /** Files that were given one by one: findings elsewhere were not asked for. Undefined when a folder was given. */
  readonly onlyIn?: ReadonlySet<string>;
}

/** Folders deeper than this are not searched: a loop of links would never end. */
const deepest = 24;
const passedOver = new Set(['node_modules', '.git', '.svn', '.hg']);
/** Names that are surely none of ours, so that a search does not read them. */
const notOurs =
  /\.(?:md|rst|html?|css|[cm]?[jt]sx?|json|ya?ml|toml|xml|[ct]sv|sql|log|lock|py[co]?|go|rs|java|class|c|h|o|so|a|php|png|jpe?g|gif|svg|ico|pdf|gz|xz|bz2|zst|zip|tar|deb|rpm|wasm|woff2?|mp4|db|lmdb|sqlite|pem|crt|key|pyc|map|vsix)$/i;
const backup =
  /(?:~|\.(?:bak|old|orig|save|sav|dist|default|proto|swp|tmp|(?:dpkg|ucf|rpm|pac)\w*|rej|\d+))$|^#.*#$|^\.#/i;

/** The sites of what is given: folders are searched through, single files are taken with their site. */
export function discover(files: Files, paths: readonly string[], wishes: Wishes = {}): Discovery {
  return new Search(files, wishes).run(paths);
}

/** A site's two files under one pair of names: `main.cf` and `master.cf`, `prod-main.cf.j2` and `prod-master.cf.j2`. */
interface Pair {
  readonly main?: SourceText;
  readonly master?: SourceText;
}

interface FolderFound {
  readonly folder: string;
  readonly pairs: readonly Pair[];
  readonly firewalls: readonly SiteFile[];
  readonly checks: readonly SiteFile[];
}

class Search {
  private readonly unreadable: { path: string; why: Message; given: boolean }[] = [];
  private readonly unknown: string[] = [];

  constructor(
    private readonly files: Files,
    private readonly wishes: Wishes,
  ) {}

  run(paths: readonly string[]): Discovery {
    const sites: Site[] = [];
    const single = new Set<string>();
    let folders = 0;
    for (const path of paths) {
      const state = this.files.read(path);
      if (state.kind === 'folder') {
        folders++;
        sites.push(...this.sitesIn(path));
      } else if (state.kind === 'text') {
        single.add(path);
        const site = this.siteOfFile(state.source);
        if (site) sites.push(site);
        else this.unknown.push(path);
      } else this.complain(path, state, true);
    }
    if (folders > 0) sites.push(...this.otherInstances(sites));
    const known = new Map<string, Site>();
    for (const site of sites) {
      const key = [site.main, site.master, ...site.firewalls.map(f => f.source), ...site.extra.map(f => f.source)]
        .map(source => source?.path ?? '')
        .join('\n');
      if (!known.has(key)) known.set(key, site);
    }
    return {
      sites: [...known.values()],
      unreadable: this.unreadable,
      unknown: this.unknown,
      ...(folders === 0 && { onlyIn: single }),
    };
  }

  /**
   * The other instances of these sites (multi_instance_directories of MULTI_INSTANCE_README), where their folders are in view:
   * they lie beside the first one's, as /etc/postfix-out beside /etc/postfix. Each is a site of its own.
   */
  private otherInstances(sites: readonly Site[]): Site[] {
    const seen = new Set(sites.map(site => site.folder));
    const folders = sites.flatMap(site =>
      siteSettings(site)
        .words('multi_instance_directories')
        .map(({ text }) => join(dirname(site.folder), basename(text.replace(/\/+$/, '')))),
    );
    return folders.flatMap(folder => {
      if (seen.has(folder) || !this.files.list(folder)?.some(name => /^(?:main|master)\.cf$/.test(name))) return [];
      seen.add(folder);
      return this.sitesIn(folder);
    });
  }

  private sitesIn(root: string): Site[] {
    const found: FolderFound[] = [];
    this.walk(root, 0, found);
    const withSites = found.filter(f => f.pairs.length > 0);
    const called = calledScripts(found.flatMap(f => f.firewalls));
    const taken = new Map<string, SiteFile[]>();
    const lone: SiteFile[] = [];
    const assigned = this.assignedFirewalls(withSites.map(f => f.folder));
    for (const { folder, firewalls } of found) {
      const owner = nearestSite(folder, root, withSites);
      for (const file of firewalls) {
        if (called.has(file.source.path) || assigned.has(file.source.path)) continue;
        if (owner === undefined) lone.push(file);
        else taken.set(owner, [...(taken.get(owner) ?? []), file]);
      }
    }
    // A container's overlay mostly lies apart from the main.cf that it is merged over.
    const homeOf = (file: SiteFile, folder: string): string | undefined =>
      owningFolder(folder, withSites) ?? (isMerged(file) ? nearestSite(folder, root, withSites) : undefined);
    const checks = found.flatMap(({ folder, checks: own }) => own.map(file => ({ file, home: homeOf(file, folder) })));
    const sites = withSites.flatMap(({ folder, pairs }) => {
      const extra = checks.filter(({ home }) => home === folder).map(({ file }) => file);
      return pairs.map(pair => this.site(folder, pair, taken.get(folder) ?? [], extra));
    });
    const loneChecks = checks.filter(({ home }) => home === undefined).map(({ file }) => file);
    return [...sites, ...[...lone, ...loneChecks].map(file => this.loneSite(file))];
  }

  private walk(folder: string, depth: number, found: FolderFound[]): void {
    const names = this.files.list(folder);
    if (!names) return;
    const texts: SourceText[] = [];
    for (const name of [...names].sort()) {
      const path = join(folder, name);
      if (passedOver.has(name) || notOurs.test(name)) continue;
      if (this.files.list(path)) {
        if (depth < deepest) this.walk(path, depth + 1, found);
        continue;
      }
      if (backup.test(name)) continue;
      const state = this.files.read(path);
      if (state.kind === 'text') texts.push(state.source);
      else if (/^(?:main|master)\.cf$/.test(name)) this.complain(path, state, false);
    }
    found.push(sortFiles(folder, texts));
  }

  /** The site a single file belongs to, or a site of that file alone; undefined for a file of no known kind. */
  private siteOfFile(source: SourceText): Site | undefined {
    const kind = fileKind(source.path, source.text);
    if (kind === 'project') return undefined;
    const folder = dirname(source.path);
    if (kind === 'main.cf' || kind === 'master.cf') {
      const here = this.look(folder);
      const own = here.pairs.find(p => p.main?.path === source.path || p.master?.path === source.path);
      const pair = own ?? (kind === 'main.cf' ? { main: source } : { master: source });
      return this.site(folder, pair, own ? here.firewalls : [], own ? here.checks : []);
    }
    const file: SiteFile = { kind: kind ?? 'table', source };
    for (const near of nearFolders(folder, kind !== undefined && isFirewall({ kind }))) {
      if (!this.files.list(near)?.some(name => /(?:main|master)\.cf/.test(name))) continue;
      const { pairs, firewalls, checks } = this.look(near);
      const [pair] = pairs;
      if (!pair) continue;
      const isWall = isFirewall(file);
      const walls = isWall && !firewalls.some(f => f.source === source) ? [...firewalls, file] : firewalls;
      const extra = isWall || checks.some(f => f.source === source) ? checks : [...checks, file];
      return this.site(near, pair, walls, extra);
    }
    return kind === undefined ? undefined : this.loneSite(file);
  }

  private look(folder: string): FolderFound {
    const names = (this.files.list(folder === '' ? '.' : folder) ?? []).filter(
      n => !backup.test(n) && !notOurs.test(n),
    );
    const texts = [...names].sort().flatMap(name => {
      const path = join(folder, name);
      const state = this.files.list(path) ? undefined : this.files.read(path);
      return state?.kind === 'text' ? [state.source] : [];
    });
    return sortFiles(folder, texts);
  }

  private site(folder: string, pair: Pair, found: readonly SiteFile[], extra: readonly SiteFile[]): Site {
    const own = this.projectSite(folder);
    const listed = own?.firewalls?.flatMap(path => this.listedFirewall(path));
    const called = calledScripts(found);
    const firewalls = listed ?? found.filter(f => !called.has(f.source.path));
    return { folder, files: this.files, ...pair, firewalls, extra, options: this.options(folder, own) };
  }

  private loneSite(file: SiteFile): Site {
    const folder = dirname(file.source.path);
    const wall = isFirewall(file);
    const options = this.options(folder, this.projectSite(folder));
    return { folder, files: this.files, firewalls: wall ? [file] : [], extra: wall ? [] : [file], options };
  }

  private listedFirewall(path: string): SiteFile[] {
    const state = this.files.read(path);
    if (state.kind !== 'text') {
      this.complain(path, state, true);
      return [];
    }
    const kind = fileKind(path, state.source.text);
    return [{ kind: kind === 'iptables-save' ? kind : 'shell', source: state.source }];
  }

  private options(folder: string, own: ProjectSite | undefined): SiteOptions {
    const project = projectOf(this.files, folder);
    return {
      postfixVersion: this.wishes.postfixVersion ?? own?.postfixVersion ?? project?.postfixVersion ?? newestPostfix,
      domains: this.wishes.domains ?? [...(project?.domains ?? []), ...(own?.domains ?? [])],
    };
  }

  private projectSite(folder: string): ProjectSite | undefined {
    return projectOf(this.files, folder)?.sites.find(s => s.folder === folder);
  }

  /** The firewalls that project files give to sites: nobody else takes them. */
  private assignedFirewalls(folders: readonly string[]): ReadonlySet<string> {
    return new Set(folders.flatMap(folder => this.projectSite(folder)?.firewalls ?? []));
  }

  private complain(path: string, state: { kind: string; why?: string }, given: boolean): void {
    const why =
      state.kind === 'missing'
        ? say('no such file or folder', 'arquivo ou pasta inexistente')
        : say('cannot be read: {why}', 'não pode ser lido: {why}', { why: state.why ?? state.kind });
    this.unreadable.push({ path, why, given });
  }
}

/** Whether a file is merged over another main.cf or master.cf; scripts that call postconf are not. */
function isMerged({ kind, source }: SiteFile): boolean {
  return kind === 'postconf' && (isOverlay(source.path) || isServiceOverlay(source.path));
}

function sortFiles(folder: string, texts: readonly SourceText[]): FolderFound {
  const files = texts.flatMap((source): SiteFile[] => {
    const kind = fileKind(source.path, source.text);
    return kind ? [{ kind, source }] : [];
  });
  return {
    folder,
    pairs: pairsOf(files),
    firewalls: files.filter(isFirewall),
    checks: files.filter(f => f.kind === 'checks' || f.kind === 'postconf'),
  };
}

/** main.cf and master.cf of one folder, put together by what stands around those names. */
function pairsOf(files: readonly SiteFile[]): Pair[] {
  const byRest = new Map<string, { main?: SourceText; master?: SourceText }>();
  for (const { kind, source } of files) {
    if (kind !== 'main.cf' && kind !== 'master.cf') continue;
    const rest = basename(source.path).replace(kind, '');
    const pair = byRest.get(rest) ?? {};
    if (kind === 'main.cf') pair.main = source;
    else pair.master = source;
    byRest.set(rest, pair);
  }
  const plain = byRest.get('');
  if (!plain) return [...byRest.values()];
  // Beside the plain names the others are variants; one of them fills in for a plain file that is not there.
  byRest.delete('');
  const others = [...byRest.values()];
  const lend = (which: 'main' | 'master') => {
    const having = others.filter(o => o[which]);
    return having.length === 1 ? having[0]?.[which] : undefined;
  };
  const main = plain.main ?? lend('main');
  const master = plain.master ?? lend('master');
  return [{ ...(main && { main }), ...(master && { master }) }];
}

/** Climbs from a folder to the root of the search: the first level with a site at or below it decides, if it has just one. */
function nearestSite(folder: string, root: string, sites: readonly FolderFound[]): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const within = sites.filter(s => isWithin(s.folder, at));
    const exact = within.find(s => s.folder === at);
    if (exact) return exact.pairs.length === 1 ? exact.folder : undefined;
    if (within.length > 0) return within.length === 1 && within[0]?.pairs.length === 1 ? within[0].folder : undefined;
    if (at === root || at === dirname(at)) return undefined;
  }
}

/** The site in whose folder, or below whose folder, a folder lies. */
function owningFolder(folder: string, sites: readonly FolderFound[]): string | undefined {
  let best: string | undefined;
  for (const site of sites) {
    if (isWithin(folder, site.folder) && (best === undefined || site.folder.length > best.length)) best = site.folder;
  }
  return best;
}

function isWithin(folder: string, parent: string): boolean {
  return (
    folder === parent ||
    parent === '.' ||
    parent === '' ||
    folder.startsWith(parent.endsWith('/') ? parent : `${parent}/`)
  );
}

/** Where the site of a single file may be: its folder and those above; for a firewall also the usual places below it. */
function nearFolders(folder: string, isWall: boolean): string[] {
  const above = [folder, dirname(folder), dirname(dirname(folder))];
  const below = isWall ? ['postfix', 'etc/postfix'].flatMap(name => above.map(at => join(at, name))) : [];
  return [...new Set([...above.slice(0, isWall ? 1 : 3), ...below])];
}

const callInCommand =
  /(?:^|[;&|({`]|\bthen\b|\bdo\b|\belse\b)[ \t]*((?:(?:sudo|exec|\.|source|(?:\/usr)?(?:\/bin\/)?(?:ba|da)?sh)[ \t]+(?:-\w+[ \t]+)*)*)["']?([^\s"';&|()]+)/gm;

/** Of these scripts, those that another one sources or calls: they are no firewalls of their own. */
function calledScripts(firewalls: readonly SiteFile[]): ReadonlySet<string> {
  const scripts = firewalls.filter(f => f.kind === 'shell').map(f => f.source);
  const called = new Set<string>();
  if (scripts.length < 2) return called;
  for (const { path, text } of scripts) {
    const names = new Set<string>();
    for (const [, by = '', word = ''] of text.replace(/^[ \t]*#.*$/gm, '').matchAll(callInCommand)) {
      if (by !== '' || word.includes('/')) names.add(basename(word));
    }
    // Two scripts that call each other both stay: nobody else would be the firewall.
    for (const other of scripts) {
      if (other.path !== path && names.has(basename(other.path)) && !called.has(path)) called.add(other.path);
    }
  }
  return called;
}
