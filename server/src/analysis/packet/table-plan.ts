/** Where the lines of a dump's table put their rules when they were last carried out: after an edit of a rule they go there again. */
import type { Command } from '../../syntax/iptables/command';
import { Chains } from './chains';
import type { Entry, MutableChain } from './chains';
import type { Origin } from './ruleset';

/** A line that was read as a command; of a line that nobody edited it is the same object. */
export interface PlannedLine {
  readonly command: Command;
}

type Lines = readonly (PlannedLine | undefined)[];

export class TablePlan {
  private constructor(
    private readonly lines: Lines,
    /** By line, the number of the chain that it gives rules or a policy; -1 for none. */
    private readonly slots: Int32Array,
    /** The chains as they came to be, without their rules. */
    private readonly chains: readonly MutableChain[],
  ) {}

  /** The plan of lines that made these chains out of nothing; undefined where they did more than fill chains. */
  static of(lines: Lines, made: Chains): TablePlan | undefined {
    const numbers = new Map([...made.keys()].map((name, i) => [name, i]));
    const slots = new Int32Array(lines.length).fill(-1);
    const opened = new Set<string>();
    for (const [i, line] of lines.entries()) {
      const command = line?.command;
      // The policy `-` leaves a chain as it is.
      if (!command || (command.do === 'policy' && command.policy === '-')) continue;
      if (command.do === 'new-chain') {
        // A second line of a chain empties it.
        if (opened.has(command.chain)) return undefined;
        opened.add(command.chain);
        continue;
      }
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
    return new TablePlan(lines, slots, shapes);
  }

  /** Whether lines do the same but for what some rules ask of packets: then nothing of them can be refused that was not before. */
  fits(lines: Lines): boolean {
    if (lines.length !== this.lines.length) return false;
    for (let i = 0; i < lines.length; i++) {
      if (lines[i] !== this.lines[i] && !alike(lines[i]?.command, this.lines[i]?.command)) return false;
    }
    return true;
  }

  /** The chains that such lines make. */
  carriedOut(lines: Lines, originAt: (line: number) => Origin): Chains {
    const { slots } = this;
    const sizes = new Int32Array(this.chains.length);
    for (let i = 0; i < lines.length; i++) {
      const command = lines[i]?.command;
      if (command?.do === 'append') sizes[slots[i] ?? 0] = (sizes[slots[i] ?? 0] ?? 0) + command.rules.length;
    }
    const chains = this.chains.map((chain, i) => ({ ...chain, rules: new Array<Entry>(sizes[i] ?? 0) }));
    const filled = new Int32Array(chains.length);
    for (let i = 0; i < lines.length; i++) {
      const slot = slots[i] ?? -1;
      const command = lines[i]?.command;
      const chain = chains[slot];
      if (!command || !chain) continue;
      const origin = originAt(i);
      if (command.do === 'policy') chain.policyOrigin = origin;
      else if (command.do === 'append') {
        const { needs } = command;
        let at = filled[slot] ?? 0;
        for (const rule of command.rules) chain.rules[at++] = { rule, origin, needs, hangsOn: origin.hangsOn };
        filled[slot] = at;
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
