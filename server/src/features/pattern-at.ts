/** The pattern under the cursor, and the parts of it that the cursor stands in. */
import { compiledPattern } from '../analysis/checks/compiled-pattern';
import { kindIn } from '../model/kind-in-site';
import type { Site } from '../model/site';
import { childrenOf } from '../syntax/pattern/children';
import type { Node, ParsedPattern } from '../syntax/pattern/tree';
import type { TableEntry } from '../syntax/table/table-file';
import { patternsOf, type PatternPart } from '../syntax/table/table-line';
import type { SourceText } from '../text/source-text';
import { span, type Span } from '../text/span';
import { checksLinesAround } from './tokens/checks';

/** One pattern of a rule as parsed, and where its bytes stand in the file. */
export interface PlacedPattern {
  readonly part: PatternPart;
  readonly parsed: ParsedPattern;
  /** Finds a span of bytes of the pattern in the file. */
  readonly place: (within: Span) => Span;
}

/** The rule at an offset of a table of patterns; undefined outside of rules and in other files. */
export function entryAt(site: Site, source: SourceText, offset: number): TableEntry | undefined {
  if (kindIn(site, source) !== 'checks') return undefined;
  return checksLinesAround(source, site, offset).find(l => l.span.start <= offset && offset <= l.span.end)?.entry;
}

/** The patterns of a rule or an `if`, also those of a line that Postfix ignores. */
export function placedPatterns({ says, line }: TableEntry): PlacedPattern[] {
  const parts = says.kind === 'skipped' ? says.patterns : patternsOf(says);
  return parts.map(part => ({
    part,
    parsed: compiledPattern(part.bytes, part.dialect, part.flags).parsed,
    place: within => line.place(span(part.body.start + within.start, part.body.start + within.end)),
  }));
}

/** The nodes that hold a byte of a pattern, the whole pattern first, the smallest last. */
export function nodesAround(root: Node, byte: number): Node[] {
  const out: Node[] = [];
  let node: Node | undefined = root;
  while (node) {
    out.push(node);
    node = childrenOf(node).find(child => child.span.start <= byte && byte < child.span.end);
  }
  return out;
}

/** What a growing selection takes inside of a pattern: the parts around the cursor, the pattern, the pattern with its delimiters. */
export function patternSelection(site: Site, source: SourceText, offset: number): Span[] {
  const entry = entryAt(site, source, offset);
  const found = entry && placedPatterns(entry).find(({ place, part }) => contains(place(whole(part)), offset));
  if (!entry || !found) return [];
  const { part, parsed, place } = found;
  const byte = (entry.line.byteAt(offset) ?? 0) - part.body.start;
  const nodes = parsed.ok ? nodesAround(parsed.pattern.root, byte).reverse() : [];
  return [...nodes.map(n => place(n.span)), place(whole(part)), entry.line.place(part.span)];
}

function whole(part: PatternPart): Span {
  return span(0, part.bytes.length);
}

function contains(place: Span, offset: number): boolean {
  return place.start <= offset && offset <= place.end;
}
