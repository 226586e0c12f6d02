/** Call hierarchy: the way of mail from service to service, of packets from chain to chain. */
import { SymbolKind, type CallHierarchyItem } from 'vscode-languageserver';
import { incoming, outgoing, prepareCalls, type Call, type Node } from '../../../features/call-hierarchy';
import type { Site } from '../../../model/site';
import { toRange, toUri } from '../protocol';
import { placeOf, type Method, type Session } from '../session';
import { pathOf } from '../uri';

const kinds: Readonly<Record<Node['kind'], SymbolKind>> = {
  service: SymbolKind.Module,
  chain: SymbolKind.Class,
  setting: SymbolKind.Property,
};

export const callHierarchy: Method = {
  capabilities: () => ({ callHierarchyProvider: true }),

  register(session) {
    const { callHierarchy: requests } = session.connection.languages;
    requests.onPrepare(({ textDocument, position }) => {
      const place = placeOf(session, textDocument.uri, position);
      const node = place && prepareCalls(place.site, place.source, place.offset);
      return node ? [toItem(session, node)] : [];
    });
    const neighbours = (item: CallHierarchyItem, find: (site: Site, symbol: string) => Call[]): Call[] => {
      const site = session.workspace.siteOf(pathOf(item.uri));
      return site ? find(site, item.data as string) : [];
    };
    requests.onIncomingCalls(({ item }) =>
      neighbours(item, incoming).map(({ node, places }) => ({
        from: toItem(session, node),
        fromRanges: places.map(p => toRange(p.source, p.span)),
      })),
    );
    requests.onOutgoingCalls(({ item }) =>
      neighbours(item, outgoing).map(({ node, places }) => ({
        to: toItem(session, node),
        fromRanges: places.map(p => toRange(p.source, p.span)),
      })),
    );
  },
};

function toItem(session: Session, { name, kind, symbol, source, span }: Node): CallHierarchyItem {
  const range = toRange(source, span);
  const uri = toUri(session.workspace.files, source.path);
  return { name, kind: kinds[kind], uri, range, selectionRange: range, data: symbol };
}
