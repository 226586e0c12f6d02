/** Answers of the server as documents that can be read and searched, not edited, with links to the lines that decided. */
import { markPlaces, placeMarks, type Place } from './place-marks';
import {
  Disposable,
  DocumentLink,
  EventEmitter,
  languages,
  l10n,
  Range,
  Uri,
  window,
  workspace,
  type DocumentLinkProvider,
  type TextDocument,
  type TextDocumentContentProvider,
} from 'vscode';

const scheme = 'postfix-answer';

/** One step on the way to an answer. */
export interface AnswerStep {
  readonly text: string;
  readonly outcome: string;
  readonly uri?: string;
  /** From 0. */
  readonly line?: number;
}

/** The rule of a table that answered, and what its pattern took: the whole match, then the groups. */
export interface FiredRule extends Place {
  readonly groups: readonly { readonly name: string; readonly text: string | null }[];
}

/** What the server answers to a what-if question. */
export interface Answer {
  readonly question: string;
  readonly verdict: string;
  readonly steps: readonly AnswerStep[];
  readonly unknown: readonly string[];
  readonly fired?: FiredRule;
}

/** One demand of the Port 25 report. */
export interface DemandEntry {
  readonly status: 'met' | 'not-met' | 'unknown';
  readonly statusName: string;
  readonly title: string;
  readonly source: string;
  readonly reason: string;
  readonly evidence?: string;
  readonly uri?: string;
  /** From 0. */
  readonly line?: number;
}

/** The Port 25 report of a site. */
export interface PortReport {
  readonly title: string;
  readonly demands: readonly DemandEntry[];
}

interface Page {
  readonly text: string;
  readonly links: readonly {
    readonly line: number;
    readonly start: number;
    readonly end: number;
    readonly target: Uri;
  }[];
}

const pages = new Map<string, Page>();
const changed = new EventEmitter<Uri>();

const content: TextDocumentContentProvider = {
  onDidChange: changed.event,
  provideTextDocumentContent: uri => pages.get(uri.toString())?.text ?? '',
};

const links: DocumentLinkProvider = {
  provideDocumentLinks: (document: TextDocument) =>
    (pages.get(document.uri.toString())?.links ?? []).map(
      ({ line, start, end, target }) => new DocumentLink(new Range(line, start, line, end), target),
    ),
};

export function answerDocuments(): Disposable {
  return Disposable.from(
    workspace.registerTextDocumentContentProvider(scheme, content),
    languages.registerDocumentLinkProvider({ scheme }, links),
    placeMarks(),
  );
}

/**
 * Shows answers beside the editor, one below the other, and the rules that gave them where they stand; what was shown under the
 * same name before goes.
 */
export async function showAnswers(name: string, answers: readonly Answer[]): Promise<void> {
  markPlaces(answers.flatMap(answer => answer.fired ?? []));
  const pages = answers.map(layOut);
  let text = '';
  const found: Page['links'][number][] = [];
  for (const page of pages) {
    const above = text === '' ? 0 : text.split('\n').length;
    text += text === '' ? page.text : `\n${page.text}`;
    found.push(...page.links.map(link => ({ ...link, line: link.line + above })));
  }
  await show(name, { text, links: found });
}

/** Shows the Port 25 report, as answers are shown. */
export async function showReport(name: string, report: PortReport): Promise<void> {
  await show(name, layOutReport(report));
}

async function show(name: string, page: Page): Promise<void> {
  const uri = put(name, page);
  await window.showTextDocument(await workspace.openTextDocument(uri), { preview: true, viewColumn: -2 });
}

/** Opens a Markdown text for reading. */
export async function showMarkdown(name: string, text: string): Promise<Uri> {
  const uri = put(`${name}.md`, { text, links: [] });
  await workspace.openTextDocument(uri);
  return uri;
}

function put(name: string, page: Page): Uri {
  const uri = Uri.from({ scheme, path: `/${name}` });
  pages.set(uri.toString(), page);
  changed.fire(uri);
  return uri;
}

/** The question, the verdict, then a line a step: what it did, where it stands (a link), what it is. */
function layOut({ question, verdict, steps, unknown, fired }: Answer): Page {
  const lines = [...question.split(', '), '', `→ ${verdict}`, ''];
  const found: Page['links'][number][] = [];
  const places = steps.map(({ uri, line = 0 }) => (uri === undefined ? '' : `${basename(uri)}:${line + 1}`));
  const widest = (texts: readonly string[]) => Math.min(40, Math.max(0, ...texts.map(t => t.length)));
  const [outcomes, where] = [widest(steps.map(s => s.outcome)), widest(places)];
  for (const [i, { text, outcome, uri, line = 0 }] of steps.entries()) {
    const head = `${outcome.padEnd(outcomes)}  `;
    const place = places[i] ?? '';
    if (uri !== undefined) {
      const target = Uri.parse(uri).with({ fragment: `L${line + 1}` });
      found.push({ line: lines.length, start: head.length, end: head.length + place.length, target });
    }
    lines.push(`${head}${place.padEnd(where)}  ${text}`);
  }
  if (fired && fired.groups.length > 0) lines.push('', ...fired.groups.map(groupLine));
  if (unknown.length > 0) lines.push('', l10n.t('This hangs on:'), ...unknown.map(u => `- ${u}`));
  return { text: `${lines.join('\n')}\n`, links: found };
}

function groupLine({ name, text }: FiredRule['groups'][number]): string {
  const label = name === '$0' ? l10n.t('match') : name;
  return `${label} = ${text === null ? l10n.t('(nothing)') : JSON.stringify(text)}`;
}

const signs = { met: '✓', 'not-met': '✗', unknown: '?' } as const;

/** Each demand: sign, status and what is demanded; below it the reason, the evidence, and the place (a link). */
function layOutReport({ title, demands }: PortReport): Page {
  const lines = [title, ''];
  const found: Page['links'][number][] = [];
  const widest = Math.max(0, ...demands.map(d => d.statusName.length));
  const indent = ' '.repeat(widest + 4);
  for (const { status, statusName, title: demanded, source, reason, evidence, uri, line = 0 } of demands) {
    lines.push(`${signs[status]} ${statusName.padEnd(widest)}  ${demanded}`, `${indent}${reason}`);
    if (evidence !== undefined) lines.push(`${indent}= ${evidence}`);
    const place = uri === undefined ? '' : `${basename(uri)}:${line + 1}`;
    if (uri !== undefined) {
      const target = Uri.parse(uri).with({ fragment: `L${line + 1}` });
      found.push({ line: lines.length, start: indent.length, end: indent.length + place.length, target });
    }
    lines.push(`${indent}${[place, source].filter(Boolean).join('  ')}`, '');
  }
  return { text: lines.join('\n'), links: found };
}

function basename(uri: string): string {
  return decodeURIComponent(uri.slice(uri.lastIndexOf('/') + 1));
}
