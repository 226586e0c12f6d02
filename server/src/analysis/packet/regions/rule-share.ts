/** What the rules that one line makes really decide, once the rules above have taken theirs. */
import type { Message } from '../../../text/message';
import type { SourceText } from '../../../text/source-text';
import type { TableName } from '../../../syntax/iptables/command';
import type { Family } from '../../../syntax/iptables/rule';
import type { PlacedRule, Ruleset } from '../ruleset';
import { AddressSet } from './address-set';
import { tableRegions } from './table-regions';
import { bounded, nothing, tooMany } from './diagram';

/** The ports of mail that are told one by one. */
export const mailPorts: readonly number[] = [25, 465, 587];

/** What a line decides in one family. */
export interface RuleShare {
  readonly family: Family;
  readonly table: TableName;
  readonly chain: string;
  readonly placed: PlacedRule;
  /** How many rules the line makes here. */
  readonly count: number;
  /** No packet comes to any of them. */
  readonly dead: boolean;
  /** The mail ports among those its packets go to, over TCP. */
  readonly ports: readonly number[];
  /** Where its packets come from (INPUT and the like), or go to (OUTPUT, POSTROUTING). */
  readonly far: AddressSet;
  readonly side: 'source' | 'destination';
  /** Some of it hangs on what the files do not decide: limits, sets, conditions of the script. */
  readonly open: boolean;
  /** Set where the rules are too many or too entangled. */
  readonly unknown?: Message;
}

/**
 * What the rules decide that the command around an offset makes, by family, table and chain; empty where no rule stands there.
 * Never throws; bounded.
 */
export function sharesAt(ruleset: Ruleset, source: SourceText, offset: number): RuleShare[] {
  const out: RuleShare[] = [];
  for (const family of [4, 6] as const) {
    for (const [name, table] of ruleset.tables[family]) {
      for (const chain of table.chains.values()) {
        const made = chain.rules.filter(
          ({ origin }) =>
            origin.source.path === source.path && origin.span.start <= offset && offset <= origin.span.end,
        );
        const [placed] = made;
        if (placed) out.push(shareOf(ruleset, { family, table: name, chain: chain.name, placed }, made));
      }
    }
  }
  return out;
}

function shareOf(
  ruleset: Ruleset,
  where: Pick<RuleShare, 'family' | 'table' | 'chain' | 'placed'>,
  made: readonly PlacedRule[],
): RuleShare {
  const { family, table, chain } = where;
  const side = chain === 'OUTPUT' || chain === 'POSTROUTING' ? 'destination' : 'source';
  const regions = tableRegions(ruleset)(family, table);
  const rules = ruleset.tables[family].get(table);
  const got = rules && regions && bounded(() => regions.got(rules, made));
  if (!got) {
    const far = AddressSet.of(nothing, family);
    return { ...where, count: made.length, dead: false, ports: [], far, side, open: true, unknown: tooMany };
  }
  const { space } = regions;
  const d = space.diagrams;
  const { must, may } = got;
  const tcp = d.and(may, space.protocol(6));
  return {
    ...where,
    count: made.length,
    dead: may === nothing,
    ports: mailPorts.filter(port => d.and(tcp, space.dport(port)) !== nothing),
    far: new AddressSet(d, space.onlyAddress(may, side), side === 'source' ? space.source : space.destination, family),
    side,
    open: must !== may || ruleset.unknown.length > 0,
  };
}
