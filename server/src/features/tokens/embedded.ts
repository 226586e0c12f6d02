/** The tokens of settings that stand outside of main.cf; the rest of such a file has none of ours. */
import { embeddedSettings } from '../../model/embedded';
import type { Site } from '../../model/site';
import type { FileLine } from '../../syntax/logical-lines';
import { parseMainCf } from '../../syntax/main-cf/parse';
import { countBelow } from '../../text/chunks';
import { derived } from '../../text/derived';
import type { SourceText } from '../../text/source-text';
import type { Span } from '../../text/span';
import { mainCfTokens } from './main-cf';
import type { Token } from './token';

/** The settings of a file, one after the other. Remembered by source. */
export const embeddedLines: (source: SourceText) => readonly FileLine[] = derived(source => {
  const settings = embeddedSettings(source);
  return settings ? parseMainCf(settings).lines.filter(l => l.kind !== 'blank') : [];
});

const startsOf = derived((source: SourceText) => embeddedLines(source).map(line => line.span.start));

/** Paints one setting. */
export function embeddedTokens(site: Site, source: SourceText, line: FileLine): Token[] {
  return mainCfTokens(site, embeddedSettings(source) ?? source, line);
}

/** The tokens of a line of a script with those of the settings in it, which count more. */
export function withEmbedded(site: Site, source: SourceText, within: Span, tokens: readonly Token[]): readonly Token[] {
  const [from, to] = [within.start, within.end].map(offset => countBelow(startsOf(source), offset));
  const settings = embeddedLines(source)
    .slice(from, to)
    .flatMap(line => embeddedTokens(site, source, line));
  if (settings.length === 0) return tokens;
  const out: Token[] = [];
  let next = 0;
  for (const token of tokens) {
    while (next < settings.length && (settings[next]?.span.end ?? 0) <= token.span.start)
      out.push(...take(settings, next++));
    const overlapping = settings[next];
    if (!overlapping || overlapping.span.start >= token.span.end) out.push(token);
  }
  out.push(...settings.slice(next));
  return out;
}

function take(tokens: readonly Token[], index: number): readonly Token[] {
  return tokens.slice(index, index + 1);
}
