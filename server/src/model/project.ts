/** `.postfix-lint.yaml`: what command line, CI and editor all go by in a folder and below it. */
import { isMap, isScalar, isSeq, parseDocument, type Node, type Scalar } from 'yaml';
import { derived } from '../text/derived';
import type { Files } from '../text/files';
import { say, type Message } from '../text/message';
import { dirname, join } from '../text/path';
import type { SourceText } from '../text/source-text';
import { span, type Span } from '../text/span';
import { isVersion } from './version';

export const projectFileName = '.postfix-lint.yaml';

/** A severity as people set it; `off` leaves the rule out. */
export type ProjectSeverity = 'error' | 'warning' | 'information' | 'hint' | 'off';

/** One site of the project; its paths are joined with the project file's folder. */
export interface ProjectSite {
  readonly folder: string;
  /** The scripts or dumps that are this site's firewalls; undefined: those found beside it. */
  readonly firewalls?: readonly string[];
  readonly postfixVersion?: string;
  readonly domains: readonly string[];
}

export interface ProjectProblem {
  readonly span: Span;
  readonly message: Message;
}

export interface Project {
  readonly source: SourceText;
  readonly folder: string;
  readonly postfixVersion?: string;
  readonly domains: readonly string[];
  readonly severities: ReadonlyMap<string, ProjectSeverity>;
  /** Rules left out. */
  readonly skip: ReadonlySet<string>;
  readonly sites: readonly ProjectSite[];
  /** The path of the file that records the findings which are not told. */
  readonly baseline?: string;
  readonly problems: readonly ProjectProblem[];
}

/** The keys of the file, for completion and for "did you mean". */
export const projectKeys = ['postfix-version', 'domains', 'severity', 'skip', 'sites', 'baseline'] as const;
/** The keys of one entry of `sites`. */
export const projectSiteKeys = ['folder', 'firewall', 'postfix-version', 'domains'] as const;
const severities: readonly string[] = ['error', 'warning', 'information', 'hint', 'off'];

/** The project file of a folder: the nearest one in it or above it. */
export function projectOf(files: Files, folder: string): Project | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const state = files.read(join(at, projectFileName));
    if (state.kind === 'text') return parseProject(state.source);
    if (at === dirname(at) || at === '.') return undefined;
  }
}

/** Reads a project file. What is wrong in it becomes a problem; the rest counts. */
export const parseProject: (source: SourceText) => Project = derived(source => {
  const reader = new Reader(source);
  return reader.project();
});

class Reader {
  private readonly problems: ProjectProblem[] = [];
  private readonly folder: string;

  constructor(private readonly source: SourceText) {
    this.folder = dirname(source.path);
  }

  project(): Project {
    const document = parseDocument(this.source.text);
    for (const { pos, message } of document.errors) {
      this.problem(
        span(pos[0], Math.max(pos[0], pos[1])),
        say('{why}', '{why}', { why: message.split('\n')[0] ?? '' }),
      );
    }
    const all = this.entries(document.contents, projectKeys);
    const version = this.version(all.get('postfix-version'));
    const baseline = this.words(all.get('baseline'))[0];
    return {
      source: this.source,
      folder: this.folder,
      ...(version !== undefined && { postfixVersion: version }),
      domains: this.words(all.get('domains')),
      severities: this.severities(all.get('severity')),
      skip: new Set(this.words(all.get('skip'))),
      sites: this.sites(all.get('sites')),
      ...(baseline !== undefined && { baseline: join(this.folder, baseline) }),
      problems: this.problems,
    };
  }

  private sites(node: Node | undefined): ProjectSite[] {
    if (!node) return [];
    if (!isSeq(node)) return this.wrong(node, 'a list of sites', 'uma lista de sites') ?? [];
    return node.items.flatMap(item => {
      const entry = item as Node;
      if (isScalar(entry)) return [{ folder: join(this.folder, text(entry)), domains: [] }];
      const all = this.entries(entry, projectSiteKeys);
      const folder = this.words(all.get('folder'))[0];
      if (folder === undefined)
        return this.wrong(entry, 'a site with its folder', 'um site com sua pasta (folder)') ?? [];
      const firewall = all.get('firewall');
      const version = this.version(all.get('postfix-version'));
      return [
        {
          folder: join(this.folder, folder),
          ...(firewall && { firewalls: this.words(firewall).map(path => join(this.folder, path)) }),
          ...(version !== undefined && { postfixVersion: version }),
          domains: this.words(all.get('domains')),
        },
      ];
    });
  }

  private severities(node: Node | undefined): Map<string, ProjectSeverity> {
    const out = new Map<string, ProjectSeverity>();
    if (!node) return out;
    if (!isMap(node)) return this.wrong(node, 'a severity by rule', 'uma severidade por regra') ?? out;
    for (const { key, value } of node.items) {
      // YAML 1.2 reads `off` as a word; older writers make it a boolean.
      const raw = isScalar(value) ? (value.value === false ? 'off' : text(value)) : '';
      if (severities.includes(raw)) out.set(isScalar(key) ? text(key) : '', raw as ProjectSeverity);
      else this.wrong(key as Node, `one of ${severities.join(', ')}`, `um destes: ${severities.join(', ')}`);
    }
    return out;
  }

  private version(node: Node | undefined): string | undefined {
    if (!node) return undefined;
    const text = isScalar(node) ? (node.source ?? '') : '';
    return isVersion(text)
      ? text
      : this.wrong(node, 'a Postfix version such as 3.7', 'uma versão do Postfix, como 3.7');
  }

  /** One word or a list of words. */
  private words(node: Node | undefined): string[] {
    if (!node) return [];
    if (isScalar(node)) return node.value === null ? [] : [text(node)];
    if (isSeq(node) && node.items.every(isScalar)) return node.items.map(text);
    return this.wrong(node, 'a word or a list of words', 'uma palavra ou uma lista de palavras') ?? [];
  }

  private entries(node: Node | null, keys: readonly string[]): Map<string, Node> {
    const out = new Map<string, Node>();
    if (!node || (isScalar(node) && node.value === null)) return out;
    if (!isMap(node)) {
      this.wrong(node, `a map with ${keys.join(', ')}`, `um mapa com ${keys.join(', ')}`);
      return out;
    }
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? text(key) : '';
      if (!keys.includes(name)) {
        const known = { name, keys: keys.join(', ') };
        this.problem(
          place(key as Node),
          say('There is no setting {name}; there are: {keys}', 'Não há a opção {name}; há: {keys}', known),
        );
      } else if (value) out.set(name, value as Node);
    }
    return out;
  }

  private wrong(node: Node, en: string, pt: string): undefined {
    this.problem(place(node), say(`Here belongs ${en}`, `Aqui deve estar ${pt}`));
    return undefined;
  }

  private problem(where: Span, message: Message): void {
    this.problems.push({ span: where, message });
  }
}

/** A scalar as it is written: `3.10` stays so, though YAML would make it a number. */
function text(node: Scalar): string {
  return typeof node.value === 'string' ? node.value : (node.source ?? '');
}

function place(node: Node): Span {
  return node.range ? span(node.range[0], node.range[1]) : span(0, 0);
}
