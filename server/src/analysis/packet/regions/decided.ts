/** What each rule of a firewall really decides, and which never gets a packet. */
import { say } from '../../../text/message';
import type { Message } from '../../../text/message';
import type { TableName } from '../../../syntax/iptables/command';
import type { Family } from '../../../syntax/iptables/rule';
import { builtInChains } from '../build-ruleset';
import type { PlacedRule, Ruleset, Table } from '../ruleset';
import { ChainRegions } from './chain-regions';
import type { Partition, RuleRegion } from './chain-regions';
import { derived } from '../../../text/derived';
import { Diagrams, nothing, TooLarge } from './diagram';
import { areDisjoint } from './disjoint';
import type { Node } from './diagram';
import type { Region } from './space';
import { Space, vocabulary } from './space';

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

/** Where a table's built-in chains get their packets from: what these let pass. */
const before: Readonly<Record<string, readonly (readonly [TableName, string])[]>> = {
  'filter INPUT': [
    ['raw', 'PREROUTING'],
    ['mangle', 'PREROUTING'],
    ['mangle', 'INPUT'],
  ],
  'filter FORWARD': [['mangle', 'FORWARD']],
  'filter OUTPUT': [
    ['raw', 'OUTPUT'],
    ['mangle', 'OUTPUT'],
  ],
  'mangle INPUT': [
    ['raw', 'PREROUTING'],
    ['mangle', 'PREROUTING'],
  ],
  'mangle PREROUTING': [['raw', 'PREROUTING']],
  'mangle OUTPUT': [['raw', 'OUTPUT']],
};

const most = 4_000_000;

/**
 * The rules that no packet can ever meet. Exact: what is in it is certainly dead, by whatever else is unknown. Remembered by
 * the ruleset.
 */
export const decided: (ruleset: Ruleset) => Decided = derived(ruleset => {
  const dead: DeadRule[] = [];
  for (const family of [4, 6] as const) {
    for (const [name, table] of ruleset.tables[family]) {
      if (![...table.chains.values()].some(chain => chain.rules.length > 0)) continue;
      try {
        dead.push(...deadIn(ruleset, family, name, table));
      } catch (error) {
        if (!(error instanceof TooLarge || error instanceof RangeError)) throw error;
        return {
          dead: [],
          unknown: say(
            'the rules are too many or too entangled to follow all packets',
            'as regras são muitas ou emaranhadas demais para seguir todos os pacotes',
          ),
        };
      }
    }
  }
  return { dead };
});

/** What every rule of a table gets, with the space that its sets are drawn in. */
export interface TableRegions {
  readonly space: Space;
  /** Rules that nothing reaches are not in it. */
  readonly rules: ReadonlyMap<PlacedRule, RuleRegion>;
}

/** Leads all packets through the built-in chains of a table. Throws {@link TooLarge} where there are too many sets. */
export function tableRegions(ruleset: Ruleset, family: Family, name: TableName, table: Table): TableRegions {
  const tables = ruleset.tables[family];
  const words = vocabulary(rulesOf(tables));
  const space = new Space(new Diagrams(most, words.rules * 40), family, words);
  const d = space.diagrams;
  const passed = new Map<string, Region>();
  const entering = (hook: string): Region => {
    let all = space.hook(hook);
    // nat is asked about the first packet of a connection only.
    if (name === 'nat') all = d.and(all, space.state('NEW'));
    const translates =
      (tables.get('nat')?.chains.get(hook === 'OUTPUT' ? 'OUTPUT' : 'PREROUTING')?.rules.length ?? 0) > 0;
    if (!translates) {
      for (const [earlier, chain] of before[`${name} ${hook}`] ?? []) {
        const other = tables.get(earlier);
        if ((other?.chains.get(chain)?.rules.length ?? 0) === 0 || !other) continue;
        const key = `${earlier} ${chain}`;
        let out = passed.get(key);
        if (!out)
          passed.set(
            key,
            (out = passing(new ChainRegions(space, other, false).partition(chain, sure(space.hook(chain))), d)),
          );
        all = d.and(all, hookless(out.may, space));
      }
    }
    return sure(all);
  };
  const walk = new ChainRegions(space, table);
  for (const hook of builtInChains[name]) walk.partition(hook, entering(hook));
  return { space, rules: walk.rules };
}

function deadIn(ruleset: Ruleset, family: Family, name: TableName, table: Table): DeadRule[] {
  const { space, rules } = tableRegions(ruleset, family, name, table);
  const got = new Map<PlacedRule, Node>();
  for (const [placed, region] of rules) got.set(placed, region.may);
  const dead: DeadRule[] = [];
  for (const chain of table.chains.values()) {
    const reached = builtInChains[name].includes(chain.name) || chain.rules.some(placed => got.has(placed));
    for (const [i, placed] of chain.rules.entries()) {
      if ((got.get(placed) ?? nothing) !== nothing) continue;
      const own = space.rule(placed.rule.conditions);
      const why =
        own.may === nothing
          ? 'contradiction'
          : !reached && !isCalled(chain.name, table, got)
            ? 'unreached'
            : 'shadowed';
      dead.push({ family, table: name, chain: chain.name, number: i + 1, placed, why });
    }
  }
  return dead;
}

function sure(node: Node): Region {
  return { must: node, may: node };
}

function passing(partition: Partition, d: Diagrams): Region {
  const may = d.or(
    partition.accepted.may,
    d.or(
      partition.undecided,
      partition.translated.reduce((all, t) => d.or(all, t.region.may), nothing),
    ),
  );
  return { must: nothing, may };
}

/** A set without what it says of the hook it was seen in: interfaces and owners differ from hook to hook. */
function hookless(node: Node, space: Space): Node {
  return space.withoutWayOut(node);
}

function isCalled(name: string, table: Table, got: ReadonlyMap<PlacedRule, Node>): boolean {
  for (const chain of table.chains.values()) {
    for (const placed of chain.rules) {
      const { action } = placed.rule;
      if (
        (action.kind === 'jump' || action.kind === 'goto') &&
        action.chain === name &&
        (got.get(placed) ?? nothing) !== nothing
      )
        return true;
    }
  }
  return false;
}

/** What takes the packets that a shadowed rule would meet. */
export interface Shadow {
  /** Rules above in its own chain: one that takes them all, where there is such, else those that take some, from the top. */
  readonly takers: readonly PlacedRule[];
  /** The takers take all of them; else the rest never comes to the chain. */
  readonly whole: boolean;
}

/** Who takes what a shadowed rule would meet. */
export function shadowOf(ruleset: Ruleset, dead: DeadRule): Shadow {
  const none: Shadow = { takers: [], whole: false };
  const chain = ruleset.tables[dead.family].get(dead.table)?.chains.get(dead.chain);
  if (!chain || dead.why !== 'shadowed') return none;
  const { conditions } = dead.placed.rule;
  const above = chain.rules
    .slice(0, dead.number - 1)
    .filter(placed => takes(placed.rule.action.kind) && !areDisjoint(placed.rule.conditions, conditions));
  const space = new Space(new Diagrams(), dead.family, vocabulary([...above, dead.placed].map(placed => placed.rule)));
  const d = space.diagrams;
  try {
    const found: PlacedRule[] = [];
    const own = space.rule(dead.placed.rule.conditions).may;
    let left = own;
    let called: PlacedRule | undefined;
    for (const placed of above) {
      const condition = space.rule(placed.rule.conditions);
      const sure = placed.hangsOn.length === 0 ? condition.must : nothing;
      if (d.minus(own, sure) === nothing) {
        const { kind } = placed.rule.action;
        if (kind !== 'jump' && kind !== 'goto') return { takers: [placed], whole: true };
        // A chain that is called may send some of them back.
        called ??= placed;
      }
      if (d.and(left, condition.may) === nothing) continue;
      found.push(placed);
      left = d.minus(left, sure);
    }
    return { takers: called && left === nothing ? [called] : found, whole: left === nothing };
  } catch (error) {
    if (!(error instanceof TooLarge || error instanceof RangeError)) throw error;
    return none;
  }
}

function takes(kind: PlacedRule['rule']['action']['kind']): boolean {
  return kind !== 'continue' && kind !== 'set-mark' && kind !== 'copy-mark' && kind !== 'no-tracking';
}

/** All rules of a family's tables. */
export function* rulesOf(tables: ReadonlyMap<TableName, Table>): Iterable<PlacedRule['rule']> {
  for (const table of tables.values()) {
    for (const chain of table.chains.values()) for (const placed of chain.rules) yield placed.rule;
  }
}
