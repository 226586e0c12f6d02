/** textDocument/codeLens; what a lens says comes with codeLens/resolve. */
import { lensesOf, lensText, type Lens } from '../../../features/code-lens';
import { format } from '../../../text/message';
import { toRange } from '../protocol';
import { documentOf, type Method } from '../session';

interface LensData {
  readonly uri: string;
  readonly lens: Lens;
}

export const codeLenses: Method = {
  capabilities: () => ({ codeLensProvider: { resolveProvider: true } }),

  register(session) {
    session.connection.onCodeLens(({ textDocument }) => {
      const document = documentOf(session, textDocument.uri);
      if (!document) return [];
      return lensesOf(document.site, document.source).map(lens => ({
        range: toRange(document.source, lens.span),
        data: { uri: textDocument.uri, lens } satisfies LensData,
      }));
    });
    session.connection.onCodeLensResolve(item => {
      const { uri, lens } = item.data as LensData;
      const document = documentOf(session, uri);
      const title = document ? format(lensText(document.site, document.source, lens), session.lang()) : '';
      return { ...item, command: { title, command: '' } };
    });
  },
};
