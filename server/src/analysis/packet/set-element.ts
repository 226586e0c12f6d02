/** Reads elements of ipsets as ipset(8) takes them: addresses, networks, ranges, ports of a protocol. */
import { compareAddresses, masked, prefixMask, readAddress, readUnsigned } from '../../syntax/iptables/address';
import type { HostNames } from '../../syntax/iptables/host-names';
import type { Address, Family } from '../../syntax/iptables/rule';
import type { SetPart } from '../../syntax/iptables/set-content';

/** What a dimension of a set takes. */
export type Dimension = 'ip' | 'net' | 'port' | 'bare-port';

/** The types of sets that are followed, with their dimensions; the old names of ipset 4 as well. */
export const setTypes: Readonly<Record<string, readonly Dimension[]>> = {
  'hash:ip': ['ip'],
  'hash:net': ['net'],
  'hash:ip,port': ['ip', 'port'],
  'hash:net,port': ['net', 'port'],
  'hash:ip,port,ip': ['ip', 'port', 'ip'],
  'hash:ip,port,net': ['ip', 'port', 'net'],
  'bitmap:ip': ['ip'],
  'bitmap:port': ['bare-port'],
  iphash: ['ip'],
  nethash: ['net'],
  ipporthash: ['ip', 'port'],
  ipportiphash: ['ip', 'port', 'ip'],
  ipportnethash: ['ip', 'port', 'net'],
  ipmap: ['ip'],
  portmap: ['bare-port'],
};

const protocols: Readonly<Record<string, number>> = {
  icmp: 1,
  tcp: 6,
  udp: 17,
  icmpv6: 58,
  'ipv6-icmp': 58,
  sctp: 132,
  udplite: 136,
};

/**
 * Reads one dimension of an element. `refused` where ipset certainly does not take it, undefined where that or what it
 * means is not known: names, and forms that are not followed.
 */
export function readPart(
  text: string,
  dimension: Dimension,
  family: Family,
  names: HostNames,
): SetPart | 'refused' | undefined {
  if (dimension === 'ip' || dimension === 'net') return addresses(text, dimension, family);
  return ports(text, dimension, names);
}

function addresses(text: string, dimension: 'ip' | 'net', family: Family): SetPart | 'refused' | undefined {
  const width = family === 4 ? 32 : 128;
  const slash = /^([^/]+)\/(\d{1,3})$/.exec(text);
  if (slash) {
    const address = readAddress(slash[1] ?? '', family);
    const prefix = Number(slash[2]);
    if (!address) return undefined;
    if (prefix === 0 || prefix > width) return 'refused';
    if (dimension === 'ip' && family === 6 && prefix < width) return undefined;
    const mask = prefixMask(prefix, family);
    const from = masked(address, mask).value;
    return { kind: 'addresses', from, to: from.map((word, i) => (word | ~(mask[i] ?? 0)) >>> 0), prefix };
  }
  const [first = '', last, ...more] = text.split('-');
  const from = readAddress(first, family);
  if (!from || more.length > 0 || isNone(from)) return undefined;
  if (last === undefined) return { kind: 'addresses', from, to: from, prefix: width };
  const to = readAddress(last, family);
  if (!to || family === 6 || compareAddresses(from, to) > 0) return undefined;
  return { kind: 'addresses', from, to };
}

/** 0.0.0.0 and :: are refused by some kinds of sets. */
function isNone(address: Address): boolean {
  return address.every(word => word === 0);
}

function ports(text: string, dimension: 'port' | 'bare-port', names: HostNames): SetPart | undefined {
  const colon = text.indexOf(':');
  if (colon >= 0 && dimension === 'bare-port') return undefined;
  const name = colon < 0 ? 'tcp' : text.slice(0, colon).toLowerCase();
  const protocol = Object.hasOwn(protocols, name) ? protocols[name] : undefined;
  if (protocol === undefined) return undefined;
  const rest = text.slice(colon + 1);
  if (protocol === 1 || protocol === 58) {
    const code = /^(\d{1,3})\/(\d{1,3})$/.exec(rest);
    const echo = protocol === 1 ? { 'echo-request': 8 * 256, ping: 8 * 256, 'echo-reply': 0, pong: 0 } : {};
    const number = code ? Number(code[1]) * 256 + Number(code[2]) : new Map(Object.entries(echo)).get(rest);
    return number === undefined || number > 0xffff
      ? undefined
      : { kind: 'ports', protocol, range: { from: number, to: number } };
  }
  const port = (word: string): number | undefined => {
    if (/^\d/.test(word)) return readUnsigned(word, 0, 0xffff);
    const found = protocol === 6 || protocol === 17 ? names.service(word, protocol === 6 ? 'tcp' : 'udp') : undefined;
    return typeof found === 'number' ? found : undefined;
  };
  const whole = port(rest);
  const dash = rest.lastIndexOf('-');
  const from = whole ?? (dash > 0 ? port(rest.slice(0, dash)) : undefined);
  const to = whole ?? port(rest.slice(dash + 1));
  if (from === undefined || to === undefined || from > to) return undefined;
  return { kind: 'ports', ...(dimension === 'port' && { protocol }), range: { from, to } };
}

/** Whether two parts of the same dimension have something in common. */
export function overlap(a: SetPart, b: SetPart): boolean {
  if (a.kind === 'addresses' && b.kind === 'addresses')
    return compareAddresses(a.from, b.to) <= 0 && compareAddresses(b.from, a.to) <= 0;
  if (a.kind === 'ports' && b.kind === 'ports')
    return a.protocol === b.protocol && a.range.from <= b.range.to && b.range.from <= a.range.to;
  return false;
}

/** How many single values a part stands for in a set that keeps them one by one. */
export function countOf(part: SetPart, dimension: Dimension): number {
  if (part.kind === 'ports') return part.range.to - part.range.from + 1;
  if (part.from.length > 1) return 1;
  if (dimension === 'net' && part.prefix !== undefined) return 1;
  return (part.to[0] ?? 0) - (part.from[0] ?? 0) + 1;
}
