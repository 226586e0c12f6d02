/** Tokens of any file of a site: all of them, one line's, or the one under the cursor. */
import { kindIn } from '../../model/kind-in-site';
import type { FileKind } from '../../model/file-kind';
import type { Site } from '../../model/site';
import { linesAround, logicalLines, type FileLine } from '../../syntax/logical-lines';
import { parseMainCf } from '../../syntax/main-cf/parse';
import { parseMasterCf } from '../../syntax/master-cf/parse';
import { derived } from '../../text/derived';
import type { SourceText } from '../../text/source-text';
import type { Span } from '../../text/span';
import { mainCfTokens } from './main-cf';
import { checksLines, checksLinesAround, checksTokens } from './checks';
import { embeddedLines, embeddedTokens, withEmbedded } from './embedded';
import { dumpLines, dumpTokens, type DumpLineAt } from './dump';
import { masterCfTokens } from './master-cf';
import { projectTokens, yamlLines } from './project';
import { shellLines, shellLinesAround, shellTokens, type ShellLine } from './shell';
import { tableTokens } from './table';
import type { Token } from './token';

/** How the tokens of one kind of file are found: its lines, and the tokens of one of them. */
export interface Tokenizer<Line extends { readonly span: Span } = { readonly span: Span }> {
  lines(source: SourceText, site: Site): readonly Line[];
  /** The lines around an offset, where they can be told without reading all others; `lines` has equal ones. */
  around?(source: SourceText, site: Site, offset: number): readonly Line[];
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
  table: {
    lines: logicalLines,
    around: (source, _site, offset) => linesAround(source, offset),
    tokens: (site, source, line) => tableTokens(site, source, line as FileLine),
  },
  checks: {
    lines: checksLines,
    around: checksLinesAround,
    tokens: (site, source, line) => checksTokens(site, source, line),
  },
  shell: {
    lines: shellLines,
    around: (source, _site, offset) => shellLinesAround(source, offset),
    tokens: (site, source, line) => withEmbedded(site, source, line.span, shellTokens(source, line as ShellLine)),
  },
  postconf: {
    lines: embeddedLines,
    tokens: (site, source, line) => embeddedTokens(site, source, line as FileLine),
  },
  project: {
    lines: yamlLines,
    tokens: (_site, source, line) => projectTokens(source, line),
  },
  'iptables-save': {
    lines: dumpLines,
    tokens: (_site, source, line) => dumpTokens(source, line as DumpLineAt),
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

/** The tokens of the lines that a span touches. */
export function tokensWithin(site: Site, source: SourceText, within: Span): readonly Token[] {
  return tokenLines(site, source)
    .filter(line => line.span.start <= within.end && within.start <= line.span.end)
    .flatMap(line => lineTokens(site)(source)(line));
}

/**
 * The tokens that an editor is told of. Scripts have a grammar of their own for the shell: only what has a meaning to us is
 * told there.
 */
export function paintedTokens(site: Site, source: SourceText, within?: Span): readonly Token[] {
  const tokens = within ? tokensWithin(site, source, within) : tokensOf(site, source);
  return kindIn(site, source) === 'shell' ? tokens.filter(t => t.meaning) : tokens;
}

/** The token at an offset: the one that starts there rather than the one that ends there. Reads one line only. */
export function tokenAt(site: Site, source: SourceText, offset: number): Token | undefined {
  const kind = kindIn(site, source);
  const around = kind && tokenizers[kind]?.around?.(source, site, offset);
  const line = lastBefore(around ?? tokenLines(site, source), offset);
  const tokens = line ? lineTokens(site)(source)(line) : [];
  const token = lastBefore(tokens, offset);
  return token && offset <= token.span.end ? token : undefined;
}

/** The last of some ordered things that starts at an offset or before it. */
function lastBefore<T extends { readonly span: Span }>(ordered: readonly T[], offset: number): T | undefined {
  let low = 0;
  let high = ordered.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((ordered[middle]?.span.start ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  const found = ordered[low];
  return found && found.span.start <= offset ? found : undefined;
}
