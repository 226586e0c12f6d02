/** textDocument/signatureHelp. */
import { signatureAt } from '../../../features/signature-help';
import { toMarkup } from '../protocol';
import { placeOf, type Method } from '../session';

export const signatureHelp: Method = {
  capabilities: () => ({ signatureHelpProvider: { triggerCharacters: [' ', ':', ','] } }),

  register(session) {
    session.connection.onSignatureHelp(({ textDocument, position }) => {
      const place = placeOf(session, textDocument.uri, position);
      const form = place && signatureAt(place.site, place.source, place.offset);
      if (!form) return null;
      const lang = session.lang();
      return {
        signatures: [
          {
            label: form.label,
            documentation: toMarkup(form.doc, lang),
            parameters: form.parts.map(part => ({
              label: [part.start, part.end] as [number, number],
              documentation: toMarkup(part.doc, lang),
            })),
          },
        ],
        activeSignature: 0,
        activeParameter: form.active,
      };
    });
  },
};
