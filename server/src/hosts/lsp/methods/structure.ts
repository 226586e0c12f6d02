/** What a document is made of: its symbols, folds, growing selections; and the symbols of the workspace. */
import {
  FoldingRangeKind,
  SymbolKind as ProtocolKind,
  type DocumentSymbol,
  type SelectionRange,
} from 'vscode-languageserver';
import { foldsOf, selectionAt } from '../../../features/folding';
import { outlineOf, searchSymbols, type OutlineSymbol, type SymbolKind } from '../../../features/navigation/symbols';
import type { SourceText } from '../../../text/source-text';
import { toRange, toUri } from '../protocol';
import { documentOf, type Method } from '../session';

const kinds: Readonly<Record<SymbolKind, ProtocolKind>> = {
  parameter: ProtocolKind.Property,
  service: ProtocolKind.Module,
  rule: ProtocolKind.Event,
  key: ProtocolKind.Key,
  chain: ProtocolKind.Class,
  variable: ProtocolKind.Variable,
  function: ProtocolKind.Function,
  table: ProtocolKind.Namespace,
};

export const structure: Method = {
  capabilities: () => ({
    documentSymbolProvider: true,
    workspaceSymbolProvider: true,
    foldingRangeProvider: true,
    selectionRangeProvider: true,
  }),

  register(session) {
    const { connection, workspace } = session;
    connection.onDocumentSymbol(({ textDocument }) => {
      const document = documentOf(session, textDocument.uri);
      return document ? outlineOf(document.site, document.source).map(s => toSymbol(document.source, s)) : [];
    });
    connection.onWorkspaceSymbol(({ query }) =>
      workspace.sites().flatMap(site =>
        searchSymbols(site, query).map(symbol => ({
          name: symbol.name,
          kind: kinds[symbol.kind],
          containerName: symbol.container,
          location: { uri: toUri(workspace.files, symbol.source.path), range: toRange(symbol.source, symbol.nameSpan) },
        })),
      ),
    );
    connection.onFoldingRanges(({ textDocument }) => {
      const document = documentOf(session, textDocument.uri);
      if (!document) return [];
      return foldsOf(document.site, document.source).map(({ from, to, kind }) => ({
        startLine: from,
        endLine: to,
        kind: kind === 'comment' ? FoldingRangeKind.Comment : FoldingRangeKind.Region,
      }));
    });
    connection.onSelectionRanges(({ textDocument, positions }) => {
      const document = documentOf(session, textDocument.uri);
      if (!document) return [];
      const { site, source } = document;
      return positions.map(position => {
        const spans = selectionAt(site, source, source.offsetAt(position));
        return (
          spans.reduceRight<SelectionRange | undefined>(
            (parent, place) => ({ range: toRange(source, place), ...(parent && { parent }) }),
            undefined,
          ) ?? { range: { start: position, end: position } }
        );
      });
    });
  },
};

function toSymbol(source: SourceText, symbol: OutlineSymbol): DocumentSymbol {
  return {
    name: symbol.name,
    detail: symbol.detail,
    kind: kinds[symbol.kind],
    range: toRange(source, symbol.span),
    selectionRange: toRange(source, symbol.nameSpan),
    children: symbol.children.map(child => toSymbol(source, child)),
  };
}
