/** textDocument/codeLens; what a lens says comes with codeLens/resolve. */
import { lensAsks, lensesOf, lensText, type Asks, type Lens } from '../../../features/code-lens';
import { format } from '../../../text/message';
import { toRange } from '../protocol';
import { documentOf, type Method } from '../session';

interface LensData {
  readonly uri: string;
  readonly lens: Lens;
}

const commands: Readonly<Record<Asks['kind'], string>> = {
  session: 'postfix.trySession',
  header: 'postfix.tryHeader',
  packet: 'postfix.tryPacket',
};

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
      const asks = session.commands ? lensAsks(site, source, lens) : undefined;
      if (!asks || (asks.questions.length === 0 && !asks.open)) return { ...item, command: { title, command: '' } };
      const given = { uri, open: asks.open === true };
      return { ...item, command: { title, command: commands[asks.kind], arguments: [asks.questions, given] } };
    });
  },
};
