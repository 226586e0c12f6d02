/** What an address or network is: its range, how many addresses, and what the range is set aside for (RFC 6890 and its kin). */
import {
  familyOf,
  prefixLength,
  prefixMask,
  readInetAton,
  readIPv6,
  readMask,
  readShortIPv4,
} from '../../syntax/iptables/address';
import { say, type Message, type Text } from '../../text/message';
import type { Doc } from '../doc';

interface Reserved {
  readonly block: string;
  readonly name: Text;
}

const reserved: readonly Reserved[] = [
  { block: '127.0.0.0/8', name: { en: 'loopback: this host itself', 'pt-BR': 'loopback: a própria máquina' } },
  { block: '10.0.0.0/8', name: { en: 'private (RFC 1918)', 'pt-BR': 'privada (RFC 1918)' } },
  { block: '172.16.0.0/12', name: { en: 'private (RFC 1918)', 'pt-BR': 'privada (RFC 1918)' } },
  { block: '192.168.0.0/16', name: { en: 'private (RFC 1918)', 'pt-BR': 'privada (RFC 1918)' } },
  { block: '169.254.0.0/16', name: { en: 'link-local', 'pt-BR': 'link-local' } },
  { block: '100.64.0.0/10', name: { en: 'carrier-grade NAT (RFC 6598)', 'pt-BR': 'CGNAT (RFC 6598)' } },
  { block: '192.0.2.0/24', name: { en: 'for documentation (RFC 5737)', 'pt-BR': 'para documentação (RFC 5737)' } },
  { block: '198.51.100.0/24', name: { en: 'for documentation (RFC 5737)', 'pt-BR': 'para documentação (RFC 5737)' } },
  { block: '203.0.113.0/24', name: { en: 'for documentation (RFC 5737)', 'pt-BR': 'para documentação (RFC 5737)' } },
  {
    block: '198.18.0.0/15',
    name: { en: 'for benchmarks (RFC 2544)', 'pt-BR': 'para testes de desempenho (RFC 2544)' },
  },
  { block: '224.0.0.0/4', name: { en: 'multicast', 'pt-BR': 'multicast' } },
  { block: '240.0.0.0/4', name: { en: 'reserved', 'pt-BR': 'reservada' } },
  { block: '0.0.0.0/8', name: { en: 'this network', 'pt-BR': 'esta rede' } },
  { block: '::1/128', name: { en: 'loopback: this host itself', 'pt-BR': 'loopback: a própria máquina' } },
  { block: '::ffff:0:0/96', name: { en: 'IPv4 written as IPv6', 'pt-BR': 'IPv4 escrito como IPv6' } },
  { block: 'fc00::/7', name: { en: 'unique local: private (RFC 4193)', 'pt-BR': 'local única: privada (RFC 4193)' } },
  { block: 'fe80::/10', name: { en: 'link-local', 'pt-BR': 'link-local' } },
  { block: '2001:db8::/32', name: { en: 'for documentation (RFC 3849)', 'pt-BR': 'para documentação (RFC 3849)' } },
  { block: 'ff00::/8', name: { en: 'multicast', 'pt-BR': 'multicast' } },
];

interface Block {
  readonly bits: 32 | 128;
  readonly value: bigint;
  readonly prefix: number;
}

/** Reads `a.b.c.d[/n]`, the short `a.b/n` of iptables, `[v6]/n` and `v6/n`; undefined for anything else. */
export function parseBlock(text: string): Block | undefined {
  const match = /^\[?([0-9A-Fa-f:.]+)\]?(?:\/(\d{1,3}))?$/.exec(text);
  if (!match) return undefined;
  const address = match[1] ?? '';
  const value = address.includes(':') ? parseV6(address) : parseV4(address);
  if (value === undefined) return undefined;
  const bits = address.includes(':') ? 128 : 32;
  const prefix = match[2] === undefined ? bits : Number(match[2]);
  return prefix > bits ? undefined : { bits, value, prefix };
}

function parseV4(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length > 4 || !parts.every(p => /^\d{1,3}$/.test(p) && Number(p) < 256)) return undefined;
  while (parts.length < 4) parts.push('0');
  return parts.reduce((sum, p) => sum * 256n + BigInt(p), 0n);
}

function parseV6(text: string): bigint | undefined {
  let rest = text;
  const tail = /(?:^|:)(\d{1,3}(?:\.\d{1,3}){3})$/.exec(rest)?.[1];
  if (tail !== undefined) {
    const v4 = parseV4(tail);
    if (v4 === undefined) return undefined;
    rest = `${rest.slice(0, -tail.length)}${(v4 >> 16n).toString(16)}:${(v4 & 0xffffn).toString(16)}`;
  }
  const halves = rest.split('::');
  if (halves.length > 2) return undefined;
  const [head = '', end = ''] = halves;
  const left = head === '' ? [] : head.split(':');
  const right = end === '' ? [] : end.split(':');
  const missing = 8 - left.length - right.length;
  if (halves.length === 1 ? missing !== 0 : missing < 0) return undefined;
  const groups = [...left, ...Array.from({ length: missing }, () => '0'), ...right];
  if (!groups.every(g => /^[0-9A-Fa-f]{1,4}$/.test(g))) return undefined;
  return groups.reduce((sum, g) => sum * 65536n + BigInt(`0x${g}`), 0n);
}

function printAddress(value: bigint, bits: 32 | 128): string {
  if (bits === 32) return [24n, 16n, 8n, 0n].map(s => ((value >> s) & 255n).toString()).join('.');
  const groups = Array.from({ length: 8 }, (_, i) => ((value >> BigInt(112 - 16 * i)) & 0xffffn).toString(16));
  const zeros = [...groups.join(':').matchAll(/(?:^|:)0(?::0)+(?=:|$)/g)].sort((a, b) => b[0].length - a[0].length)[0];
  const text = groups.join(':');
  if (!zeros) return text;
  const before = text.slice(0, zeros.index);
  const after = text.slice(zeros.index + zeros[0].length);
  return `${before}::${after.replace(/^:/, '')}`;
}

/** Reads what stands behind `-s` or `-d`; undefined for names and for masks with gaps. */
function blockOfIptables(text: string): Block | undefined {
  const [name = '', mask] = text.split(/\/(?=[^/]*$)/);
  const family = familyOf(name);
  const bits = family === 4 ? 32 : 128;
  const read = mask === undefined ? prefixMask(bits, family) : readMask(mask, family);
  const prefix = read && prefixLength(read);
  const address = family === 4 ? (readShortIPv4(name) ?? readInetAton(name)) : readIPv6(name);
  if (!address || prefix === undefined) return undefined;
  return { bits, prefix, value: address.reduce((sum, word) => (sum << 32n) + BigInt(word), 0n) };
}

/**
 * The network that iptables makes of what stands behind `-s` or `-d`, in full: `130/8` is `130.0.0.0/8`, `010.1.1.1` is
 * `8.1.1.1`, and bits behind the prefix are cut off. Undefined for what is none or is written so already.
 */
export function fullNetwork(text: string): string | undefined {
  const block = blockOfIptables(text);
  if (!block) return undefined;
  const [written = '', mask] = text.split('/');
  const first = maskOf(block);
  const plain = mask === undefined || mask === String(block.prefix);
  if (block.bits === 128 && plain && first === block.value) return undefined;
  const address = printAddress(first, block.bits);
  const whole = mask === undefined && written.split('.').length === 4 ? address : `${address}/${block.prefix}`;
  return whole === text ? undefined : whole;
}

function maskOf({ value, bits, prefix }: Block): bigint {
  const free = BigInt(bits - prefix);
  return (value >> free) << free;
}

/** What an address or network is, as Postfix or iptables reads it. Empty for text that is none. */
export function networkHover(text: string, by?: 'iptables'): Doc {
  const block = by ? blockOfIptables(text) : parseBlock(text);
  if (!block) return [];
  const { bits, prefix, value } = block;
  const first = maskOf(block);
  const count = 1n << BigInt(bits - prefix);
  const out: Message[] = [];
  if (count === 1n)
    out.push(say('**{address}**: one address', '**{address}**: um endereço', { address: printAddress(value, bits) }));
  else {
    out.push(
      say(
        '**{network}**: {first} to {last}, {count} addresses',
        '**{network}**: de {first} a {last}, {count} endereços',
        {
          network: `${printAddress(first, bits)}/${prefix}`,
          first: printAddress(first, bits),
          last: printAddress(first + count - 1n, bits),
          count: count <= 1n << 32n ? count.toString() : `2^${bits - prefix}`,
        },
      ),
    );
  }
  if (first !== value) {
    out.push(
      say(
        'There are bits set behind the prefix: Postfix refuses it, iptables cuts them off.',
        'Há bits ligados depois do prefixo: o Postfix recusa, o iptables os descarta.',
      ),
    );
  }
  out.push(...whatItIs(block));
  return out;
}

function whatItIs(block: Block): Message[] {
  const first = maskOf(block);
  const last = first + (1n << BigInt(block.bits - block.prefix)) - 1n;
  for (const { block: text, name } of reserved) {
    const known = parseBlock(text);
    if (!known || known.bits !== block.bits) continue;
    const from = maskOf(known);
    const to = from + (1n << BigInt(known.bits - known.prefix)) - 1n;
    if (from <= first && last <= to) return [{ text: name, args: {} }];
  }
  if (block.prefix === 0) return [say('every address there is', 'todos os endereços que existem')];
  return [say('public', 'pública')];
}
