/** Which rules of a firewall never get a packet. */
import type { Message } from '../../../text/message';
import type { TableName } from '../../../syntax/iptables/command';
import type { Family } from '../../../syntax/iptables/rule';
import { builtInChains } from '../build-ruleset';
import type { PlacedRule, Ruleset, Table } from '../ruleset';
import { derived, once, type Derived } from '../../../text/derived';
import { tooMany } from './diagram';
import { tableRegions, type TableRegions } from './table-regions';

/** A rule that no packet reaches, or none that it would meet. */
export interface DeadRule {
  readonly family: Family;
  readonly table: TableName;
  readonly chain: string;
  /** Its number in the chain, from 1. */
  readonly number: number;
  readonly placed: PlacedRule;
  /** Where its own conditions exclude each other; a chain that nobody reaches; or rules above that take all. */
  readonly why: 'contradiction' | 'unreached' | 'shadowed';
}

/** What was found, or why nothing could be. */
export interface Decided {
  readonly dead: readonly DeadRule[];
  /** Set where the rules were too many or too entangled to follow. */
  readonly unknown?: Message;
}

/**
 * The rules that no packet can ever meet. Exact: what is in it is certainly dead, by whatever else is unknown. Remembered by
 * the ruleset.
 */
export const decided: Derived<Ruleset, Decided> = derived(ruleset => {
  const dead: DeadRule[] = [];
  let entangled = false;
  for (const family of [4, 6] as const) {
    for (const [name, table] of ruleset.tables[family]) {
      if (![...table.chains.values()].some(chain => chain.rules.length > 0)) continue;
      const regions = tableRegions(ruleset)(family, name);
      if (regions) dead.push(...deadIn(regions, family, name, table));
      else entangled = true;
    }
  }
  return entangled ? { dead, unknown: tooMany } : { dead };
});

function deadIn(regions: TableRegions, family: Family, name: TableName, table: Table): DeadRule[] {
  const dead: DeadRule[] = [];
  const called = once(() => calledChains(regions, name, table));
  for (const chain of table.chains.values()) {
    const witnesses = regions.witnesses(chain.name);
    const entered = once(() => witnesses.some(witness => witness !== undefined));
    for (let i = 0; i < chain.rules.length; i++) {
      const placed = chain.rules[i];
      if (!placed || witnesses[i]) continue;
      // A chain has been entered where one of its rules gets packets.
      const reached = entered() || called().has(chain.name);
      const why = regions.isImpossible(placed.rule) ? 'contradiction' : reached ? 'shadowed' : 'unreached';
      dead.push({ family, table: name, chain: chain.name, number: i + 1, placed, why });
    }
  }
  return dead;
}

/** The chains that packets come to: those built in, and those that a rule calls which gets some. */
function calledChains(regions: TableRegions, name: TableName, table: Table): ReadonlySet<string> {
  const out = new Set<string>(builtInChains[name]);
  for (const chain of table.chains.values()) {
    const witnesses = regions.witnesses(chain.name);
    for (let i = 0; i < chain.rules.length; i++) {
      const action = chain.rules[i]?.rule.action;
      if ((action?.kind === 'jump' || action?.kind === 'goto') && witnesses[i]) out.add(action.chain);
    }
  }
  return out;
}
