/** textDocument/codeLens; what a lens says comes with codeLens/resolve. */
import { lensAsks, lensesOf, lensText, type Lens } from '../../../features/code-lens';
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
      if (!document) return item;
      const { site, source } = document;
      const title = format(lensText(site, source, lens), session.lang());
      const asks = session.commands ? lensAsks(site, source, lens) : {};
      if (asks.session)
        return { ...item, command: { title, command: 'postfix.trySession', arguments: [asks.session] } };
      if (asks.header) return { ...item, command: { title, command: 'postfix.tryHeader', arguments: [asks.header] } };
      if (asks.packet) return { ...item, command: { title, command: 'postfix.tryPacket', arguments: [asks.packet] } };
      return { ...item, command: { title, command: '' } };
    });
  },
};
