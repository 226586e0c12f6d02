/** Definition, references, highlights, rename, and links of a document. */
import { ErrorCodes, ResponseError, type Location } from 'vscode-languageserver';
import { linksOf } from '../../../features/navigation/links';
import { definitionsAt, highlightsAt, referencesAt, type Occurrence } from '../../../features/navigation/occurrences';
import { renameable, renameAt } from '../../../features/navigation/rename';
import { format } from '../../../text/message';
import { toRange, toUri, toWorkspaceEdit } from '../protocol';
import { documentOf, placeOf, type Method, type Session } from '../session';

export const navigation: Method = {
  capabilities: () => ({
    definitionProvider: true,
    referencesProvider: true,
    documentHighlightProvider: true,
    renameProvider: { prepareProvider: true },
    documentLinkProvider: {},
  }),

  register(session) {
    const { connection } = session;
    connection.onDefinition(({ textDocument, position }) => {
      const place = placeOf(session, textDocument.uri, position);
      return place ? locations(session, definitionsAt(place.site, place.source, place.offset)) : [];
    });
    connection.onReferences(({ textDocument, position, context }) => {
      const place = placeOf(session, textDocument.uri, position);
      if (!place) return [];
      return locations(session, referencesAt(place.site, place.source, place.offset, context.includeDeclaration));
    });
    connection.onDocumentHighlight(({ textDocument, position }) => {
      const place = placeOf(session, textDocument.uri, position);
      if (!place) return [];
      return highlightsAt(place.site, place.source, place.offset).map(o => ({
        range: toRange(o.source, o.span),
        kind: o.role === 'set' ? 3 : 2,
      }));
    });
    connection.onPrepareRename(({ textDocument, position }) => {
      const place = placeOf(session, textDocument.uri, position);
      const can = place && renameable(place.site, place.source, place.offset);
      if (!can) return null;
      if ('refused' in can) return new ResponseError(ErrorCodes.InvalidRequest, format(can.refused, session.lang()));
      return toRange(place.source, can.span);
    });
    connection.onRenameRequest(({ textDocument, position, newName }) => {
      const place = placeOf(session, textDocument.uri, position);
      if (!place) return null;
      const renamed = renameAt(place.site, place.source, place.offset, newName);
      if ('refused' in renamed) {
        return new ResponseError(ErrorCodes.InvalidRequest, format(renamed.refused, session.lang()));
      }
      return toWorkspaceEdit(session.workspace.files, renamed.edits) ?? null;
    });
    connection.onDocumentLinks(({ textDocument }) => {
      const document = documentOf(session, textDocument.uri);
      if (!document) return [];
      return linksOf(document.site, document.source).map(link => ({
        range: toRange(document.source, link.span),
        target: toUri(session.workspace.files, link.target),
      }));
    });
  },
};

function locations(session: Session, occurrences: readonly Occurrence[]): Location[] {
  return occurrences.map(o => ({
    uri: toUri(session.workspace.files, o.source.path),
    range: toRange(o.source, o.span),
  }));
}
