/** What an edit changed in a ruleset, and which packets that can concern: all others fare as they did before. */
import type { TableName } from '../../../syntax/iptables/command';
import type { Condition, Family } from '../../../syntax/iptables/rule';
import { builtInChains } from '../build-ruleset';
import type { Chain, PlacedRule, Ruleset } from '../ruleset';
import type { Node } from './diagram';
import { everything, nothing } from './diagram';
import { areDisjoint, glanceAt, type Glance } from '../../../syntax/iptables/glance';
import { remember } from '../../../text/derived';
import type { Space } from './space';

/** Rules of a chain, next to each other, in the place of others. */
export interface Change {
  readonly family: Family;
  readonly table: TableName;
  readonly chain: string;
  /** The place of the first of them, from 0. */
  readonly at: number;
  readonly removed: readonly PlacedRule[];
  readonly added: readonly PlacedRule[];
}

/** Rules that may change until all is gone through afresh, and callers of their chain that are looked at. */
const mostRules = 16;
const mostCallers = 8;

/** What was edited between two rulesets. */
export class Edit {
  private readonly known = new Map<Family, Touched>();

  constructor(
    private readonly now: Ruleset,
    readonly changes: readonly Change[],
  ) {}

  /** The packets of a family that it can concern. */
  touched(family: Family): Touched {
    return remember(this.known, family, () =>
      Touched.by(
        this.changes.filter(change => change.family === family),
        this.now,
      ),
    );
  }
}

const edits = new WeakMap<Ruleset, WeakMap<Ruleset, { readonly edit: Edit | undefined }>>();

/** What was edited from one ruleset to another; undefined where that is more than some rules. Remembered by both. */
export function editBetween(before: Ruleset, now: Ruleset): Edit | undefined {
  let known = edits.get(now);
  if (!known) edits.set(now, (known = new WeakMap()));
  let found = known.get(before);
  if (!found) {
    const changes = changesBetween(before, now);
    known.set(before, (found = { edit: changes && new Edit(now, changes) }));
  }
  return found.edit;
}

function changesBetween(before: Ruleset, now: Ruleset): readonly Change[] | undefined {
  const out: Change[] = [];
  let rules = 0;
  for (const family of [4, 6] as const) {
    for (const [table, { chains }] of now.tables[family]) {
      const old = before.tables[family].get(table)?.chains;
      if (old?.size !== chains.size) return undefined;
      for (const [name, chain] of chains) {
        const was = old.get(name);
        if (was?.policy !== chain.policy || !was) return undefined;
        const change = changeOf(was, chain);
        if (!change) continue;
        rules += change.removed.length + change.added.length;
        if (rules > mostRules) return undefined;
        out.push({ family, table, chain: name, ...change });
      }
    }
  }
  return out;
}

function changeOf(was: Chain, chain: Chain): Pick<Change, 'at' | 'removed' | 'added'> | undefined {
  const a = was.rules;
  const b = chain.rules;
  const shorter = Math.min(a.length, b.length);
  let at = 0;
  while (at < shorter && same(a[at], b[at])) at++;
  let end = 0;
  while (end < shorter - at && same(a[a.length - 1 - end], b[b.length - 1 - end])) end++;
  const removed = a.slice(at, a.length - end);
  const added = b.slice(at, b.length - end);
  return removed.length + added.length > 0 ? { at, removed, added } : undefined;
}

/** Where a rule came from, and what its doubts say, plays no part in what it decides. */
function same(a: PlacedRule | undefined, b: PlacedRule | undefined): boolean {
  return a?.rule === b?.rule && (a?.hangsOn.length ?? 0) > 0 === (b?.hangsOn.length ?? 0) > 0;
}

/** Conditions that a packet must meet all of, one list after the other. */
type Way = readonly (readonly Condition[])[];

/** The packets that meet a changed rule, or may: by the rule's conditions and those of the calls of its chain. */
export class Touched {
  private readonly ways: readonly Way[];
  private readonly glances: readonly (readonly Glance[])[];

  private constructor(ways: readonly Way[]) {
    this.ways = [...new Map(ways.map(way => [JSON.stringify(way), way])).values()];
    this.glances = this.ways.map(way => way.map(part => glanceAt(part)));
  }

  /** By the changes of a family. */
  static by(changes: readonly Change[], now: Ruleset): Touched {
    return new Touched(
      changes.flatMap(change => {
        const calls = callsOf(change, now);
        return [...change.removed, ...change.added].flatMap(({ rule: { conditions } }) =>
          calls ? calls.map(call => [call, conditions]) : [[conditions]],
        );
      }),
    );
  }

  /** The same in terms that nat leaves as they are on the way in: where a packet comes from. */
  bySource(): Touched {
    const kept = (conditions: readonly Condition[]) => conditions.filter(isOfSource);
    return new Touched(this.ways.map(way => way.map(kept)));
  }

  /** True: no packet that a change concerns meets a rule with this glance. */
  misses(glance: Glance): boolean {
    return this.glances.every(way => way.some(part => areDisjoint(part, glance)));
  }

  /** The set of them, or of somewhat more. */
  node(space: Space): Node {
    const d = space.diagrams;
    return this.ways.reduce(
      (all, way) =>
        d.or(
          all,
          way.reduce((set, part) => d.and(set, space.rule(part).may), everything),
        ),
      nothing,
    );
  }
}

function isOfSource(condition: Condition): boolean {
  switch (condition.kind) {
    case 'address':
    case 'address-range':
      return condition.side === 'source';
    case 'interface':
      return condition.side === 'in';
    case 'protocol':
      return true;
    default:
      return false;
  }
}

/**
 * The conditions of the rules that call a chain of one's own; undefined for a built-in one, or where they are many. A call that
 * an edit took away is itself a changed rule, and so are its packets.
 */
function callsOf({ family, table, chain }: Change, now: Ruleset): (readonly Condition[])[] | undefined {
  if (builtInChains[table].includes(chain)) return undefined;
  const calls = new Set<readonly Condition[]>();
  for (const { rules } of now.tables[family].get(table)?.chains.values() ?? []) {
    for (const { rule } of rules) {
      const { action } = rule;
      if ((action.kind === 'jump' || action.kind === 'goto') && action.chain === chain) calls.add(rule.conditions);
    }
  }
  return calls.size > mostCallers ? undefined : [...calls];
}
