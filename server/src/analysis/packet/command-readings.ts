/** Reads iptables commands on one host, and remembers what each text reads as: an edit has one command read anew. */
import type { Read } from '../../syntax/iptables/command';
import type { HostNames } from '../../syntax/iptables/host-names';
import type { Reader } from '../../syntax/iptables/read-command';
import { readCommand } from '../../syntax/iptables/read-command';
import type { Word } from '../../syntax/iptables/word';
import { ownText, Recent } from '../../text/recent';
import type { SharedCall } from '../firewall/calls';

/** Readings of one kind of command by its text, or by what else stands for it; their spans count from its beginning. */
export type Readings<K> = Recent<K, Read>;

const mostReadings = 60_000;

/** What is remembered of a host: what a command reads as hangs on its names. */
interface Remembered {
  readonly lines: Map<string, Readings<string>>;
  readonly calls: Map<string, Readings<SharedCall>>;
}

const remembered = new WeakMap<HostNames, Remembered>();

export class CommandReadings {
  /** The host's names, and the sets that are there by now. */
  readonly names: HostNames;
  private readonly known: Remembered;
  private asked = false;

  constructor(host: HostNames, set: HostNames['set']) {
    this.names = {
      ...host,
      set: name => {
        this.asked = true;
        return set(name);
      },
    };
    const known = remembered.get(host);
    this.known = known ?? {
      lines: new Map<string, Readings<string>>(),
      calls: new Map<string, Readings<SharedCall>>(),
    };
    if (!known) remembered.set(host, this.known);
  }

  /** What lines of a dump read as. `kind` tells what it hangs on beside text and host. */
  ofLines(kind: string): Readings<string> {
    return readingsOf(this.known.lines, kind, () => new Recent(mostReadings, ownText));
  }

  /** What calls in scripts read as. */
  ofCalls(kind: string): Readings<SharedCall> {
    return readingsOf(this.known.calls, kind, () => new Recent(mostReadings));
  }

  /** Reads a command; `keep` is told what it reads as unless that hangs on a set, which comes and goes. */
  read(words: readonly Word[], how: Omit<Reader, 'names'>, keep?: (read: Read) => void): Read {
    this.asked = false;
    const read = readCommand(words, { ...how, names: this.names });
    if (!this.asked) keep?.(read);
    return read;
  }
}

function readingsOf<K>(all: Map<string, Readings<K>>, kind: string, make: () => Readings<K>): Readings<K> {
  let found = all.get(kind);
  if (!found) all.set(kind, (found = make()));
  return found;
}
