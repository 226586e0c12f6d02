/** Internet addresses and host names as Postfix checks them: valid_hostname(3), inet_pton(3), cidr_match(3). */

/** The bytes of an address in text form: 4 for IPv4, 16 for IPv6; undefined for what inet_pton(3) refuses. */
export function parseIp(text: string): readonly number[] | undefined {
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text);
}

function parseIpv4(text: string): number[] | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  const out: number[] = [];
  for (const part of parts) {
    if (!/^(?:0|[1-9][0-9]{0,2})$/.test(part)) return undefined;
    const value = Number(part);
    if (value > 255) return undefined;
    out.push(value);
  }
  return out;
}

function parseIpv6(text: string): number[] | undefined {
  let rest = text;
  let tail: number[] = [];
  const lastColon = rest.lastIndexOf(':');
  if (rest.slice(lastColon + 1).includes('.')) {
    const v4 = parseIpv4(rest.slice(lastColon + 1));
    if (!v4) return undefined;
    tail = v4;
    rest = rest.slice(0, lastColon + 1);
    rest = rest.endsWith('::') ? rest : rest.slice(0, -1);
  }
  const halves = rest.split('::');
  if (halves.length > 2) return undefined;
  const words = (part: string): number[] | undefined => {
    const out: number[] = [];
    if (part === '') return out;
    for (const word of part.split(':')) {
      if (!/^[0-9A-Fa-f]{1,4}$/.test(word)) return undefined;
      const value = parseInt(word, 16);
      out.push(value >> 8, value & 255);
    }
    return out;
  };
  const left = words(halves[0] ?? '');
  const right = halves.length === 2 ? words(halves[1] ?? '') : [];
  if (!left || !right) return undefined;
  const given = left.length + right.length + tail.length;
  if (halves.length === 2 ? given > 14 : given !== 16) return undefined;
  return [...left, ...new Array<number>(16 - given).fill(0), ...right, ...tail];
}

/** An IPv4 or IPv6 address in the form in which the kernel and Postfix print it (RFC 5952). */
export function formatIp(bytes: readonly number[]): string {
  if (bytes.length === 4) return bytes.join('.');
  const words: number[] = [];
  for (let i = 0; i < 16; i += 2) words.push(((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0));
  let best = { at: -1, length: 1 };
  for (let i = 0; i < 8; i++) {
    let n = 0;
    while (i + n < 8 && words[i + n] === 0) n++;
    if (n > best.length) best = { at: i, length: n };
    i += n > 0 ? n - 1 : 0;
  }
  const hex = words.map(w => w.toString(16));
  if (best.at < 0) return hex.join(':');
  return `${hex.slice(0, best.at).join(':')}::${hex.slice(best.at + best.length).join(':')}`;
}

/** A network: addresses whose first `bits` bits are those of `bytes`. */
export interface Network {
  readonly bytes: readonly number[];
  readonly bits: number;
}

/** Whether an address lies in a network; one of the other family never does. */
export function inNetwork(address: readonly number[], net: Network): boolean {
  if (address.length !== net.bytes.length) return false;
  for (let i = 0, left = net.bits; left > 0; i++, left -= 8) {
    const mask = left >= 8 ? 255 : (255 << (8 - left)) & 255;
    if (((address[i] ?? 0) & mask) !== ((net.bytes[i] ?? 0) & mask)) return false;
  }
  return true;
}

/** The first address of the network of `bits` bits that an address lies in. */
export function maskIp(bytes: readonly number[], bits: number): number[] {
  return bytes.map((b, i) => {
    const left = bits - i * 8;
    return left >= 8 ? b : left <= 0 ? 0 : b & ((255 << (8 - left)) & 255);
  });
}

/**
 * A network pattern as cidr: tables and match lists take it: `address`, `address/bits`, `[address]/bits`, `[address/bits]`.
 * Returns the network, or Postfix's own words on what is wrong (cidr_match_parse(3)).
 */
export function parseCidr(pattern: string): Network | string {
  let address = pattern;
  let mask: string | undefined;
  if (address.startsWith('[')) {
    const close = address.indexOf(']');
    if (close < 0) return `missing ']' character after "${address}"`;
    const inside = address.slice(1, close);
    const behind = address.slice(close + 1);
    if (behind !== '' && !behind.startsWith('/')) return `garbage after "[${inside}]"`;
    address = behind === '' ? inside : `${inside}${behind}`;
  }
  const slash = address.indexOf('/');
  if (slash >= 0) {
    mask = address.slice(slash + 1);
    address = address.slice(0, slash);
  }
  const bytes = parseIp(address);
  const all = address.includes(':') ? 128 : 32;
  if (mask === undefined) return bytes ? { bytes, bits: all } : `bad address pattern: "${address}"`;
  if (!/^[0-9]+$/.test(mask)) return `bad mask value in "${address}/${mask}"`;
  const bits = Number(mask);
  if (bits > all) return `bad mask length in "${address}/${mask}"`;
  if (!bytes) return `bad network value in "${address}/${mask}"`;
  const masked = maskIp(bytes, bits);
  if (masked.some((b, i) => b !== bytes[i])) {
    const instead = `${formatIp(masked)}/${bits}`;
    return `non-null host address bits in "${address}/${mask}", perhaps you should use "${instead}" instead`;
  }
  return { bytes, bits };
}

/** valid_hostname(3): letters, digits, `_` and inner hyphens in labels of at most 63, not all numeric, at most 255 in all. */
export function validHostname(name: string): boolean {
  if (name === '' || name.length > 255) return false;
  for (const label of name.split('.')) {
    if (!/^[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?$/.test(label) || label.length > 63) return false;
  }
  return /[^0-9.]/.test(name);
}

/** valid_utf8_hostname(3): as {@link validHostname}; names beyond ASCII pass where UTF-8 is allowed and every label is well formed. */
export function validUtf8Hostname(name: string, utf8: boolean): boolean {
  if (!/[^\x00-\x7f]/.test(name)) return validHostname(name);
  return utf8 && validHostname(name.replace(/[^\x00-\x7f]+/g, 'x')) && name.length <= 255;
}

/** valid_ipv4_hostaddr(3): four octets of any number of digits; a leading zero octet only in 0.0.0.0. */
export function validIpv4(text: string): boolean {
  const parts = text.split('.');
  if (parts.length !== 4) return false;
  for (const part of parts) if (!/^[0-9]+$/.test(part) || Number(part) > 255) return false;
  return Number(parts[0]) !== 0 || /^[0.]+$/.test(text);
}

/** valid_ipv6_hostaddr(3). */
export function validIpv6(text: string): boolean {
  return (
    text.includes(':') &&
    parseIpv6(text.replace(/[0-9.]*\.[0-9.]*$/, v4 => (validIpv4(v4) ? '0.0.0.0' : '!'))) !== undefined
  );
}

/** valid_hostaddr(3). */
export function validHostaddr(text: string): boolean {
  return text.includes(':') ? validIpv6(text) : validIpv4(text);
}

/** The bare address in an SMTP address literal without its brackets (`192.0.2.1`, `IPv6:2001:db8::1`); undefined where it is none. */
export function mailhostAddr(text: string): string | undefined {
  if (/^ipv6:/i.test(text)) return validIpv6(text.slice(5)) ? text.slice(5) : undefined;
  return validIpv4(text) ? text : undefined;
}

/** valid_mailhost_literal(3): `[` an SMTP address literal `]` and nothing else. */
export function validMailhostLiteral(text: string): boolean {
  const close = text.indexOf(']');
  return text.startsWith('[') && close === text.length - 1 && mailhostAddr(text.slice(1, -1)) !== undefined;
}
