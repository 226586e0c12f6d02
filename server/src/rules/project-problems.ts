/** What is wrong in a project file: its own problems, rules that nobody knows, folders and a baseline that are not there. */
import type { Project } from '../model/project';
import type { Files } from '../text/files';
import { say, type Message } from '../text/message';
import { basename } from '../text/path';
import { span } from '../text/span';
import { parseBaseline } from './baseline';
import { rules } from './index.generated';
import type { Finding } from './rule';

/** The id under which these are reported; no rule has it. */
export const projectProblem = 'project-file';

/** The problems of a project file as findings, in no order. */
export function projectProblems(project: Project, files: Files): readonly Finding[] {
  const { source } = project;
  const at = (text: string) => {
    const start = Math.max(0, source.text.indexOf(text));
    return span(start, Math.min(source.text.length, start + text.length));
  };
  const ids = new Set(rules.map(r => r.id));
  const named = [...project.skip, ...project.severities.keys()].filter(id => !ids.has(id));
  const problems = [
    ...project.problems,
    ...named.map(rule => ({
      span: at(rule),
      message: say('There is no rule {rule}', 'Não existe a regra {rule}', { rule }),
    })),
    ...project.sites
      .filter(site => !['folder', 'unknown'].includes(files.read(site.folder).kind))
      .map(site => ({
        span: at(basename(site.folder)),
        message: say('There is no folder {folder}', 'Não existe a pasta {folder}', { folder: site.folder }),
      })),
  ];
  const { baseline } = project;
  const why = baseline === undefined ? undefined : baselineProblem(files, baseline);
  if (baseline !== undefined && why) problems.push({ span: at(basename(baseline)), message: why });
  return problems.map(problem => ({
    ...problem,
    rule: projectProblem,
    severity: 'error',
    source,
    related: [],
    fixes: [],
  }));
}

/** Why a file is no baseline; undefined where it is one, or where that cannot be known yet. */
export function baselineProblem(files: Files, path: string): Message | undefined {
  const state = files.read(path);
  if (state.kind === 'unknown') return undefined;
  if (state.kind === 'text') return parseBaseline(state.source).problem;
  return say(
    'There is no baseline {file}: "postfix-lint check --write-baseline {file}" makes it',
    'Não existe a linha de base {file}: "postfix-lint check --write-baseline {file}" a cria',
    { file: basename(path) },
  );
}
