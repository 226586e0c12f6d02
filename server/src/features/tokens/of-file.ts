/** Tokens of any file of a site: all of them, one line's, or the one under the cursor. */
import { kindIn } from '../../model/kind-in-site';
import type { FileKind } from '../../model/file-kind';
import type { Site } from '../../model/site';
import type { FileLine } from '../../syntax/logical-lines';
import { parseMainCf } from '../../syntax/main-cf/parse';
import { parseMasterCf } from '../../syntax/master-cf/parse';
import { derived } from '../../text/derived';
import type { SourceText } from '../../text/source-text';
import type { Span } from '../../text/span';
import { mainCfTokens } from './main-cf';
import { masterCfTokens } from './master-cf';
import type { Token } from './token';

/** How the tokens of one kind of file are found: its lines, and the tokens of one of them. */
export interface Tokenizer<Line extends { readonly span: Span } = { readonly span: Span }> {
  lines(source: SourceText, site: Site): readonly Line[];
  tokens(site: Site, source: SourceText, line: Line): readonly Token[];
}

const tokenizers: Readonly<Partial<Record<FileKind, Tokenizer>>> = {
  'main.cf': {
    lines: source => parseMainCf(source).lines,
    tokens: (site, source, line) => mainCfTokens(site, source, line as FileLine),
  },
  'master.cf': {
    lines: source => parseMasterCf(source).lines,
    tokens: (site, source, line) => masterCfTokens(site, source, line as FileLine),
  },
};

const lineTokens = derived((site: Site) =>
  derived((source: SourceText) => {
    const kind = kindIn(site, source);
    const tokenizer = kind && tokenizers[kind];
    return derived((line: { readonly span: Span }) => tokenizer?.tokens(site, source, line) ?? []);
  }),
);

/** The lines of a file as its tokenizer takes them, in order. Empty for a file that is none of ours. */
export function tokenLines(site: Site, source: SourceText): readonly { readonly span: Span }[] {
  const kind = kindIn(site, source);
  return (kind && tokenizers[kind]?.lines(source, site)) ?? [];
}

/** All tokens of a file, in order, none overlapping. Remembered by site and source. */
export function tokensOf(site: Site, source: SourceText): readonly Token[] {
  return allTokens(site)(source);
}

const allTokens = derived((site: Site) =>
  derived((source: SourceText) => tokenLines(site, source).flatMap(line => lineTokens(site)(source)(line))),
);

/** The token at an offset: the one that starts there rather than the one that ends there. Reads one line only. */
export function tokenAt(site: Site, source: SourceText, offset: number): Token | undefined {
  const lines = tokenLines(site, source);
  let low = 0;
  let high = lines.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((lines[middle]?.span.start ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  const line = lines[low];
  if (!line) return undefined;
  let ending: Token | undefined;
  for (const token of lineTokens(site)(source)(line)) {
    if (token.span.start <= offset && offset < token.span.end) return token;
    if (token.span.end === offset) ending = token;
  }
  return ending;
}
