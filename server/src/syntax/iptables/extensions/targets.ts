/** Targets: what they take, where the kernel takes them, and what they do to a packet. */
import type { Context, ExtensionSpec, Given, Masked, OptionSpec, Seen, Yield } from '../extension';
import { bang, hex, option, saveString } from '../extension';
import { printAddress, printBlock, readAddress, readUnsigned } from '../address';
import { say } from '../../../text/message';
import type { Action, Address, AddressBlock, Range } from '../rule';
import { hexByte, readDscpClass, readTos } from './other-matches';
import { wordLabel } from '../word';

const onward: Action = { kind: 'continue' };

/** A target that packets pass through, for all that is decided here. */
function passing(
  name: string,
  options: readonly OptionSpec[],
  more: Partial<ExtensionSpec> & {
    print?: (given: Given) => string;
    check?: (seen: Seen, context: Context) => void;
    order?: readonly string[];
  } = {},
): ExtensionSpec {
  const { print = plain, check, order, ...rest } = more;
  return {
    kind: 'target',
    name,
    options,
    ...rest,
    finish(seen, context): Yield {
      check?.(seen, context);
      const keys = order ?? [...new Set(options.map(o => o.key))];
      const saved = keys
        .map(key => seen.get(key))
        .map(given => (given ? print(given) : ''))
        .join('');
      return { saved, action: onward };
    },
  };
}

function plain(given: Given): string {
  if (given.option.type === 'none') return `${bang(given)} --${given.option.name}`;
  return `${bang(given)} --${given.option.name} ${typeof given.value === 'number' ? given.value : given.label}`;
}

/** Reject answers by the names that `--reject-with` takes; any beginning of a name will do. */
const rejections = {
  4: [
    ['icmp-net-unreachable', 'net-unreach'],
    ['icmp-host-unreachable', 'host-unreach'],
    ['icmp-proto-unreachable', 'proto-unreach'],
    ['icmp-port-unreachable', 'port-unreach'],
    ['icmp-net-prohibited', 'net-prohib'],
    ['icmp-host-prohibited', 'host-prohib'],
    ['tcp-reset', 'tcp-rst'],
    ['icmp-admin-prohibited', 'admin-prohib'],
  ],
  6: [
    ['icmp6-no-route', 'no-route'],
    ['icmp6-adm-prohibited', 'adm-prohibited'],
    ['icmp6-addr-unreachable', 'addr-unreach'],
    ['icmp6-port-unreachable', 'port-unreach'],
    ['tcp-reset', 'tcp-reset'],
    ['icmp6-policy-fail', 'policy-fail'],
    ['icmp6-reject-route', 'reject-route'],
  ],
} as const;

const reject: ExtensionSpec = {
  kind: 'target',
  name: 'REJECT',
  chains: { filter: 'all' },
  options: [
    option('reject-with', 'string', {
      read: (text, _given, context) => {
        const lower = text.toLowerCase();
        const found = rejections[context.family].find(names => names.some(name => name.startsWith(lower)));
        if (found) return found[0];
        if (lower !== '' && ('echo-reply'.startsWith(lower) || 'echoreply'.startsWith(lower))) {
          context.warn('--reject-with echo-reply no longer supported');
        }
        return context.fail(`unknown reject type "${text}"`);
      },
    }),
  ],
  finish(seen, context): Yield {
    const given = seen.get('reject-with');
    const answer =
      (given?.value as string | undefined) ??
      (given ? given.label : context.family === 4 ? 'icmp-port-unreachable' : 'icmp6-port-unreachable');
    return { saved: ` --reject-with ${answer}`, action: { kind: 'reject', answer } };
  },
  kernel: (seen, protocol) =>
    seen.get('reject-with')?.value === 'tcp-reset' && !protocol.unknown && (protocol.number !== 6 || protocol.not)
      ? 'Invalid argument'
      : undefined,
};

const levels = ['emerg', 'alert', 'crit', 'error', 'warning', 'notice', 'info', 'debug'];
const levelNames: Readonly<Record<string, number>> = Object.fromEntries([
  ...levels.map((name, i) => [name, i] as const),
  ['panic', 0],
  ['err', 3],
  ['warn', 4],
]);

const log: ExtensionSpec = {
  kind: 'target',
  name: 'LOG',
  options: [
    option('log-level', 'string', {
      read: (text, _given, context) => {
        const number = readUnsigned(text, 0, 7);
        return number ?? levelNames[text] ?? context.fail(`log level "${text}" unknown\n`);
      },
    }),
    option('log-prefix', 'string', {
      min: 1,
      read: (text, _given, context) => {
        if (text === '') context.fail('Argument must have a minimum length of 1 characters');
        if (text.includes('\n')) context.fail('Newlines not allowed in --log-prefix');
        return text.slice(0, 29);
      },
    }),
    ...['log-tcp-sequence', 'log-tcp-options', 'log-ip-options', 'log-uid', 'log-macdecode'].map(name =>
      option(name, 'none'),
    ),
  ],
  finish(seen): Yield {
    const prefix = seen.get('log-prefix');
    const level = seen.get('log-level');
    let saved = prefix ? ` --log-prefix${saveString((prefix.value as string | undefined) ?? prefix.label)}` : '';
    if (level && level.value !== 4) saved += ` --log-level ${(level.value as number | undefined) ?? level.label}`;
    for (const name of ['log-tcp-sequence', 'log-tcp-options', 'log-ip-options', 'log-uid', 'log-macdecode']) {
      if (seen.has(name)) saved += ` --${name}`;
    }
    return { saved, action: onward };
  },
};

const nflog = passing(
  'NFLOG',
  [
    option('nflog-group', 'u16'),
    option('nflog-prefix', 'string', { min: 1, max: 63 }),
    option('nflog-range', 'u32'),
    option('nflog-size', 'u32'),
    option('nflog-threshold', 'u16'),
  ],
  {
    order: ['nflog-prefix', 'nflog-group', 'nflog-range', 'nflog-size', 'nflog-threshold'],
    print: given =>
      given.option.key === 'nflog-prefix'
        ? ` --nflog-prefix${saveString((given.value as string | undefined) ?? given.label)}`
        : plain(given),
  },
);

const handedOver: Action = {
  kind: 'undecided',
  text: 'NFQUEUE',
  why: say(
    'a program decides about packets handed to it (NFQUEUE)',
    'um programa decide sobre os pacotes que recebe (NFQUEUE)',
  ),
};

const nfqueue: ExtensionSpec = {
  kind: 'target',
  name: 'NFQUEUE',
  options: [
    option('queue-num', 'u16', { excludes: ['queue-balance'] }),
    option('queue-balance', 'u16-range', { excludes: ['queue-num'] }),
    option('queue-bypass', 'none'),
    option('queue-cpu-fanout', 'none', { needs: ['queue-balance'] }),
  ],
  finish(seen): Yield {
    const balance = seen.get('queue-balance');
    const number = seen.get('queue-num');
    const head = balance
      ? ` --queue-balance ${balance.label}`
      : ` --queue-num ${(number?.value as number | undefined) ?? number?.label ?? 0}`;
    return {
      saved:
        head +
        (seen.has('queue-bypass') ? ' --queue-bypass' : '') +
        (seen.has('queue-cpu-fanout') ? ' --queue-cpu-fanout' : ''),
      action: handedOver,
    };
  },
};

/** The mark that a MARK or CONNMARK option sets: mark = (mark & ~mask) ^ value. */
function markFrom(given: Given): Masked | undefined {
  const value = given.value as Masked | number | undefined;
  if (value === undefined) return undefined;
  if (typeof value === 'number') {
    switch (given.option.key) {
      case 'and-mark':
        return { value: 0, mask: ~value >>> 0 };
      case 'or-mark':
        return { value, mask: value };
      default:
        return { value, mask: 0 };
    }
  }
  return given.option.key === 'set-mark' ? { value: value.value, mask: (value.mask | value.value) >>> 0 } : value;
}

const markKeys = ['set-xmark', 'set-mark', 'and-mark', 'or-mark', 'xor-mark'];

function markOptions(extra: readonly string[]): OptionSpec[] {
  const others = (key: string) => [...markKeys, ...extra].filter(name => name !== key);
  return [
    option('set-xmark', 'mark', { excludes: others('set-xmark') }),
    option('set-mark', 'mark', { excludes: others('set-mark') }),
    option('and-mark', 'u32', { excludes: others('and-mark') }),
    option('or-mark', 'u32', { excludes: others('or-mark') }),
    option('xor-mark', 'u32', { excludes: others('xor-mark') }),
  ];
}

const unknownMark: Action = {
  kind: 'undecided',
  text: 'MARK',
  why: say('the mark it sets is not known', 'a marca que ela põe não é conhecida'),
};

const mark: ExtensionSpec = {
  kind: 'target',
  name: 'MARK',
  options: markOptions([]),
  finish(seen, context): Yield {
    const given = markKeys.map(key => seen.get(key)).find(g => g !== undefined);
    if (!given) return context.fail('MARK: One of the --set-xmark, --{and,or,xor,set}-mark options is required');
    const value = markFrom(given);
    if (!value) return { saved: ` --${given.option.name} ${given.label}`, action: unknownMark };
    return {
      saved: ` --set-xmark ${hex(value.value)}/${hex(value.mask)}`,
      action: { kind: 'set-mark', on: 'packet', value: value.value, mask: value.mask },
    };
  },
};

const connmark: ExtensionSpec = {
  kind: 'target',
  name: 'CONNMARK',
  options: [
    ...markOptions(['save-mark', 'restore-mark']),
    option('save-mark', 'none', { excludes: [...markKeys, 'restore-mark'] }),
    option('restore-mark', 'none', { excludes: [...markKeys, 'save-mark'] }),
    option('left-shift-mark', 'u8'),
    option('right-shift-mark', 'u8'),
    option('ctmask', 'u32', { excludes: ['mask'] }),
    option('nfmask', 'u32', { excludes: ['mask'] }),
    option('mask', 'u32', { excludes: ['ctmask', 'nfmask'] }),
  ],
  finish(seen, context): Yield {
    const mode = (['save-mark', 'restore-mark'] as const).find(key => seen.has(key));
    if (mode) {
      const both = seen.get('mask')?.value as number | undefined;
      const nf = both ?? (seen.get('nfmask')?.value as number | undefined) ?? 0xffffffff;
      const ct = both ?? (seen.get('ctmask')?.value as number | undefined) ?? 0xffffffff;
      const whole = nf === 0xffffffff && ct === 0xffffffff;
      return {
        saved: ` --${mode} --nfmask ${hex(nf)} --ctmask ${hex(ct)}`,
        action: whole ? { kind: 'copy-mark', from: mode === 'save-mark' ? 'packet' : 'connection' } : unknownMark,
      };
    }
    const given = markKeys.map(key => seen.get(key)).find(g => g !== undefined);
    if (!given) return context.fail('CONNMARK target: No operation specified');
    const value = markFrom(given);
    if (!value) return { saved: ` --${given.option.name} ${given.label}`, action: unknownMark };
    return {
      saved: ` --set-xmark ${hex(value.value)}/${hex(value.mask)}`,
      action: { kind: 'set-mark', on: 'connection', value: value.value, mask: value.mask },
    };
  },
};

const portBearing = new Set([6, 17, 33, 132]);

function portsAllowed(context: Context): boolean {
  const { number, unknown } = context.protocol;
  return unknown || (number !== undefined && portBearing.has(number));
}

function needPorts(context: Context): void {
  if (!portsAllowed(context)) context.fail('Need TCP, UDP, SCTP or DCCP with port specification');
}

/** Reads `port[-port]` as the NAT targets do. */
function readNatPorts(text: string, context: Context): (Range & { shift?: string }) | undefined {
  const single = (part: string, whole: string): number => {
    const number = readUnsigned(part, 0, 65535);
    if (number !== undefined) return number;
    const named = /^\d/.test(part) ? undefined : context.names.service(part, 'any');
    if (named === undefined) return context.fail(`Port \`${whole}' not valid`);
    return named === 'unknown' ? Number.NaN : named;
  };
  if (text.includes(':')) return context.fail('Invalid port:port syntax - use dash');
  const range = /^(\d+)-(.*)$/s.exec(text);
  if (!range) {
    const port = single(text, text);
    return Number.isNaN(port) ? undefined : { from: port, to: port };
  }
  const from = single(range[1] ?? '', text);
  const [high = '', shift] = (range[2] ?? '').split('/');
  const garbage = /^\d+(-.*)$/.exec(high);
  if (garbage) return context.fail(`Garbage after port range: \`${garbage[1] ?? ''}'`);
  const to = single(high, range[2] ?? '');
  if (from > to) return context.fail(`Port range \`${range[2] ?? ''}' funky`);
  return { from, to, ...(shift === undefined ? {} : { shift }) };
}

interface NatRange {
  readonly addresses?: { readonly from: Address; readonly to: Address };
  readonly ports?: Range & { shift?: string };
  readonly text: string;
}

function readNatRange(text: string, _given: Given, context: Context): NatRange | undefined {
  const read = (part: string) => readAddress(part, context.family) ?? context.fail(`Bad IP address "${part}"`);
  let host = text;
  let portText: string | undefined;
  const bracket = /^\[([^\]]*)\](?::(.*))?/.exec(text);
  const colon = text.indexOf(':');
  if (text.startsWith('[')) {
    if (context.family === 4 || !bracket) return context.fail('Invalid address format');
    host = bracket[1] ?? '';
    portText = bracket[2];
  } else if (colon >= 0 && colon === text.lastIndexOf(':')) {
    host = text.slice(0, colon);
    portText = text.slice(colon + 1);
  }
  if (portText !== undefined) needPorts(context);
  const ports = portText === undefined ? undefined : readNatPorts(portText, context);
  if (portText !== undefined && ports === undefined) return undefined;
  const printed = ports
    ? `${ports.from === ports.to ? ports.from : `${ports.from}-${ports.to}`}${ports.shift === undefined ? '' : `/${ports.shift}`}`
    : '';
  if (host === '' && ports) return { ports, text: `:${printed}` };
  const dash = host.indexOf('-');
  const from = read(dash < 0 ? host : host.slice(0, dash));
  const to = dash < 0 ? from : read(host.slice(dash + 1));
  const shown = printAddress(from) + (printAddress(from) === printAddress(to) ? '' : `-${printAddress(to)}`);
  const whole = ports ? (context.family === 6 ? `[${shown}]:${printed}` : `${shown}:${printed}`) : shown;
  return { addresses: { from, to }, ...(ports ? { ports } : {}), text: whole };
}

const unknownNat: Action = {
  kind: 'undecided',
  text: 'NAT',
  why: say('the address it translates to is not known', 'o endereço para o qual ela traduz não é conhecido'),
};

function natTo(name: 'DNAT' | 'SNAT'): ExtensionSpec {
  const key = name === 'DNAT' ? 'to-destination' : 'to-source';
  return {
    kind: 'target',
    name,
    chains: { nat: name === 'DNAT' ? ['PREROUTING', 'OUTPUT'] : ['INPUT', 'POSTROUTING'] },
    options: [
      option(key, 'string', { must: true, read: readNatRange }),
      option('random', 'none'),
      ...(name === 'SNAT' ? [option('random-fully', 'none')] : []),
      option('persistent', 'none'),
    ],
    finish(seen): Yield {
      const given = seen.get(key);
      const range = given?.value as NatRange | undefined;
      const tail = ['random', 'random-fully', 'persistent'].map(flag => (seen.has(flag) ? ` --${flag}` : '')).join('');
      if (!range) return { saved: ` --${key} ${given?.label ?? ''}${tail}`, conditions: [], action: unknownNat };
      const to = {
        ...(range.addresses ? { addresses: range.addresses } : {}),
        ...(range.ports ? { ports: range.ports } : {}),
      };
      return {
        saved: ` --${key} ${range.text}${tail}`,
        action: { kind: 'translate', side: name === 'DNAT' ? 'destination' : 'source', to },
      };
    },
  };
}

function natPorts(name: 'REDIRECT' | 'MASQUERADE'): ExtensionSpec {
  return {
    kind: 'target',
    name,
    chains: { nat: name === 'REDIRECT' ? ['PREROUTING', 'OUTPUT'] : ['POSTROUTING'] },
    options: [
      option('to-ports', 'string', {
        read: (text, _given, context) => {
          const ports = readNatPorts(text, context);
          needPorts(context);
          return ports;
        },
      }),
      option('random', 'none'),
      ...(name === 'MASQUERADE' ? [option('random-fully', 'none')] : []),
    ],
    finish(seen): Yield {
      const given = seen.get('to-ports');
      const ports = given?.value as (Range & { shift?: string }) | undefined;
      const tail = ['random', 'random-fully'].map(flag => (seen.has(flag) ? ` --${flag}` : '')).join('');
      if (given && !ports) return { saved: ` --to-ports ${given.label}${tail}`, action: unknownNat };
      const shown = ports
        ? ` --to-ports ${ports.from === ports.to ? ports.from : `${ports.from}-${ports.to}`}${ports.shift === undefined ? '' : `/${ports.shift}`}`
        : '';
      const kind = name === 'REDIRECT' ? 'redirect' : 'masquerade';
      return { saved: shown + tail, action: { kind, ...(ports ? { ports } : {}) } };
    },
  };
}

const netmap: ExtensionSpec = {
  kind: 'target',
  name: 'NETMAP',
  chains: { nat: 'all' },
  options: [option('to', 'host-mask', { must: true })],
  finish(seen): Yield {
    const block = seen.get('to')?.value as AddressBlock | undefined;
    if (!block) return { saved: ` --to ${seen.get('to')?.label ?? ''}`, action: unknownNat };
    return { saved: ` --to ${printBlock(block)}`, action: { kind: 'map-network', block } };
  },
};

const ct: ExtensionSpec = {
  kind: 'target',
  name: 'CT',
  chains: { raw: 'all' },
  options: [
    option('notrack', 'none'),
    option('helper', 'string', { min: 1, max: 15 }),
    option('timeout', 'string', { min: 1, max: 31 }),
    option('ctevents', 'string'),
    option('expevents', 'string'),
    option('zone', 'string'),
    option('zone-orig', 'string'),
    option('zone-reply', 'string'),
  ],
  finish(seen): Yield {
    const saved = [...seen.values()].map(plain).join('');
    return { saved, action: seen.has('notrack') ? { kind: 'no-tracking' } : onward };
  },
  kernel: (seen, protocol) =>
    seen.has('helper') && !protocol.unknown && (protocol.number === undefined || protocol.number === 0)
      ? 'No such file or directory'
      : seen.has('timeout')
        ? 'Invalid argument'
        : undefined,
};

const notrack: ExtensionSpec = {
  kind: 'target',
  name: 'NOTRACK',
  chains: { raw: 'all' },
  options: [],
  finish: () => ({ saved: '', action: { kind: 'no-tracking' } }),
};

const tproxy: ExtensionSpec = {
  kind: 'target',
  name: 'TPROXY',
  chains: { mangle: ['PREROUTING'] },
  options: [option('on-port', 'u16', { must: true }), option('on-ip', 'host'), option('tproxy-mark', 'mark')],
  finish(seen, context): Yield {
    const ip = seen.get('on-ip')?.value as { raw: Address } | undefined;
    const given = seen.get('tproxy-mark')?.value as Masked | undefined;
    const none = context.family === 4 ? '0.0.0.0' : '::';
    const text = given ? ` --tproxy-mark ${hex(given.value)}/${hex(given.mask)}` : ' --tproxy-mark 0x0/0xffffffff';
    return {
      saved: ` --on-port ${(seen.get('on-port')?.value as number | undefined) ?? ''} --on-ip ${ip ? printAddress(ip.raw) : none}${text}`,
      action: {
        kind: 'undecided',
        text: 'TPROXY',
        why: say('a proxy takes it (TPROXY)', 'um proxy o recebe (TPROXY)'),
      },
    };
  },
  kernel: (_seen, protocol) =>
    protocol.unknown || (!protocol.not && (protocol.number === 6 || protocol.number === 17))
      ? undefined
      : 'Invalid argument',
};

const onTcp = (_seen: Seen, protocol: Context['protocol']) =>
  protocol.unknown || (protocol.number === 6 && !protocol.not) ? undefined : 'Invalid argument';
const outward = {
  raw: ['OUTPUT'],
  mangle: ['FORWARD', 'OUTPUT', 'POSTROUTING'],
  nat: ['OUTPUT', 'POSTROUTING'],
  filter: ['FORWARD', 'OUTPUT'],
  security: ['FORWARD', 'OUTPUT'],
} as const;
const inMangle = { mangle: 'all' } as const;

const tcpmss = passing(
  'TCPMSS',
  [
    option('set-mss', 'u16', { excludes: ['clamp-mss-to-pmtu'] }),
    option('clamp-mss-to-pmtu', 'none', { excludes: ['set-mss'] }),
  ],
  {
    kernel: onTcp,
    check(seen, context) {
      if (seen.size === 0) context.fail('TCPMSS target: At least one parameter is required');
    },
  },
);

/** Clamping needs the outgoing route; a fixed size is taken everywhere. */
const tcpmssPlaces: ExtensionSpec = { ...tcpmss, chains: outward };

const bytes = ['and-tos', 'or-tos', 'xor-tos'];
const tosTarget = passing(
  'TOS',
  [
    option('set-tos', 'string', { excludes: bytes, read: readTos }),
    ...bytes.map(name => option(name, 'u8', { excludes: ['set-tos', ...bytes.filter(other => other !== name)] })),
  ],
  {
    chains: inMangle,
    check(seen, context) {
      if (seen.size === 0) context.fail('TOS: An action is required');
    },
    print(given) {
      const value = given.value as Masked | number | undefined;
      if (value === undefined) return plain(given);
      const m =
        typeof value !== 'number'
          ? value
          : given.option.key === 'and-tos'
            ? { value: 0, mask: ~value & 255 }
            : given.option.key === 'or-tos'
              ? { value, mask: value }
              : { value, mask: 0 };
      return ` --set-tos ${hexByte(m.value)}/${hexByte(m.mask)}`;
    },
  },
);

const dscpTarget = passing(
  'DSCP',
  [
    option('set-dscp', 'u8', { key: 'set-dscp', max: 63 }),
    option('set-dscp-class', 'string', { key: 'set-dscp', read: readDscpClass }),
  ],
  {
    chains: inMangle,
    check(seen, context) {
      if (seen.size === 0) context.fail('DSCP target: Parameter --set-dscp is required');
    },
    print: given => ` --set-dscp ${typeof given.value === 'number' ? hexByte(given.value) : given.label}`,
  },
);

function hopsTarget(name: 'TTL' | 'HL'): ExtensionSpec {
  const lower = name.toLowerCase();
  const keys = [`${lower}-set`, `${lower}-dec`, `${lower}-inc`];
  return passing(
    name,
    keys.map(key =>
      option(key, 'u8', { min: key.endsWith('set') ? 0 : 1, excludes: keys.filter(other => other !== key) }),
    ),
    {
      families: [name === 'TTL' ? 4 : 6],
      chains: inMangle,
      check(seen, context) {
        if (seen.size === 0) context.fail(`${name}: You must specify an action`);
      },
    },
  );
}

const classify = passing(
  'CLASSIFY',
  [
    option('set-class', 'string', {
      must: true,
      read: (text, _given, context) => {
        const match = /^([0-9a-fA-F]+):([0-9a-fA-F]*)$/.exec(text);
        if (!match) return context.fail(`CLASSIFY: Bad class value "${text}"`);
        const four = (part: string) =>
          (Number.parseInt(part === '' ? '0' : part, 16) & 0xffff).toString(16).padStart(4, '0');
        return `${four(match[1] ?? '')}:${four(match[2] ?? '')}`;
      },
    }),
  ],
  { chains: outward, print: given => ` --set-class ${typeof given.value === 'string' ? given.value : given.label}` },
);

function setChange(name: string): OptionSpec {
  return option(name, 'string', {
    key: name,
    read: (text, _given, context) => {
      const directions = context.next();
      if (!directions) return context.fail(`--${name} requires two args.`);
      if (context.names.set(text) === undefined) context.fail(`Set ${text} doesn't exist.\n`);
      return `${text} ${wordLabel(directions)}`;
    },
  });
}

const setTarget: ExtensionSpec = {
  ...passing(
    'SET',
    [
      setChange('add-set'),
      setChange('del-set'),
      setChange('map-set'),
      option('exist', 'none'),
      option('timeout', 'u32'),
      option('map-mark', 'none'),
      option('map-prio', 'none'),
      option('map-queue', 'none'),
    ],
    {
      print: given => (typeof given.value === 'string' ? ` --${given.option.name} ${given.value}` : plain(given)),
      check(seen, context) {
        if (!['add-set', 'del-set', 'map-set'].some(key => seen.has(key)))
          context.fail("You must specify either `--add-set' or `--del-set' or `--map-set'");
      },
    },
  ),
  own: () => undefined,
};

const tee = passing('TEE', [option('gateway', 'host', { must: true }), option('oif', 'string')]);
const trace = passing('TRACE', []);
const checksum = passing('CHECKSUM', [option('checksum-fill', 'none')], {
  chains: inMangle,
  check(seen, context) {
    if (seen.size === 0) context.fail('CHECKSUM target: Parameter --checksum-fill is required');
  },
});

const tcpOptions: Readonly<Record<string, number>> = {
  wscale: 3,
  mss: 2,
  'sack-permitted': 4,
  sack: 5,
  timestamp: 8,
  md5: 19,
};
const tcpoptstrip = passing(
  'TCPOPTSTRIP',
  [
    option('strip-options', 'string', {
      read: (text, _given, context) =>
        text
          .split(',')
          .map(part => tcpOptions[part] ?? readUnsigned(part, 0, 255) ?? context.fail(`Bad TCP option value "${part}"`))
          .sort((a, b) => a - b)
          .join(','),
    }),
  ],
  {
    chains: inMangle,
    kernel: onTcp,
    print: given => ` --strip-options ${typeof given.value === 'string' ? given.value : given.label}`,
  },
);

const audit = passing('AUDIT', [
  option('type', 'string', {
    must: true,
    read: (text, _given, context) =>
      ['accept', 'drop', 'reject'].includes(text.toLowerCase())
        ? text.toLowerCase()
        : context.fail(`Bad action type value "${text}"`),
  }),
]);
const idletimer = passing('IDLETIMER', [
  option('timeout', 'u32', { must: true }),
  option('label', 'string', { must: true, min: 1, max: 27 }),
  option('alarm', 'none'),
]);
const connsecmark = passing(
  'CONNSECMARK',
  [option('save', 'none', { excludes: ['restore'] }), option('restore', 'none', { excludes: ['save'] })],
  {
    chains: { mangle: 'all', security: 'all' },
    check(seen, context) {
      if (seen.size === 0) context.fail('CONNSECMARK target: parameter required');
    },
  },
);
const secmark = passing('SECMARK', [option('selctx', 'string', { must: true, min: 1 })], { never: 'Invalid argument' });
const rateest = passing('RATEEST', [
  option('rateest-name', 'string', { must: true, min: 1 }),
  option('rateest-interval', 'string', { must: true }),
  option('rateest-ewmalog', 'string', { must: true }),
]);
const hmark = passing('HMARK', [
  ...['hmark-src-prefix', 'hmark-dst-prefix'].map(name => option(name, 'prefix')),
  ...[
    'hmark-sport-mask',
    'hmark-dport-mask',
    'hmark-spi-mask',
    'hmark-sport',
    'hmark-dport',
    'hmark-spi',
    'hmark-proto-mask',
    'hmark-rnd',
    'hmark-mod',
    'hmark-offset',
    'hmark-tuple',
  ].map(name => option(name, 'string')),
]);
const synproxy: ExtensionSpec = {
  kind: 'target',
  name: 'SYNPROXY',
  chains: {
    mangle: ['INPUT', 'FORWARD'],
    nat: ['INPUT'],
    filter: ['INPUT', 'FORWARD'],
    security: ['INPUT', 'FORWARD'],
  },
  options: [
    option('sack-perm', 'none'),
    option('timestamp', 'none'),
    option('wscale', 'u32', { max: 14 }),
    option('mss', 'u16'),
    option('ecn', 'none'),
  ],
  kernel: onTcp,
  finish: seen => ({
    saved: [...seen.values()].map(plain).join(''),
    action: {
      kind: 'undecided',
      text: 'SYNPROXY',
      why: say('the kernel answers in its place (SYNPROXY)', 'o kernel responde no lugar dele (SYNPROXY)'),
    },
  }),
};

/** Targets that iptables knows and this kernel lacks: taken by the parser, refused when the rule is handed over. */
function missing(
  name: string,
  families: ExtensionSpec['families'],
  options: readonly OptionSpec[] = [],
): ExtensionSpec {
  return {
    ...passing(name, options, families ? { families } : {}),
    never: 'No such file or directory',
  };
}

const ulog = missing(
  'ULOG',
  [4],
  [
    option('ulog-nlgroup', 'u8', { min: 1, max: 32 }),
    option('ulog-prefix', 'string', { min: 1, max: 31 }),
    option('ulog-cprange', 'u32'),
    option('ulog-qthreshold', 'u64'),
  ],
);
const led = missing('LED', undefined, [
  option('led-trigger-id', 'string', { must: true }),
  option('led-delay', 'string'),
  option('led-always-blink', 'none'),
]);
const clusterip = missing(
  'CLUSTERIP',
  [4],
  ['new', 'hashmode', 'clustermac', 'total-nodes', 'local-node', 'hash-init'].map(name =>
    option(name, name === 'new' ? 'none' : 'string'),
  ),
);

/** Targets that say on stderr, before anything else, that the kernel lacks them. */
export const warnedTargets: ReadonlySet<string> = new Set(['ULOG', 'LED', 'CLUSTERIP']);

export const targets: readonly ExtensionSpec[] = [
  reject,
  log,
  nflog,
  nfqueue,
  mark,
  connmark,
  natTo('DNAT'),
  natTo('SNAT'),
  natPorts('REDIRECT'),
  natPorts('MASQUERADE'),
  netmap,
  ct,
  notrack,
  tproxy,
  tcpmssPlaces,
  tosTarget,
  dscpTarget,
  hopsTarget('TTL'),
  hopsTarget('HL'),
  classify,
  setTarget,
  tee,
  trace,
  checksum,
  tcpoptstrip,
  audit,
  idletimer,
  connsecmark,
  secmark,
  rateest,
  hmark,
  synproxy,
  ulog,
  led,
  clusterip,
];
