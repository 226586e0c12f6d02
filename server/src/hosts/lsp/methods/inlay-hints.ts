/** textDocument/inlayHint. */
import { inlayHints as hintsIn } from '../../../features/inlay-hints';
import { format } from '../../../text/message';
import { fromRange } from '../protocol';
import { documentOf, type Method } from '../session';

export const inlayHints: Method = {
  capabilities: () => ({ inlayHintProvider: true }),

  register(session) {
    session.connection.languages.inlayHint.on(({ textDocument, range }) => {
      const document = documentOf(session, textDocument.uri);
      if (!document) return [];
      const { site, source } = document;
      return hintsIn(site, source, fromRange(source, range)).map(({ offset, text }) => ({
        position: source.positionAt(offset),
        label: typeof text === 'string' ? text : format(text, session.lang()),
        paddingLeft: true,
      }));
    });
  },
};
