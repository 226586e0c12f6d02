/**
 * The sites of a workspace and their findings, kept fresh: an edit checks again the sites that read the edited file, and
 * no others. Knows no protocol.
 */
import type { Site } from '../../model/site';
import { check, unique } from '../../rules/driver';
import { rules } from '../../rules/index.generated';
import type { Finding } from '../../rules/rule';
import { dirname } from '../../text/path';
import { pathsOf, planSites, siteFrom, type PlannedFile, type SitePlan } from '../sites';
import type { Disk } from './disk';
import { OpenFiles, RecordingFiles } from './open-files';
import { noSettings, targetVersion, type Settings } from './settings';

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
  private kinds = new Map<string, PlannedFile['kind']>();
  private states: readonly SiteState[] = [];
  private plansAreStale = true;

  constructor(disk: Disk) {
    this.files = new OpenFiles(disk);
  }

  /** Takes the workspace's folders with the settings of each; the key `''` is for what lies outside them. */
  configure(settings: ReadonlyMap<string, Settings>): void {
    this.settings = settings;
    this.roots = [...settings.keys()].filter(root => root !== '');
    this.states = [];
    this.plansAreStale = true;
  }

  /** Searches the folders for files of ours. */
  async search(): Promise<void> {
    this.found = await this.files.disk.find(this.roots);
    this.kinds.clear();
    this.plansAreStale = true;
  }

  /** Says that these files are no longer what they were (an edit, a change on disk). */
  changed(paths: readonly string[]): void {
    for (const path of paths) {
      const before = this.kinds.get(path);
      this.kinds.delete(path);
      if (this.kindOf(path) !== before) this.plansAreStale = true;
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
    return unique(this.statesOf(path).flatMap(state => this.findingsOf(state))).filter(f => f.source.path === path);
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
    for (const finding of unique(this.states.flatMap(state => state.findings ?? []))) {
      const list = byFile.get(finding.source.path);
      if (list) list.push(finding);
      else byFile.set(finding.source.path, [finding]);
    }
    return byFile;
  }

  private statesOf(path: string): readonly SiteState[] {
    const states = this.fresh();
    const naming = states.filter(state => pathsOf(state.plan).includes(path));
    return naming.length > 0 ? naming : states.filter(state => state.files.asked.has(path));
  }

  private findingsOf(state: SiteState): readonly Finding[] {
    const { severities } = this.settingsFor(state.plan.folder);
    return (state.findings ??= check(state.site, rules, { severities }));
  }

  /** The sites as the files are now; those whose files are all unchanged stay the same objects. */
  private fresh(): readonly SiteState[] {
    if (!this.plansAreStale) return this.states;
    this.plansAreStale = false;
    const paths = [...new Set([...this.found, ...this.files.paths])].sort();
    const planned = paths.flatMap((path): PlannedFile[] => {
      const kind = this.kindOf(path);
      return kind ? [{ path, kind }] : [];
    });
    const beside = planned.flatMap(({ path }) => this.companions(path, planned));
    const named = [...this.settings.values()].flatMap(s => s.sites);
    const kept = new Map(this.states.map(state => [JSON.stringify(state.plan), state]));
    this.states = planSites([...planned, ...beside], this.roots, named).map(
      plan => kept.get(JSON.stringify(plan)) ?? this.stateOf(plan),
    );
    return this.states;
  }

  /** main.cf and master.cf beside an open file that lies outside of what was searched. */
  private companions(path: string, planned: readonly PlannedFile[]): PlannedFile[] {
    if (!this.files.document(path)) return [];
    return (['main.cf', 'master.cf'] as const).flatMap(name => {
      const at = `${dirname(path)}/${name}`;
      if (planned.some(f => f.path === at) || this.files.read(at).kind !== 'text') return [];
      return [{ path: at, kind: name }];
    });
  }

  private kindOf(path: string): PlannedFile['kind'] | undefined {
    if (this.kinds.has(path)) return this.kinds.get(path);
    const kind = this.files.kindOf(path);
    if (kind) this.kinds.set(path, kind);
    return kind;
  }

  private stateOf(plan: SitePlan): SiteState {
    const files = new RecordingFiles(this.files);
    const settings = this.settingsFor(plan.folder);
    return {
      plan,
      files,
      site: siteFrom(plan, files, { postfixVersion: targetVersion(settings), domains: settings.domains }),
    };
  }
}
