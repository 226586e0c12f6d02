/** Which packets each rule of a table really gets, and what becomes of all of them: exact sets, surely and possibly. */
import type { Action } from '../../../syntax/iptables/rule';
import type { Chain, PlacedRule, Table } from '../ruleset';
import type { Node } from './diagram';
import { nothing, TooLarge } from './diagram';
import type { Region, Space } from './space';

type TranslateAction = Extract<Action, { kind: 'translate' | 'redirect' | 'masquerade' | 'map-network' }>;

/** Packets that a nat rule translates. */
export interface Translated {
  readonly action: TranslateAction;
  readonly region: Region;
}

/** What becomes of the packets that enter a built-in chain. */
export interface Partition {
  readonly accepted: Region;
  readonly dropped: Region;
  readonly rejected: Region;
  readonly translated: readonly Translated[];
  /** Packets of which even this is not known: handed to a program, or a chain that cannot be followed. */
  readonly undecided: Node;
  /** Packets exempt from connection tracking. */
  readonly untracked: Node;
}

/** What a rule gets, over all the ways on which it is reached. */
export interface RuleRegion {
  readonly placed: PlacedRule;
  must: Node;
  may: Node;
}

/** How packets are led through chains. */
export interface Walk {
  /** All that is left out takes no time: what `passes` (accepted, translated, undecided), or what the `rules` get. Default: all. */
  readonly only?: 'passes' | 'rules';
  /** Rules that none of the packets meet, as far as is known beforehand. */
  readonly without?: (placed: PlacedRule) => boolean;
}

const empty: Region = { must: nothing, may: nothing };
const deepest = 32;
const mostCalls = 20_000;

/** Leads sets of packets through the chains of one table. */
export class ChainRegions {
  /** What each rule gets; rules that nothing reaches are not in it. */
  readonly rules = new Map<PlacedRule, RuleRegion>();
  private readonly conditions = new Map<PlacedRule, Region>();
  private accepted = empty;
  private dropped = empty;
  private rejected = empty;
  private translated = new Map<PlacedRule, { action: TranslateAction; region: Region }>();
  private undecided: Node = nothing;
  private untracked: Node = nothing;
  private calls = 0;

  constructor(
    private readonly space: Space,
    private readonly table: Table,
    private readonly how: Walk = {},
  ) {}

  /** What becomes of the packets of a region that enter a built-in chain. Throws {@link TooLarge}. */
  partition(name: string, entering: Region): Partition {
    this.accepted = this.dropped = this.rejected = empty;
    this.translated = new Map();
    this.undecided = this.untracked = nothing;
    const chain = this.table.chains.get(name);
    if (!chain) return this.result(entering);
    const left = this.run(chain, entering, 0);
    if (chain.policy === 'DROP') this.dropped = this.add(this.dropped, left);
    else if (chain.policy === 'unknown') {
      this.accepted = this.add(this.accepted, { must: nothing, may: left.may });
      this.dropped = this.add(this.dropped, { must: nothing, may: left.may });
    } else this.accepted = this.add(this.accepted, left);
    return this.result(empty);
  }

  private result(rest: Region): Partition {
    return {
      accepted: this.add(this.accepted, rest),
      dropped: this.dropped,
      rejected: this.rejected,
      translated: [...this.translated.values()],
      undecided: this.undecided,
      untracked: this.untracked,
    };
  }

  private add(a: Region, b: Region): Region {
    const d = this.space.diagrams;
    const may = d.or(a.may, b.may);
    return { may, must: a.must === a.may && b.must === b.may ? may : d.or(a.must, b.must) };
  }

  private take(a: Region, hit: Region): Region {
    const d = this.space.diagrams;
    // What surely stays is what was surely there and is not even possibly taken.
    const may = d.minus(a.may, hit.must);
    return { may, must: a.must === a.may && hit.must === hit.may ? may : d.minus(a.must, hit.may) };
  }

  private both(a: Region, b: Region): Region {
    const d = this.space.diagrams;
    const may = d.and(a.may, b.may);
    return { may, must: a.must === a.may && b.must === b.may ? may : d.and(a.must, b.must) };
  }

  private condition(placed: PlacedRule, depth: number): Region {
    const known = depth > 0 ? this.conditions.get(placed) : undefined;
    if (known) return known;
    let region = this.space.rule(placed.rule.conditions);
    if (placed.hangsOn.length > 0) region = { must: nothing, may: region.may };
    // Chains that are called may be gone through again.
    if (depth > 0) this.conditions.set(placed, region);
    return region;
  }

  /** Goes through a chain; what comes out at its end, or by RETURN. */
  private run(chain: Chain, entering: Region, depth: number): Region {
    if (depth > deepest || this.calls++ > mostCalls) throw new TooLarge();
    const { only, without } = this.how;
    let left = entering;
    let returned = empty;
    for (const placed of chain.rules) {
      if (left.may === nothing) break;
      if (without?.(placed) === true) continue;
      const condition = this.condition(placed, depth);
      if (condition.may === nothing) continue;
      const hit = this.both(left, condition);
      if (hit.may === nothing) continue;
      if (only !== 'passes') this.note(placed, hit);
      const { action } = placed.rule;
      switch (action.kind) {
        case 'accept':
          if (only !== 'rules') this.accepted = this.add(this.accepted, hit);
          left = this.take(left, condition);
          break;
        case 'drop':
          if (!only) this.dropped = this.add(this.dropped, hit);
          left = this.take(left, condition);
          break;
        case 'reject':
          if (!only) this.rejected = this.add(this.rejected, hit);
          left = this.take(left, condition);
          break;
        case 'translate':
        case 'redirect':
        case 'masquerade':
        case 'map-network': {
          const before = this.translated.get(placed)?.region ?? empty;
          this.translated.set(placed, { action, region: this.add(before, hit) });
          left = this.take(left, condition);
          break;
        }
        case 'return':
          returned = this.add(returned, hit);
          left = this.take(left, condition);
          break;
        case 'jump':
        case 'goto': {
          const target = this.table.chains.get(action.chain);
          const back = target ? this.run(target, hit, depth + 1) : hit;
          left = this.take(left, condition);
          if (!target) this.undecided = this.space.diagrams.or(this.undecided, hit.may);
          if (action.kind === 'jump') left = this.add(left, back);
          else returned = this.add(returned, back);
          break;
        }
        case 'no-tracking':
          this.untracked = this.space.diagrams.or(this.untracked, hit.may);
          break;
        case 'undecided':
          this.undecided = this.space.diagrams.or(this.undecided, hit.may);
          left = { may: left.may, must: this.space.diagrams.minus(left.must, hit.may) };
          break;
        case 'continue':
        case 'set-mark':
        case 'copy-mark':
          break;
      }
    }
    return this.add(left, returned);
  }

  private note(placed: PlacedRule, hit: Region): void {
    const known = this.rules.get(placed);
    if (!known) this.rules.set(placed, { placed, must: hit.must, may: hit.may });
    else {
      known.must = this.space.diagrams.or(known.must, hit.must);
      known.may = this.space.diagrams.or(known.may, hit.may);
    }
  }
}
