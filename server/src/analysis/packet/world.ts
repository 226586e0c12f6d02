/** The host and its networks as addresses: what is local, which way a packet leaves, what a path means. */
import type { HostNames, PortProtocol } from '../../syntax/iptables/host-names';
import {
  compareAddresses,
  familyOf,
  masked,
  prefixMask,
  printAddress,
  readAddress,
  readMask,
} from '../../syntax/iptables/address';
import type { Address, AddressBlock, Family } from '../../syntax/iptables/rule';
import type { Packet, Path, World } from './packet';

/** Where a packet comes from or ends. */
export type Side = 'host' | 'lan' | 'outside';

/** A {@link World} with its defaults filled in. */
export interface Setting {
  readonly own: Readonly<Record<Family, readonly Address[]>>;
  readonly lan: Readonly<Record<Family, AddressBlock>>;
  readonly lanHost: Readonly<Record<Family, Address>>;
  readonly outFace: string;
  readonly inFace: string;
}

/** Addresses that nobody names: documentation networks (RFC 5737, RFC 3849), as in the cases measured. */
const defaults = {
  host: { 4: '192.0.2.10', 6: '2001:db8::10' },
  lan: { 4: '192.168.1.0/24', 6: '2001:db8:1::/64' },
  far: { 4: '198.51.100.25', 6: '2001:db8:ff::25' },
  stranger: { 4: '203.0.113.9', 6: '2001:db8:ff::9' },
} as const;

/** Hardware addresses of those who send to the host. */
export const hardware = { outside: '02:00:00:00:00:01', lan: '02:00:00:00:00:02' } as const;

/** Fills in what a world leaves out; what cannot be read as an address is left out too. */
export function settingOf(world: World): Setting {
  const { addresses = {}, ifaces = {} } = world;
  const own = (addresses.host ?? []).map(text => text.replace(/\/.*/, ''));
  const ownOf = (family: Family): Address[] => {
    const read = own.filter(text => familyOf(text) === family).map(text => readAddress(text, family));
    const known = read.filter(address => address !== undefined);
    return known.length > 0 ? known : [mustRead(defaults.host[family], family)];
  };
  const lan = { 4: network(addresses.lan ?? defaults.lan[4], 4), 6: network(addresses.lan6 ?? defaults.lan[6], 6) };
  const named = addresses.lan_host === undefined ? undefined : readAddress(addresses.lan_host, 4);
  return {
    own: { 4: ownOf(4), 6: ownOf(6) },
    lan,
    lanHost: { 4: named ?? plus(lan[4].value, 1), 6: plus(lan[6].value, 1) },
    outFace: ifaces.out ?? 'eth0',
    inFace: ifaces.in ?? 'eth1',
  };
}

function mustRead(text: string, family: Family): Address {
  return readAddress(text, family) ?? (family === 4 ? [0] : [0, 0, 0, 0]);
}

function network(text: string, family: Family): AddressBlock {
  const [host = '', bits] = text.split('/');
  const mask = readMask(bits ?? (family === 4 ? '24' : '64'), family) ?? prefixMask(family === 4 ? 24 : 64, family);
  return masked(readAddress(host, family) ?? mustRead(defaults.lan[family].replace(/\/.*/, ''), family), mask);
}

function plus(address: Address, by: number): Address {
  const last = address.length - 1;
  return address.map((word, i) => (i === last ? word + by : word));
}

/** Whether an address lies in a block. */
export function inBlock(address: Address, block: AddressBlock): boolean {
  return (
    address.length === block.value.length &&
    address.every((word, i) => (word & (block.mask[i] ?? 0)) >>> 0 === block.value[i])
  );
}

/** Whether a packet that comes by a cable cannot have this source (ip_route_input_slow; of IPv6 only the loopback is refused). */
export function isMartian(source: Address, setting: Setting): boolean {
  if (isLoopback(source)) return true;
  const [word = 0] = source;
  return source.length === 1 && (word === 0 || word >>> 28 === 14 || word === 0xffffffff || isLocal(source, setting));
}

/** Whether the host takes packets to an address as its own. */
export function isLocal(address: Address, setting: Setting): boolean {
  const family: Family = address.length === 1 ? 4 : 6;
  if (isLoopback(address)) return true;
  return [...setting.own[family], setting.lanHost[family]].some(own => compareAddresses(own, address) === 0);
}

/** 127.0.0.0/8 and ::1. */
export function isLoopback(address: Address): boolean {
  return address.length === 1 ? (address[0] ?? 0) >>> 24 === 127 : compareAddresses(address, [0, 0, 0, 1]) === 0;
}

/** The kind of an address as the kernel's routing sees it (addrtype). */
export function addressType(address: Address, setting: Setting): string {
  const first = address[0] ?? 0;
  if (address.length === 1) {
    if (first === 0 || first === 0xffffffff) return 'BROADCAST';
    if (first >>> 28 === 14) return 'MULTICAST';
    const { value, mask } = setting.lan[4];
    const last = ((value[0] ?? 0) | ~(mask[0] ?? 0)) >>> 0;
    if ((mask[0] ?? 0) < 0xfffffffe && first === last) return 'BROADCAST';
  } else if (first >>> 24 === 0xff) return 'MULTICAST';
  return isLocal(address, setting) ? 'LOCAL' : 'UNICAST';
}

/** The interface by which a packet to an address leaves. */
export function routeTo(address: Address, setting: Setting): string {
  if (isLocal(address, setting)) return 'lo';
  return inBlock(address, setting.lan[address.length === 1 ? 4 : 6]) ? setting.inFace : setting.outFace;
}

/** The address that the host puts on what it sends by an interface itself, or as what it masquerades. */
export function addressOf(face: string, family: Family, setting: Setting): Address {
  if (face === setting.inFace) return setting.lanHost[family];
  return setting.own[family][0] ?? mustRead(defaults.host[family], family);
}

/** A packet's addresses with the defaults of its path. */
export interface Endpoints {
  readonly family: Family;
  readonly from: Side;
  /** Undefined on path out where the host chooses. */
  readonly src: Address | undefined;
  readonly dst: Address;
}

/** Who sends on each path. */
const senders: Readonly<Record<Path, Side>> = {
  in: 'outside',
  out: 'host',
  'forward-out': 'lan',
  'forward-in': 'outside',
  'lan-in': 'lan',
};

/** Fills in a packet's addresses; undefined where one that is given is none. */
export function endpoints(packet: Packet, setting: Setting): Endpoints | undefined {
  const family =
    packet.proto === 'icmpv6' && packet.src === undefined && packet.dst === undefined
      ? 6
      : familyOf(packet.src ?? packet.dst ?? '');
  const { path } = packet;
  const lan = setting.lan[family];
  const inside = plus(lan.value, family === 4 ? Math.min(50, 2 ** (32 - bitsOf(lan)) - 2) : 50);
  const srcDefault = {
    in: defaults.stranger[family],
    out: undefined,
    'forward-out': inside,
    'forward-in': defaults.stranger[family],
    'lan-in': inside,
  }[path];
  const dstDefault = {
    in: setting.own[family][0],
    out: defaults.far[family],
    'forward-out': defaults.far[family],
    'forward-in': inside,
    'lan-in': setting.lanHost[family],
  }[path];
  const read = (text: string | undefined, other: string | Address | undefined) =>
    text !== undefined ? readAddress(text, family) : typeof other === 'string' ? readAddress(other, family) : other;
  const src = read(packet.src, srcDefault);
  const dst = read(packet.dst, dstDefault);
  if (!dst || (packet.src !== undefined && !src)) return undefined;
  return { family, from: senders[path], src, dst };
}

function bitsOf(block: AddressBlock): number {
  return 32 - Math.log2(2 ** 32 - (block.mask[0] ?? 0));
}

/** Users and groups, ports and names of the host that packets are asked about when nothing else is known of it. */
const users: Readonly<Record<string, readonly [number, number]>> = {
  root: [0, 0],
  daemon: [1, 1],
  mail: [8, 8],
  'www-data': [33, 33],
  postfix: [102, 105],
  dovecot: [103, 107],
  opendkim: [104, 108],
  alice: [1000, 1000],
  bob: [1001, 1001],
  vmail: [5000, 5000],
  nobody: [65534, 65534],
};
const groups: Readonly<Record<string, number>> = {
  root: 0,
  mail: 8,
  'www-data': 33,
  postfix: 105,
  postdrop: 106,
  dovecot: 107,
  opendkim: 108,
  alice: 1000,
  bob: 1001,
  vmail: 5000,
  nogroup: 65534,
};
/** Ports by name; `ntp` is the one that tcp does not have, `domain` and `https` are for both. */
const ports: Readonly<Record<string, number>> = {
  ftp: 21,
  ssh: 22,
  telnet: 23,
  smtp: 25,
  mail: 25,
  domain: 53,
  http: 80,
  www: 80,
  pop3: 110,
  'pop-3': 110,
  auth: 113,
  ident: 113,
  ntp: 123,
  imap2: 143,
  imap: 143,
  https: 443,
  submissions: 465,
  ssmtp: 465,
  smtps: 465,
  urd: 465,
  submission: 587,
  imaps: 993,
  pop3s: 995,
};
const both: ReadonlySet<string> = new Set(['domain', 'https']);

function portOf(name: string, protocol: PortProtocol): number | undefined {
  const port = Object.hasOwn(ports, name) ? ports[name] : undefined;
  const udp = name === 'ntp';
  if (protocol === 'other') return undefined;
  return protocol === 'any' || both.has(name) || udp === (protocol === 'udp') ? port : undefined;
}

/** The user and primary group of a name or number, as far as the host knows it. */
export function userOf(name: string, names: HostNames): { user: number | undefined; group: number | undefined } {
  const known = Object.hasOwn(users, name) ? users[name] : undefined;
  const id = /^\d+$/.test(name) ? Number(name) : names.user(name);
  if (typeof id !== 'number') return { user: undefined, group: undefined };
  return { user: id, group: known?.[0] === id ? known[1] : id === 0 ? 0 : /^\d+$/.test(name) ? id : undefined };
}

/**
 * The host of the packet questions: a small mail server with these users and services and without DNS. Sets (ipset)
 * are there only where the script makes them itself.
 */
export function mailHost(makesSets: boolean): HostNames {
  const own = <T>(table: Readonly<Record<string, T>>, name: string): T | undefined =>
    Object.hasOwn(table, name) ? table[name] : undefined;
  return {
    service: portOf,
    user: name => own(users, name)?.[0],
    group: name => own(groups, name),
    host(name, family) {
      if (name === 'localhost') return [family === 4 ? [0x7f000001] : [0, 0, 0, 1]];
      return family === 4 && (name === 'mail' || name === 'mail.example.org')
        ? [mustRead(defaults.host[4], 4)]
        : undefined;
    },
    set: () => (makesSets ? 'unknown' : undefined),
  };
}

export { printAddress };
