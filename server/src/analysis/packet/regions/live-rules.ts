/** Which rules of a table get packets: for each a packet that comes to it. Every chain is gone through once. */
import type { Action } from '../../../syntax/iptables/rule';
import type { Chain, PlacedRule, Table } from '../ruleset';
import type { Bits, Node } from './diagram';
import { everything, nothing, TooLarge } from './diagram';
import { areDisjoint, type Glance } from '../../../syntax/iptables/glance';
import type { Region, Space } from './space';

/** By chain, and in it by place: a packet that comes to the rule, or may; undefined where none does. */
export type Witnesses = ReadonlyMap<string, readonly (Bits | undefined)[]>;

/** Finds the packets. `entering`: what enters the built-in chains. Throws {@link TooLarge}. */
export function liveRules(space: Space, table: Table, entering: ReadonlyMap<string, Node>): Witnesses {
  return new LiveRules(space, table, entering).find();
}

/** A rule that takes packets, of those that are not yet taken from what comes further. */
interface Taker {
  readonly glance: Glance;
  readonly surely: Node;
}

const mostPending = 32;

class LiveRules {
  private readonly conditions = new Map<PlacedRule, Region>();
  /** What of all packets may come out at the end of a chain, or by RETURN. */
  private readonly passing = new Map<string, Node | 'being made'>();
  private readonly entering: Map<string, Node>;

  constructor(
    private readonly space: Space,
    private readonly table: Table,
    entering: ReadonlyMap<string, Node>,
  ) {
    this.entering = new Map(entering);
  }

  find(): Witnesses {
    const out = new Map<string, readonly (Bits | undefined)[]>();
    for (const chain of this.callersFirst()) out.set(chain.name, this.inChain(chain));
    return out;
  }

  /** The chains in an order in which each comes behind all that call it. */
  private callersFirst(): Chain[] {
    const order: Chain[] = [];
    const seen = new Map<Chain, 'open' | 'done'>();
    const visit = (chain: Chain): void => {
      const state = seen.get(chain);
      if (state === 'open') throw new TooLarge();
      if (state === 'done') return;
      seen.set(chain, 'open');
      for (const { rule } of chain.rules) {
        const target = this.calledBy(rule.action);
        if (target) visit(target);
      }
      seen.set(chain, 'done');
      order.push(chain);
    };
    for (const chain of this.table.chains.values()) visit(chain);
    return order.reverse();
  }

  private calledBy(action: Action): Chain | undefined {
    return action.kind === 'jump' || action.kind === 'goto' ? this.table.chains.get(action.chain) : undefined;
  }

  private condition(placed: PlacedRule): Region {
    let region = this.conditions.get(placed);
    if (!region) {
      region = this.space.rule(placed.rule.conditions);
      if (placed.hangsOn.length > 0) region = { must: nothing, may: region.may };
      this.conditions.set(placed, region);
    }
    return region;
  }

  private inChain(chain: Chain): (Bits | undefined)[] {
    const d = this.space.diagrams;
    const entering = this.entering.get(chain.name) ?? nothing;
    if (entering === nothing) return chain.rules.map(() => undefined);
    // What of all packets comes as far as a rule, once the pending ones are taken from it.
    let left: Node = everything;
    let pending: Taker[] = [];
    const settle = (): void => {
      left = d.minus(left, d.union(pending.map(({ surely }) => surely)));
      pending = [];
    };
    return chain.rules.map(placed => {
      const { must, may } = this.condition(placed);
      const { action } = placed.rule;
      const calls = action.kind === 'jump' || action.kind === 'goto';
      if (may === nothing) return undefined;
      if (calls || pending.length === mostPending) settle();
      const { glance } = placed.rule;
      let got = d.and(left, may);
      for (const taker of pending) if (!areDisjoint(taker.glance, glance)) got = d.minus(got, taker.surely);
      const witness = d.common(entering, got);
      if (calls) {
        if (witness) this.enter(action.chain, d.and(entering, got));
        const back = action.kind === 'jump' ? d.and(got, this.passes(action.chain)) : nothing;
        left = d.or(d.minus(left, must), back);
      } else if (must !== nothing && ends(action)) pending.push({ glance, surely: must });
      return witness;
    });
  }

  private enter(chain: string, packets: Node): void {
    this.entering.set(chain, this.space.diagrams.or(this.entering.get(chain) ?? nothing, packets));
  }

  /** What of all packets may come back from a chain; all of them from one that is not there. */
  private passes(name: string): Node {
    const known = this.passing.get(name);
    if (known === 'being made') throw new TooLarge();
    if (known !== undefined) return known;
    this.passing.set(name, 'being made');
    const d = this.space.diagrams;
    let out: Node = everything;
    const rules = this.table.chains.get(name)?.rules ?? [];
    for (let i = rules.length - 1; i >= 0; i--) {
      const placed = rules[i];
      if (!placed) continue;
      const { must, may } = this.condition(placed);
      const { action } = placed.rule;
      if (action.kind === 'return') out = d.or(out, may);
      else if (action.kind === 'jump' || action.kind === 'goto') {
        const back = d.and(may, this.passes(action.chain));
        out = d.or(d.minus(out, must), action.kind === 'jump' ? d.and(back, out) : back);
      } else if (ends(action)) out = d.minus(out, must);
    }
    this.passing.set(name, out);
    return out;
  }
}

/** Whether what meets a rule goes no further in its chain. */
function ends(action: Action): boolean {
  switch (action.kind) {
    case 'accept':
    case 'drop':
    case 'reject':
    case 'translate':
    case 'redirect':
    case 'masquerade':
    case 'map-network':
    case 'return':
      return true;
    default:
      return false;
  }
}
