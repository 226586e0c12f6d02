/** The chains of a table while commands change it, and what the kernel says of jumps between them. */
import type { RuleNeeds, TableName } from '../../syntax/iptables/command';
import { remember } from '../../text/derived';
import type { Message } from '../../text/message';
import type { Origin, PlacedRule } from './ruleset';

export interface Entry extends PlacedRule {
  readonly needs: RuleNeeds;
}

export interface MutableChain {
  name: string;
  readonly builtIn: boolean;
  /** nft makes a built-in chain when a command first needs it; some commands fail before. */
  made: boolean;
  policy: 'ACCEPT' | 'DROP' | 'unknown';
  policyOrigin: Origin | undefined;
  hangsOn: readonly Message[];
  rules: Entry[];
  /** The chains that jump to it, and how often. */
  callers: Map<MutableChain, number> | undefined;
  /** How many of its rules jump, or ask something of the chain that they stand in. */
  demanding: number;
  /** So many calls below a built-in chain, at most. */
  depth: number;
}

/** nft's jump stack: so many chains deep and no deeper. */
const deepest = 16;

/** A chain without rules. */
export function emptyChain(name: string, builtIn: boolean): MutableChain {
  return {
    name,
    builtIn,
    made: !builtIn,
    policy: 'ACCEPT',
    policyOrigin: undefined,
    hangsOn: [],
    rules: [],
    callers: undefined,
    demanding: 0,
    depth: 0,
  };
}

/** A table's chains by name. */
export class Chains extends Map<string, MutableChain> {
  private readonly bases = new Map<MutableChain, ReadonlyMap<MutableChain, number>>();
  private counted = true;

  /** Chains with rules of which nobody has counted yet who calls whom. */
  static uncounted(chains: readonly MutableChain[]): Chains {
    const out = new Chains(chains.map(chain => [chain.name, chain]));
    out.counted = false;
    return out;
  }

  /** Counts who calls whom, where that is not done; to be called before rules are changed. */
  settle(): void {
    if (this.counted) return;
    this.counted = true;
    for (const chain of this.values()) chain.demanding = 0;
    for (const chain of this.values()) {
      for (const entry of chain.rules) this.count(chain, entry, this.target(entry.needs), 1);
    }
  }

  /** The chain that a rule jumps to; undefined where it jumps to none that is there. */
  target({ jump }: RuleNeeds): MutableChain | undefined {
    return jump === undefined ? undefined : this.get(jump);
  }

  /** The built-in chains from which a chain is reached, with the deepest way there. */
  basesOf(chain: MutableChain): ReadonlyMap<MutableChain, number> {
    return remember(this.bases, chain, () => callersOf(chain));
  }

  /** Puts other rules in the place of some. */
  splice(chain: MutableChain, at: number, remove: number, ...entries: readonly Entry[]): void {
    for (const entry of chain.rules.slice(at, at + remove)) this.count(chain, entry, this.target(entry.needs), -1);
    for (const entry of entries) this.count(chain, entry, this.target(entry.needs), 1);
    chain.rules.splice(at, remove, ...entries);
  }

  /** Puts a rule, with the chain that it jumps to, at the end of a chain. */
  append(chain: MutableChain, entry: Entry, target: MutableChain | undefined): void {
    this.count(chain, entry, target, 1);
    chain.rules.push(entry);
  }

  copy(): Chains {
    const out = Chains.uncounted(
      [...this.values()].map(chain => ({ ...chain, rules: [...chain.rules], callers: undefined })),
    );
    out.settle();
    return out;
  }

  private count(chain: MutableChain, { needs }: Entry, target: MutableChain | undefined, by: 1 | -1): void {
    if (needs.jump === undefined && needs.places.length === 0) return;
    chain.demanding += by;
    if (!target) return;
    if (by === 1) this.lower(target, chain.depth + 1);
    const callers = (target.callers ??= new Map<MutableChain, number>());
    const now = (callers.get(chain) ?? 0) + by;
    if (now > 0) callers.set(chain, now);
    else callers.delete(chain);
    if (now === 0 || (now === 1 && by === 1)) this.bases.clear();
  }

  private lower(chain: MutableChain, depth: number): void {
    if (chain.builtIn || chain.depth >= depth || depth > deepest) return;
    chain.depth = depth;
    if (chain.demanding === 0) return;
    for (const { needs } of chain.rules) {
      const target = this.target(needs);
      if (target) this.lower(target, depth + 1);
    }
  }
}

/** The kernel's reason against a rule in a chain: the place of an extension, or chains that call each other too deep. */
export function kernelRefuses(
  chain: MutableChain,
  needs: RuleNeeds,
  target: MutableChain | undefined,
  table: TableName,
  chains: Chains,
  legacy: boolean,
): string | undefined {
  for (const place of needs.places) {
    if (place.chains !== 'any' && place.chains[table] === undefined) return 'Invalid argument';
    if (place.never !== undefined) return place.never;
  }
  if (target?.builtIn) {
    if (chain.builtIn && !allows(needs, table, chain.name, true)) return 'Invalid argument';
    // A command makes the chain that it names along with the rule.
    return target.made || target === chain ? 'Operation not supported' : 'No such file or directory';
  }
  const leads = target !== undefined && (target === chain || target.demanding > 0 || chain.depth + 1 >= deepest);
  if (needs.places.length === 0 && !leads) return undefined;
  for (const [base, depth] of chains.basesOf(chain)) {
    if (!allows(needs, table, base.name, legacy || base === chain)) return 'Invalid argument';
    const wrong =
      target && follow(target, depth + 1, { base: base.name, table, chains, legacy, from: chain, known: new Map() });
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

/** `direct`: whether it is asked of extensions that are only asked in the built-in chain itself, too. */
function allows({ places }: RuleNeeds, table: TableName, base: string, direct: boolean): boolean {
  return places.every(place => {
    if (place.direct === true && !direct) return true;
    const { chains } = place;
    const allowed = chains === 'any' ? 'all' : chains[table];
    return allowed === undefined || allowed === 'all' || allowed.includes(base);
  });
}

interface Following {
  readonly base: string;
  readonly table: TableName;
  readonly chains: Chains;
  readonly legacy: boolean;
  readonly from: MutableChain;
  readonly known: Map<MutableChain, number>;
}

/** Follows jumps from a chain as the kernel's check does; a text is its reason against them. */
function follow(chain: MutableChain, depth: number, how: Following): string | undefined {
  if (depth >= deepest || chain === how.from) return 'Too many links';
  if ((how.known.get(chain) ?? -1) >= depth) return undefined;
  how.known.set(chain, depth);
  for (const { needs } of chain.rules) {
    if (!allows(needs, how.table, how.base, how.legacy)) return 'Invalid argument';
    const target = how.chains.target(needs);
    const wrong = target && follow(target, depth + 1, how);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function callersOf(chain: MutableChain): Map<MutableChain, number> {
  const found = new Map<MutableChain, number>();
  const way: MutableChain[] = [];
  const look = (at: MutableChain) => {
    const depth = way.length;
    if (at.builtIn) {
      found.set(at, Math.max(depth, found.get(at) ?? 0));
      return;
    }
    if (depth > deepest) return;
    way.push(at);
    for (const caller of at.callers?.keys() ?? []) if (!way.includes(caller)) look(caller);
    way.pop();
  };
  look(chain);
  return found;
}
