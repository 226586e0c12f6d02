/** textDocument/completion; the documentation of an item comes with completionItem/resolve. */
import { CompletionItemKind, CompletionItemTag, type CompletionItem } from 'vscode-languageserver';
import { complete, type Completion, type CompletionKind } from '../../../features/completion';
import { format } from '../../../text/message';
import { toRange } from '../protocol';
import { placeOf, type Method, type Place } from '../session';

const kinds: Readonly<Record<CompletionKind, CompletionItemKind>> = {
  parameter: CompletionItemKind.Property,
};

export const completion: Method = {
  capabilities: () => ({ completionProvider: { resolveProvider: true, triggerCharacters: ['$', ':', '=', ','] } }),

  register(session) {
    let last: readonly Completion[] = [];
    session.connection.onCompletion(({ textDocument, position }) => {
      const place = placeOf(session, textDocument.uri, position);
      last = place ? complete(place.site, place.source, place.offset) : [];
      return place ? last.map((c, i) => toItem(place, c, i)) : [];
    });
    session.connection.onCompletionResolve(item => {
      const documentation = last[item.data as number]?.documentation;
      return documentation ? { ...item, documentation: format(documentation, session.lang()) } : item;
    });
  },
};

function toItem({ source }: Place, c: Completion, index: number): CompletionItem {
  return {
    label: c.label,
    kind: kinds[c.kind],
    textEdit: { range: toRange(source, c.span), newText: c.newText },
    data: index,
    ...(c.detail !== undefined && { detail: c.detail }),
    ...(c.deprecated && { tags: [CompletionItemTag.Deprecated] }),
  };
}
