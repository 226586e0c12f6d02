/** What `check` and `fix` share: which sites, which rules, and the findings. */
import { discover, type Discovery } from '../../model/discover';
import { projectFileName, projectOf, type Project } from '../../model/project';
import type { Site } from '../../model/site';
import { sourcesOf } from '../../model/sources';
import { baselineAt, type Baseline } from '../../rules/baseline';
import { byPlace, check, unique, type RuleChoice } from '../../rules/driver';
import { rules } from '../../rules/index.generated';
import { baselineProblem, projectProblems } from '../../rules/project-problems';
import type { Finding } from '../../rules/rule';
import type { Files } from '../../text/files';
import { format, say } from '../../text/message';
import { basename } from '../../text/path';
import { decode, type SourceText } from '../../text/source-text';
import { DiskFiles, whyNoText } from '../disk-files';
import type { Common } from './options';
import { absolute, shown, WrongUse, type Terminal } from './terminal';

/** What a check came to. */
export interface Inspection {
  readonly findings: readonly Finding[];
  /** All files that were looked at, those of them that were asked for. */
  readonly sources: readonly SourceText[];
  /** A PATH was given that could not be read, or a project file is wrong: exit status 2. */
  readonly failed: boolean;
}

/** The given paths, or the current folder, as the core knows them. */
export function givenPaths(common: Common, terminal: Terminal): readonly string[] {
  const given = common.positionals.length > 0 ? common.positionals : ['.'];
  return given.map(path => (path === '-' ? stdinPath(common, terminal) : absolute(terminal, path)));
}

/** The path that stands for the standard input. */
export function stdinPath(common: Common, terminal: Terminal): string {
  if (common.stdinFilename === undefined) {
    throw new WrongUse(
      say(
        '- needs --stdin-filename NAME, which says what it is',
        '- precisa de --stdin-filename NOME, que diz o que ele é',
      ),
    );
  }
  return absolute(terminal, common.stdinFilename);
}

/** The files as they are: the disk, and over it the standard input where `-` is given. */
export function filesFor(common: Common, terminal: Terminal): DiskFiles {
  if (!common.positionals.includes('-')) return new DiskFiles();
  const path = stdinPath(common, terminal);
  const raw = terminal.stdin();
  const why = whyNoText(raw);
  if (why !== undefined) {
    throw new WrongUse(say('{path} cannot be read: {why}', '{path} não pode ser lido: {why}', { path: '-', why }));
  }
  return new DiskFiles(new Map([[path, decode(path, raw)]]));
}

/** Finds the sites of paths and checks them; says on the standard error what could not be read. */
export function inspect(paths: readonly string[], files: Files, common: Common, terminal: Terminal): Inspection {
  const found = discover(files, paths, wishesOf(common));
  const problems = problemsIn(found, paths, files);
  const baselineFor = baselines(files, common, terminal);
  const findings = unique(found.sites.flatMap(site => checkSite(site, files, common, baselineFor)).sort(byPlace));
  const asked = (source: SourceText) => !found.onlyIn || found.onlyIn.has(source.path);
  const sources = new Map(found.sites.flatMap(sourcesOf).map(({ source }) => [source.path, source]));
  complain(found, problems, common, terminal);
  return {
    findings: findings.filter(f => asked(f.source)),
    sources: [...sources.values()].filter(asked),
    failed: problems.length > 0 || found.unreadable.some(u => u.given),
  };
}

/** What the options say for all sites. */
export function wishesOf({ postfixVersion, domains }: Pick<Common, 'postfixVersion' | 'domains'>) {
  return { ...(postfixVersion !== undefined && { postfixVersion }), ...(domains && { domains }) };
}

/** The findings on one site, by the options and the project file. */
function checkSite(site: Site, files: Files, common: Common, baselineFor: BaselineFor): readonly Finding[] {
  const project = projectOf(files, site.folder);
  const baseline = baselineFor(project);
  return check(site, rules, { ...choiceOf(project, common), ...(baseline && { baseline }) });
}

type BaselineFor = (project: Project | undefined) => Baseline | undefined;

/** The baseline of each site: the one that the option names, else its project file's; none while one is written. */
function baselines(files: Files, { own }: Common, terminal: Terminal): BaselineFor {
  if (own.text('write-baseline') !== undefined) return () => undefined;
  const option = own.text('baseline');
  if (option === undefined) return project => baselineAt(files, project?.baseline);
  const path = absolute(terminal, option);
  const why = baselineProblem(files, path);
  if (why) throw new WrongUse(why);
  const baseline = baselineAt(files, path);
  return () => baseline;
}

function choiceOf(project: Project | undefined, { only, skip }: Common): RuleChoice {
  // What an option names runs, whatever the project file leaves out.
  const leftOut = [...(project?.skip ?? [])].filter(id => !only?.has(id));
  const severities = new Map([...(project?.severities ?? [])].filter(([id, s]) => s !== 'off' || !only?.has(id)));
  return { ...(only && { only }), skip: new Set([...leftOut, ...skip]), severities };
}

/** What is wrong in the project files of what was found and of what was given. */
function problemsIn(found: Discovery, paths: readonly string[], files: Files): readonly Finding[] {
  const projects = new Set(found.sites.map(s => projectOf(files, s.folder)));
  for (const path of paths) projects.add(projectOf(files, path));
  return [...projects].flatMap(project => (project ? projectProblems(project, files) : []));
}

function complain(found: Discovery, problems: readonly Finding[], { lang }: Common, terminal: Terminal): void {
  for (const { path, why } of found.unreadable) terminal.err(`${shown(terminal, path)}: ${format(why, lang)}\n`);
  for (const path of found.unknown) {
    if (basename(path) === projectFileName) continue;
    const name = shown(terminal, path);
    const message = say(
      '{name}: nothing to check (no Postfix configuration, table or iptables script)',
      '{name}: nada a verificar (não é configuração do Postfix, tabela nem script do iptables)',
      { name },
    );
    terminal.err(`${format(message, lang)}\n`);
  }
  for (const { source, span, message } of problems) {
    const { line, character } = source.positionAt(span.start);
    terminal.err(`${shown(terminal, source.path)}:${line + 1}:${character + 1}: ${format(message, lang)}\n`);
  }
}
