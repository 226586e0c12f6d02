/** Who leads where: services to the services they hand mail to, chains to the chains they jump to. */
import { filesOf } from '../model/kind-in-site';
import type { Site } from '../model/site';
import { derived } from '../text/derived';
import type { SourceText } from '../text/source-text';
import type { Span } from '../text/span';
import { occurrencesOf, symbolAt, symbolOf } from './navigation/occurrences';
import { tokenLines, tokensOf } from './tokens/of-file';
import type { Meaning, Token } from './tokens/token';

/** A service, a chain or a main.cf setting, at the place that sets it. */
export interface Node {
  readonly symbol: string;
  readonly name: string;
  readonly kind: 'service' | 'chain' | 'setting';
  readonly source: SourceText;
  readonly span: Span;
}

/** A neighbour of a node and the places that lead there. */
export interface Call {
  readonly node: Node;
  readonly places: readonly { readonly source: SourceText; readonly span: Span }[];
}

interface Edge {
  readonly from: Node;
  readonly to: string;
  readonly source: SourceText;
  readonly span: Span;
}

const kinds: Readonly<Partial<Record<Meaning['kind'], Node['kind']>>> = {
  service: 'service',
  chain: 'chain',
};

/** The node that a name under the cursor stands for. */
export function prepareCalls(site: Site, source: SourceText, offset: number): Node | undefined {
  const found = symbolAt(site, source, offset);
  return found && kinds[found.meaning.kind] ? nodeOf(site, found.symbol, found.meaning, source, found.span) : undefined;
}

function nodeOf(site: Site, symbol: string, meaning: Meaning, source: SourceText, span: Span): Node {
  const set = occurrencesOf(site, symbol).find(o => o.role === 'set');
  const name = 'name' in meaning ? meaning.name : '';
  return {
    symbol,
    name,
    kind: kinds[meaning.kind] ?? 'setting',
    source: set?.source ?? source,
    span: set?.span ?? span,
  };
}

/** What a node leads to. */
export function outgoing(site: Site, symbol: string): Call[] {
  const ends = edges(site).filter(e => e.from.symbol === symbol);
  return gather(
    ends,
    e => e.to,
    e => nodes(site).get(e.to),
  );
}

/** What leads to a node. */
export function incoming(site: Site, symbol: string): Call[] {
  const ends = edges(site).filter(e => e.to === symbol);
  return gather(
    ends,
    e => e.from.symbol,
    e => e.from,
  );
}

function gather(ends: readonly Edge[], key: (e: Edge) => string, node: (e: Edge) => Node | undefined): Call[] {
  const out = new Map<string, { node: Node; places: { source: SourceText; span: Span }[] }>();
  for (const edge of ends) {
    const target = node(edge);
    if (!target) continue;
    const known = out.get(key(edge));
    const place = { source: edge.source, span: edge.span };
    if (known) known.places.push(place);
    else out.set(key(edge), { node: target, places: [place] });
  }
  return [...out.values()];
}

const nodes: (site: Site) => ReadonlyMap<string, Node> = derived(site => {
  const out = new Map<string, Node>();
  for (const { source } of filesOf(site)) {
    for (const { span, meaning } of tokensOf(site, source)) {
      if (!meaning || !kinds[meaning.kind]) continue;
      const symbol = symbolOf(site, meaning, source);
      if (symbol !== undefined && !out.has(symbol)) out.set(symbol, nodeOf(site, symbol, meaning, source, span));
    }
  }
  return out;
});

const edges: (site: Site) => readonly Edge[] = derived(site => {
  const out: Edge[] = [];
  for (const { source, kind } of filesOf(site)) {
    if (kind === 'shell') out.push(...groupEdges(site, source, callsOf(tokensOf(site, source), source)));
    else {
      const tokens = tokensOf(site, source);
      let at = 0;
      for (const line of tokenLines(site, source)) {
        const here: Token[] = [];
        for (; at < tokens.length; at++) {
          const token = tokens[at];
          if (!token || token.span.start > line.span.end) break;
          here.push(token);
        }
        out.push(...groupEdges(site, source, [here]));
      }
    }
  }
  return out;
});

/** The tokens of a script, cut into calls: each starts at the option that names a chain. */
function callsOf(tokens: readonly Token[], source: SourceText): Token[][] {
  const out: Token[][] = [];
  let last = 0;
  for (const token of tokens) {
    const { line } = source.positionAt(token.span.start);
    const starts = token.meaning?.kind === 'option' && /^-[AI]$|^--(?:append|insert)$/.test(token.meaning.name);
    const current = out[out.length - 1];
    if (!current || starts || line > last + 1) out.push([token]);
    else current.push(token);
    last = line;
  }
  return out;
}

/** In one line the first name leads to the others: a service to services, the chain of a rule to the chain it jumps to. */
function groupEdges(site: Site, source: SourceText, groups: readonly (readonly Token[])[]): Edge[] {
  const out: Edge[] = [];
  for (const group of groups) {
    const named = group.filter(t => t.meaning && (kinds[t.meaning.kind] ?? t.meaning.kind === 'parameter'));
    const [head, ...rest] = named;
    if (!head?.meaning) continue;
    const symbol = symbolOf(site, head.meaning, source) ?? '';
    const from = nodeOf(site, symbol, head.meaning, source, head.span);
    for (const { span, meaning } of rest) {
      const kind = meaning && kinds[meaning.kind];
      if (!kind || (from.kind !== kind && from.kind !== 'setting') || ('role' in meaning && meaning.role === 'set'))
        continue;
      out.push({ from, to: symbolOf(site, meaning, source) ?? '', source, span });
    }
  }
  return out;
}
