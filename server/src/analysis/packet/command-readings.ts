/** Reads iptables commands on one host, and remembers what each text reads as: an edit has one command read anew. */
import type { Backend, Read, TableName } from '../../syntax/iptables/command';
import type { HostNames } from '../../syntax/iptables/host-names';
import type { Reader } from '../../syntax/iptables/read-command';
import { readCommand } from '../../syntax/iptables/read-command';
import { needsNothing } from '../../syntax/iptables/make-rules';
import type { Family, Rule } from '../../syntax/iptables/rule';
import type { Word } from '../../syntax/iptables/word';
import { ownText, Recent } from '../../text/recent';
import type { SharedCall } from '../firewall/calls';

/** What lines of a dump read as, by their text; spans count from the line's beginning. */
export type Readings = Recent<string, Read>;

const mostReadings = 20_000;

/** By the host, for what a command reads as hangs on its names; and by what else it hangs on beside its text. */
const remembered = new WeakMap<HostNames, Map<string, Readings>>();

/** A call that does nothing but append one rule, which needs nothing but its chain. */
export interface Appending {
  readonly table: TableName;
  readonly chain: string;
  readonly rule: Rule;
}

/** What a call in a script reads as on a host. Most append one rule: that lies at hand, as there are ten thousands of them. */
class CallReading {
  readonly table: TableName | undefined;
  readonly chain: string | undefined;
  readonly rule: Rule | undefined;

  constructor(
    readonly host: HostNames,
    readonly family: Family,
    readonly backend: Backend,
    readonly read: Read,
  ) {
    const command = read.kind === 'command' ? read.command : undefined;
    if (command?.do !== 'append' || command.needs !== needsNothing || command.rules.length !== 1) return;
    this.table = command.table;
    this.chain = command.chain;
    this.rule = command.rules[0];
  }

  appends(): this is Appending {
    return this.rule !== undefined;
  }
}

export class CommandReadings {
  /** The host's names, and the sets that are there by now. */
  readonly names: HostNames;
  private asked = false;

  constructor(
    private readonly host: HostNames,
    set: HostNames['set'],
  ) {
    this.names = {
      ...host,
      set: name => {
        this.asked = true;
        return set(name);
      },
    };
  }

  /** What lines of a dump read as. `kind` tells what it hangs on beside text and host. */
  ofLines(kind: string): Readings {
    let kinds = remembered.get(this.host);
    if (!kinds) remembered.set(this.host, (kinds = new Map<string, Readings>()));
    let found = kinds.get(kind);
    if (!found) kinds.set(kind, (found = new Recent<string, Read>(mostReadings, ownText)));
    return found;
  }

  /** What a call appends, where it is known from before that it does nothing else. */
  appending(shared: SharedCall, family: Family, backend: Backend): Appending | undefined {
    const known = this.known(shared, family, backend);
    return known?.appends() === true ? known : undefined;
  }

  /** Reads a call, or knows it from before; spans count from its line's beginning. */
  call(shared: SharedCall, family: Family, backend: Backend): Read {
    const known = this.known(shared, family, backend);
    if (known) return known.read;
    return this.read(shared.argv, { family, backend }, read => {
      shared.note = new CallReading(this.host, family, backend, read);
    });
  }

  private known({ note }: SharedCall, family: Family, backend: Backend): CallReading | undefined {
    const same = note instanceof CallReading && note.host === this.host && note.family === family;
    return same && note.backend === backend ? note : undefined;
  }

  /** Reads a command; `keep` is told what it reads as unless that hangs on a set, which comes and goes. */
  read(words: readonly Word[], how: Omit<Reader, 'names'>, keep?: (read: Read) => void): Read {
    this.asked = false;
    const read = readCommand(words, { ...how, names: this.names });
    if (!this.asked) keep?.(read);
    return read;
  }
}
