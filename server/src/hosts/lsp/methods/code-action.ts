/** textDocument/codeAction: the fixes of the findings under the cursor, "ignore here", and all safe fixes at once. */
import { CodeActionKind, type CodeAction, type SnippetTextEdit, type TextEdit } from 'vscode-languageserver';
import { fixAll } from '../../../rules/fix-all';
import { rules } from '../../../rules/index.generated';
import type { FileEdit, Finding } from '../../../rules/rule';
import type { FileState } from '../../../text/files';
import { format, say } from '../../../text/message';
import { SourceText } from '../../../text/source-text';
import { span } from '../../../text/span';
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
      const here = findings.filter(f => f.span.start <= asked.end && asked.start <= f.span.end);
      return [
        ...(wanted(CodeActionKind.QuickFix) ? quickFixes(session, here) : []),
        ...(wanted(fixAllKind) ? allFixed(session, path) : []),
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
  const shown = session.commands ? findings.flatMap(finding => showEvidence(session, finding)) : [];
  return [...fixes, ...shown, ...findings.map(finding => ignoreHere(session, finding))];
}

/** Asks the finding's own question again, so that the way to the answer can be read. */
function showEvidence(session: Session, finding: Finding): CodeAction[] {
  const { session: smtp, header, packet } = finding.evidence ?? {};
  const asked = { 'postfix.trySession': smtp, 'postfix.tryHeader': header, 'postfix.tryPacket': packet };
  const [command, fields] = Object.entries(asked).find(([, given]) => given !== undefined) ?? [];
  if (command === undefined) return [];
  const title = format(
    say('Show how {rule} comes about', 'Mostrar como {rule} acontece', { rule: finding.rule }),
    session.lang(),
  );
  const diagnostics = [toDiagnostic(session.workspace.files, finding, session.lang())];
  return [{ title, kind: CodeActionKind.QuickFix, diagnostics, command: { title, command, arguments: [fields] } }];
}

/** Puts the comment that silences a rule above the finding's line, the reason left to be written. */
function ignoreHere(session: Session, finding: Finding): CodeAction {
  const { source, rule } = finding;
  const { files } = session.workspace;
  let line = source.positionAt(finding.span.start).line;
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

/** What is left when every safe fix of the document's site has been applied, one rule after the other. */
function allFixed(session: Session, path: string): CodeAction[] {
  const { workspace } = session;
  const { changed } = fixAll(
    texts => workspace.findingsWith(path, texts).filter(f => f.source.path === path),
    (_, fix) => fix.safe,
    rules.map(rule => rule.id),
  );
  const edits = [...changed].flatMap(([at, after]) => difference(workspace.files.read(at), at, after.text));
  const edit = edits.length > 0 ? toWorkspaceEdit(workspace.files, edits) : undefined;
  const title = format(
    say('Fix everything that can be fixed safely', 'Corrigir tudo o que pode ser corrigido com segurança'),
    session.lang(),
  );
  return edit ? [{ title, kind: fixAllKind, edit }] : [];
}

/** One edit from the text that is there to the text wanted: what they share at both ends stays untouched. */
function difference(now: FileState, path: string, after: string): FileEdit[] {
  const source = now.kind === 'text' ? now.source : new SourceText(path, '');
  const before = source.text;
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start++;
  let end = 0;
  while (end < most - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  if (before === after) return [];
  return [{ source, span: span(start, before.length - end), newText: after.slice(start, after.length - end) }];
}
