/**
 * Carries out commands one after the other, as the kernel would, and keeps the tables that come of it. What iptables or
 * the kernel refuse changes nothing and is listed (the texts: iptables 1.8.9, measured).
 */
import { remember } from '../../text/derived';
import type { Message } from '../../text/message';
import type { Command, Refusal, RuleNeeds, TableName } from '../../syntax/iptables/command';
import { programLabel, refusal } from '../../syntax/iptables/read-command';
import { needsNothing } from '../../syntax/iptables/make-rules';
import type { Family } from '../../syntax/iptables/rule';
import type { SetContent } from '../../syntax/iptables/set-content';
import type { Appending } from './command-readings';
import { Chains, emptyChain, kernelRefuses } from './chains';
import type { Entry, MutableChain } from './chains';
import type { Chain, Origin, RefusedCommand, Ruleset, Table } from './ruleset';

/** The built-in chains of each table. */
export const builtInChains: Readonly<Record<TableName, readonly string[]>> = {
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
  nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
  mangle: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
  raw: ['PREROUTING', 'OUTPUT'],
  security: ['INPUT', 'FORWARD', 'OUTPUT'],
};

/** What came of a command. */
export type Outcome = { readonly status: 0 } | Refusal;

const done: Outcome = { status: 0 };

export class RulesetBuilder {
  private readonly tables: Readonly<Record<Family, Map<TableName, Chains>>> = { 4: new Map(), 6: new Map() };
  private readonly refusedCommands: RefusedCommand[] = [];
  private readonly unknowns: Message[] = [];

  /** Carries out a command; a refusal is noted (unless it is only asked for) and changes nothing. */
  run(command: Command, origin: Origin): Outcome {
    const outcome = this.attempt(command, origin);
    return 'says' in outcome ? this.refuse(outcome, origin) : outcome;
  }

  /** Notes a line that did not even get as far as a command. */
  refuse(outcome: Refusal, origin: Origin): Refusal {
    this.refusedCommands.push({ origin, refusal: outcome });
    return outcome;
  }

  /** Notes that something unknown was done to the rules. */
  unknown(why: readonly Message[]): void {
    this.unknowns.push(...why);
  }

  /** Empties a table and sets its policies back, as iptables-restore does at a `*table` line. */
  reset(family: Family, table: TableName): void {
    this.tables[family].delete(table);
  }

  /** Puts chains in the place of a table's. */
  put(family: Family, table: TableName, chains: Chains): void {
    this.tables[family].set(table, chains);
  }

  /** A table's chains as they stand; not to be changed. */
  peek(family: Family, table: TableName): Chains {
    return remember(
      this.tables[family],
      table,
      () => new Chains(builtInChains[table].map(name => [name, emptyChain(name, true)])),
    );
  }

  /** Keeps the tables as they are now, to go back to them when a dump's table is not committed. */
  save(family: Family, table: TableName): () => void {
    const copy = this.tables[family].get(table)?.copy();
    return () => {
      if (copy) this.tables[family].set(table, copy);
      else this.reset(family, table);
    };
  }

  /** Whether a chain is there. */
  has(family: Family, table: TableName, chain: string): boolean {
    return this.peek(family, table).has(chain);
  }

  /** The tables as they stand, their rules with what is in the sets (ipset) that they ask, where that is known. */
  ruleset(contentOf: (set: string) => SetContent | undefined = () => undefined): Ruleset {
    const changed = this.setsChanged();
    const content = (set: string) => (changed.has(set) ? undefined : contentOf(set));
    const of = (family: Family) =>
      new Map(
        (Object.keys(builtInChains) as TableName[]).map(name => [
          name,
          { chains: this.frozen(family, name, content) } satisfies Table,
        ]),
      );
    return { tables: { 4: of(4), 6: of(6) }, refused: [...this.refusedCommands], unknown: [...this.unknowns] };
  }

  /** Whether a rule asks or changes a set: such a one cannot be destroyed. */
  usesSet(name: string): boolean {
    for (const { rule } of this.askingSets()) {
      if (rule.conditions.some(condition => condition.kind === 'set' && condition.name === name)) return true;
      if (rule.saved.includes('-j SET ') && setsOfTarget(rule.saved).includes(name)) return true;
    }
    return false;
  }

  /** The sets that packets themselves change (the target SET). */
  private setsChanged(): ReadonlySet<string> {
    const found = new Set<string>();
    for (const { rule } of this.askingSets()) {
      if (rule.saved.includes('-j SET ')) for (const set of setsOfTarget(rule.saved)) found.add(set);
    }
    return found;
  }

  private *askingSets(): Iterable<Entry> {
    for (const family of [4, 6] as const) {
      for (const chains of this.tables[family].values()) {
        for (const { rules } of chains.values()) for (const entry of rules) if (asksSets(entry)) yield entry;
      }
    }
  }

  private frozen(
    family: Family,
    table: TableName,
    contentOf: (set: string) => SetContent | undefined,
  ): ReadonlyMap<string, Chain> {
    const out = new Map<string, Chain>();
    for (const chain of this.peek(family, table).values()) {
      out.set(chain.name, {
        name: chain.name,
        ...(chain.builtIn ? { policy: chain.policy } : {}),
        ...(chain.policyOrigin ? { policyOrigin: chain.policyOrigin } : {}),
        rules: chain.rules.some(asksSets) ? chain.rules.map(entry => withContents(entry, contentOf)) : chain.rules,
        hangsOn: chain.hangsOn,
      });
    }
    return out;
  }

  private chains(family: Family, table: TableName): Chains {
    const chains = this.peek(family, table);
    chains.settle();
    return chains;
  }

  /** Appends a rule that needs nothing; false, and nothing done, where its chain is not there. */
  append(family: Family, { table, chain, rule }: Appending, origin: Origin): boolean {
    const found = this.peek(family, table).get(chain);
    if (!found) return false;
    found.made = true;
    found.rules.push({ rule, origin, needs: needsNothing, hangsOn: origin.hangsOn });
    return true;
  }

  /** Carries out a command without noting a refusal. */
  attempt(command: Command, origin: Origin): Outcome {
    const chains = this.chains(command.family, command.table);
    switch (command.do) {
      case 'append':
      case 'insert':
      case 'replace':
        return this.addRules(command, chains, origin);
      case 'delete':
      case 'check':
        return this.findRules(command, chains, origin);
      case 'delete-number':
        return deleteNumber(command, chains, origin);
      case 'new-chain':
        if (chains.has(command.chain)) return plain('Chain already exists.', command);
        chains.set(command.chain, emptyChain(command.chain, false));
        return done;
      case 'flush':
        return flush(command, chains, origin);
      case 'delete-chain':
        return this.deleteChain(command, chains, origin);
      case 'policy':
        return setPolicy(command, chains, origin);
      case 'rename':
        return this.rename(command, chains, origin);
      case 'zero':
        return zero(command, chains);
      case 'list':
        return list(command, chains);
      case 'nothing':
        return done;
    }
  }

  private addRules(
    command: Extract<Command, { do: 'append' | 'insert' | 'replace' }>,
    chains: Chains,
    origin: Origin,
  ): Outcome {
    const { needs, backend } = command;
    if (backend === 'nft' && needs.handOver !== undefined) return named(needs.handOver, 2, command);
    const target = chains.target(needs);
    const noTarget = jumpRefused(command, target);
    if (noTarget) return noTarget;
    const chain = chains.get(command.chain);
    if (!chain) return plain('No chain/target/match by that name.', command);
    if (command.do === 'insert' && command.number > chain.rules.length + 1)
      return plain('Index of insertion too big.', command);
    if (command.do === 'replace' && command.number > chain.rules.length) {
      return plain(
        chain.made || backend === 'legacy' ? 'Index of replacement too big.' : 'No chain/target/match by that name.',
        command,
      );
    }
    const legacy = backend === 'legacy';
    const wrong =
      legacy && target?.builtIn === true
        ? 'Operation not supported'
        : kernelRefuses(chain, needs, target, command.table, chains, legacy);
    if (wrong !== undefined) {
      const word = { append: 'APPEND', insert: 'INSERT', replace: 'REPLACE' }[command.do];
      return kernel(wrong, `RULE_${word} failed`, `rule in chain ${chain.name}`, command);
    }
    chain.made = true;
    const { hangsOn } = origin;
    if (command.do === 'append') {
      for (const rule of command.rules) chains.append(chain, { rule, origin, needs, hangsOn }, target);
      return done;
    }
    const entries = command.rules.map(rule => ({ rule, origin, needs, hangsOn }));
    // Each one goes to the same place, so that the last of a list stands first.
    if (command.do === 'insert') chains.splice(chain, command.number - 1, 0, ...entries.reverse());
    else if (hangsOn.length === 0) chains.splice(chain, command.number - 1, 1, ...entries);
    else {
      const old = chain.rules[command.number - 1];
      if (old) chains.splice(chain, command.number - 1, 1, ...entries, doubted(old, origin));
    }
    return done;
  }

  private findRules(command: Extract<Command, { do: 'delete' | 'check' }>, chains: Chains, origin: Origin): Outcome {
    const { needs } = command;
    if (command.backend === 'nft' && needs.handOver !== undefined) return named(needs.handOver, 2, command);
    const noTarget = jumpRefused(command, chains.target(needs));
    if (noTarget) return noTarget;
    const chain = chains.get(command.chain);
    const noRule = plain('Bad rule (does a matching rule exist in that chain?).', command);
    if (!chain) return noRule;
    // All of a list or none.
    const left = chain.rules.map((entry, at) => ({ entry, at }));
    const found: number[] = [];
    for (const rule of command.rules) {
      const i = left.findIndex(({ entry }) => entry.rule.saved === rule.saved);
      const hit = left[i];
      if (!hit) return noRule;
      if (command.do === 'delete') left.splice(i, 1);
      found.push(hit.at);
    }
    if (command.do === 'check') return done;
    for (const at of found.sort((a, b) => b - a)) {
      const entry = chain.rules[at];
      if (entry) chains.splice(chain, at, 1, ...(origin.hangsOn.length > 0 ? [doubted(entry, origin)] : []));
    }
    return done;
  }

  private deleteChain(command: Extract<Command, { do: 'delete-chain' }>, chains: Chains, origin: Origin): Outcome {
    const busy = (chain: MutableChain): Outcome | undefined => {
      const referenced = (chain.callers?.size ?? 0) > 0;
      if (!referenced && chain.rules.length === 0) return undefined;
      if (command.backend === 'nft')
        return kernel('Device or resource busy', 'CHAIN_DEL failed', `chain ${chain.name}`, command);
      return plain(referenced ? 'Too many links.' : 'Directory not empty.', command);
    };
    if (command.chain === undefined) {
      const own = [...chains.values()].filter(chain => !chain.builtIn);
      // nft takes them in the order in which they were made, legacy by their names.
      if (command.backend === 'legacy') own.sort((a, b) => (a.name < b.name ? -1 : 1));
      for (const chain of own) {
        const refused = busy(chain);
        if (refused) return refused;
      }
      if (origin.hangsOn.length > 0) return done;
      for (const chain of own) chains.delete(chain.name);
      // nft takes built-in chains away too where nothing is in them; they come back when they are needed.
      for (const chain of chains.values())
        if (chain.rules.length === 0 && chain.policy === 'ACCEPT') chain.made = false;
      return done;
    }
    const chain = chains.get(command.chain);
    if (!chain) return plain('No chain/target/match by that name.', command);
    if (chain.builtIn) {
      if (command.backend === 'legacy') return plain("Invalid argument. Run `dmesg' for more information.", command);
      if (!chain.made) return plain('No chain/target/match by that name.', command);
      if (chain.policy === 'DROP') return plain('Directory not empty.', command);
      const used = busy(chain);
      if (!used && origin.hangsOn.length === 0) chain.made = false;
      return used ?? done;
    }
    const refused = busy(chain);
    if (refused) return refused;
    if (origin.hangsOn.length === 0) chains.delete(chain.name);
    return done;
  }

  private rename(command: Extract<Command, { do: 'rename' }>, chains: Chains, origin: Origin): Outcome {
    if (chains.has(command.to)) return plain('File exists.', command);
    const chain = chains.get(command.chain);
    if (!chain || (chain.builtIn && (command.backend === 'legacy' || !chain.made))) {
      return plain('No chain/target/match by that name.', command);
    }
    // A built-in chain goes on under its other name, out of iptables' sight.
    if (chain.builtIn) return done;
    if (origin.hangsOn.length > 0) {
      this.unknown(origin.hangsOn);
      return done;
    }
    const old = chain.name;
    chain.name = command.to;
    // It keeps its place among the chains.
    const all = [...chains.values()];
    chains.clear();
    for (const each of all) chains.set(each.name, each);
    for (const caller of chain.callers?.keys() ?? []) {
      caller.rules = caller.rules.map(entry => (entry.needs.jump === old ? retargeted(entry, old, command.to) : entry));
    }
    return done;
  }
}

/** A rule that a command of which nobody knows whether it runs would take away. */
function doubted(entry: Entry, origin: Origin): Entry {
  return { ...entry, hangsOn: [...entry.hangsOn, ...origin.hangsOn] };
}

function retargeted(entry: Entry, from: string, to: string): Entry {
  const { rule } = entry;
  const action =
    rule.action.kind === 'jump' || rule.action.kind === 'goto' ? { ...rule.action, chain: to } : rule.action;
  return {
    ...entry,
    needs: { ...entry.needs, jump: to },
    rule: { ...rule, action, saved: rule.saved.slice(0, rule.saved.length - from.length) + to },
  };
}

function jumpRefused(
  command: Extract<Command, { needs: RuleNeeds }>,
  target: MutableChain | undefined,
): Refusal | undefined {
  const { jump } = command.needs;
  if (jump === undefined || target) return undefined;
  if (command.backend === 'nft') return named(`Chain '${jump}' does not exist`, 2, command);
  const first = command.rules[0];
  return named(
    first?.action.kind === 'goto'
      ? `goto '${jump}' is not a chain\n`
      : `Couldn't load target \`${jump}':No such file or directory\n`,
    2,
    command,
  );
}

function setPolicy(command: Extract<Command, { do: 'policy' }>, chains: Chains, origin: Origin): Outcome {
  const { policy } = command;
  const chain = chains.get(command.chain);
  const badPolicy = plain("Bad policy name. Run `dmesg' for more information.", command);
  const badChain = plain('Bad built-in chain name.', command);
  const known = policy === 'ACCEPT' || policy === 'DROP';
  if (chain?.builtIn && policy === '-') {
    // A dump's way to leave it: on the command line it would be taken for an option.
    chain.made = true;
    return done;
  }
  if (command.backend === 'nft' && !known) return badPolicy;
  if (!chain?.builtIn) return badChain;
  if (!known) return badPolicy;
  chain.made = true;
  if (origin.hangsOn.length > 0 && chain.policy !== policy) {
    chain.policy = 'unknown';
    chain.hangsOn = [...chain.hangsOn, ...origin.hangsOn];
  } else if (origin.hangsOn.length === 0) {
    chain.policy = policy;
    chain.hangsOn = [];
  }
  chain.policyOrigin = origin;
  return done;
}

/** The sets that a rule's target SET names. */
function setsOfTarget(saved: string): string[] {
  return [...saved.matchAll(/ --(?:add|del|map)-set (\S+)/g)].map(([, name = '']) => name);
}

function asksSets({ needs }: Entry): boolean {
  return needs.sets === true;
}

function withContents(entry: Entry, contentOf: (set: string) => SetContent | undefined): Entry {
  if (!entry.rule.conditions.some(condition => condition.kind === 'set')) return entry;
  const conditions = entry.rule.conditions.map(condition => {
    const content = condition.kind === 'set' ? contentOf(condition.name) : undefined;
    return condition.kind === 'set' && content ? { ...condition, content } : condition;
  });
  return { ...entry, rule: { ...entry.rule, conditions } };
}

function deleteNumber(command: Extract<Command, { do: 'delete-number' }>, chains: Chains, origin: Origin): Outcome {
  const chain = chains.get(command.chain);
  if (!chain || (command.backend === 'nft' && !chain.made))
    return plain('No chain/target/match by that name.', command);
  const found = chain.rules[command.number - 1];
  if (!found) return plain('Index of deletion too big.', command);
  chains.splice(chain, command.number - 1, 1, ...(origin.hangsOn.length > 0 ? [doubted(found, origin)] : []));
  return done;
}

function flush(command: Extract<Command, { do: 'flush' }>, chains: Chains, origin: Origin): Outcome {
  const found = command.chain === undefined ? [...chains.values()] : [chains.get(command.chain)];
  for (const chain of found) {
    if (!chain) return plain('No chain/target/match by that name.', command);
    if (command.chain !== undefined) chain.made = true;
    const left = origin.hangsOn.length > 0 ? chain.rules.map(entry => doubted(entry, origin)) : [];
    chains.splice(chain, 0, chain.rules.length, ...left);
  }
  return done;
}

function zero(command: Extract<Command, { do: 'zero' }>, chains: Chains): Outcome {
  if (command.chain === undefined) return done;
  const chain = chains.get(command.chain);
  if (command.number !== undefined) {
    return chain?.made ? done : plain('Bad rule (does a matching rule exist in that chain?).', command);
  }
  return chain && (chain.made || command.backend === 'legacy')
    ? done
    : plain('No chain/target/match by that name.', command);
}

function list(command: Extract<Command, { do: 'list' }>, chains: Chains): Outcome {
  if (command.chain === undefined || chains.has(command.chain)) return done;
  if (command.backend === 'legacy') return plain('No chain/target/match by that name.', command);
  return named(`chain \`${command.chain}' in table \`${command.table}' is incompatible, use 'nft' tool.\n`, 1, command);
}

/** What the program says of an errno. */
function plain(text: string, command: Command): Refusal {
  return refused(1, `${command.family === 4 ? 'iptables' : 'ip6tables'}: ${text}`, command);
}

function named(text: string, status: number, command: Command): Refusal {
  return refused(status, `${programLabel(command)}: ${text}`, command);
}

function kernel(errno: string, what: string, where: string, command: Command): Refusal {
  if (command.backend === 'nft') return refused(4, `${programLabel(command)}:  ${what} (${errno}): ${where}`, command);
  const legacy: Readonly<Record<string, string>> = {
    'Invalid argument': "Invalid argument. Run `dmesg' for more information.",
    'No such file or directory': what.startsWith('RULE') ? 'No chain/target/match by that name.' : errno,
    'Operation not supported': "Invalid argument. Run `dmesg' for more information.",
    'Too many links': 'Too many levels of symbolic links.',
  };
  return plain(legacy[errno] ?? `${errno}.`, command);
}

function refused(status: number, text: string, command: Command): Refusal {
  return refusal(status, [...command.warnings, text].join('\n'));
}
