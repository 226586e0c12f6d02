/** textDocument/didOpen, didChange, didClose, didSave; workspace/didChangeWatchedFiles. */
import { TextDocuments, TextDocumentSyncKind } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { basename, dirname } from '../../../text/path';
import { candidateName } from '../disk';
import { background, type Method, type Session } from '../session';
import { pathOf } from '../uri';

export const sync: Method = {
  capabilities: () => ({
    textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: { includeText: false } },
  }),

  register(session) {
    const { connection, workspace } = session;
    const documents = new TextDocuments(TextDocument);
    documents.onDidChangeContent(({ document }) => {
      const path = pathOf(document.uri);
      const { uri, version, languageId } = document;
      workspace.files.put(path, { uri, version, languageId }, document.getText());
      changed(session, [path]);
    });
    documents.onDidOpen(() => {
      changed(session, workspace.files.disk.stale());
    });
    documents.onDidSave(({ document }) => {
      workspace.files.disk.forget([pathOf(document.uri)]);
      changed(session, workspace.files.disk.stale());
    });
    documents.onDidClose(({ document }) => {
      const path = pathOf(document.uri);
      workspace.files.remove(path);
      changed(session, [path]);
    });
    documents.listen(connection);

    connection.onDidChangeWatchedFiles(({ changes }) => {
      const paths = changes.map(change => pathOf(change.uri));
      workspace.files.disk.forget(paths);
      changed(session, [...paths, ...paths.map(dirname)]);
      if (paths.some(path => candidateName.test(basename(path)))) {
        background(connection, workspace.search().then(session.refresh));
      }
    });
  },
};

function changed(session: Session, paths: readonly string[]): void {
  if (paths.length === 0) return;
  session.workspace.changed(paths);
  session.refresh();
}
