/** What a file holds, as an outline, and what a site holds, as a list to search. */
import { kindIn, filesOf } from '../../model/kind-in-site';
import { programOf } from '../../model/services';
import { embeddedSettings } from '../../model/embedded';
import type { Site } from '../../model/site';
import { parseMainCf } from '../../syntax/main-cf/parse';
import { optionsOf, parseMasterCf } from '../../syntax/master-cf/parse';
import { logicalLines } from '../../syntax/logical-lines';
import type { TableEntry } from '../../syntax/table/table-file';
import { fromBytes, type SourceText } from '../../text/source-text';
import type { Span } from '../../text/span';
import { checksLines } from '../tokens/checks';
import { tokensOf } from '../tokens/of-file';
import { partsOf, useOf } from '../tokens/table';

export type SymbolKind = 'parameter' | 'service' | 'rule' | 'key' | 'chain' | 'variable' | 'function' | 'table';

/** One entry of an outline. */
export interface OutlineSymbol {
  readonly name: string;
  readonly detail: string;
  readonly kind: SymbolKind;
  /** The whole of it. */
  readonly span: Span;
  /** Its name, within `span`. */
  readonly nameSpan: Span;
  readonly children: readonly OutlineSymbol[];
}

const shortest = (text: string): string => {
  const flat = text.replace(/\s+/g, ' ').trim();
  return flat.length > 80 ? `${flat.slice(0, 80)}…` : flat;
};

/** The outline of a file. */
export function outlineOf(site: Site, source: SourceText): OutlineSymbol[] {
  switch (kindIn(site, source)) {
    case 'main.cf':
      return settingsOutline(source);
    case 'postconf':
      return settingsOutline(embeddedSettings(source) ?? source);
    case 'master.cf':
      return parseMasterCf(source).services.map(s => ({
        name: `${s.name.text} ${s.type.text}`,
        detail: programOf(s),
        kind: 'service',
        span: s.line.span,
        nameSpan: s.name.span,
        children: optionsOf(s)
          .filter(o => o.name !== '')
          .map(o => ({
            name: o.name,
            detail: shortest(o.value),
            kind: 'parameter',
            span: o.span,
            nameSpan: o.nameSpan,
            children: [],
          })),
      }));
    case 'checks':
      return checksLines(source, site).flatMap(({ span, entry }) => (entry ? [ruleSymbol(source, span, entry)] : []));
    case 'table':
      return tableOutline(site, source);
    default:
      return declared(site, source);
  }
}

function settingsOutline(source: SourceText): OutlineSymbol[] {
  return parseMainCf(source).parameters.map(p => ({
    name: p.name === '' ? '=' : p.name,
    detail: shortest(p.value),
    kind: 'parameter',
    span: p.line.span,
    nameSpan: p.nameSpan,
    children: [],
  }));
}

function ruleSymbol(source: SourceText, span: Span, { says, line }: TableEntry): OutlineSymbol {
  const pattern = says.kind === 'if' ? says.pattern : says.kind === 'endif' ? undefined : says.patterns[0];
  const nameSpan = pattern ? line.place(pattern.span) : span;
  return {
    name: shortest(`${says.kind === 'if' ? 'if ' : ''}${source.slice(nameSpan)}`),
    detail: says.kind === 'rule' ? shortest(fromBytes(says.actionText)) : '',
    kind: 'rule',
    span,
    nameSpan,
    children: [],
  };
}

function tableOutline(site: Site, source: SourceText): OutlineSymbol[] {
  const use = useOf(site, source);
  return logicalLines(source).flatMap(line => {
    if (line.kind !== 'line') return [];
    const { text } = line.joined;
    const { keyEnd, valueStart, valueEnd } = partsOf(text, use);
    const name = text.slice(0, keyEnd);
    const detail = shortest(text.slice(valueStart, valueEnd));
    const nameSpan = line.joined.sourceSpan(0, keyEnd);
    return name.trim() === '' ? [] : [{ name, detail, kind: 'key' as const, span: line.span, nameSpan, children: [] }];
  });
}

function declared(site: Site, source: SourceText): OutlineSymbol[] {
  const out: OutlineSymbol[] = [];
  const seen = new Set<string>();
  for (const { span, meaning } of tokensOf(site, source)) {
    if (!meaning || !('role' in meaning) || meaning.role !== 'set') continue;
    const kind = kinds[meaning.kind];
    if (!kind || seen.has(`${kind} ${meaning.name}`)) continue;
    seen.add(`${kind} ${meaning.name}`);
    out.push({ name: meaning.name, detail: '', kind, span, nameSpan: span, children: [] });
  }
  return out;
}

const kinds: Readonly<Record<string, SymbolKind>> = {
  chain: 'chain',
  'shell-variable': 'variable',
  'shell-function': 'function',
  parameter: 'parameter',
  service: 'service',
};

/** A symbol of the site and the file that holds it. */
export interface FoundSymbol extends OutlineSymbol {
  readonly source: SourceText;
  readonly container: string;
}

/** The symbols of a site whose name has the letters of the query in order; at most 500. */
export function searchSymbols(site: Site, query: string): FoundSymbol[] {
  const out: FoundSymbol[] = [];
  for (const { source } of filesOf(site)) {
    const visit = (symbols: readonly OutlineSymbol[], container: string): void => {
      for (const symbol of symbols) {
        if (out.length >= 500) return;
        if (hasLetters(symbol.name, query)) out.push({ ...symbol, source, container });
        visit(symbol.children, symbol.name);
      }
    };
    visit(outlineOf(site, source), '');
  }
  return out;
}

function hasLetters(name: string, query: string): boolean {
  let at = 0;
  const lower = name.toLowerCase();
  for (const c of query.toLowerCase()) {
    at = lower.indexOf(c, at) + 1;
    if (at === 0) return false;
  }
  return true;
}
