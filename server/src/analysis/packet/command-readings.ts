/** Reads iptables commands on one host, and remembers what each text reads as: an edit has one command read anew. */
import type { Backend, Read } from '../../syntax/iptables/command';
import type { HostNames } from '../../syntax/iptables/host-names';
import type { Reader } from '../../syntax/iptables/read-command';
import { readCommand } from '../../syntax/iptables/read-command';
import type { Family } from '../../syntax/iptables/rule';
import type { Word } from '../../syntax/iptables/word';
import { ownText, Recent } from '../../text/recent';
import type { SharedCall } from '../firewall/calls';

/** What lines of a dump read as, by their text; spans count from the line's beginning. */
export type Readings = Recent<string, Read>;

const mostReadings = 20_000;

/** By the host, for what a command reads as hangs on its names; and by what else it hangs on beside its text. */
const remembered = new WeakMap<HostNames, Map<string, Readings>>();

/** What a call in a script reads as on a host. */
class CallReading {
  constructor(
    readonly host: HostNames,
    readonly family: Family,
    readonly backend: Backend,
    readonly read: Read,
  ) {}
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

  /** Reads a call, or knows it from before; spans count from its line's beginning. */
  call(shared: SharedCall, family: Family, backend: Backend): Read {
    const { note } = shared;
    const same = note instanceof CallReading && note.host === this.host && note.family === family;
    if (same && note.backend === backend) return note.read;
    return this.read(shared.argv, { family, backend }, read => {
      shared.note = new CallReading(this.host, family, backend, read);
    });
  }

  /** Reads a command; `keep` is told what it reads as unless that hangs on a set, which comes and goes. */
  read(words: readonly Word[], how: Omit<Reader, 'names'>, keep?: (read: Read) => void): Read {
    this.asked = false;
    const read = readCommand(words, { ...how, names: this.names });
    if (!this.asked) keep?.(read);
    return read;
  }
}
