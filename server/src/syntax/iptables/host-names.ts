/** What the names on a command line stand for on the host that runs it: services, users, addresses, ipsets. */
import { services } from '../../facts/services';
import type { Address, Family } from './rule';

/** A name's meaning: a value, `undefined` for "no such name", `unknown` where only the host knows. */
export type Named<T> = T | undefined | 'unknown';

/** The host's name tables. iptables asks them when the command is run, and never again. */
export interface HostNames {
  /** /etc/services. */
  service(name: string): Named<number>;
  /** /etc/passwd. */
  user(name: string): Named<number>;
  /** /etc/group. */
  group(name: string): Named<number>;
  /** The resolver: all addresses of a family. */
  host(name: string, family: Family): Named<readonly Address[]>;
  /** Whether an ipset is there. */
  set(name: string): Named<true>;
}

/** A host of which nothing is known beyond what every host has: root, localhost, the usual services. */
export const anyHost: HostNames = {
  service: name => services.get(name),
  user: name => (name === 'root' ? 0 : 'unknown'),
  group: name => (name === 'root' ? 0 : 'unknown'),
  host: (name, family) => (name === 'localhost' ? (family === 4 ? [[0x7f000001]] : [[0, 0, 0, 1]]) : 'unknown'),
  set: () => 'unknown',
};
