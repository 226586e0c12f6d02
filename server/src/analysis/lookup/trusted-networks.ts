/** The entries of mynetworks as smtpd matches them: what each trusts, and which can never decide anything. */
import { splitList } from '../../syntax/list';
import { serviceSettings, servicesOf } from '../../model/services';
import { siteSettings, type Place, type Settings } from '../../model/settings';
import type { Site } from '../../model/site';
import { parseTableName, resolveFile, tableTypes } from '../../model/tables';
import { derived } from '../../text/derived';
import { networkPattern } from './match-list';
import { parseIp, type Network } from './ip';
import { readCidr } from './table-file';

export interface TrustedEntry {
  /** As written, without its `!`. */
  readonly text: string;
  readonly negated: boolean;
  /** Where it stands; undefined where it comes from a default. */
  readonly place: Place | undefined;
  /** What it is: a network or address, a table, a file, a name, or something that Postfix refuses. */
  readonly kind: 'network' | 'table' | 'file' | 'name' | 'broken' | 'fatal';
  readonly network?: Network;
  /** Postfix's complaint of a broken network, or its last words (`fatal`). */
  readonly says?: string;
}

/** The settings in which a site's own mynetworks stands: main.cf's, and those of services that set another by `-o`. */
export function trustSettings(site: Site): Settings[] {
  const services = servicesOf(site)
    .map(s => serviceSettings(site, s))
    .filter(s => s.get('mynetworks').origin.kind === 'option');
  const main = siteSettings(site);
  return [...(main.get('mynetworks').isSet ? [main] : []), ...services].filter(s => !s.get('mynetworks').unknown);
}

/** The entries of mynetworks in their order; `#` ends the list, as in match_list(3). Remembered by the settings. */
export const trustedEntries: (settings: Settings) => readonly TrustedEntry[] = derived(settings => {
  const setting = settings.get('mynetworks');
  const out: TrustedEntry[] = [];
  for (const word of splitList(setting.value)) {
    if (word.text.startsWith('#')) break;
    const text = word.text.replace(/^!+/, '');
    const skipped = word.text.length - text.length;
    const place = setting.placeOf(word.start + skipped, word.end);
    out.push({ text, negated: skipped % 2 === 1, place, ...classify(text) });
  }
  return out;
});

function classify(text: string): Pick<TrustedEntry, 'kind' | 'network' | 'says'> {
  if (text.startsWith('/')) return { kind: 'file' };
  if (!text.startsWith('[') && text.includes(':')) {
    const table = parseTableName(text);
    if (table && table.name !== '' && tableTypes.has(table.type)) return { kind: 'table' };
    const colon = text.indexOf(':');
    if (colon === 0 || colon === text.length - 1) {
      return { kind: 'fatal', says: `open dictionary: expecting "type:name" form instead of "${text}"` };
    }
    if (parseIp(text.replace(/\/.*$/, ''))) {
      return { kind: 'broken', says: `unsupported dictionary type: ${text.slice(0, colon)}` };
    }
    return { kind: 'table' };
  }
  const plain = text.replace(/^\[|\]$/g, '');
  const address = parseIp(plain);
  if (address) return { kind: 'network', network: { bytes: address, bits: address.length * 8 } };
  const network = networkPattern(text);
  if (network === undefined) return { kind: 'name' };
  return typeof network === 'string' ? { kind: 'broken', says: network } : { kind: 'network', network };
}

/** So often a list may turn from trusting to excluding and back before nothing is said of it: no real list comes near. */
const mostTurns = 200;

/** A stretch of addresses of one family, as numbers; both ends belong to it. */
export interface AddressRange {
  readonly first: bigint;
  readonly last: bigint;
}

/** The addresses of a network, first and last, as numbers. */
export function rangeOf({ bytes, bits }: Network): AddressRange {
  let first = 0n;
  for (const byte of bytes) first = (first << 8n) | BigInt(byte);
  return { first, last: first + (1n << BigInt(bytes.length * 8 - bits)) - 1n };
}

/**
 * What a list trusts of a family in sum: entries are gone through in order, the first that holds an address decides. Entries of
 * cidr: tables that are there count as well, `static:` trusts all; what other tables and names add is left out. Sorted and joined.
 */
export function trustedRanges(settings: Settings, entries: readonly TrustedEntry[], family: 4 | 6): AddressRange[] {
  const length = family === 4 ? 4 : 16;
  const all: AddressRange = { first: 0n, last: (1n << BigInt(length * 8)) - 1n };
  let decided: AddressRange[] = [];
  let trusted: AddressRange[] = [];
  // Neighbours of one sign are settled together: a list without negations takes one round.
  let group: AddressRange[] = [];
  let negated = false;
  const settle = (): void => {
    const ranges = union(group);
    if (!negated) trusted = union([...trusted, ...without(ranges, decided)]);
    decided = union([...decided, ...ranges]);
    group = [];
  };
  let turns = 0;
  for (const entry of entries) {
    if (entry.negated !== negated && ++turns > mostTurns) return [];
    if (entry.negated !== negated) settle();
    negated = entry.negated;
    for (const network of networksOf(settings, entry)) {
      if (network === 'all') group.push(all);
      else if (network.bytes.length === length) group.push(rangeOf(network));
    }
  }
  settle();
  return trusted;
}

/** The networks that one entry stands for; a cidr: table with conditions in it is left out, for it needs thought. */
function networksOf(settings: Settings, entry: TrustedEntry): readonly (Network | 'all')[] {
  if (entry.network) return [entry.network];
  const table = entry.kind === 'table' ? parseTableName(entry.text) : undefined;
  if (table?.type === 'static') return ['all'];
  if (table?.type !== 'cidr') return [];
  const { state } = resolveFile(settings.site, table.name);
  if (state.kind !== 'text') return [];
  const { rules } = readCidr(state.source);
  if (rules.some(r => r.kind !== 'rule' || r.negated)) return [];
  return rules.flatMap(r => (r.net ? [r.net] : []));
}

/** Sorts ranges and joins those that touch. */
export function union(ranges: readonly AddressRange[]): AddressRange[] {
  const sorted = [...ranges].sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0));
  const out: AddressRange[] = [];
  for (const range of sorted) {
    const last = out[out.length - 1];
    if (last && range.first <= last.last + 1n) {
      if (range.last > last.last) out[out.length - 1] = { first: last.first, last: range.last };
    } else out.push(range);
  }
  return out;
}

/** What of some ranges lies outside of others; both sorted and joined. */
export function without(ranges: readonly AddressRange[], taken: readonly AddressRange[]): AddressRange[] {
  const out: AddressRange[] = [];
  let at = 0;
  for (const range of ranges) {
    let { first } = range;
    while (at < taken.length && (taken[at]?.last ?? 0n) < first) at++;
    for (let i = at; i < taken.length && first <= range.last; i++) {
      const hole = taken[i];
      if (!hole || hole.first > range.last) break;
      if (hole.first > first) out.push({ first, last: hole.first - 1n });
      first = hole.last + 1n;
    }
    if (first <= range.last) out.push({ first, last: range.last });
  }
  return out;
}

/** How many addresses some ranges hold. */
export function sizeOf(ranges: readonly AddressRange[]): bigint {
  return ranges.reduce((sum, r) => sum + (r.last - r.first + 1n), 0n);
}
