/**
 * The sites of a workspace and their findings, kept fresh: an edit checks again the sites that read the edited file, and
 * no others. Knows no protocol.
 */
import { usedTables } from '../../model/kind-in-site';
import { projectFileName, projectOf } from '../../model/project';
import { newestPostfix, type Site } from '../../model/site';
import { check, unique, type RuleChoice } from '../../rules/driver';
import { rules } from '../../rules/index.generated';
import { baselineAt } from '../../rules/baseline';
import { projectProblems } from '../../rules/project-problems';
import type { Finding } from '../../rules/rule';
import type { Files } from '../../text/files';
import { basename } from '../../text/path';
import type { SourceText } from '../../text/source-text';
import type { Disk } from './disk';
import { OpenFiles, Over, RecordingFiles } from './open-files';
import { pathsOf, plansIn, siteFrom, withFile, withNamed, type SitePlan } from './plans';
import { noSettings, type Settings } from './settings';

/** A site with what it was read from. `findings` are absent until somebody asks for them. */
interface SiteState {
  readonly plan: SitePlan;
  readonly files: RecordingFiles;
  readonly site: Site;
  findings?: readonly Finding[];
}

export class Workspace {
  readonly files: OpenFiles;
  /** The folders that the editor has open. */
  private roots: readonly string[] = [];
  private settings: ReadonlyMap<string, Settings> = new Map();
  private found: readonly string[] = [];
  private states: readonly SiteState[] = [];
  private baselines: ReadonlySet<string> = new Set();
  /** What the plans were made from: paths, with what mattered about each; undefined when they have to be made anew. */
  private planned: Map<string, string> | undefined;

  constructor(disk: Disk) {
    this.files = new OpenFiles(disk);
  }

  /** Takes the workspace's folders with the settings of each; the key `''` is for what lies outside them. */
  configure(settings: ReadonlyMap<string, Settings>): void {
    this.settings = settings;
    this.roots = [...settings.keys()].filter(root => root !== '');
    this.states = [];
    this.planned = undefined;
  }

  /** Searches the folders for files of ours. */
  async search(): Promise<void> {
    this.found = await this.files.disk.find(this.roots);
    this.planned = undefined;
  }

  /** Says that these files are no longer what they were (opened, edited, closed, changed on disk). */
  changed(paths: readonly string[]): void {
    for (const path of paths) {
      if (this.planned?.get(path) === this.signature(path)) continue;
      this.planned = undefined;
      // It says which rules run and how grave they are, for every site below it.
      if (basename(path) === projectFileName || this.baselines.has(path)) this.states = [];
    }
    this.states = this.states.map(state =>
      paths.some(path => state.files.asked.has(path)) ? this.stateOf(state.plan) : state,
    );
  }

  /** The settings that hold for a path: those of the innermost folder that it lies in. */
  settingsFor(path: string): Settings {
    const root = this.roots.filter(r => path === r || path.startsWith(`${r}/`)).sort((a, b) => b.length - a.length)[0];
    return this.settings.get(root ?? '') ?? noSettings;
  }

  /** The site that a file is read with, fresh: the first that names it, else the first that read it. */
  siteOf(path: string): Site | undefined {
    return this.statesOf(path)[0]?.site;
  }

  /** Every site of the workspace, fresh. */
  sites(): readonly Site[] {
    return this.fresh().map(state => state.site);
  }

  /** What is found in a file, fresh, from every site that it belongs to. */
  findings(path: string): readonly Finding[] {
    const all = basename(path) === projectFileName ? this.inProjects() : this.inSites(this.statesOf(path));
    return all.filter(f => f.source.path === path);
  }

  /** What would be found in the site of a file, were these texts in place of the files. */
  findingsWith(path: string, texts: ReadonlyMap<string, SourceText>): readonly Finding[] {
    const over = new Over(this.files, texts);
    return unique(
      this.statesOf(path).flatMap(({ plan }) => check(siteFrom(plan, over), rules, this.choice(plan.folder))),
    );
  }

  /** Sites whose findings nobody has asked for since they changed; asking for all of them is a step each. */
  *pending(): Generator<readonly Finding[]> {
    for (const state of this.fresh()) {
      if (!state.findings) yield this.findingsOf(state);
    }
  }

  /** All findings, of the sites that have been checked so far, by file. Files without findings have no entry. */
  known(): ReadonlyMap<string, readonly Finding[]> {
    const byFile = new Map<string, Finding[]>();
    const all = [...unique(this.states.flatMap(state => state.findings ?? [])), ...this.inProjects()];
    for (const finding of all) {
      const list = byFile.get(finding.source.path);
      if (list) list.push(finding);
      else byFile.set(finding.source.path, [finding]);
    }
    return byFile;
  }

  private inSites(states: readonly SiteState[]): readonly Finding[] {
    return unique(states.flatMap(state => this.findingsOf(state)));
  }

  /** What is wrong in the project files that sites and workspace folders go by. */
  private inProjects(): readonly Finding[] {
    const folders = new Set([...this.roots, ...this.fresh().map(state => state.plan.folder)]);
    const projects = new Set([...folders].map(folder => projectOf(this.files, folder)));
    return [...projects].flatMap(project => (project ? projectProblems(project, this.files) : []));
  }

  private statesOf(path: string): readonly SiteState[] {
    const states = this.fresh();
    const naming = states.filter(state => pathsOf(state.plan).includes(path));
    if (naming.length > 0) return naming;
    return states.filter(state => usedTables(state.site).has(path) || state.files.asked.has(path));
  }

  private findingsOf(state: SiteState): readonly Finding[] {
    return (state.findings ??= check(state.site, rules, this.choice(state.plan.folder)));
  }

  private choice(folder: string): RuleChoice {
    const project = projectOf(this.files, folder);
    const { severities } = this.settingsFor(folder);
    const baseline = baselineAt(this.files, project?.baseline);
    return {
      skip: project?.skip ?? new Set(),
      severities: new Map([...(project?.severities ?? []), ...severities]),
      ...(baseline && { baseline }),
    };
  }

  /** The sites as the files are now; those whose files are all unchanged stay the same objects. */
  private fresh(): readonly SiteState[] {
    if (this.planned) return this.states;
    const files = new RecordingFiles(this.files);
    const kept = new Map(this.states.map(state => [JSON.stringify(state.plan), state]));
    this.states = this.plan(files).map(plan => kept.get(JSON.stringify(plan)) ?? this.stateOf(plan));
    this.baselines = this.baselinesOf([...this.roots, ...this.states.map(state => state.plan.folder)]);
    const inputs = new Set([...files.asked, ...this.files.paths, ...this.baselines]);
    this.planned = new Map([...inputs].map(path => [path, this.signature(path)]));
    return this.states;
  }

  /** The files of baselines that the project files of folders name. */
  private baselinesOf(folders: readonly string[]): ReadonlySet<string> {
    const named = folders.map(folder => projectOf(this.files, folder)?.baseline);
    return new Set(named.filter(path => path !== undefined));
  }

  private plan(files: Files): readonly SitePlan[] {
    const open = this.files.paths;
    const paths = [...new Set([...this.found, ...open])].sort();
    let plans = this.roots.flatMap(root =>
      plansIn(
        root,
        paths.filter(path => path.startsWith(`${root}/`)),
        files,
        this.wishes(root),
      ),
    );
    for (const path of open) {
      const kind = this.files.kindOf(path);
      if (!kind || kind === 'project' || plans.some(plan => pathsOf(plan).includes(path))) continue;
      plans = withFile(plans, { path, kind }, files, this.wishes(path));
    }
    return withNamed(
      plans,
      [...this.settings.values()].flatMap(s => s.sites),
    );
  }

  private wishes(path: string) {
    const { targetVersion, domains } = this.settingsFor(path);
    return {
      ...(targetVersion !== undefined && { postfixVersion: targetVersion }),
      ...(domains.length && { domains }),
    };
  }

  /** What matters about a path for the plans: its kind, a project file's or a baseline's text, a folder's names. */
  private signature(path: string): string {
    const state = this.files.read(path);
    if (state.kind === 'folder') return `folder ${this.files.list(path)?.join('/')}`;
    if (state.kind !== 'text') return state.kind;
    const open = this.files.document(path) ? 'open' : '';
    const counts = basename(path) === projectFileName || this.baselines.has(path);
    return counts ? state.source.text : `${open} ${this.files.kindOf(path)}`;
  }

  private stateOf(plan: SitePlan): SiteState {
    const files = new RecordingFiles(this.files);
    const options = { ...plan.options, postfixVersion: plan.options.postfixVersion || newestPostfix };
    return { plan, files, site: siteFrom({ ...plan, options }, files) };
  }
}
