/** Where the lines of a dump's table put their rules when they were last carried out: after an edit of a rule they go there again. */
import type { Command } from '../../syntax/iptables/command';
import { Chains } from './chains';
import type { MutableChain } from './chains';
import type { Origin } from './ruleset';

/** A line's command, and the place that it stands at. */
export interface PlannedLine {
  readonly command: Command;
  readonly origin: Origin;
}

export class TablePlan {
  private constructor(
    private readonly commands: readonly (Command | undefined)[],
    /** By line, the number of the chain that it gives rules or a policy; -1 for none. */
    private readonly slots: Int32Array,
    /** The chains as they came to be, without their rules. */
    private readonly chains: readonly MutableChain[],
  ) {}

  /** The plan of lines that made these chains out of nothing; undefined where they did more than fill chains. */
  static of(commands: readonly (Command | undefined)[], made: Chains): TablePlan | undefined {
    const numbers = new Map([...made.keys()].map((name, i) => [name, i]));
    const slots = new Int32Array(commands.length).fill(-1);
    for (const [i, command] of commands.entries()) {
      if (!command || command.do === 'new-chain') continue;
      if (command.do !== 'append' && command.do !== 'policy') return undefined;
      const number = numbers.get(command.chain);
      if (number === undefined) return undefined;
      slots[i] = number;
    }
    const shapes = [...made.values()].map(chain => ({
      ...chain,
      rules: [],
      callers: undefined,
      policyOrigin: undefined,
    }));
    return new TablePlan(commands, slots, shapes);
  }

  /** Whether lines do the same but for what some rules ask of packets: then nothing of them can be refused that was not before. */
  fits(commands: readonly (Command | undefined)[]): boolean {
    if (commands.length !== this.commands.length) return false;
    for (let i = 0; i < commands.length; i++) {
      if (commands[i] !== this.commands[i] && !alike(commands[i], this.commands[i])) return false;
    }
    return true;
  }

  /** The chains that such lines make. */
  carriedOut(commands: readonly (Command | undefined)[], originAt: (line: number) => Origin): Chains {
    const chains = this.chains.map(chain => ({ ...chain, rules: [] as MutableChain['rules'] }));
    for (let i = 0; i < commands.length; i++) {
      const command = commands[i];
      const chain = chains[this.slots[i] ?? -1];
      if (!command || !chain) continue;
      const origin = originAt(i);
      if (command.do === 'policy') chain.policyOrigin = origin;
      else if (command.do === 'append') {
        const { needs } = command;
        for (const rule of command.rules) chain.rules.push({ rule, origin, needs, hangsOn: origin.hangsOn });
      }
    }
    return Chains.uncounted(chains);
  }
}

/** Whether two rules are appended to one chain, go to the same one, and ask nothing of the place they stand in. */
function alike(a: Command | undefined, b: Command | undefined): boolean {
  return (
    a?.do === 'append' &&
    b?.do === 'append' &&
    a.chain === b.chain &&
    a.backend === b.backend &&
    a.needs.jump === b.needs.jump &&
    a.needs.places.length === 0 &&
    b.needs.places.length === 0
  );
}
