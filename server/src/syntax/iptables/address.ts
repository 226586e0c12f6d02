/** IP addresses and masks as iptables reads and prints them (libxtables: xtables_ipparse_multiple, xtables_ipmask_to_cidr). */
import type { Address, AddressBlock, Family } from './rule';

/**
 * Reads an unsigned number as strtoul with base 0 does, the whole text: decimal, octal after `0`, hexadecimal after `0x`,
 * blanks and one `+` before it. Undefined for anything else and for what is outside `min`…`max`.
 */
export function readUnsigned(text: string, min: number, max: number): number | undefined {
  const value = readNumber(text);
  return value !== undefined && value >= min && value <= max ? value : undefined;
}

const number = /^[ \t\n\v\f\r]*\+?(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)$/;

/** The same without bounds. Beyond 2^53 the value is rounded. */
export function readNumber(text: string): number | undefined {
  const digits = number.exec(text)?.[1];
  if (digits === undefined) return undefined;
  if (/^0[xX]/.test(digits)) return Number.parseInt(digits.slice(2), 16);
  return Number.parseInt(digits, digits.length > 1 && digits.startsWith('0') ? 8 : 10);
}

/** Reads an IPv4 address of up to four parts, missing ones being 0: `10.1` is 10.1.0.0. Undefined for anything else. */
export function readShortIPv4(text: string): Address | undefined {
  const parts = text.slice(0, 19).split('.');
  if (parts.length > 4) return undefined;
  let value = 0;
  for (let i = 0; i < 4; i++) {
    const part = parts[i];
    const byte = part === undefined ? 0 : readUnsigned(part, 0, 255);
    if (byte === undefined) return undefined;
    value = value * 256 + byte;
  }
  return [value];
}

/** Reads an IPv4 address as inet_aton does: the last part fills what is left, so `10.1` is 10.0.0.1. */
export function readInetAton(text: string): Address | undefined {
  if (!/^[0-9a-fA-FxX.]+$/.test(text)) return undefined;
  const parts = text.split('.');
  if (parts.length > 4) return undefined;
  let value = 0;
  for (const [i, part] of parts.entries()) {
    const last = i === parts.length - 1;
    const most = last ? 256 ** (5 - parts.length) - 1 : 255;
    const byte = readUnsigned(part, 0, most);
    if (byte === undefined) return undefined;
    value = last ? value + byte : value + byte * 256 ** (3 - i);
  }
  return [value];
}

/** Reads an address of four decimal parts, as inet_pton and people write it. */
export function readDottedIPv4(text: string): Address | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (!match) return undefined;
  let value = 0;
  for (const part of match.slice(1)) {
    if (Number(part) > 255 || (part.length > 1 && part.startsWith('0'))) return undefined;
    value = value * 256 + Number(part);
  }
  return [value];
}

/** Reads an IPv6 address as inet_pton does. */
export function readIPv6(text: string): Address | undefined {
  if (text.length > 45 || !/^[0-9a-fA-F:.]+$/.test(text)) return undefined;
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = readGroups(halves[0] ?? '', halves.length === 1);
  const tail = halves.length === 2 ? readGroups(halves[1] ?? '', true) : [];
  if (!head || !tail) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const groups = [...head, ...new Array<number>(missing).fill(0), ...tail];
  const words: number[] = [];
  for (let i = 0; i < 8; i += 2) words.push((groups[i] ?? 0) * 65536 + (groups[i + 1] ?? 0));
  return words;
}

function readGroups(text: string, mayEndDotted: boolean): number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [i, part] of parts.entries()) {
    if (mayEndDotted && i === parts.length - 1 && part.includes('.')) {
      const dotted = readDottedIPv4(part)?.[0];
      if (dotted === undefined) return undefined;
      groups.push(Math.floor(dotted / 65536), dotted % 65536);
    } else {
      if (!/^[0-9a-fA-F]{1,4}$/.test(part)) return undefined;
      groups.push(Number.parseInt(part, 16));
    }
  }
  return groups;
}

/** Reads an address of a family as people write it: dotted IPv4, or IPv6. */
export function readAddress(text: string, family: Family): Address | undefined {
  return family === 4 ? readDottedIPv4(text) : readIPv6(text);
}

/** The family that an address is written in; 4 for what is neither. */
export function familyOf(text: string): Family {
  return text.includes(':') ? 6 : 4;
}

/** The mask of so many leading ones. */
export function prefixMask(bits: number, family: Family): Address {
  return family === 4
    ? [wordMask(bits)]
    : [wordMask(bits), wordMask(bits - 32), wordMask(bits - 64), wordMask(bits - 96)];
}

function wordMask(bits: number): number {
  if (bits <= 0) return 0;
  return bits >= 32 ? 0xffffffff : (0xffffffff << (32 - bits)) >>> 0;
}

/** The prefix length of a mask, or undefined where its ones have gaps. */
export function prefixLength(mask: Address): number | undefined {
  let bits = 0;
  for (const word of mask) bits += Math.clz32(~word);
  return prefixMask(bits, mask.length === 1 ? 4 : 6).every((word, i) => word === mask[i]) ? bits : undefined;
}

/** Reads what stands behind the slash; undefined where iptables calls it an invalid mask. */
export function readMask(text: string, family: Family): Address | undefined {
  if (family === 6) {
    const mask = readIPv6(text);
    if (mask) return mask;
  } else if (text.split('.').length === 4) {
    const mask = readShortIPv4(text);
    if (mask) return mask;
  }
  const bits = readUnsigned(text, 0, family === 4 ? 32 : 128);
  return bits === undefined ? undefined : prefixMask(bits, family);
}

/** Cuts the host bits off. */
export function masked(address: Address, mask: Address): AddressBlock {
  return {
    value: address.map((word, i) => (word & (mask[i] ?? 0)) >>> 0),
    mask,
  };
}

/** Prints an address as inet_ntop does. */
export function printAddress(address: Address): string {
  const first = address[0] ?? 0;
  if (address.length === 1) return dotted(first);
  const groups = address.flatMap(word => [word >>> 16, word & 0xffff]);
  let best = { start: -1, length: 1 };
  for (let i = 0; i < 8; i++) {
    let length = 0;
    while (i + length < 8 && groups[i + length] === 0) length++;
    if (length > best.length) best = { start: i, length };
    i += length;
  }
  const mapped = best.start === 0 && (best.length === 6 || (best.length === 5 && groups[5] === 0xffff));
  if (mapped) return `${best.length === 6 ? '::' : '::ffff:'}${dotted(address[3] ?? 0)}`;
  const hex = (part: number[]) => part.map(group => group.toString(16)).join(':');
  if (best.start < 0) return hex(groups);
  return `${hex(groups.slice(0, best.start))}::${hex(groups.slice(best.start + best.length))}`;
}

function dotted(word: number): string {
  return `${word >>> 24}.${(word >>> 16) & 255}.${(word >>> 8) & 255}.${word & 255}`;
}

/** Prints a block as iptables-save does: with its prefix length, or its mask where that has gaps. */
export function printBlock(block: AddressBlock): string {
  return `${printAddress(block.value)}/${prefixLength(block.mask) ?? printAddress(block.mask)}`;
}

/** Compares two addresses of a family: negative, 0 or positive. */
export function compareAddresses(a: Address, b: Address): number {
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
