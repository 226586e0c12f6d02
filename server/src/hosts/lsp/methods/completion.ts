/** textDocument/completion; the documentation of an item comes with completionItem/resolve. */
import {
  CompletionItemKind,
  CompletionItemTag,
  InsertTextFormat,
  type CompletionItem as ProtocolItem,
} from 'vscode-languageserver';
import { completeAt } from '../../../features/completion/complete';
import { aboutItem } from '../../../features/completion/resolve';
import type { About, CompletionItem, CompletionKind } from '../../../features/completion/item';
import { toMarkup, toRange } from '../protocol';
import { placeOf, type Method, type Place, type Session } from '../session';

const kinds: Readonly<Record<CompletionKind, CompletionItemKind>> = {
  parameter: CompletionItemKind.Property,
  value: CompletionItemKind.Value,
  keyword: CompletionItemKind.Keyword,
  function: CompletionItemKind.Function,
  class: CompletionItemKind.Class,
  module: CompletionItemKind.Module,
  file: CompletionItemKind.File,
  folder: CompletionItemKind.Folder,
  type: CompletionItemKind.Struct,
  snippet: CompletionItemKind.Snippet,
  variable: CompletionItemKind.Variable,
  property: CompletionItemKind.Field,
};

/** What an item carries to be resolved with. */
interface ItemData {
  readonly about: About;
  readonly version: string;
}

export const completion: Method = {
  capabilities: () => ({
    completionProvider: { resolveProvider: true, triggerCharacters: ['$', '{', ':', '=', ',', '/', '-', ' '] },
  }),

  register(session) {
    session.connection.onCompletion(({ textDocument, position }) => {
      const place = placeOf(session, textDocument.uri, position);
      if (!place) return [];
      return completeAt(place.site, place.source, place.offset).map(item => toItem(session, place, item));
    });
    session.connection.onCompletionResolve(item => {
      const data = item.data as ItemData | undefined;
      if (!data) return item;
      const doc = aboutItem(data.about, data.version);
      return doc.length > 0 ? { ...item, documentation: toMarkup(doc, session.lang()) } : item;
    });
  },
};

function toItem(session: Session, { site, source }: Place, item: CompletionItem): ProtocolItem {
  const snippets = session.client.textDocument?.completion?.completionItem?.snippetSupport === true;
  const isSnippet = item.snippet === true && snippets;
  const newText =
    item.snippet && !snippets
      ? item.newText.replace(/\$\{?\d+(?::([^}]*)\})?/g, '$1').replace(/\\([$}\\])/g, '$1')
      : item.newText;
  const data: ItemData | undefined = item.about && { about: item.about, version: site.options.postfixVersion };
  return {
    label: item.label,
    kind: kinds[item.kind],
    textEdit: { range: toRange(source, item.span), newText },
    sortText: `${Math.round((item.rank ?? 5) * 100)
      .toString()
      .padStart(4, '0')} ${item.label}`,
    filterText: source.slice(item.span).startsWith('$') ? `$${item.label}` : item.label,
    insertTextFormat: isSnippet ? InsertTextFormat.Snippet : InsertTextFormat.PlainText,
    ...(data && { data }),
    ...(item.detail !== undefined && { detail: item.detail }),
    ...(item.deprecated && { tags: [CompletionItemTag.Deprecated] }),
    ...(item.asksMore && session.commands && { command: { title: '', command: 'editor.action.triggerSuggest' } }),
  };
}
