/** Matches whose options are checked as iptables does, and whose outcome stays open: time, contents, chance, tunnels … */
import type { Context, ExtensionSpec, Given, Masked, OptionSpec, Seen, Yield } from '../extension';
import {
  bang,
  hangsOnTraffic,
  hex,
  notInModel,
  onInput,
  onOutput,
  option,
  readMasked,
  undecided,
  unknownOptions,
} from '../extension';
import { readUnsigned } from '../address';
import type { Message } from '../../../text/message';
import type { Condition, Range } from '../rule';

interface Loose extends Partial<Pick<ExtensionSpec, 'chains' | 'direct' | 'families' | 'never' | 'kernel'>> {
  readonly why?: Message;
  /** Said when no option at all is given, or when what is needed is missing. */
  readonly check?: (seen: Seen, context: Context) => void;
  readonly saved?: (given: Given) => string;
  /** What packets have to meet, where that is known; undefined: it stays open. */
  readonly decided?: (seen: Seen) => readonly Condition[] | undefined;
  /** Options that are printed although nobody gave them. */
  readonly tail?: (seen: Seen) => string;
}

/** A match of which only the options matter; printed in the order of its options. */
function loose(name: string, options: readonly OptionSpec[], more: Loose = {}): ExtensionSpec {
  const { why = notInModel, check, saved, decided, tail, ...rest } = more;
  return {
    kind: 'match',
    name,
    options,
    ...rest,
    finish(seen, context): Yield {
      check?.(seen, context);
      let text = '';
      const order = [...new Set(options.map(o => o.key))];
      for (const key of order) {
        const given = seen.get(key);
        if (given) text += saved ? saved(given) : printGiven(given);
      }
      text += tail?.(seen) ?? '';
      const open = () => [undecided(`-m ${name}${text}`, why), ...unknownOptions(seen)];
      return { saved: text, conditions: decided?.(seen) ?? open() };
    },
  };
}

/** Asks for what ordinary packets do not have; negated or not, a packet without it does not meet the match. */
const unusual = (): Condition[] => [{ kind: 'unusual', not: false }];

function printGiven(given: Given): string {
  const { value, option: opt } = given;
  const name = `${bang(given)} --${opt.name}`;
  if (opt.type === 'none') return name;
  if (typeof value === 'number') return `${name} ${value}`;
  if (isRange(value)) return `${name} ${value.from === value.to ? value.from : `${value.from}:${value.to}`}`;
  return `${name} ${given.label}`;
}

function isRange(value: unknown): value is Range {
  return typeof value === 'object' && value !== null && 'from' in value && 'to' in value;
}

const notOnOutput = {
  raw: ['PREROUTING'],
  mangle: ['PREROUTING', 'INPUT', 'FORWARD', 'POSTROUTING'],
  nat: ['PREROUTING', 'INPUT', 'POSTROUTING'],
  filter: ['INPUT', 'FORWARD'],
  security: ['INPUT', 'FORWARD'],
} as const;
const onForward = { mangle: ['FORWARD'], filter: ['FORWARD'], security: ['FORWARD'] } as const;

const physdev = loose(
  'physdev',
  [
    option('physdev-is-in', 'none', { not: true }),
    option('physdev-in', 'string', { not: true }),
    option('physdev-is-out', 'none', { not: true }),
    option('physdev-out', 'string', { not: true }),
    option('physdev-is-bridged', 'none', { not: true }),
  ],
  {
    // Where a packet of the host's own will leave its bridge is not known yet.
    chains: seen =>
      (seen.has('physdev-out') || seen.has('physdev-is-out')) && seen.get('physdev-is-bridged')?.not !== false
        ? notOnOutput
        : 'any',
    direct: true,
    check(seen, context) {
      if (seen.size === 0) context.fail('PHYSDEV: no physdev option specified');
    },
    // Over no bridge, a packet meets just what is negated (xt_physdev).
    decided: seen => [...seen.values()].map(({ not }) => ({ kind: 'unusual', not })),
  },
);

const tosNames: Readonly<Record<string, number>> = {
  'minimize-delay': 0x10,
  'maximize-throughput': 0x08,
  'maximize-reliability': 0x04,
  'minimize-cost': 0x02,
  'normal-service': 0x00,
};

/** Reads a type of service: a name (mask 0x3f) or `value[/mask]` of a byte. */
export function readTos(text: string, _given: Given, context: Context): Masked {
  const named = tosNames[text.toLowerCase()];
  if (named !== undefined) return { value: named, mask: 0x3f };
  const masked = readMasked(text);
  if (!masked || masked.value > 255 || (text.includes('/') && masked.mask > 255)) {
    return context.fail(text.includes('/') ? `Illegal value: "${text}"` : `Symbolic name "${text}" is unknown`);
  }
  return { value: masked.value, mask: text.includes('/') ? masked.mask : 0xff };
}

/** A byte in hexadecimal with two digits. */
export function hexByte(value: number): string {
  return `0x${value.toString(16).padStart(2, '0')}`;
}

const tos = loose('tos', [option('tos', 'string', { must: true, not: true, read: readTos })], {
  saved: given => {
    const value = given.value as Masked | undefined;
    return value ? `${bang(given)} --tos ${hexByte(value.value)}/${hexByte(value.mask)}` : ` --tos ${given.label}`;
  },
});

const dscpClasses: Readonly<Record<string, number>> = {
  CS0: 0,
  CS1: 8,
  CS2: 16,
  CS3: 24,
  CS4: 32,
  CS5: 40,
  CS6: 48,
  CS7: 56,
  BE: 0,
  AF11: 10,
  AF12: 12,
  AF13: 14,
  AF21: 18,
  AF22: 20,
  AF23: 22,
  AF31: 26,
  AF32: 28,
  AF33: 30,
  AF41: 34,
  AF42: 36,
  AF43: 38,
  EF: 46,
};

/** Reads a DSCP class by name. */
export function readDscpClass(text: string, _given: Given, context: Context): number {
  return dscpClasses[text.toUpperCase()] ?? context.fail(`Invalid DSCP value \`${text}'`);
}

const dscp = loose(
  'dscp',
  [
    option('dscp', 'u8', { key: 'dscp', not: true, max: 63 }),
    option('dscp-class', 'string', { key: 'dscp', not: true, read: readDscpClass }),
  ],
  {
    check(seen, context) {
      if (seen.size === 0) context.fail('DSCP match: Parameter --dscp is required');
    },
    saved: given => `${bang(given)} --dscp ${typeof given.value === 'number' ? hexByte(given.value) : given.label}`,
  },
);

const ecn = loose(
  'ecn',
  [
    option('ecn-tcp-cwr', 'none', { not: true }),
    option('ecn-tcp-ece', 'none', { not: true }),
    option('ecn-ip-ect', 'u8', { not: true, max: 3 }),
  ],
  {
    check(seen, context) {
      if (seen.size === 0) context.fail('ECN match: some option required');
    },
    kernel: (seen, protocol) =>
      (seen.has('ecn-tcp-cwr') || seen.has('ecn-tcp-ece')) &&
      !protocol.unknown &&
      (protocol.number !== 6 || protocol.not)
        ? 'Invalid argument'
        : undefined,
  },
);

const string = loose(
  'string',
  [
    option('string', 'string', { key: 'string', not: true, max: 128 }),
    option('hex-string', 'string', { key: 'string', not: true }),
    option('algo', 'string', { must: true, max: 15 }),
    option('from', 'u16'),
    option('to', 'u16'),
    option('icase', 'none'),
  ],
  {
    check(seen, context) {
      if (!seen.has('string') && seen.has('algo'))
        context.fail("STRING match: You must specify `--string' or `--hex-string'");
    },
    saved: given =>
      given.option.key === 'string' ? `${bang(given)} --${given.option.name} "${given.label}"` : printGiven(given),
    kernel(seen) {
      const algorithm = seen.get('algo')?.value ?? 'bm';
      return algorithm === 'bm' || algorithm === 'kmp' || algorithm === 'fsm' ? undefined : 'No such file or directory';
    },
  },
);

const statistic = loose(
  'statistic',
  [
    option('mode', 'string', {
      must: true,
      read: (text, _given, context) =>
        text === 'random' || text === 'nth' ? text : context.fail(`Bad mode "${text}"`),
    }),
    option('probability', 'double', { not: true, min: 0, max: 1, excludes: ['every', 'packet'] }),
    option('every', 'u32', { not: true, min: 1, needs: ['packet'], excludes: ['probability'] }),
    option('packet', 'u32', { needs: ['every'], excludes: ['probability'] }),
  ],
  {
    why: hangsOnTraffic,
    decided(seen) {
      const given = seen.get('probability');
      if (seen.get('mode')?.value === 'nth' && seen.get('every')?.value === 1)
        return seen.get('every')?.not === true ? [{ kind: 'never' }] : [];
      const chance = seen.get('mode')?.value === 'random' ? given?.value : undefined;
      if (chance !== 0 && chance !== 1) return undefined;
      return (chance === 1) === given?.not ? [{ kind: 'never' }] : [];
    },
    check(seen, context) {
      const mode = seen.get('mode')?.value;
      if (mode === 'random' && !seen.has('probability'))
        context.fail('--probability must be specified when using random mode');
      if (mode === 'nth' && !seen.has('every'))
        context.fail('--every and --packet must be specified when using nth mode');
    },
    saved: given =>
      given.option.key === 'probability' && typeof given.value === 'number'
        ? `${bang(given)} --probability ${(Math.round(given.value * 0x80000000) / 0x80000000).toFixed(11)}`
        : printGiven(given),
  },
);

function readClock(text: string, _given: Given, context: Context): string {
  const match = /^(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?$/.exec(text);
  const [hour = 99, minute = 99, second = 0] = (match?.slice(1) ?? []).map(part => Number(part));
  if (!match || hour > 23 || minute > 59 || (match[3] !== undefined && second > 59)) {
    return context.fail(`invalid time "${text}" specified, should be hh:mm[:ss] format and within the boundaries`);
  }
  const two = (n: number) => String(n).padStart(2, '0');
  return `${two(hour)}:${two(minute)}:${two(Number(match[3] ?? 0))}`;
}

function readDate(text: string, _given: Given, context: Context): string {
  const match = /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2})(?:T(\d{1,2})(?::(\d{1,2})(?::(\d{1,2}))?)?)?)?)?$/.exec(text);
  if (!match) return context.fail(`Invalid date "${text}" specified. Should be YYYY[-MM[-DD[Thh[:mm[:ss]]]]]`);
  const two = (part: string | undefined, fallback: string) => (part ?? fallback).padStart(2, '0');
  return `${match[1]}-${two(match[2], '01')}-${two(match[3], '01')}T${two(match[4], '00')}:${two(match[5], '00')}:${two(match[6], '00')}`;
}

const days = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** The first two letters decide, upper and lower case as in `Mon`. */
function readDays(text: string, _given: Given, context: Context): string[] {
  const found = text
    .split(',')
    .filter(part => part !== '')
    .map(part => {
      const at = /^[1-7]$/.test(part)
        ? Number(part) - 1
        : days.findIndex(day => part.length >= 2 && part.startsWith(day.slice(0, 2)));
      return at >= 0 ? at : context.fail(`${part} is not a valid day specifier`);
    });
  return days.filter((_, i) => found.includes(i));
}

function readMonthDays(text: string, _given: Given, context: Context): number[] {
  return text
    .split(',')
    .map(part => {
      const day = readUnsigned(part, 1, 31);
      return day ?? context.fail(`${part} is not a valid day for the month`);
    })
    .sort((a, b) => a - b);
}

const clock = loose(
  'time',
  [
    option('timestart', 'string', { read: readClock }),
    option('timestop', 'string', { read: readClock }),
    option('monthdays', 'string', { not: true, read: readMonthDays }),
    option('weekdays', 'string', { not: true, read: readDays }),
    option('datestart', 'string', { read: readDate }),
    option('datestop', 'string', { read: readDate }),
    option('kerneltz', 'none', { excludes: ['localtz', 'utc'] }),
    option('localtz', 'none', { excludes: ['kerneltz', 'utc'] }),
    option('utc', 'none', { excludes: ['kerneltz', 'localtz'] }),
    option('contiguous', 'none', { needs: ['timestart', 'timestop'] }),
  ],
  {
    why: hangsOnTraffic,
    saved(given) {
      const { key, name } = given.option;
      if (key === 'weekdays' && Array.isArray(given.value)) {
        const listed = given.value as string[];
        return ` --weekdays ${(given.not ? days.filter(day => !listed.includes(day)) : listed).join(',')}`;
      }
      if (key === 'monthdays' && Array.isArray(given.value)) {
        const listed = given.value as number[];
        const all = Array.from({ length: 31 }, (_, i) => i + 1);
        return ` --monthdays ${(given.not ? all.filter(day => !listed.includes(day)) : listed).join(',')}`;
      }
      if (given.option.type === 'none') return '';
      return ` --${name} ${typeof given.value === 'string' ? given.value : given.label}`;
    },
    tail: seen =>
      (seen.has('datestop') ? '' : ' --datestop 2038-01-19T03:14:07') +
      (seen.has('kerneltz') ? ' --kerneltz' : '') +
      (seen.has('contiguous') ? ' --contiguous' : ''),
  },
);

const onlyTcp = (_seen: Seen, protocol: Context['protocol']) =>
  protocol.unknown || (protocol.number === 6 && !protocol.not) ? undefined : 'Invalid argument';

const tcpmss = loose('tcpmss', [option('mss', 'u16-range', { must: true, not: true })], { kernel: onlyTcp });
const helper = loose('helper', [option('helper', 'string', { must: true, not: true })]);
const quota = loose('quota', [option('quota', 'u64', { not: true, must: true })], { why: hangsOnTraffic });
const connbytes = loose(
  'connbytes',
  [
    option('connbytes', 'u64-range', { must: true, not: true }),
    option('connbytes-mode', 'string', {
      must: true,
      read: (text, _given, context) =>
        ['packets', 'bytes', 'avgpkt'].includes(text) ? text : context.fail('Unknown --connbytes-mode `' + text + "'"),
    }),
    option('connbytes-dir', 'string', {
      must: true,
      read: (text, _given, context) =>
        ['original', 'reply', 'both'].includes(text) ? text : context.fail('Unknown --connbytes-dir `' + text + "'"),
    }),
  ],
  {
    why: hangsOnTraffic,
    saved(given) {
      const range = given.value;
      if (!isRange(range)) return printGiven(given);
      const open = range.to >= 2 ** 63;
      return `${bang(given)} --connbytes ${open ? range.from : `${range.from}:${range.to}`}`;
    },
  },
);

const socket = loose(
  'socket',
  [option('transparent', 'none'), option('nowildcard', 'none'), option('restore-skmark', 'none')],
  {
    chains: {
      raw: ['PREROUTING'],
      mangle: ['PREROUTING', 'INPUT'],
      nat: ['PREROUTING', 'INPUT'],
      filter: ['INPUT'],
      security: ['INPUT'],
    },
  },
);
const rpfilter = loose(
  'rpfilter',
  [option('loose', 'none'), option('validmark', 'none'), option('accept-local', 'none'), option('invert', 'none')],
  { chains: { raw: ['PREROUTING'], mangle: ['PREROUTING'] } },
);
const cpu = loose('cpu', [option('cpu', 'u32', { must: true, not: true })]);

function printGroup(given: Given): string {
  const value = given.value as Masked | undefined;
  if (!value) return printGiven(given);
  return `${bang(given)} --${given.option.name} ${hex(value.value)}${value.mask === 0xffffffff ? '' : `/${hex(value.mask)}`}`;
}

const devgroup = loose(
  'devgroup',
  [option('src-group', 'mark', { not: true }), option('dst-group', 'mark', { not: true })],
  {
    direct: true,
    chains: seen => (!seen.has('dst-group') ? onInput : seen.has('src-group') ? onForward : onOutput),
    saved: printGroup,
    check(seen, context) {
      if (seen.size === 0) context.fail("devgroup match: You must specify either '--src-group' or '--dst-group'");
    },
  },
);
const realm = loose('realm', [option('realm', 'mark', { must: true, not: true })], {
  families: [4],
  chains: {
    raw: ['OUTPUT'],
    mangle: ['INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
    nat: ['INPUT', 'OUTPUT', 'POSTROUTING'],
    filter: 'all',
    security: 'all',
  },
  saved: printGroup,
  // Routes have no realm but where somebody gives them one.
  decided(seen) {
    const given = seen.get('realm');
    const value = given?.value as Masked | undefined;
    return given && value ? [{ kind: 'unusual', not: (value.value === 0) !== given.not }] : undefined;
  },
});
const u32 = loose('u32', [
  option('u32', 'string', {
    must: true,
    not: true,
    read: (text, _given, context) =>
      /^[\s0-9]/.test(text) ? text : context.fail('u32: at char 0: not a number or out of range'),
  }),
]);
const cgroup = loose(
  'cgroup',
  [
    option('path', 'string', { not: true, excludes: ['cgroup'] }),
    option('cgroup', 'u32', { not: true, excludes: ['path'] }),
  ],
  {
    chains: {
      raw: ['OUTPUT'],
      mangle: ['INPUT', 'OUTPUT', 'POSTROUTING'],
      nat: ['INPUT', 'OUTPUT', 'POSTROUTING'],
      filter: ['INPUT', 'OUTPUT'],
      security: ['INPUT', 'OUTPUT'],
    },
    check(seen, context) {
      if (seen.size === 0) context.fail('cgroup: either --path or --cgroup must be specified');
    },
  },
);
const policy = loose(
  'policy',
  [
    option('dir', 'string', {
      read: (text, _given, context) =>
        text === 'in' || text === 'out' ? text : context.fail(`policy_match: invalid dir "${text}"`),
    }),
    option('pol', 'string', {
      read: (text, _given, context) =>
        text === 'ipsec' || text === 'none' ? text : context.fail(`policy match: invalid policy "${text}"`),
    }),
    option('strict', 'none'),
    ...['reqid', 'spi'].map(name => option(name, 'u32', { not: true, multi: true })),
    ...['tunnel-src', 'tunnel-dst'].map(name => option(name, 'host-mask', { not: true, multi: true })),
    option('proto', 'protocol', { not: true, multi: true }),
    option('mode', 'string', { not: true, multi: true }),
    option('next', 'none', { multi: true, needs: ['strict'] }),
  ],
  {
    direct: true,
    chains: seen => (seen.get('dir')?.value === 'out' ? onOutput : onInput),
    check(seen, context) {
      if (!seen.has('dir')) context.fail('policy match: neither --dir in nor --dir out specified');
      if (seen.get('pol')?.value === 'none' && seen.has('strict'))
        context.fail('policy match: policy none but --strict given');
    },
    saved: given => (given.option.key === 'dir' ? printGiven(given) : ''),
    // Without --pol it is ipsec; behind none nothing counts.
    tail(seen) {
      const given = seen.get('pol');
      if (given?.value === 'none') return ' --pol none';
      const more = ['strict', 'reqid', 'spi', 'tunnel-src', 'tunnel-dst', 'proto', 'mode', 'next'].map(key =>
        seen.get(key),
      );
      return ` --pol ${given?.label ?? 'ipsec'}${more.map(one => (one ? printGiven(one) : '')).join('')}`;
    },
    decided(seen) {
      const given = seen.get('pol');
      return given && given.value === undefined ? undefined : [{ kind: 'unusual', not: given?.value === 'none' }];
    },
  },
);

/** Reads a program of the packet filter as `length,code jt jf k,…`; whether the kernel takes it is not looked into. */
function readBytecode(text: string, _given: Given, context: Context): string {
  const wrong = (what: string) => context.fail(`bpf: ${what}`);
  const count = /^\s*([+-]?\d+),/.exec(text)?.[1];
  if (count === undefined) return wrong('error parsing program length');
  const length = wrapped(count, 16);
  if (length > 64) return wrong('number of instructions exceeds maximum');
  if (length === 0) return wrong('illegal zero length program');
  const parts = text.split(',').slice(1);
  if (parts.at(-1) === '') parts.pop();
  const steps = parts.map((part, i) => {
    if (i >= length) return wrong('real program length exceeds the encoded length parameter');
    const step = /^\s*([+-]?\d+)\s+([+-]?\d+)\s+([+-]?\d+)\s+([+-]?\d+)/.exec(part);
    if (!step) return wrong(`error at instr ${i}`);
    return [16, 8, 8, 32].map((bits, field) => wrapped(step[field + 1] ?? '0', bits)).join(' ');
  });
  if (steps.length < length) wrong('parsed program length is less than the encoded length parameter');
  return [length, ...steps].join(',');
}

/** A number as scanf stores it in so many bits. */
function wrapped(text: string, bits: number): number {
  return Number(BigInt.asUintN(bits, BigInt(text)));
}

const bpf = loose(
  'bpf',
  [option('bytecode', 'string', { read: readBytecode }), option('object-pinned', 'string', { min: 1 })],
  {
    check(seen, context) {
      if (seen.size === 0) context.fail('bpf: one of --bytecode or --pinned is required');
    },
    saved: given =>
      given.option.key === 'bytecode' && typeof given.value === 'string'
        ? ` --bytecode "${given.value}"`
        : printGiven(given),
  },
);
const osf = loose(
  'osf',
  [
    option('genre', 'string', { must: true, not: true }),
    option('ttl', 'u32', { max: 2 }),
    option('log', 'u32', { max: 2 }),
  ],
  { families: [4], chains: onInput, kernel: onlyTcp },
);
const frag = loose(
  'frag',
  [
    option('fragid', 'u32-range', { not: true }),
    option('fraglen', 'u32'),
    option('fragres', 'none'),
    option('fragfirst', 'none', { excludes: ['fraglast'] }),
    option('fragmore', 'none', { excludes: ['fraglast'] }),
    option('fraglast', 'none', { excludes: ['fragfirst', 'fragmore'] }),
  ],
  { families: [6], decided: unusual },
);

function spiOf(name: string, number: number): ExtensionSpec {
  return loose(name, [option(`${name}spi`, 'u32-range', { not: true })], {
    kernel: (_seen, protocol) =>
      protocol.unknown || (protocol.number === number && !protocol.not) ? undefined : 'Invalid argument',
  });
}

const rt = loose(
  'rt',
  [
    option('rt-type', 'u32', { not: true }),
    option('rt-segsleft', 'u32-range', { not: true }),
    option('rt-len', 'u32', { not: true }),
  ],
  { families: [6], decided: unusual },
);
const hbh = loose('hbh', [option('hbh-len', 'u32', { not: true }), option('hbh-opts', 'string')], {
  families: [6],
  decided: unusual,
});
const dst = loose('dst', [option('dst-len', 'u32', { not: true }), option('dst-opts', 'string')], {
  families: [6],
  decided: unusual,
});
const eui64 = loose('eui64', [], { families: [6], chains: onInput });
const ipv6header = loose(
  'ipv6header',
  [option('header', 'string', { not: true, must: true }), option('soft', 'none')],
  { families: [6] },
);
const nfacct = loose('nfacct', [option('nfacct-name', 'string', { must: true, min: 1 })], {
  never: 'No such file or directory',
});
const cluster = loose('cluster', [
  option('cluster-total-nodes', 'u32', { must: true }),
  option('cluster-local-node', 'u32', { not: true }),
  option('cluster-local-nodemask', 'u32', { not: true }),
  option('cluster-hash-seed', 'u32', { must: true }),
]);
const connlabel = loose('connlabel', [option('label', 'string', { must: true, not: true }), option('set', 'none')]);
const ipcomp = loose('ipcomp', [option('ipcompspi', 'u32-range', { not: true }), option('compres', 'none')]);

export const otherMatches: readonly ExtensionSpec[] = [
  physdev,
  tos,
  dscp,
  ecn,
  string,
  statistic,
  clock,
  tcpmss,
  helper,
  quota,
  connbytes,
  socket,
  rpfilter,
  cpu,
  devgroup,
  realm,
  u32,
  cgroup,
  policy,
  bpf,
  osf,
  frag,
  spiOf('ah', 51),
  spiOf('esp', 50),
  rt,
  hbh,
  dst,
  eui64,
  ipv6header,
  nfacct,
  cluster,
  connlabel,
  ipcomp,
];
