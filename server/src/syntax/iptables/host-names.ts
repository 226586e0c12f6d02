/** What the names on a command line stand for on the host that runs it: services, users, addresses, ipsets. */
import type { Service } from '../../facts/services';
import { serviceEntries } from '../../facts/services';
import type { Address, Family } from './rule';

/** A name's meaning: a value, `undefined` for "no such name", `unknown` where only the host knows. */
export type Named<T> = T | undefined | 'unknown';

/** For which protocol a port's name is looked up; `other` has no names. */
export type PortProtocol = 'tcp' | 'udp' | 'other' | 'any';

/** The host's name tables. iptables asks them when the command is run, and never again. */
export interface HostNames {
  /** /etc/services, for one protocol or for whichever has the name. */
  service(name: string, protocol: PortProtocol): Named<number>;
  /** /etc/passwd. */
  user(name: string): Named<number>;
  /** /etc/group. */
  group(name: string): Named<number>;
  /** The resolver: all addresses of a family. */
  host(name: string, family: Family): Named<readonly Address[]>;
  /** Whether an ipset is there; its family where it is known to hold addresses of one. */
  set(name: string): Named<true | Family>;
}

/** The port of a service for a protocol. */
export function serviceOf(entries: readonly Service[], protocol: PortProtocol): number | undefined {
  return entries.find(entry => protocol === 'any' || entry.protocols === 'both' || entry.protocols === protocol)?.port;
}

/** A host of which nothing is known beyond what every host has: root, localhost, the usual services. */
export const anyHost: HostNames = {
  service: (name, protocol) => serviceOf(serviceEntries.get(name) ?? [], protocol),
  user: name => (name === 'root' ? 0 : 'unknown'),
  group: name => (name === 'root' ? 0 : 'unknown'),
  host: (name, family) => (name === 'localhost' ? (family === 4 ? [[0x7f000001]] : [[0, 0, 0, 1]]) : 'unknown'),
  set: () => 'unknown',
};
