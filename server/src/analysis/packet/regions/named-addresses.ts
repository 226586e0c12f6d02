/** How many addresses the commands of a file speak of, where that is not plain to see: lists, ranges, sets, loops. */
import { overlaps, type Span } from '../../../text/span';
import type { SourceText } from '../../../text/source-text';
import type { Condition, Family, Side } from '../../../syntax/iptables/rule';
import type { Origin, Ruleset } from '../ruleset';
import { AddressSet } from './address-set';
import { Diagrams, nothing, TooLarge } from './diagram';
import { Space, vocabulary } from './space';

/** Several addresses that stand behind one word. */
export interface NamedAddresses {
  /** Where the word ends. */
  readonly offset: number;
  readonly set: AddressSet;
}

const words: Readonly<Record<Side, RegExp>> = {
  source: /\s(?:-s|--src|--source|--src-range)[\s=]+("[^"]*"|'[^']*'|\S+)|\s--match-set\s+(\S+)(?=\s+\S*src)/,
  destination: /\s(?:-d|--dst|--destination|--dst-range)[\s=]+("[^"]*"|'[^']*'|\S+)|\s--match-set\s+(\S+)(?=\s+\S*dst)/,
};

/**
 * The sets of more than one network that commands within a span name as sources or destinations. A set that is not known, or too
 * large to be drawn, is left out.
 */
export function namedAddresses(ruleset: Ruleset, source: SourceText, within: Span): NamedAddresses[] {
  const out: NamedAddresses[] = [];
  for (const family of [4, 6] as const) {
    for (const [origin, conditions] of commands(ruleset, family, source, within)) {
      for (const side of ['source', 'destination'] as const) {
        const found = words[side].exec(source.slice(origin.span));
        const set = found && union(conditions, side, family);
        if (!found || !set) continue;
        const word = found[1] ?? found[2] ?? '';
        const end =
          found[1] === undefined
            ? found.index + found[0].length
            : found.index + found[0].lastIndexOf(word) + word.length;
        out.push({ offset: origin.span.start + end, set });
      }
    }
  }
  return out.sort((a, b) => a.offset - b.offset);
}

/** What the rules of each command within a span ask for, a command once. */
function commands(
  ruleset: Ruleset,
  family: Family,
  source: SourceText,
  within: Span,
): ReadonlyMap<Origin, readonly Condition[]> {
  const byStart = new Map<number, { origin: Origin; conditions: Condition[] }>();
  for (const table of ruleset.tables[family].values()) {
    for (const chain of table.chains.values()) {
      for (const { origin, rule } of chain.rules) {
        if (origin.source.path !== source.path || !overlaps(origin.span, within)) continue;
        const known = byStart.get(origin.span.start);
        if (known) known.conditions.push(...rule.conditions);
        else byStart.set(origin.span.start, { origin, conditions: [...rule.conditions] });
      }
    }
  }
  return new Map([...byStart.values()].map(({ origin, conditions }) => [origin, conditions]));
}

/** All addresses of a side that conditions name; undefined where that is a single network, or not known. */
function union(conditions: readonly Condition[], side: Side, family: Family): AddressSet | undefined {
  const about = conditions.filter(
    condition =>
      ((condition.kind === 'address' || condition.kind === 'address-range') && condition.side === side) ||
      (condition.kind === 'set' && condition.fields.includes(side === 'source' ? 'src' : 'dst')),
  );
  const blocks = new Set(about.map(condition => JSON.stringify(condition)));
  if (blocks.size === 0 || (blocks.size === 1 && about[0]?.kind === 'address')) return undefined;
  const space = new Space(new Diagrams(200_000), family, vocabulary([]));
  const d = space.diagrams;
  try {
    let all = nothing;
    for (const condition of about) {
      const { must, may } = space.rule([condition]);
      if (must !== may) return undefined;
      all = d.or(all, space.onlyAddress('not' in condition && condition.not ? d.not(may) : may, side));
    }
    return new AddressSet(d, all, side === 'source' ? space.source : space.destination, family);
  } catch (error) {
    if (!(error instanceof TooLarge || error instanceof RangeError)) throw error;
    return undefined;
  }
}

/** How many addresses a set has; of IPv6 there are too many to count. */
export function countAddresses({ networks, family, complete }: AddressSet): number | undefined {
  if (family === 6 || !complete) return undefined;
  return networks.reduce((sum, { bits }) => sum + 2 ** (32 - bits), 0);
}
