/** textDocument/formatting, rangeFormatting, onTypeFormatting. */
import type { TextEdit as ProtocolEdit } from 'vscode-languageserver';
import { formatFile, formatOnType, formatRange } from '../../../features/formatting/format';
import type { SourceText } from '../../../text/source-text';
import type { TextEdit } from '../../../text/span';
import { fromRange, toRange } from '../protocol';
import { documentOf, placeOf, type Method } from '../session';

export const formatting: Method = {
  capabilities: () => ({
    documentFormattingProvider: true,
    documentRangeFormattingProvider: true,
    documentOnTypeFormattingProvider: { firstTriggerCharacter: '\n' },
  }),

  register(session) {
    const { connection } = session;
    connection.onDocumentFormatting(({ textDocument }) => {
      const document = documentOf(session, textDocument.uri);
      return document ? toEdits(document.source, formatFile(document.site, document.source)) : [];
    });
    connection.onDocumentRangeFormatting(({ textDocument, range }) => {
      const document = documentOf(session, textDocument.uri);
      if (!document) return [];
      const { site, source } = document;
      return toEdits(source, formatRange(site, source, fromRange(source, range)));
    });
    connection.onDocumentOnTypeFormatting(({ textDocument, position }) => {
      const place = placeOf(session, textDocument.uri, position);
      return place ? toEdits(place.source, formatOnType(place.site, place.source, place.offset)) : [];
    });
  },
};

function toEdits(source: SourceText, edits: readonly TextEdit[]): ProtocolEdit[] {
  return edits.map(({ span, newText }) => ({ range: toRange(source, span), newText }));
}
