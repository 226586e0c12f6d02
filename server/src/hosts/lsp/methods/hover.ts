/** textDocument/hover. */
import { hoverAt } from '../../../features/hover/hover';
import { toMarkup, toRange } from '../protocol';
import { placeOf, type Method } from '../session';

export const hover: Method = {
  capabilities: () => ({ hoverProvider: true }),

  register(session) {
    session.connection.onHover(({ textDocument, position }) => {
      const place = placeOf(session, textDocument.uri, position);
      const found = place && hoverAt(place.site, place.source, place.offset);
      if (!found) return null;
      return { contents: toMarkup(found.doc, session.lang()), range: toRange(place.source, found.span) };
    });
  },
};
