/** Matches that the packet model understands: connection state, owner, addresses, marks and sets. */
import type { Context, ExtensionSpec, Given, Masked, Yield } from '../extension';
import {
  bang,
  hangsOnTraffic,
  hex,
  notInModel,
  option,
  onInput,
  onOutput,
  saveString,
  undecided,
  unknownOptions,
  unknownValue,
} from '../extension';
import { compareAddresses, printAddress, readIPv6, readShortIPv4, readUnsigned } from '../address';
import type { Address, AddressBlock, Condition, ConnectionField, Range, Side } from '../rule';
import { connectionStates } from '../rule';
import { wordLabel, wordText } from '../word';

/** Reads a list of states; case does not matter, blanks do. */
function readStates(what: 'state' | 'ctstate') {
  const known: readonly string[] =
    what === 'state' ? ['INVALID', 'NEW', 'ESTABLISHED', 'RELATED', 'UNTRACKED'] : Object.keys(connectionStates);
  return (text: string, _given: Given, context: Context): number => {
    let bits = 0;
    for (let rest = text; ;) {
      const comma = rest.indexOf(',');
      const part = comma < 0 ? rest : rest.slice(0, comma);
      if (comma < 0 && part === '') {
        return context.fail(`"--${what}" requires a list of states with no spaces, e.g. ESTABLISHED,RELATED`);
      }
      // The beginning of a name is enough.
      const name = part === '' ? undefined : known.find(state => state.startsWith(part.toUpperCase()));
      if (name === undefined) return context.fail(`Bad ${what} "${rest}"`);
      bits |= connectionStates[name as keyof typeof connectionStates];
      if (comma < 0) break;
      rest = rest.slice(comma + 1);
    }
    return bits;
  };
}

function printStates(bits: number): string {
  const names = ['INVALID', 'NEW', 'RELATED', 'ESTABLISHED', 'UNTRACKED', 'SNAT', 'DNAT'] as const;
  return names.filter(name => bits & connectionStates[name]).join(',');
}

const state: ExtensionSpec = {
  kind: 'match',
  name: 'state',
  options: [option('state', 'string', { must: true, not: true, read: readStates('state') })],
  finish(seen): Yield {
    const given = seen.get('state');
    const bits = given?.value as number | undefined;
    if (!given || bits === undefined) return { saved: '', conditions: unknownOptions(seen) };
    return {
      saved: `${bang(given)} --state ${printStates(bits)}`,
      conditions: [{ kind: 'state', states: bits, not: given.not }],
    };
  },
};

const connectionPorts = ['ctorigsrcport', 'ctorigdstport', 'ctreplsrcport', 'ctrepldstport'];

/** What an option of conntrack asks of the connection; undefined for what is not modelled. */
function connectionField({ option: { key }, value }: Given): ConnectionField | undefined {
  if (value === undefined) return undefined;
  const side = key.startsWith('ctorigsrc') ? 'source' : 'destination';
  switch (key) {
    case 'ctdir':
      return { field: 'reply' };
    case 'ctproto':
      return { field: 'protocol', number: value as number };
    case 'ctorigsrc':
    case 'ctorigdst':
      return { field: 'address', side, block: value as AddressBlock };
    case 'ctorigsrcport':
    case 'ctorigdstport': {
      const ports = value as Range;
      return Number.isNaN(ports.from + ports.to) ? undefined : { field: 'port', side, ports };
    }
    default:
      return undefined;
  }
}

const conntrack: ExtensionSpec = {
  kind: 'match',
  name: 'conntrack',
  options: [
    option('ctstate', 'string', { not: true, read: readStates('ctstate') }),
    option('ctproto', 'protocol', { not: true }),
    option('ctorigsrc', 'host-mask', { not: true }),
    option('ctorigdst', 'host-mask', { not: true }),
    option('ctreplsrc', 'host-mask', { not: true }),
    option('ctrepldst', 'host-mask', { not: true }),
    ...connectionPorts.map(name => option(name, 'port-range', { not: true })),
    option('ctstatus', 'string', {
      not: true,
      read: (text, _given, context) => {
        for (const part of text.split(',')) {
          if (part === '') context.fail('Bad ctstatus "' + text + '"');
          if (!['NONE', 'EXPECTED', 'SEEN_REPLY', 'ASSURED', 'CONFIRMED'].includes(part.toUpperCase()))
            context.fail(`Bad ctstatus "${part}"`);
        }
        return ['NONE', 'EXPECTED', 'SEEN_REPLY', 'ASSURED', 'CONFIRMED']
          .filter(name => text.toUpperCase().split(',').includes(name))
          .join(',');
      },
    }),
    option('ctexpire', 'u32-range', { not: true }),
    option('ctdir', 'string', {
      read: (text, _given, context) => {
        const upper = text.toUpperCase();
        return upper === 'ORIGINAL' || upper === 'REPLY'
          ? upper
          : context.fail(`conntrack: Bad value for "--ctdir" option: "${text}"`);
      },
    }),
  ],
  finish(seen, context): Yield {
    if (seen.size === 0) context.fail('conntrack: At least one option is required');
    let saved = '';
    const conditions: Condition[] = unknownOptions(seen);
    for (const { key } of conntrack.options) {
      const given = seen.get(key);
      if (!given || given.unknown.length > 0) continue;
      if (key === 'ctstate') {
        const bits = given.value as number;
        saved += `${bang(given)} --ctstate ${printStates(bits)}`;
        conditions.push({ kind: 'state', states: bits, not: given.not });
      } else {
        const text =
          (given.value as { text?: string } | undefined)?.text ??
          (['ctproto', 'ctstatus', 'ctdir'].includes(key) ? String(given.value) : given.label);
        saved += `${bang(given)} --${key} ${text}`;
        const asks = connectionField(given);
        const not = given.not !== (given.value === 'ORIGINAL');
        conditions.push(
          asks
            ? { kind: 'connection', asks, not, withState: seen.has('ctstate') }
            : undecided(`--${key} ${given.label}`, notInModel),
        );
      }
    }
    return { saved, conditions };
  },
};

/** Reads `name`, `number` or `number-number` of users or groups. NaN: only the host knows. */
function readIds(what: 'uid' | 'gid') {
  return (text: string, _given: Given, context: Context): Range => {
    const named = what === 'uid' ? context.names.user(text) : context.names.group(text);
    if (typeof named === 'number') return { from: named, to: named };
    const [low = '', high, more] = text.split('-');
    const from = readUnsigned(low, 0, 4294967294);
    const to = high === undefined ? from : readUnsigned(high, 0, 4294967294);
    if (from !== undefined && to !== undefined && more === undefined) return { from, to };
    if (named === 'unknown' && !/^[0-9]/.test(text)) return { from: Number.NaN, to: Number.NaN };
    return context.fail(`owner: Bad value for "--${what}-owner" option: "${text}"`);
  };
}

const owner: ExtensionSpec = {
  kind: 'match',
  name: 'owner',
  chains: {
    raw: ['OUTPUT'],
    mangle: ['OUTPUT', 'POSTROUTING'],
    nat: ['OUTPUT', 'POSTROUTING'],
    filter: ['OUTPUT'],
    security: ['OUTPUT'],
  },
  options: [
    option('uid-owner', 'string', { not: true, read: readIds('uid') }),
    option('gid-owner', 'string', { not: true, read: readIds('gid') }),
    option('socket-exists', 'none', { not: true }),
    option('suppl-groups', 'none', {
      read: () => true,
    }),
  ],
  finish(seen, context): Yield {
    if (!['uid-owner', 'gid-owner', 'socket-exists'].some(key => seen.has(key)) && seen.size === 0) {
      context.fail('owner: At least one of --uid-owner, --gid-owner or --socket-exists is required');
    }
    if (seen.has('suppl-groups') && !seen.has('gid-owner')) {
      context.fail('owner: Bad value for "--suppl-groups" option: "you need to use --gid-owner first"');
    }
    const conditions: Condition[] = unknownOptions(seen);
    let saved = '';
    const exists = seen.get('socket-exists');
    if (exists) {
      saved += `${bang(exists)} --socket-exists`;
      conditions.push({ kind: 'owned', not: exists.not });
    }
    for (const what of ['uid', 'gid'] as const) {
      const given = seen.get(`${what}-owner`);
      const ids = given?.value as Range | undefined;
      if (!given || !ids) continue;
      if (Number.isNaN(ids.from)) {
        // The name stands for one id that only the host knows; equal names are equal ids.
        saved += `${bang(given)} --${what}-owner ${given.label}`;
        conditions.push({
          kind: 'owner',
          what: what === 'uid' ? 'user' : 'group',
          ids: nameRange(given.label),
          not: given.not,
        });
        continue;
      }
      saved += `${bang(given)} --${what}-owner ${ids.from === ids.to ? ids.from : `${ids.from}-${ids.to}`}`;
      conditions.push({ kind: 'owner', what: what === 'uid' ? 'user' : 'group', ids, not: given.not });
    }
    if (seen.has('suppl-groups')) {
      saved += ' --suppl-groups';
      conditions.push(undecided('--suppl-groups', notInModel));
    }
    return { saved, conditions };
  },
  kernel(seen) {
    const wrong = ['uid-owner', 'gid-owner'].some(key => {
      const ids = seen.get(key)?.value as Range | undefined;
      return ids !== undefined && ids.from > ids.to;
    });
    return wrong ? 'Invalid argument' : undefined;
  },
};

/**
 * Ids for a user whose number only the host knows: beyond 2^32 so that no real id meets it, the same for the same name.
 * (`postfix` in a rule and `postfix` in a question are one user, whatever the number.)
 */
export function nameRange(name: string): Range {
  let code = 0;
  for (const byte of new TextEncoder().encode(name)) code = (code * 257 + byte) % 2 ** 40;
  const id = 2 ** 33 + code;
  return { from: id, to: id };
}

interface AddressRange {
  readonly from: Address;
  readonly to: Address;
}

function readAddressRange(text: string, given: Given, context: Context): AddressRange {
  const read = (part: string) =>
    (context.family === 4 ? readShortIPv4(part) : readIPv6(part)) ??
    context.fail(`iprange: Bad value for "--${given.option.name}" option: "${part}"`);
  const dash = text.indexOf('-');
  if (dash < 0) {
    const only = read(text);
    return { from: only, to: only };
  }
  const from = read(text.slice(0, dash));
  const to = read(text.slice(dash + 1));
  if (compareAddresses(from, to) > 0)
    context.warn(`xt_iprange: range ${printAddress(from)}-${printAddress(to)} is reversed and will never match`);
  return { from, to };
}

const iprange: ExtensionSpec = {
  kind: 'match',
  name: 'iprange',
  options: [
    option('src-range', 'string', { not: true, read: readAddressRange }),
    option('dst-range', 'string', { not: true, read: readAddressRange }),
  ],
  finish(seen, context): Yield {
    if (seen.size === 0) context.fail("iprange match: You must specify `--src-range' or `--dst-range'");
    const conditions: Condition[] = unknownOptions(seen);
    let saved = '';
    for (const side of ['src', 'dst'] as const) {
      const given = seen.get(`${side}-range`);
      const range = given?.value as AddressRange | undefined;
      if (!given || !range) continue;
      saved += `${bang(given)} --${side}-range ${printAddress(range.from)}-${printAddress(range.to)}`;
      conditions.push({ kind: 'address-range', side: sideOf(side), from: range.from, to: range.to, not: given.not });
    }
    return { saved, conditions };
  },
};

function sideOf(short: string): Side {
  return short.startsWith('s') ? 'source' : 'destination';
}

const mac: ExtensionSpec = {
  kind: 'match',
  name: 'mac',
  chains: {
    raw: ['PREROUTING'],
    mangle: ['PREROUTING', 'INPUT', 'FORWARD'],
    nat: ['PREROUTING', 'INPUT'],
    filter: ['INPUT', 'FORWARD'],
    security: ['INPUT', 'FORWARD'],
  },
  options: [option('mac-source', 'mac', { must: true, not: true })],
  finish(seen): Yield {
    const given = seen.get('mac-source');
    if (given?.value === undefined) return { saved: '', conditions: unknownOptions(seen) };
    const address = given.value as string;
    return { saved: `${bang(given)} --mac-source ${address}`, conditions: [{ kind: 'mac', address, not: given.not }] };
  },
};

const markOptions = [option('mark', 'mark', { must: true, not: true })];

function markOf(name: 'mark' | 'connmark'): ExtensionSpec {
  return {
    kind: 'match',
    name,
    options: markOptions,
    finish(seen): Yield {
      const given = seen.get('mark');
      const mark = given?.value as Masked | undefined;
      if (!given || !mark) return { saved: '', conditions: unknownOptions(seen) };
      const mask = mark.mask === 0xffffffff ? '' : `/${hex(mark.mask)}`;
      return {
        saved: `${bang(given)} --mark ${hex(mark.value)}${mask}`,
        conditions: [
          {
            kind: 'mark',
            on: name === 'mark' ? 'packet' : 'connection',
            value: mark.value,
            mask: mark.mask,
            not: given.not,
          },
        ],
      };
    },
  };
}

const set: ExtensionSpec = {
  kind: 'match',
  name: 'set',
  options: [
    option('match-set', 'string', {
      key: 'match-set',
      not: true,
      pair: true,
      read: (text, _given, context) => {
        const directions = context.next();
        if (!directions) return context.fail('--match-set requires two args.');
        if (text.length > 31) context.fail(`setname \`${text}' too long, max 31 characters.`);
        const found = context.names.set(text);
        if (found === undefined) context.fail(`Set ${text} doesn't exist.\n`);
        if ((found === 4 || found === 6) && found !== context.family)
          context.fail(`The protocol family of set ${text} is IPv${found}, which is not applicable.\n`);
        const list = wordText(directions);
        for (const part of (list ?? 'src').split(',')) {
          if (!/^(?:src|dst)$/.test(part))
            context.fail("You must spefify (the comma separated list of) 'src' or 'dst'.");
        }
        return {
          name: text,
          fields: list?.split(','),
          label: wordLabel(directions),
          unknown: unknownValue(directions),
        };
      },
    }),
    option('set', 'string', {
      key: 'match-set',
      not: true,
      pair: true,
      read: (text, given, context) => {
        context.warn('--set option deprecated, please use --match-set');
        return set.options[0]?.read?.(text, given, context);
      },
    }),
    ...['return-nomatch', '!-update-counters', '!-update-subcounters'].map(name =>
      option(name.replace('!-', ''), 'none', { not: true }),
    ),
    ...['packets-eq', 'packets-lt', 'packets-gt', 'bytes-eq', 'bytes-lt', 'bytes-gt'].map(name =>
      option(name, 'u64', { not: name.endsWith('eq') }),
    ),
  ],
  own(given, seen, context) {
    if (given.option.key === 'match-set' && seen.has('match-set'))
      context.fail('--match-set can be specified only once');
  },
  finish(seen, context): Yield {
    const given = seen.get('match-set');
    if (!given) return context.fail("You must specify `--match-set' with proper arguments");
    const value = given.value as { name: string; fields?: string[]; label: string } | undefined;
    const saved = `${bang(given)} --match-set ${value?.name ?? given.label} ${value?.label ?? ''}`;
    const others = [...seen.values()].filter(o => o !== given);
    const rest = others.map(o => `${bang(o)} --${o.option.name}${o.label === '' ? '' : ` ${o.label}`}`).join('');
    const conditions: Condition[] = unknownOptions(seen);
    // Counters and nomatch turn what a set says around: then its content alone decides nothing.
    if (value?.fields && others.length === 0)
      conditions.push({ kind: 'set', name: value.name, fields: value.fields, not: given.not });
    if (others.length > 0) conditions.push(undecided(rest.trim(), hangsOnTraffic));
    return { saved: saved + rest, conditions };
  },
};

const comment: ExtensionSpec = {
  kind: 'match',
  name: 'comment',
  options: [option('comment', 'string', { must: true, max: 255 })],
  finish(seen): Yield {
    const given = seen.get('comment');
    const text = (given?.value as string | undefined) ?? given?.label ?? '';
    return { saved: ` --comment${saveString(text)}`, conditions: [], comment: text };
  },
};

const addressTypes = [
  'UNSPEC',
  'UNICAST',
  'LOCAL',
  'BROADCAST',
  'ANYCAST',
  'MULTICAST',
  'BLACKHOLE',
  'UNREACHABLE',
  'PROHIBIT',
  'THROW',
  'NAT',
  'XRESOLVE',
];

function readTypes(text: string, _given: Given, context: Context): string[] {
  const found: string[] = [];
  for (let rest: string | undefined = text; rest !== undefined;) {
    const comma: number = rest.indexOf(',');
    const part = comma < 0 ? rest : rest.slice(0, comma);
    const type = part === '' ? undefined : addressTypes.find(name => name.startsWith(part.toUpperCase()));
    found.push(type ?? context.fail(`addrtype: bad type "${rest}"`));
    rest = comma < 0 ? undefined : rest.slice(comma + 1);
  }
  return addressTypes.filter(type => found.includes(type));
}

const addrtype: ExtensionSpec = {
  kind: 'match',
  name: 'addrtype',
  options: [
    option('src-type', 'string', { not: true, read: readTypes }),
    option('dst-type', 'string', { not: true, read: readTypes }),
    option('limit-iface-in', 'none', { excludes: ['limit-iface-out'] }),
    option('limit-iface-out', 'none', { excludes: ['limit-iface-in'] }),
  ],
  direct: true,
  chains: seen => (seen.has('limit-iface-in') ? onInput : seen.has('limit-iface-out') ? onOutput : 'any'),
  finish(seen, context): Yield {
    if (!seen.has('src-type') && !seen.has('dst-type'))
      context.fail('addrtype: you must specify --src-type or --dst-type');
    const conditions: Condition[] = unknownOptions(seen);
    let saved = '';
    for (const side of ['src', 'dst'] as const) {
      const given = seen.get(`${side}-type`);
      const types = given?.value as string[] | undefined;
      if (!given || !types) continue;
      saved += `${bang(given)} --${side}-type ${types.join(',')}`;
      conditions.push({ kind: 'address-type', side: sideOf(side), types, not: given.not });
    }
    for (const key of ['limit-iface-in', 'limit-iface-out']) {
      if (!seen.has(key)) continue;
      saved += ` --${key}`;
      conditions.push(undecided(`--${key}`, notInModel));
    }
    return { saved, conditions };
  },
};

const packetTypes: Readonly<Record<string, string>> = {
  unicast: 'unicast',
  broadcast: 'broadcast',
  multicast: 'multicast',
  host: 'unicast',
  bcast: 'broadcast',
  mcast: 'multicast',
};

const pkttype: ExtensionSpec = {
  kind: 'match',
  name: 'pkttype',
  options: [
    option('pkt-type', 'string', {
      must: true,
      not: true,
      read: (text, _given, context) => packetTypes[text.toLowerCase()] ?? context.fail(`Bad packet type '${text}'`),
    }),
  ],
  finish(seen): Yield {
    const given = seen.get('pkt-type');
    const type = given?.value as string | undefined;
    if (!given || type === undefined) return { saved: '', conditions: unknownOptions(seen) };
    return { saved: `${bang(given)} --pkt-type ${type}`, conditions: [{ kind: 'packet-type', type, not: given.not }] };
  },
};

const length: ExtensionSpec = {
  kind: 'match',
  name: 'length',
  options: [option('length', 'u16-range', { must: true, not: true })],
  finish(seen): Yield {
    const given = seen.get('length');
    const bytes = given?.value as Range | undefined;
    if (!given || !bytes) return { saved: '', conditions: unknownOptions(seen) };
    const text = bytes.from === bytes.to ? bytes.from : `${bytes.from}:${bytes.to}`;
    return { saved: `${bang(given)} --length ${text}`, conditions: [{ kind: 'length', bytes, not: given.not }] };
  },
};

function hopsOf(name: 'ttl' | 'hl'): ExtensionSpec {
  const keys = [`${name}-lt`, `${name}-gt`, `${name}-eq`];
  const without = (key: string) => keys.filter(other => other !== key);
  return {
    kind: 'match',
    name,
    families: [name === 'ttl' ? 4 : 6],
    options: [
      ...keys.map(key => option(key, 'u8', { excludes: without(key), not: key.endsWith('eq') })),
      option(name, 'u8', { key: `${name}-eq`, not: true, excludes: without(`${name}-eq`) }),
    ],
    finish(seen, context): Yield {
      const given = [...seen.values()][0];
      if (!given) {
        return context.fail(
          name === 'ttl'
            ? "TTL match: You must specify one of `--ttl-eq', `--ttl-lt', `--ttl-gt"
            : "HL match: You must specify one of `--hl-eq', `--hl-lt', `--hl-gt'",
        );
      }
      const value = given.value as number | undefined;
      if (value === undefined) return { saved: '', conditions: unknownOptions(seen) };
      const kind = given.option.key.slice(-2);
      const left =
        kind === 'lt'
          ? { from: 0, to: value - 1 }
          : kind === 'gt'
            ? { from: value + 1, to: 255 }
            : { from: value, to: value };
      return {
        saved: `${bang(given)} --${given.option.key} ${value}`,
        conditions: [{ kind: 'hops', left, not: given.not }],
      };
    },
  };
}

export const modelledMatches: readonly ExtensionSpec[] = [
  state,
  conntrack,
  owner,
  iprange,
  mac,
  markOf('mark'),
  markOf('connmark'),
  set,
  comment,
  addrtype,
  pkttype,
  length,
  hopsOf('ttl'),
  hopsOf('hl'),
];
