/** What every rule of a table really gets; after an edit only the packets that it can concern are led through again. */
import { derived } from '../../../text/derived';
import type { TableName } from '../../../syntax/iptables/command';
import type { Family, Rule } from '../../../syntax/iptables/rule';
import { builtInChains } from '../build-ruleset';
import type { Chain, PlacedRule, Ruleset, Table } from '../ruleset';
import { ChainRegions } from './chain-regions';
import type { Partition, RuleRegion } from './chain-regions';
import { editBetween } from './change';
import type { Change, Touched } from './change';
import { bounded, Diagrams, nothing } from './diagram';
import type { Bits, Node } from './diagram';
import { areDisjoint } from '../../../syntax/iptables/glance';
import { liveRules } from './live-rules';
import type { Region } from './space';
import { covers, Space, vocabulary } from './space';
import type { Vocabulary } from './space';

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

const mostNodes = 4_000_000;
/** How far the sets may grow by edits until they are made afresh. */
const mostGrowth = 200_000;

/** So many rules are looked at one by one, to pass over those that none of their packets meet. */
const mostGlances = 16;

/** The rules above that take what a rule would get, by their places in the chain from 0. */
export interface Takers {
  readonly places: readonly number[];
  /** They take all of it; else the rest never comes to the chain. */
  readonly whole: boolean;
}

/** What is known of the rules of a chain, by their places from 0. */
interface ChainState {
  /** A packet that comes to the rule, or may; undefined where none does. */
  readonly witnesses: readonly (Bits | undefined)[];
  readonly takers: Map<number, Takers>;
}

/** A table with what its rules get, in the sets of one space. */
export class TableRegions {
  private readonly impossible = new WeakMap<Rule, boolean>();

  constructor(
    readonly space: Space,
    private readonly words: Vocabulary,
    /** What enters each built-in chain. */
    private readonly entering: ReadonlyMap<string, Node>,
    private readonly chains: ReadonlyMap<string, ChainState>,
    /** Nodes at which all is made afresh. */
    private readonly mostSize: number,
  ) {}

  /** By the places of a chain's rules, from 0: a packet that comes to the rule, or may; undefined where none does. */
  witnesses(chain: string): readonly (Bits | undefined)[] {
    return this.chains.get(chain)?.witnesses ?? [];
  }

  /** What rules of the table, as it is now, get together: only the packets of their conditions are followed. Throws TooLarge. */
  got(table: Table, rules: readonly PlacedRule[]): Region {
    const d = this.space.diagrams;
    const apart = ({ rule }: PlacedRule) =>
      rules.length <= mostGlances && rules.every(each => areDisjoint(each.rule.glance, rule.glance));
    const packets = d.union(rules.map(({ rule }) => this.space.rule(rule.conditions).may));
    const led = this.led(table, packets, apart);
    const of = (which: 'must' | 'may') => d.union(rules.map(placed => led.get(placed)?.[which] ?? nothing));
    return { must: of('must'), may: of('may') };
  }

  /** Leads some packets through the table, past rules that none of them meets: what each rule gets of them. */
  private led(
    table: Table,
    packets: Node,
    without: (placed: PlacedRule) => boolean,
  ): ReadonlyMap<PlacedRule, RuleRegion> {
    const walk = new ChainRegions(this.space, table, { only: 'rules', without });
    for (const [hook, all] of this.entering) walk.partition(hook, sure(this.space.diagrams.and(all, packets)));
    return walk.rules;
  }

  /** Who takes what a rule would get: known from before, or made and kept. */
  takers(chain: string, place: number, make: () => Takers): Takers {
    const known = this.chains.get(chain)?.takers;
    const found = known?.get(place) ?? make();
    known?.set(place, found);
    return found;
  }

  /** Whether the conditions of a rule exclude each other. */
  isImpossible(rule: Rule): boolean {
    let known = this.impossible.get(rule);
    if (known === undefined) this.impossible.set(rule, (known = this.space.rule(rule.conditions).may === nothing));
    return known;
  }

  /** The regions after an edit of the table; undefined where they must be made afresh. Throws TooLarge. */
  after(changes: readonly Change[], touched: Touched, table: Table): TableRegions | undefined {
    const { space, words } = this;
    const d = space.diagrams;
    const added = changes.flatMap(change => change.added.map(({ rule }) => rule));
    if (d.size > this.mostSize || !covers(words, vocabulary(added))) return undefined;
    const packets = touched.node(space);
    const missed = (placed: PlacedRule) => touched.misses(placed.rule.glance);
    const got = this.led(table, packets, missed);
    const chains = new Map(this.chains);
    const byChain = new Map(changes.map(change => [change.chain, change]));
    for (const [name, chain] of table.chains) {
      const state = this.chains.get(name);
      if (!state) return undefined;
      const change = byChain.get(name);
      const moved = change ? spliced(state, change, chain) : state;
      const { rules } = chain;
      let witnesses: (Bits | undefined)[] | undefined;
      for (let i = 0; i < rules.length; i++) {
        const placed = rules[i];
        const old = moved.witnesses[i];
        const now = placed && got.get(placed)?.may;
        if (!placed || (now === undefined && !(old && d.has(packets, old)))) continue;
        // Where none of the edit's packets comes to it, others may.
        const coming = now ?? this.got(table, [placed]).may;
        (witnesses ??= moved.witnesses.slice())[i] = d.common(coming, coming);
      }
      if (witnesses || moved !== state) chains.set(name, { ...moved, ...(witnesses && { witnesses }) });
    }
    return new TableRegions(space, words, this.entering, chains, this.mostSize);
  }
}

/** A chain's state with the places moved as an edit moved its rules; what comes to the new ones is not known yet. */
function spliced({ witnesses, takers }: ChainState, { at, removed, added }: Change, { rules }: Chain): ChainState {
  const moved = witnesses.slice();
  moved.splice(at, removed.length, ...added.map(() => undefined));
  const by = added.length - removed.length;
  const concerns = (place: number): boolean => {
    const rule = rules[place]?.rule;
    return rule !== undefined && [...removed, ...added].some(each => !areDisjoint(each.rule.glance, rule.glance));
  };
  const kept = new Map<number, Takers>();
  for (const [place, each] of takers) {
    if (place < at) kept.set(place, each);
    else if (place >= at + removed.length && !concerns(place + by)) {
      const places = each.places.map(taker => (taker < at ? taker : taker + by));
      kept.set(place + by, { ...each, places });
    }
  }
  return { witnesses: moved, takers: kept };
}

/** Leads all packets through the built-in chains of a table. Throws TooLarge where there are too many sets. */
function madeAfresh(ruleset: Ruleset, family: Family, name: TableName, table: Table): TableRegions {
  const tables = ruleset.tables[family];
  const words = vocabulary(rulesOf(tables));
  const space = new Space(new Diagrams(mostNodes, words.rules * 40), family, words);
  const d = space.diagrams;
  const passed = new Map<string, Region>();
  const entering = (hook: string): Node => {
    let all = space.hook(hook);
    if (name === 'raw') all = d.and(all, space.untracked(hook));
    // nat is asked about the first packet of a connection only.
    if (name === 'nat') all = d.and(all, space.state('NEW'));
    if (translates(tables, hook)) return all;
    for (const [earlier, chain] of before[`${name} ${hook}`] ?? []) {
      const other = tables.get(earlier);
      if ((other?.chains.get(chain)?.rules.length ?? 0) === 0 || !other) continue;
      const key = `${earlier} ${chain}`;
      let out = passed.get(key);
      if (!out) {
        const walk = new ChainRegions(space, other, { only: 'passes' });
        const enters = earlier === 'raw' ? d.and(space.hook(chain), space.untracked(chain)) : space.hook(chain);
        passed.set(key, (out = passing(walk.partition(chain, sure(enters)), d)));
      }
      // Interfaces and owners differ from hook to hook.
      all = d.and(all, space.withoutWayOut(out.may));
    }
    return all;
  };
  const enters = new Map(builtInChains[name].map(hook => [hook, entering(hook)]));
  const chains = new Map<string, ChainState>();
  for (const [chain, witnesses] of liveRules(space, table, enters)) chains.set(chain, { witnesses, takers: new Map() });
  return new TableRegions(space, words, enters, chains, d.size + mostGrowth);
}

/** Whether nat changes packets before they come to a hook. */
function translates(tables: ReadonlyMap<TableName, Table>, hook: string): boolean {
  return (tables.get('nat')?.chains.get(hook === 'OUTPUT' ? 'OUTPUT' : 'PREROUTING')?.rules.length ?? 0) > 0;
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

/** All rules of a family's tables. */
export function* rulesOf(tables: ReadonlyMap<TableName, Table>): Iterable<PlacedRule['rule']> {
  for (const table of tables.values()) {
    for (const chain of table.chains.values()) for (const placed of chain.rules) yield placed.rule;
  }
}

interface Known {
  readonly ruleset: Ruleset;
  readonly tables: ReadonlyMap<string, TableRegions | undefined>;
}

/** By the lineage of the file that makes a ruleset: what was found out of it last. */
const last = new WeakMap<object, Known>();

/**
 * The regions of the tables of a ruleset; undefined where they are too many or too entangled. Remembered by the ruleset, and
 * begun from what is known of its file as it was before.
 */
export const tableRegions = derived((ruleset: Ruleset) => {
  const { source } = ruleset;
  const known = source && last.get(source.lineage);
  const tables = known ? carriedOver(known, ruleset) : new Map<string, TableRegions | undefined>();
  if (source && !source.trial) last.set(source.lineage, { ruleset, tables });
  return (family: Family, name: TableName): TableRegions | undefined => {
    const key = `${family} ${name}`;
    if (tables.has(key)) return tables.get(key);
    const table = ruleset.tables[family].get(name);
    const found = table && bounded(() => madeAfresh(ruleset, family, name, table));
    tables.set(key, found);
    return found;
  };
});

/** What is known of tables, brought to how they are after an edit; those that must be made afresh are not in it. */
function carriedOver({ ruleset: old, tables }: Known, ruleset: Ruleset): Map<string, TableRegions | undefined> {
  const out = new Map<string, TableRegions | undefined>();
  const edit = editBetween(old, ruleset);
  if (!edit) return out;
  for (const [key, regions] of tables) {
    // A few rules more or less do not disentangle a table.
    if (!regions) {
      out.set(key, undefined);
      continue;
    }
    const { family } = regions.space;
    const inFamily = edit.changes.filter(change => change.family === family);
    // What passes raw and mangle comes to the tables behind them, unless nat has changed it.
    const early = inFamily.some(({ table }) => table === 'raw' || table === 'mangle');
    const both = [old.tables[family], ruleset.tables[family]] as const;
    const turned = ['PREROUTING', 'OUTPUT'].some(hook => translates(both[0], hook) !== translates(both[1], hook));
    if (early || turned) continue;
    const mine = inFamily.filter(({ table }) => key === `${family} ${table}`);
    const table = mine[0] && ruleset.tables[family].get(mine[0].table);
    const next = table ? bounded(() => regions.after(mine, edit.touched(family), table)) : regions;
    if (next) out.set(key, next);
  }
  return out;
}
