/** Answers of the server as documents that can be read and searched, not edited, with links to the lines that decided. */
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

/** What the server answers to a what-if question. */
export interface Answer {
  readonly question: string;
  readonly verdict: string;
  readonly steps: readonly AnswerStep[];
  readonly unknown: readonly string[];
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
  );
}

/** Shows an answer beside the editor; a second answer under the same name takes the place of the first. */
export async function showAnswer(name: string, answer: Answer): Promise<void> {
  const uri = put(name, layOut(answer));
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

function layOut({ question, verdict, steps, unknown }: Answer): Page {
  const lines = [question, '', `→ ${verdict}`, ''];
  const found: Page['links'][number][] = [];
  const width = Math.min(72, Math.max(0, ...steps.map(s => s.text.length)));
  for (const { text, outcome, uri, line } of steps) {
    const at = uri === undefined ? '' : `${basename(uri)}:${(line ?? 0) + 1}`;
    const head = `${text.padEnd(width)}  ${outcome}`;
    if (uri !== undefined) {
      const target = Uri.parse(uri).with({ fragment: `L${(line ?? 0) + 1}` });
      found.push({ line: lines.length, start: head.length + 3, end: head.length + 3 + at.length, target });
    }
    lines.push(at ? `${head}   ${at}` : head);
  }
  if (unknown.length > 0) lines.push('', l10n.t('This hangs on:'), ...unknown.map(u => `- ${u}`));
  return { text: `${lines.join('\n')}\n`, links: found };
}

function basename(uri: string): string {
  return decodeURIComponent(uri.slice(uri.lastIndexOf('/') + 1));
}
