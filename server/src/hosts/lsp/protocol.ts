/** From the core's plain data to the protocol's, and back: the only place that knows both. */
import {
  CodeActionKind,
  DiagnosticSeverity,
  DiagnosticTag,
  MarkupKind,
  type CodeAction,
  type CreateFile,
  type Diagnostic,
  type MarkupContent,
  type Range,
  type TextDocumentEdit,
  type TextEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver';
import type { FileEdit, Finding, Fix, Severity } from '../../rules/rule';
import type { Doc } from '../../features/doc';
import { format, type Lang } from '../../text/message';
import type { SourceText } from '../../text/source-text';
import { span, type Span } from '../../text/span';
import { evidenceLine, relativeEvidence } from '../evidence-line';
import { basename } from '../../text/path';
import type { OpenDocument, OpenFiles } from './open-files';
import { uriOf } from './uri';

const severities: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

/** Rules about what has no effect: shown faded. */
const unnecessary: ReadonlySet<string> = new Set([
  'unused-parameter',
  'same-as-default',
  'unreachable-restriction',
  'restriction-without-effect',
  'rule-shadowed',
  'ipt-shadowed',
  'ignore-unused',
]);

export function toRange(source: SourceText, place: Span): Range {
  return { start: source.positionAt(place.start), end: source.positionAt(place.end) };
}

export function fromRange(source: SourceText, range: Range): Span {
  return span(source.offsetAt(range.start), source.offsetAt(range.end));
}

/** Paragraphs as Markdown; items of a list stay together. */
export function toMarkup(doc: Doc, lang: Lang): MarkupContent {
  let value = '';
  let inList = false;
  for (const message of doc) {
    const text = format(message, lang);
    const item = text.startsWith('- ');
    if (value !== '') value += item && inList ? '\n' : '\n\n';
    value += text;
    inList = item;
  }
  return { kind: MarkupKind.Markdown, value };
}

/** The client's own URI for an open document, else the path's. */
export function toUri(files: OpenFiles, path: string): string {
  return files.document(path)?.uri ?? uriOf(path);
}

export function toDiagnostic(files: OpenFiles, finding: Finding, lang: Lang): Diagnostic {
  const { rule, severity, source, span: place, message, evidence, related } = finding;
  const tags = [
    ...(unnecessary.has(rule) ? [DiagnosticTag.Unnecessary] : []),
    ...(rule === 'deprecated-parameter' ? [DiagnosticTag.Deprecated] : []),
  ];
  return {
    range: toRange(source, place),
    severity: severities[severity],
    source: 'postfix',
    code: rule,
    message: [
      format(message, lang),
      ...(evidence ? [evidenceLine(relativeEvidence(evidence, basename), lang)] : []),
    ].join('\n'),
    ...(tags.length > 0 && { tags }),
    ...(related.length > 0 && {
      relatedInformation: related.map(r => ({
        location: { uri: toUri(files, r.source.path), range: toRange(r.source, r.span) },
        message: format(r.message, lang),
      })),
    }),
    ...(evidence && { data: evidence }),
  };
}

/** A fix as a quick fix for one diagnostic; undefined where an edit was made for a text that has changed since. */
export function toCodeAction(
  files: OpenFiles,
  fix: Fix,
  diagnostic: Diagnostic,
  lang: Lang,
  preferred: boolean,
): CodeAction | undefined {
  const edit = toWorkspaceEdit(files, fix.edits);
  return (
    edit && {
      title: format(fix.title, lang),
      kind: CodeActionKind.QuickFix,
      diagnostics: [diagnostic],
      isPreferred: preferred,
      edit,
    }
  );
}

/** Edits, in one or several files, each with the version of the document it is for; a file that is not there is created. */
export function toWorkspaceEdit(files: OpenFiles, edits: readonly FileEdit[]): WorkspaceEdit | undefined {
  const byPath = new Map<string, { source: SourceText; edits: TextEdit[] }>();
  const created: CreateFile[] = [];
  for (const { source, span: place, newText } of edits) {
    const state = files.read(source.path);
    if (state.kind === 'missing') {
      if (!byPath.has(source.path)) created.push({ kind: 'create', uri: toUri(files, source.path) });
    } else if (state.kind !== 'text' || state.source !== source) return undefined;
    const edit = { range: toRange(source, place), newText };
    const known = byPath.get(source.path);
    if (known) known.edits.push(edit);
    else byPath.set(source.path, { source, edits: [edit] });
  }
  const changes = [...byPath].map(([path, change]): TextDocumentEdit => {
    const open: OpenDocument | undefined = files.document(path);
    return {
      textDocument: { uri: toUri(files, path), version: open?.version ?? null },
      edits: change.edits,
    };
  });
  return { documentChanges: [...created, ...changes] };
}
