/** Matches on the transport protocol: tcp, udp, sctp, dccp, icmp, icmp6, multiport, and small ones. */
import type { Context, ExtensionSpec, Given, OptionSpec, Seen, Yield } from '../extension';
import { bang, notInModel, option, readPort, undecided, unknownOptions } from '../extension';
import { readUnsigned } from '../address';
import type { PortProtocol } from '../host-names';
import type { Condition, Range } from '../rule';
import { wordText } from '../word';
import { icmpTypes, icmp6Types } from '../../../facts/icmp-types';

const flagBits: Readonly<Record<string, number>> = {
  FIN: 1,
  SYN: 2,
  RST: 4,
  PSH: 8,
  ACK: 16,
  URG: 32,
  ALL: 63,
  NONE: 0,
};

/** The range of ports as iptables-save prints it. */
function printRange(range: Range): string {
  return range.from === range.to ? String(range.from) : `${range.from}:${range.to}`;
}

/** A condition on one side's ports, with its saved form; nothing where every port is meant. */
function portCondition(
  given: Given | undefined,
  side: 'source' | 'destination',
): { saved: string; conditions: Condition[] } {
  const range = given?.value as Range | undefined;
  if (!given || !range) return { saved: '', conditions: [] };
  const all = range.from === 0 && range.to === 65535;
  if (all && !given.not) return { saved: '', conditions: [] };
  if (given.not && range.from === 0 && range.to < 65535) {
    // All but the lowest ports are told as the higher ones.
    const higher = { from: range.to + 1, to: 65535 };
    return {
      saved: ` --${side === 'source' ? 'sport' : 'dport'} ${printRange(higher)}`,
      conditions: [{ kind: 'ports', side, ranges: [higher], not: false }],
    };
  }
  const saved = `${bang(given)} --${side === 'source' ? 'sport' : 'dport'} ${printRange(range)}`;
  return { saved, conditions: [{ kind: 'ports', side, ranges: [range], not: given.not }] };
}

function readTcpPorts(text: string, _given: Given, context: Context): Range | undefined {
  return readOldPorts(text, context, 'tcp');
}

function readOldPorts(text: string, context: Context, protocol: PortProtocol): Range | undefined {
  const at = text.indexOf(':');
  const low = at < 0 ? text : text.slice(0, at);
  const high = at < 0 ? text : text.slice(at + 1);
  const from = at >= 0 && low === '' ? 0 : readPort(low, context, protocol);
  const to = at >= 0 && high === '' ? 65535 : at < 0 ? from : readPort(high, context, protocol);
  if (Number.isNaN(from) || Number.isNaN(to)) return undefined;
  if (from > to) return context.fail('invalid portrange (min > max)');
  return { from, to };
}

function readFlags(text: string, context: Context): number {
  let bits = 0;
  for (const name of text.split(',').filter(part => part !== '')) {
    const bit = flagBits[name.toUpperCase()];
    if (bit === undefined) return context.fail(`Unknown TCP flag \`${name}'`);
    bits |= bit;
  }
  return bits;
}

interface Flags {
  readonly mask: number;
  readonly set: number;
}

const flagNames = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG'];

function printFlags(bits: number): string {
  const names = flagNames.filter((_, i) => bits & (1 << i));
  return names.length === 0 ? 'NONE' : names.join(',');
}

const tcp: ExtensionSpec = {
  kind: 'match',
  name: 'tcp',
  options: [
    option('source-port', 'port-range', { key: 'sport', read: readTcpPorts }),
    option('sport', 'port-range', { key: 'sport', read: readTcpPorts }),
    option('destination-port', 'port-range', { key: 'dport', read: readTcpPorts }),
    option('dport', 'port-range', { key: 'dport', read: readTcpPorts }),
    option('syn', 'none', { key: 'flags', read: () => ({ mask: 0x17, set: 2 }) satisfies Flags }),
    option('tcp-flags', 'string', {
      key: 'flags',
      pair: true,
      read: (text, _given, context) => {
        const second = context.next();
        if (!second) return context.fail('--tcp-flags requires two args.');
        const mask = readFlags(text, context);
        const set = wordText(second);
        return set === undefined ? undefined : ({ mask, set: readFlags(set, context) } satisfies Flags);
      },
    }),
    option('tcp-option', 'string', {
      key: 'option',
      read: (text, _given, context) => readUnsigned(text, 1, 255) ?? context.fail(`Bad TCP option "${text}"`),
    }),
  ],
  own(given, seen, context) {
    const name = { sport: '--source-port', dport: '--destination-port', option: '--tcp-option' }[given.option.key];
    if (!seen.has(given.option.key)) return;
    context.fail(name ? `Only one \`${name}' allowed` : "Only one of `--syn' or `--tcp-flags'  allowed");
  },
  finish(seen): Yield {
    const source = portCondition(seen.get('sport'), 'source');
    const destination = portCondition(seen.get('dport'), 'destination');
    let saved = source.saved + destination.saved;
    const conditions = [...source.conditions, ...destination.conditions, ...unknownOptions(seen)];
    const opt = seen.get('option');
    if (opt) {
      saved += `${bang(opt)} --tcp-option ${opt.label}`;
      conditions.push(undecided('--tcp-option', notInModel));
    }
    const given = seen.get('flags');
    const flags = given?.value as Flags | undefined;
    if (given && flags) {
      saved += `${bang(given)} --tcp-flags ${printFlags(flags.mask)} ${printFlags(flags.set)}`;
      conditions.push({ kind: 'tcp-flags', mask: flags.mask, set: flags.set, not: given.not });
    }
    return { saved, conditions };
  },
  kernel: (_seen, protocol) => (protocol.unknown || protocol.number === 6 ? undefined : 'Invalid argument'),
  handOver: (seen, protocol) =>
    !protocol.unknown && protocol.number !== 6 && tells(seen) ? "TCP match requires '-p tcp'" : undefined,
};

/** Whether iptables translates the match itself and so looks at the protocol (1.8.9: ports or flags, no TCP option). */
function tells(seen: Seen): boolean {
  if (seen.has('option')) return false;
  const real = (given: Given | undefined) => {
    const range = given?.value as Range | undefined;
    return given !== undefined && (given.not || range === undefined || range.from !== 0 || range.to !== 65535);
  };
  return real(seen.get('sport')) || real(seen.get('dport')) || seen.has('flags');
}

function portsOf(name: string, number: number, extra: readonly OptionSpec[] = [], handsOver?: string): ExtensionSpec {
  return {
    kind: 'match',
    name,
    options: [
      option('source-port', 'port-range', { key: 'sport', not: true }),
      option('sport', 'port-range', { key: 'sport', not: true }),
      option('destination-port', 'port-range', { key: 'dport', not: true }),
      option('dport', 'port-range', { key: 'dport', not: true }),
      ...extra,
    ],
    finish(seen): Yield {
      const source = portCondition(seen.get('sport'), 'source');
      const destination = portCondition(seen.get('dport'), 'destination');
      const others = [...seen.values()].filter(given => given.option.key !== 'sport' && given.option.key !== 'dport');
      return {
        saved: source.saved + destination.saved + others.map(o => `${bang(o)} --${o.option.name} ${o.label}`).join(''),
        conditions: [
          ...source.conditions,
          ...destination.conditions,
          ...unknownOptions(seen),
          ...others.map(o => undecided(`--${o.option.name}`, notInModel)),
        ],
      };
    },
    kernel: (_seen, protocol) => (protocol.unknown || protocol.number === number ? undefined : 'Invalid argument'),
    ...(handsOver === undefined
      ? {}
      : {
          handOver: (seen: Seen, protocol: Context['protocol']) =>
            !protocol.unknown && protocol.number !== number && tells(seen) ? handsOver : undefined,
        }),
  };
}

const udp = portsOf('udp', 17, [], "UDP match requires '-p udp'");
const readSctpPorts = (text: string, _given: Given, context: Context) => readOldPorts(text, context, 'other');

/** An old-style match, which counts its options itself. */
const sctp: ExtensionSpec = {
  ...portsOf('sctp', 132),
  options: [
    option('source-port', 'port-range', { key: 'sport', read: readSctpPorts }),
    option('sport', 'port-range', { key: 'sport', read: readSctpPorts }),
    option('destination-port', 'port-range', { key: 'dport', read: readSctpPorts }),
    option('dport', 'port-range', { key: 'dport', read: readSctpPorts }),
    option('chunk-types', 'string', {
      pair: true,
      read: (text, _given, context) => {
        if (!context.next()) context.fail('--chunk-types requires two args');
        return text;
      },
    }),
  ],
  own(given, seen, context) {
    const name = { sport: '--source-port', dport: '--destination-port', 'chunk-types': '--chunk-types' }[
      given.option.key
    ];
    if (seen.has(given.option.key)) context.fail(`Only one \`${name ?? ''}' allowed`);
  },
};
const dccp = portsOf('dccp', 33, [
  option('dccp-types', 'string', { not: true }),
  option('dccp-option', 'u8', { not: true, min: 1 }),
]);

interface IcmpType {
  readonly type: number;
  readonly code: Range;
}

function icmpOf(
  name: string,
  aliases: readonly string[],
  protocol: number,
  optionName: string,
  label: string,
  known: ReadonlyMap<string, IcmpType>,
): ExtensionSpec {
  const read = (text: string, _given: Given, context: Context): IcmpType => {
    const lower = text.toLowerCase();
    const candidates = [...known.keys()].filter(key => key.toLowerCase().startsWith(lower));
    const [first, second] = candidates;
    if (first !== undefined && second !== undefined) {
      return context.fail(`Ambiguous ${label} type \`${text}': \`${first}' or \`${second}'?`);
    }
    const named = first === undefined ? undefined : known.get(first);
    if (named) return named;
    const slash = text.indexOf('/');
    const type = readUnsigned(slash < 0 ? text : text.slice(0, slash), 0, 255);
    if (type === undefined) return context.fail(`Unknown ${label} type \`${text}'`);
    if (slash < 0) return { type, code: { from: 0, to: 255 } };
    const code = readUnsigned(text.slice(slash + 1), 0, 255);
    if (code === undefined) return context.fail(`Unknown ${label} code \`${text}'`);
    return { type, code: { from: code, to: code } };
  };
  return {
    kind: 'match',
    name,
    aliases,
    families: [protocol === 1 ? 4 : 6],
    options: [option(optionName, 'string', { must: true, not: true, read })],
    finish(seen): Yield {
      const given = seen.get(optionName);
      const value = given?.value as IcmpType | undefined;
      if (!given || !value) return { saved: '', conditions: unknownOptions(seen) };
      const any = value.type === 255 && protocol === 1;
      const code = value.code.from === 0 && value.code.to === 255 ? '' : `/${value.code.from}`;
      return {
        saved: `${bang(given)} --${optionName} ${any ? 'any' : `${value.type}${code}`}`,
        conditions: [{ kind: 'icmp', type: any ? 255 : value.type, code: value.code, not: given.not }],
      };
    },
    kernel: (_seen, p) => (p.unknown || (p.number === protocol && !p.not) ? undefined : 'Invalid argument'),
  };
}

const icmp = icmpOf('icmp', [], 1, 'icmp-type', 'ICMP', icmpTypes);
const icmp6 = icmpOf('icmp6', ['icmpv6', 'ipv6-icmp'], 58, 'icmpv6-type', 'ICMPv6', icmp6Types);

const withPorts = new Set([6, 17, 136, 132, 33]);

function readPortList(text: string, _given: Given, context: Context): readonly Range[] | undefined {
  const { number, not, unknown } = context.protocol;
  if (!unknown) {
    if (number === undefined || number === 0) {
      return context.fail("multiport needs `-p tcp', `-p udp', `-p udplite', `-p sctp' or `-p dccp'");
    }
    if (not || !withPorts.has(number))
      return context.fail('multiport only works with TCP, UDP, UDPLITE, SCTP and DCCP');
  }
  const protocol: PortProtocol = unknown ? 'any' : number === 6 ? 'tcp' : number === 17 ? 'udp' : 'other';
  const ranges: Range[] = [];
  let count = 0;
  const parts = text.split(',');
  for (const part of parts) {
    if (count >= 15) return context.fail('too many ports specified');
    const at = part.indexOf(':');
    const from = readPort(at < 0 ? part : part.slice(0, at), context, protocol);
    count++;
    let to = from;
    if (at >= 0) {
      if (count >= 15) return context.fail('too many ports specified');
      to = readPort(part.slice(at + 1), context, protocol);
      count++;
      if (from >= to) return context.fail('invalid portrange specified');
    }
    ranges.push({ from, to });
  }
  return ranges.some(range => Number.isNaN(range.from) || Number.isNaN(range.to)) ? undefined : ranges;
}

type PortList = 'source' | 'destination' | 'either';
const listExcludes = {
  source: ['destination', 'either'],
  destination: ['source', 'either'],
  either: ['source', 'destination'],
};

function portList(name: string, key: PortList): OptionSpec {
  return option(name, 'string', { key, not: true, excludes: listExcludes[key], read: readPortList });
}

const multiport: ExtensionSpec = {
  kind: 'match',
  name: 'multiport',
  options: [
    portList('source-ports', 'source'),
    portList('sports', 'source'),
    portList('destination-ports', 'destination'),
    portList('dports', 'destination'),
    portList('ports', 'either'),
  ],
  finish(seen, context): Yield {
    const given = [...seen.values()][0];
    if (!given) return context.fail('multiport expection an option');
    const side = given.option.key as PortList;
    const ranges = given.value as readonly Range[] | undefined;
    const name = { source: 'sports', destination: 'dports', either: 'ports' }[side];
    if (!ranges) return { saved: ` --${name} ${given.label}`, conditions: unknownOptions(seen) };
    return {
      saved: `${bang(given)} --${name} ${ranges.map(printRange).join(',')}`,
      conditions: [{ kind: 'ports', side, ranges, not: given.not }],
    };
  },
  kernel: (_seen, p) =>
    p.unknown || (!p.not && p.number !== undefined && withPorts.has(p.number)) ? undefined : 'Invalid argument',
};

export const portMatches: readonly ExtensionSpec[] = [tcp, udp, sctp, dccp, icmp, icmp6, multiport];
