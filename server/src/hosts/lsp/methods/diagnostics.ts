/** Findings as diagnostics: sent unasked (publishDiagnostics), or asked for (textDocument/diagnostic, workspace/diagnostic). */
import {
  DocumentDiagnosticReportKind,
  type Diagnostic,
  type FullDocumentDiagnosticReport,
  type UnchangedDocumentDiagnosticReport,
} from 'vscode-languageserver';
import type { Finding } from '../../../rules/rule';
import { toDiagnostic, toUri } from '../protocol';
import type { Method, Session } from '../session';
import { pathOf } from '../uri';

export const diagnostics: Method = {
  capabilities: ({ push }) =>
    push
      ? {}
      : { diagnosticProvider: { identifier: 'postfix', interFileDependencies: true, workspaceDiagnostics: true } },

  register(session) {
    const { connection, push, workspace } = session;
    if (push) return;
    const reports = new Reports();
    connection.languages.diagnostics.on(({ textDocument, previousResultId }) => {
      const path = pathOf(textDocument.uri);
      return reports.of(path, toDiagnostics(session, workspace.findings(path)), previousResultId);
    });
    connection.languages.diagnostics.onWorkspace(({ previousResultIds }) => {
      for (const _ of workspace.pending()) continue;
      const previous = new Map(previousResultIds.map(p => [pathOf(p.uri), p.value]));
      const known = workspace.known();
      const paths = [...new Set([...known.keys(), ...previous.keys()])];
      return {
        items: paths.map(path => ({
          ...reports.of(path, toDiagnostics(session, known.get(path) ?? []), previous.get(path)),
          uri: toUri(workspace.files, path),
          version: workspace.files.document(path)?.version ?? null,
        })),
      };
    });
  },
};

/** Remembers what was reported, so that what did not change is not sent again. */
class Reports {
  private readonly last = new Map<string, { id: string; json: string }>();
  private count = 0;

  of(
    path: string,
    items: Diagnostic[],
    previous: string | undefined,
  ): FullDocumentDiagnosticReport | UnchangedDocumentDiagnosticReport {
    const json = JSON.stringify(items);
    const last = this.last.get(path);
    if (last && last.json === json && last.id === previous) {
      return { kind: DocumentDiagnosticReportKind.Unchanged, resultId: last.id };
    }
    const id = last && last.json === json ? last.id : String(++this.count);
    this.last.set(path, { id, json });
    return { kind: DocumentDiagnosticReportKind.Full, resultId: id, items };
  }
}

/** Sends what is known: to a client that takes it unasked the findings themselves, to another that it should ask again. */
export function publisher(session: Session): () => void {
  const { connection, push, workspace } = session;
  const sent = new Map<string, string>();
  return () => {
    const known = workspace.known();
    let news = false;
    for (const path of new Set([...sent.keys(), ...known.keys()])) {
      const diagnostics = toDiagnostics(session, known.get(path) ?? []);
      const version = workspace.files.document(path)?.version;
      const json = JSON.stringify(diagnostics);
      if ((sent.get(path) ?? '[]') === json) continue;
      news = true;
      if (diagnostics.length > 0) sent.set(path, json);
      else sent.delete(path);
      if (!push) continue;
      const uri = toUri(workspace.files, path);
      void connection.sendDiagnostics({ uri, diagnostics, ...(version !== undefined && { version }) });
    }
    if (news && !push && session.client.workspace?.diagnostics?.refreshSupport) {
      void connection.languages.diagnostics.refresh();
    }
  };
}

function toDiagnostics(session: Session, findings: readonly Finding[]): Diagnostic[] {
  return findings.map(finding => toDiagnostic(session.workspace.files, finding, session.lang()));
}
