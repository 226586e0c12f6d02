/** Which rules take what a rule would get that no packet comes to. */
import type { Family } from '../../../syntax/iptables/rule';
import type { PlacedRule, Ruleset } from '../ruleset';
import type { DeadRule } from './decided';
import { Diagrams, nothing, TooLarge } from './diagram';
import { areDisjoint } from '../../../syntax/iptables/glance';
import { Space, vocabulary } from './space';
import { tableRegions, type Takers } from './table-regions';

/** What takes the packets that a shadowed rule would meet. */
export interface Shadow {
  /** Rules above in its own chain: one that takes them all, where there is such, else those that take some, from the top. */
  readonly takers: readonly PlacedRule[];
  /** The takers take all of them; else the rest never comes to the chain. */
  readonly whole: boolean;
}

const none: Takers = { places: [], whole: false };

/** Who takes what a shadowed rule would meet. */
export function shadowOf(ruleset: Ruleset, dead: DeadRule): Shadow {
  const rules = ruleset.tables[dead.family].get(dead.table)?.chains.get(dead.chain)?.rules;
  if (!rules || dead.why !== 'shadowed') return { takers: [], whole: false };
  const place = dead.number - 1;
  const regions = tableRegions(ruleset)(dead.family, dead.table);
  const { places, whole } = regions?.takers(dead.chain, place, () => takersOf(rules, place, dead.family)) ?? none;
  return { takers: places.flatMap(taker => rules[taker] ?? []), whole };
}

function takersOf(rules: readonly PlacedRule[], place: number, family: Family): Takers {
  const dead = rules[place];
  if (!dead) return none;
  const { conditions, glance } = dead.rule;
  const above: { placed: PlacedRule; at: number }[] = [];
  for (const [at, placed] of rules.slice(0, place).entries()) {
    if (takes(placed.rule.action.kind) && !areDisjoint(placed.rule.glance, glance)) above.push({ placed, at });
  }
  const space = new Space(new Diagrams(), family, vocabulary([dead.rule, ...above.map(({ placed }) => placed.rule)]));
  const d = space.diagrams;
  try {
    const found: number[] = [];
    const own = space.rule(conditions).may;
    let left = own;
    let called: number | undefined;
    for (const { placed, at } of above) {
      const condition = space.rule(placed.rule.conditions);
      const sure = placed.hangsOn.length === 0 ? condition.must : nothing;
      if (d.minus(own, sure) === nothing) {
        const { kind } = placed.rule.action;
        if (kind !== 'jump' && kind !== 'goto') return { places: [at], whole: true };
        // A chain that is called may send some of them back.
        called ??= at;
      }
      if (d.and(left, condition.may) === nothing) continue;
      found.push(at);
      left = d.minus(left, sure);
    }
    return { places: called !== undefined && left === nothing ? [called] : found, whole: left === nothing };
  } catch (error) {
    if (!(error instanceof TooLarge || error instanceof RangeError)) throw error;
    return none;
  }
}

function takes(kind: PlacedRule['rule']['action']['kind']): boolean {
  return kind !== 'continue' && kind !== 'set-mark' && kind !== 'copy-mark' && kind !== 'no-tracking';
}
