/** textDocument/codeAction: the fixes of the findings under the cursor, "ignore here", and all safe fixes at once. */
import { CodeActionKind, type CodeAction, type SnippetTextEdit, type TextEdit } from 'vscode-languageserver';
import type { FileEdit, Finding } from '../../../rules/rule';
import { format, say } from '../../../text/message';
import { overlaps } from '../../../text/span';
import { fromRange, toCodeAction, toDiagnostic, toWorkspaceEdit } from '../protocol';
import type { Method, Session } from '../session';
import { pathOf } from '../uri';

/** The kind under which an editor fixes a file on saving it. */
export const fixAllKind = `${CodeActionKind.SourceFixAll}.postfix`;

export const codeActions: Method = {
  capabilities: () => ({ codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, fixAllKind] } }),

  register(session) {
    session.connection.onCodeAction(({ textDocument, range, context }) => {
      const path = pathOf(textDocument.uri);
      const source = session.workspace.files.document(path)?.source;
      if (!source) return [];
      const findings = session.workspace.findings(path);
      const wanted = (kind: string): boolean =>
        context.only?.some(only => kind === only || kind.startsWith(`${only}.`)) ?? kind !== fixAllKind;
      const asked = fromRange(source, range);
      const here = findings.filter(
        f => overlaps(f.span, asked) || (f.span.start <= asked.end && asked.start <= f.span.end),
      );
      return [
        ...(wanted(CodeActionKind.QuickFix) ? quickFixes(session, here) : []),
        ...(wanted(fixAllKind) ? fixAll(session, findings) : []),
      ];
    });
  },
};

function quickFixes(session: Session, findings: readonly Finding[]): CodeAction[] {
  const { files } = session.workspace;
  const fixes = findings.flatMap(finding => {
    const diagnostic = toDiagnostic(files, finding, session.lang());
    return finding.fixes.flatMap((fix, i) => toCodeAction(files, fix, diagnostic, session.lang(), i === 0) ?? []);
  });
  return [...fixes, ...findings.map(finding => ignoreHere(session, finding))];
}

/** Puts the comment that silences a rule above the finding's line, the reason left to be written. */
function ignoreHere(session: Session, finding: Finding): CodeAction {
  const { source, span, rule } = finding;
  const { files } = session.workspace;
  let line = source.positionAt(span.start).line;
  const textOf = (at: number): string => source.text.slice(source.starts[at], source.starts[at + 1]);
  while (line > 0 && /\\\r?\n$/.test(textOf(line - 1))) line--;
  const indent = /^[ \t]*/.exec(textOf(line))?.[0] ?? '';
  const start = { line, character: 0 };
  const range = { start, end: start };
  const head = `${indent}# postfix-lint: ignore ${rule} -- `;
  const reason = format(say('reason', 'motivo'), session.lang());
  const snippets = session.client.workspace?.workspaceEdit?.snippetEditSupport === true;
  const edit: TextEdit | SnippetTextEdit = snippets
    ? { range, snippet: { kind: 'snippet', value: `${head}\${1:${reason}}\n` } }
    : { range, newText: `${head}${reason}\n` };
  const document = files.document(source.path);
  return {
    title: format(
      say('Ignore {rule} here, with a reason', 'Ignorar {rule} aqui, com um motivo', { rule }),
      session.lang(),
    ),
    kind: CodeActionKind.QuickFix,
    diagnostics: [toDiagnostic(files, finding, session.lang())],
    edit: {
      documentChanges: [
        { textDocument: { uri: document?.uri ?? '', version: document?.version ?? null }, edits: [edit] },
      ],
    },
  };
}

/** The first safe fix of every finding, those that overlap an earlier one left out: they come with the next call. */
function fixAll(session: Session, findings: readonly Finding[]): CodeAction[] {
  const taken: FileEdit[] = [];
  for (const { fixes } of findings) {
    const fix = fixes.find(f => f.safe);
    const clash = fix?.edits.some(e => taken.some(t => t.source === e.source && overlapsOrTouches(t, e)));
    if (fix && !clash) taken.push(...fix.edits);
  }
  const edit = taken.length > 0 ? toWorkspaceEdit(session.workspace.files, taken) : undefined;
  const title = format(
    say('Fix everything that can be fixed safely', 'Corrigir tudo o que pode ser corrigido com segurança'),
    session.lang(),
  );
  return edit ? [{ title, kind: fixAllKind, edit }] : [];
}

function overlapsOrTouches(a: FileEdit, b: FileEdit): boolean {
  return overlaps(a.span, b.span) || (a.span.start <= b.span.end && b.span.start <= a.span.end);
}
