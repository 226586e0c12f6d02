/** Targets: what they take, where the kernel takes them, and what they do to a packet. */
import type { Context, ExtensionSpec, Masked, OptionSpec, Seen, Yield } from '../extension';
import { hex, onOutput, option, saveString } from '../extension';
import { printAddress, readUnsigned } from '../address';
import { say } from '../../../text/message';
import type { Action, Address } from '../rule';
import { hexByte, readDscpClass, readTos } from './other-matches';
import { wordLabel } from '../word';
import { markTargets } from './mark-targets';
import { natTargets } from './nat-targets';
import { passing, plain } from './passing-target';

const onward: Action = { kind: 'continue' };
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
/** Spelt out and in small letters: `err` and `warn`, which syslog knows, are none (measured). */
const levelNames: ReadonlyMap<string, number> = new Map([
  ...levels.map((name, i) => [name, i] as const),
  ['panic', 0] as const,
]);

const log: ExtensionSpec = {
  kind: 'target',
  name: 'LOG',
  options: [
    option('log-level', 'string', {
      read: (text, _given, context) => {
        const number = readUnsigned(text, 0, 7);
        return number ?? levelNames.get(text) ?? context.fail(`log level "${text}" unknown\n`);
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
const inMangle = { mangle: 'all' } as const;

const tcpmss = passing(
  'TCPMSS',
  [
    option('set-mss', 'u16', { excludes: ['clamp-mss-to-pmtu'] }),
    option('clamp-mss-to-pmtu', 'none', { excludes: ['set-mss'] }),
  ],
  {
    // Clamping needs the outgoing route; a fixed size is taken everywhere.
    direct: true,
    chains: seen => (seen.has('clamp-mss-to-pmtu') ? onOutput : 'any'),
    kernel: onTcp,
    check(seen, context) {
      if (seen.size === 0) context.fail('TCPMSS target: At least one parameter is required');
    },
  },
);
const ecnTcp = ['ecn-tcp-cwr', 'ecn-tcp-ece'];
const ecn = passing(
  'ECN',
  [
    option('ecn-tcp-remove', 'none', { excludes: ecnTcp }),
    ...ecnTcp.map(name => option(name, 'u8', { max: 1, excludes: ['ecn-tcp-remove'] })),
    option('ecn-ip-ect', 'u8', { max: 3 }),
  ],
  {
    families: [4],
    chains: inMangle,
    kernel: (seen, protocol) =>
      ['ecn-tcp-remove', ...ecnTcp].some(key => seen.has(key)) ? onTcp(seen, protocol) : undefined,
    check(seen, context) {
      if (seen.size === 0) context.fail('ECN target: An operation is required');
    },
  },
);

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
  { chains: onOutput, print: given => ` --set-class ${typeof given.value === 'string' ? given.value : given.label}` },
);

function setChange(name: string): OptionSpec {
  return option(name, 'string', {
    key: name,
    pair: true,
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
const secmark = passing('SECMARK', [option('selctx', 'string', { must: true, min: 1 })], {
  chains: { mangle: 'all', security: 'all' },
  never: 'No such file or directory',
});
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
  ...markTargets,
  ...natTargets,
  ct,
  notrack,
  tproxy,
  tcpmss,
  ecn,
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
