/** textDocument/semanticTokens: whole documents, changes since the last answer, and parts. */
import { SemanticTokensBuilder } from 'vscode-languageserver';
import { paintedTokens } from '../../../features/tokens/of-file';
import { tokenModifiers, tokenTypes, type Token } from '../../../features/tokens/token';
import { overlaps } from '../../../text/span';
import { fromRange } from '../protocol';
import { documentOf, type Document, type Method } from '../session';
import { pathOf } from '../uri';

export const semanticTokens: Method = {
  capabilities: () => ({
    semanticTokensProvider: {
      legend: { tokenTypes: [...tokenTypes], tokenModifiers: [...tokenModifiers] },
      full: { delta: true },
      range: true,
    },
  }),

  register(session) {
    const { semanticTokens: requests } = session.connection.languages;
    const builders = new Map<string, SemanticTokensBuilder>();
    const builderFor = (uri: string): SemanticTokensBuilder => {
      const known = builders.get(pathOf(uri));
      if (known) return known;
      const builder = new SemanticTokensBuilder();
      builders.set(pathOf(uri), builder);
      return builder;
    };
    requests.on(({ textDocument }) => {
      const document = documentOf(session, textDocument.uri);
      const builder = builderFor(textDocument.uri);
      builder.previousResult('');
      if (document) push(builder, document, paintedTokens(document.site, document.source));
      return builder.build();
    });
    requests.onDelta(({ textDocument, previousResultId }) => {
      const document = documentOf(session, textDocument.uri);
      const builder = builderFor(textDocument.uri);
      builder.previousResult(previousResultId);
      if (document) push(builder, document, paintedTokens(document.site, document.source));
      return builder.buildEdits();
    });
    requests.onRange(({ textDocument, range }) => {
      const document = documentOf(session, textDocument.uri);
      const builder = new SemanticTokensBuilder();
      if (!document) return builder.build();
      const asked = fromRange(document.source, range);
      push(
        builder,
        document,
        paintedTokens(document.site, document.source, asked).filter(t => overlaps(t.span, asked)),
      );
      return builder.build();
    });
  },
};

function push(builder: SemanticTokensBuilder, { source }: Document, tokens: readonly Token[]): void {
  for (const { span, type, modifiers } of tokens) {
    const { line, character } = source.positionAt(span.start);
    const bits = (modifiers ?? []).reduce((sum, m) => sum | (1 << tokenModifiers.indexOf(m)), 0);
    builder.push(line, character, span.end - span.start, tokenTypes.indexOf(type), bits);
  }
}
