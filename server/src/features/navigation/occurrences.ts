/** Names that stand in several places of a site, and all those places: the base of definition, references and rename. */
import { parameters, transportParameter } from '../../facts/parameters';
import { filesOf, kindIn } from '../../model/kind-in-site';
import { mergedSettings } from '../../model/merged-settings';
import { servicesOf } from '../../model/services';
import type { Site } from '../../model/site';
import { resolveFile } from '../../model/tables';
import { derived } from '../../text/derived';
import { join } from '../../text/path';
import type { SourceText } from '../../text/source-text';
import type { Span } from '../../text/span';
import { groupAt } from './pattern-groups';
import { tokenAt, tokensOf } from '../tokens/of-file';
import type { Meaning, Role } from '../tokens/token';

/** One place where a name stands. */
export interface Occurrence {
  readonly source: SourceText;
  readonly span: Span;
  readonly role: Role;
}

/** The name that a meaning is about, as a key that is the same in every file; undefined for what has no name. */
export function symbolOf(site: Site, meaning: Meaning, source: SourceText): string | undefined {
  switch (meaning.kind) {
    case 'parameter':
    case 'class':
      return `parameter ${meaning.name}`;
    case 'service':
      return meaning.inet ? `listener ${meaning.name}` : `service ${meaning.name}`;
    case 'user':
      return `user ${meaning.name}@${meaning.domain}`;
    case 'file':
      return `file ${meaning.path}`;
    case 'restriction':
      return `restriction ${meaning.name}`;
    case 'chain':
      return chainSymbol(site, meaning, source);
    case 'shell-variable':
      return `variable ${source.path} ${meaning.name}`;
    case 'shell-function':
      return `function ${source.path} ${meaning.name}`;
    default:
      return undefined;
  }
}

/**
 * Chains of different tables, and of iptables and ip6tables, are different ones; not where a word of the script names them
 * in both, or in a table that only a variable tells.
 */
function chainSymbol(site: Site, { name, family, table }: ChainMeaning, source: SourceText): string {
  const { anyFamily, anyTable } = sharedChains(site)(source);
  return `chain ${source.path} ${anyFamily.has(name) ? 'both' : family} ${anyTable.has(name) ? '' : (table ?? '')} ${name}`;
}

type ChainMeaning = Extract<Meaning, { kind: 'chain' }>;

const sharedChains = derived((site: Site) =>
  derived((source: SourceText) => {
    const anyFamily = new Set<string>();
    const anyTable = new Set<string>();
    const tokens = kindIn(site, source) === 'shell' ? tokensOf(site, source) : [];
    for (const { meaning } of tokens) {
      if (meaning?.kind !== 'chain') continue;
      if (meaning.family === 'both') anyFamily.add(meaning.name);
      if (meaning.table === undefined) anyTable.add(meaning.name);
    }
    return { anyFamily, anyTable };
  }),
);

function roleOf(meaning: Meaning): Role {
  return 'role' in meaning ? meaning.role : 'use';
}

const index: (site: Site) => ReadonlyMap<string, readonly Occurrence[]> = derived(site => {
  const out = new Map<string, Occurrence[]>();
  const put = (symbol: string, occurrence: Occurrence): void => {
    const known = out.get(symbol);
    if (known) known.push(occurrence);
    else out.set(symbol, [occurrence]);
  };
  const transports = new Set(
    servicesOf(site)
      .filter(s => s.type.text !== 'inet')
      .map(s => s.name.text),
  );
  for (const { source } of filesOf(site)) {
    for (const { span, meaning } of tokensOf(site, source)) {
      if (!meaning) continue;
      const symbol = symbolOf(site, meaning, source);
      if (symbol !== undefined) put(symbol, { source, span, role: roleOf(meaning) });
      if (meaning.kind !== 'parameter' || parameters.has(meaning.name)) continue;
      const own = transportParameter(meaning.name);
      if (own && transports.has(own.transport)) {
        const end = span.start + own.transport.length;
        put(`service ${own.transport}`, { source, span: { start: span.start, end }, role: 'use' });
      }
    }
  }
  return out;
});

/** Everywhere a symbol stands, in the order of the files. */
export function occurrencesOf(site: Site, symbol: string): readonly Occurrence[] {
  return index(site).get(symbol) ?? [];
}

/** The symbol under the cursor, with its place. */
export function symbolAt(
  site: Site,
  source: SourceText,
  offset: number,
): { symbol: string; span: Span; meaning: Meaning } | undefined {
  const token = tokenAt(site, source, offset);
  const symbol = token?.meaning && symbolOf(site, token.meaning, source);
  return token?.meaning && symbol !== undefined ? { symbol, span: token.span, meaning: token.meaning } : undefined;
}

/** Where the name under the cursor is set: main.cf before `-o`; for a file its beginning. Empty where it is nowhere. */
export function definitionsAt(site: Site, source: SourceText, offset: number): Occurrence[] {
  const group = groupAt(site, source, offset);
  if (group?.onUse) return [{ source, span: group.whole, role: 'set' }];
  const found = symbolAt(site, source, offset);
  if (!found) return [];
  if (found.meaning.kind === 'file') return fileStart(site, found.meaning.path);
  const set = occurrencesOf(site, found.symbol).filter(o => o.role === 'set');
  if (found.meaning.kind === 'user' && found.meaning.domain === '' && set.length === 0) {
    return userOfHost(site, found.meaning.name);
  }
  const inMain = set.filter(o => o.source.path === site.main?.path);
  if (found.meaning.kind === 'parameter' && inMain.length > 0) {
    const here = set.find(o => o.source === source && o.span.start === found.span.start);
    if (here && found.meaning.service) return [...inMain];
    const over = mergedSettings(site).get(found.meaning.name);
    const overlaid =
      over && set.filter(o => o.source === over.source && o.span.start === over.parameter.nameSpan.start);
    return [...(overlaid ?? []), ...inMain.slice(-1)];
  }
  return set;
}

/** The line of a user in the host's passwd file, where the site's files hold one. */
function userOfHost(site: Site, name: string): Occurrence[] {
  const { state } = resolveFile(site, '/etc/passwd');
  if (state.kind !== 'text') return [];
  const at = `\n${state.source.text}`.toLowerCase().indexOf(`\n${name}:`);
  return at < 0 ? [] : [{ source: state.source, span: { start: at, end: at + name.length }, role: 'set' }];
}

/** The beginning of a file; of the folder of another instance, that of its main.cf. */
function fileStart(site: Site, path: string): Occurrence[] {
  const found = resolveFile(site, path);
  const state = found.state.kind === 'folder' ? site.files.read(join(found.path, 'main.cf')) : found.state;
  return state.kind === 'text' ? [{ source: state.source, span: { start: 0, end: 0 }, role: 'set' }] : [];
}

/** Every place of the name under the cursor; of a pattern's group its brackets, `\1` and `$1`. */
export function referencesAt(site: Site, source: SourceText, offset: number, withDefinitions: boolean): Occurrence[] {
  const group = groupAt(site, source, offset);
  if (group) {
    const brackets = withDefinitions ? group.brackets : [];
    return [
      ...brackets.map((place): Occurrence => ({ source, span: place, role: 'set' })),
      ...group.uses.map((place): Occurrence => ({ source, span: place, role: 'use' })),
    ];
  }
  const found = symbolAt(site, source, offset);
  if (!found) return [];
  return occurrencesOf(site, found.symbol).filter(o => withDefinitions || o.role !== 'set');
}

/** The places of the name under the cursor in this file. */
export function highlightsAt(site: Site, source: SourceText, offset: number): Occurrence[] {
  return referencesAt(site, source, offset, true).filter(o => o.source.path === source.path);
}
