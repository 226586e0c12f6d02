/**
 * How an extension of iptables (a match or a target) takes its options. The checks that most extensions share, and the
 * texts of their refusals, follow libxtables (xtables_option_parse, xtables_options_fcheck; measured with 1.8.9).
 */
import type { Message } from '../../text/message';
import { say } from '../../text/message';
import { protocols } from '../../facts/protocols';
import {
  masked,
  prefixLength,
  prefixMask,
  printAddress,
  readInetAton,
  readIPv6,
  readMask,
  readNumber,
  readUnsigned,
} from './address';
import type { Place } from './command';
import type { HostNames, PortProtocol } from './host-names';
import type { Action, Address, Condition, Family, Range } from './rule';
import type { Word } from './word';
import { wordLabel, wordText, wordUnknowns } from './word';

/** Thrown inside the parser to leave it; never leaves syntax/iptables. */
export class Refused extends Error {
  constructor(
    readonly text: string,
    readonly status: number,
    /** Whether the program's name and version stand before the text. */
    readonly named: boolean,
  ) {
    super(text);
  }
}

/** What an extension may ask while its options are read. */
export interface Context {
  readonly family: Family;
  readonly names: HostNames;
  /** `-p`, as far as it has been read: its number (undefined: none yet), negated, or unknown. */
  readonly protocol: {
    readonly number: number | undefined;
    readonly not: boolean;
    readonly unknown: boolean;
  };
  /** Refuses the line with the program's name before the text (exit status 2). */
  fail(text: string): never;
  /** Something printed on stderr before whatever comes of the line. */
  warn(text: string): void;
  /** Takes the next word where it is no option: for options with two values. */
  next(): Word | undefined;
}

/** A mark or another number with its mask. */
export interface Masked {
  readonly value: number;
  readonly mask: number;
}

export type OptionType =
  | 'none'
  | 'u8'
  | 'u16'
  | 'u32'
  | 'u64'
  | 'u16-range'
  | 'u32-range'
  | 'u64-range'
  | 'double'
  | 'string'
  | 'mark'
  | 'port'
  | 'port-range'
  | 'protocol'
  | 'host'
  | 'host-mask'
  | 'prefix'
  | 'mac'
  | 'tos';

/** One option. `read` replaces the reading of the type. */
export interface OptionSpec {
  readonly name: string;
  /** Spellings of one option share a key; the first spelling of a key is the one that messages name. */
  readonly key: string;
  readonly type: OptionType;
  /** May be negated. */
  readonly not?: boolean;
  /** May be given more than once. */
  readonly multi?: boolean;
  readonly must?: boolean;
  /** Keys it excludes, and keys it needs. */
  readonly excludes?: readonly string[];
  readonly needs?: readonly string[];
  /** It takes the word behind its value as well, which `read` asks for. */
  readonly pair?: boolean;
  readonly min?: number;
  readonly max?: number;
  readonly read?: (text: string, given: Given, context: Context) => unknown;
}

/** An option as it was given. */
export interface Given {
  readonly option: OptionSpec;
  readonly not: boolean;
  /** The word, for messages and printing; for options without a value ''. */
  readonly label: string;
  /** What the type makes of it; undefined where a part is unknown. */
  readonly value: unknown;
  /** Why the value is not known. */
  readonly unknown: readonly Message[];
}

export type Seen = ReadonlyMap<string, Given>;

/** What an extension gives to the rule. */
export interface Yield {
  /** As iptables-save prints the options, each with a blank before it. */
  readonly saved: string;
  readonly conditions?: readonly Condition[];
  readonly action?: Action;
  readonly comment?: string;
}

export interface ExtensionSpec {
  readonly kind: 'match' | 'target';
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly families?: readonly Family[];
  /** Where the kernel takes it, by table, for some by what it asks for; absent: everywhere. */
  readonly chains?: Place['chains'] | ((seen: Seen) => Place['chains']);
  /** With nft, `chains` holds for rules in a built-in chain itself alone (the check is xt_*'s own, measured). */
  readonly direct?: boolean;
  /** The kernel refuses it wherever it would take it, with this errno text. */
  readonly never?: string;
  readonly options: readonly OptionSpec[];
  /** Checks and reads everything once all options are there. */
  finish(seen: Seen, context: Context): Yield;
  /** Old-style extensions check uses and negation themselves, in their own order and words. */
  readonly own?: (given: Given, seen: Seen, context: Context) => void;
  /** What the kernel asks of the rule's protocol; a text is the refusal's errno text. */
  readonly kernel?: (seen: Seen, protocol: Context['protocol']) => string | undefined;
  /** What iptables itself refuses when it hands the rule on. */
  readonly handOver?: (seen: Seen, protocol: Context['protocol']) => string | undefined;
}

/** An option in short form. */
export function option(name: string, type: OptionType, more: Partial<OptionSpec> = {}): OptionSpec {
  return { name, key: name, type, ...more };
}

/** Reads one option's value; refuses as libxtables does. */
export function readOption(
  spec: ExtensionSpec,
  opt: OptionSpec,
  word: Word | undefined,
  not: boolean,
  seen: Seen,
  context: Context,
): Given {
  const first = spec.options.find(o => o.key === opt.key) ?? opt;
  if (!spec.own) {
    if (!opt.multi && seen.has(opt.key)) context.fail(`${spec.name}: option "--${first.name}" can only be used once.`);
    if (not && !opt.not) context.fail(`${spec.name}: option "--${first.name}" cannot be inverted.`);
  }
  const text = word ? wordText(word) : '';
  const given = {
    option: opt,
    not,
    label: word ? wordLabel(word) : '',
    unknown: word ? unknownValue(word) : [],
  };
  const early: Given = { ...given, value: undefined };
  spec.own?.(early, seen, context);
  if (text === undefined) {
    if (opt.pair) context.next();
    return early;
  }
  return {
    ...given,
    value: opt.read ? opt.read(text, early, context) : readType(spec.name, { ...opt, name: first.name }, text, context),
  };
}

/** Why a word's value is unknown. */
export function unknownValue(word: Word): Message[] {
  return wordUnknowns(word).map(part => part.why);
}

/** The checks after the last option: what must be there, what goes not together. */
export function checkTogether(spec: ExtensionSpec, seen: Seen, context: Context): void {
  for (const opt of spec.options) {
    const given = seen.get(opt.key);
    if (opt.must && !given) context.fail(`${spec.name}: option "--${opt.name}" must be specified`);
    if (!given) continue;
    const other = (key: string) => spec.options.find(o => o.key === key)?.name ?? key;
    for (const o of spec.options) {
      if (o.key === opt.key) continue;
      if (opt.excludes?.includes(o.key) && seen.has(o.key)) {
        context.fail(`${spec.name}: option "--${opt.name}" cannot be used together with "--${other(o.key)}".`);
      }
      if (opt.needs?.includes(o.key) && !seen.has(o.key)) {
        context.fail(`${spec.name}: option "--${opt.name}" also requires "--${other(o.key)}".`);
      }
    }
  }
}

const limits: Readonly<Partial<Record<OptionType, number>>> = {
  u8: 255,
  u16: 65535,
  u32: 4294967295,
  u64: 18446744073709551615,
  'u16-range': 65535,
  'u32-range': 4294967295,
  'u64-range': 18446744073709551615,
};

/** As much of a number as strtoul takes, and behind a slash another: what comes then is too much. */
const markWord =
  /^[ \t\n\v\f\r]*(\+?(?:0[xX][0-9a-fA-F]+|0[0-7]*|[1-9]\d*))(?:\/((?:0[xX][0-9a-fA-F]+|0[0-7]*|[1-9]\d*)?))?/;

function readType(extension: string, opt: OptionSpec, text: string, context: Context): unknown {
  const min = opt.min ?? 0;
  const max = opt.max ?? limits[opt.type] ?? 0;
  const shown = max > 2 ** 60 ? '18446744073709551615' : String(max);
  const bad = (near = ''): never =>
    context.fail(`${extension}: bad value for option "--${opt.name}"${near}, or out of range (${min}-${shown}).`);
  switch (opt.type) {
    case 'none':
      return true;
    case 'u8':
    case 'u16':
    case 'u32':
    case 'u64':
      return readUnsigned(text, min, max) ?? bad();
    case 'double': {
      const value = /^[ \t]*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text) ? Number(text) : Number.NaN;
      return value >= min && value <= max ? value : bad();
    }
    case 'u16-range':
    case 'u32-range':
    case 'u64-range': {
      const [low = '', high, more] = text.split(':');
      if (more !== undefined) {
        return context.fail(`${extension}: Too many components for option "--${opt.name}" (max: 2)\n`);
      }
      const from = low === '' ? min : readUnsigned(low, 0, max);
      if (from === undefined) return bad(` near "${text}"`);
      if (high === undefined) return { from, to: from } satisfies Range;
      const to = high === '' ? max : readUnsigned(high, 0, max);
      if (to === undefined) return bad(` near "${high}"`);
      return { from, to } satisfies Range;
    }
    case 'string': {
      if (text.length < min) context.fail(`Argument must have a minimum length of ${min} characters`);
      return opt.max !== undefined ? text.slice(0, opt.max) : text;
    }
    case 'mark': {
      const [whole, value = '', mask] = markWord.exec(text) ?? [];
      const read = readMasked(mask === undefined ? value : `${value}/${mask}`);
      if (!read) return context.fail(`${extension}: bad integer value for option "--${opt.name}", or out of range.`);
      if (whole !== text) return context.fail(`${extension}: trailing garbage after value for option "--${opt.name}".`);
      return read;
    }
    case 'tos':
      return (
        readMasked(text) ?? context.fail(`${extension}: bad integer value for option "--${opt.name}", or out of range.`)
      );
    case 'port':
      return readPort(text, context, 'any');
    case 'port-range': {
      const [low = '', high, more] = text.split(':');
      if (more !== undefined)
        return context.fail(`${extension}: Too many components for option "--${opt.name}" (max: 2)\n`);
      const from = low === '' && high !== undefined ? 0 : readWrappedPort(low, context);
      if (high === undefined) return { from, to: from } satisfies Range;
      return {
        from,
        to: high === '' ? 65535 : readWrappedPort(high, context),
      } satisfies Range;
    }
    case 'protocol':
      return readProtocol(text) ?? context.fail(`unknown protocol "${text}" specified`);
    case 'host':
    case 'host-mask':
      return readHostMask(extension, opt, text, context);
    case 'prefix':
      return readUnsigned(text, 0, context.family === 4 ? 32 : 128) ?? bad();
    case 'mac':
      return readMac(text) ?? context.fail('Invalid MAC address specified.');
  }
}

/** Reads `value[/mask]`, 32 bits each. */
export function readMasked(text: string): Masked | undefined {
  const [value = '', mask, more] = text.split('/');
  const number = readUnsigned(value, 0, 4294967295);
  if (number === undefined || more !== undefined) return undefined;
  if (mask === undefined) return { value: number, mask: 0xffffffff };
  const bits = readUnsigned(mask, 0, 4294967295);
  return bits === undefined ? undefined : { value: number, mask: bits };
}

/** Reads a port by number or by its name for a protocol; refuses others. NaN: only the host knows. */
export function readPort(text: string, context: Context, protocol: PortProtocol): number {
  const known = readUnsigned(text, 0, 65535) ?? context.names.service(text, protocol);
  if (known === undefined) return context.fail(`invalid port/service \`${text}' specified`);
  return known === 'unknown' ? Number.NaN : known;
}

/** udp takes any number and keeps its low 16 bits (measured: `--dport 70000` becomes 4464), and names of any protocol. */
function readWrappedPort(text: string, context: Context): number {
  if (text === '') return 0;
  const number = /^[ \t]*\+?\d+$/.test(text) ? readNumber(text) : undefined;
  if (number !== undefined) return number <= 2 ** 53 ? number % 65536 : 65535;
  const known = readUnsigned(text, 0, 65535) ?? context.names.service(text, 'any');
  if (known === undefined) return context.fail(`Port "${text}" does not resolve to anything.\n`);
  return known === 'unknown' ? Number.NaN : known;
}

/** A protocol's number by number or name; iptables lowers the word first. */
export function readProtocol(text: string): number | undefined {
  const lower = text.replace(/[A-Z]/g, letter => letter.toLowerCase());
  return readUnsigned(lower, 0, 255) ?? protocols.get(lower);
}

/** Reads `address[/mask]` where an extension wants one (the whole of inet_aton's forms); host names are looked up. */
function readHostMask(extension: string, opt: OptionSpec, text: string, context: Context): unknown {
  const slash = text.indexOf('/');
  const name = slash < 0 ? text : text.slice(0, slash);
  const mask = slash < 0 ? undefined : text.slice(slash + 1);
  const { family } = context;
  const address = (family === 4 ? readInetAton(name) : readIPv6(name)) ?? lookUp(name, context);
  const whole = family === 4 ? 32 : 128;
  const bits = mask === undefined ? prefixMask(whole, family) : (readMask(mask, family) ?? widest(mask, whole, family));
  if (!bits) {
    return context.fail(
      `${extension}: bad value for option "--${opt.name}", neither a valid network mask nor valid CIDR (0-${whole}).`,
    );
  }
  if (address === undefined) return undefined;
  const length = prefixLength(bits) ?? printAddress(bits);
  return {
    ...masked(address, bits),
    raw: address,
    text: printAddress(address) + (mask === undefined || length === whole ? '' : `/${length}`),
  };
}

/** A prefix length beyond the address is taken for the whole of it here. */
function widest(mask: string, whole: number, family: Family): Address | undefined {
  return readUnsigned(mask, whole, 255) === undefined ? undefined : prefixMask(whole, family);
}

function lookUp(name: string, context: Context): Address | undefined {
  const other = context.family === 6 ? readInetAton(name) : readIPv6(name);
  if (other) return context.fail('getaddrinfo: Address family for hostname not supported');
  const found = /^[A-Za-z0-9._-]+$/.test(name) ? context.names.host(name, context.family) : undefined;
  if (found === undefined) return context.fail('getaddrinfo: Name or service not known');
  return found === 'unknown' ? undefined : found[0];
}

/** Six hexadecimal numbers between colons, as libxtables' ether_aton takes them; lower case with two digits each. */
export function readMac(text: string): string | undefined {
  const parts = text.split(':');
  if (parts.length !== 6 || !parts.every(part => /^[0-9a-fA-F]{1,2}$/.test(part))) return undefined;
  return parts.map(part => part.toLowerCase().padStart(2, '0')).join(':');
}

/** A condition that stays open because a value is unknown. */
export function undecided(text: string, why: Message): Condition {
  return { kind: 'undecided', text, why };
}

/** The condition for options whose value nobody knows. */
export function unknownOptions(seen: Seen): Condition[] {
  return [...seen.values()].flatMap(given =>
    given.unknown.map(why => undecided(`--${given.option.name} ${given.label}`, why)),
  );
}

/** Why a condition on what no header tells stays open. */
export const hangsOnTraffic: Message = say(
  'it depends on the traffic so far or on the moment, not on the packet alone',
  'depende do tráfego até ali ou do momento, não só do pacote',
);

/** Why a condition on a part of the packet that is not modelled stays open. */
export const notInModel: Message = say(
  'it looks at something that a packet here does not have',
  'olha para algo que um pacote daqui não tem',
);

/** `! ` before a negated option in saved form. */
export function bang(given: Given): string {
  return given.not ? ' !' : '';
}

/** Chains in which a packet has come in by an interface, and in which it goes out by one. */
export const onInput = {
  raw: ['PREROUTING'],
  mangle: ['PREROUTING', 'INPUT', 'FORWARD'],
  nat: ['PREROUTING', 'INPUT'],
  filter: ['INPUT', 'FORWARD'],
  security: ['INPUT', 'FORWARD'],
} as const;
export const onOutput = {
  raw: ['OUTPUT'],
  mangle: ['FORWARD', 'OUTPUT', 'POSTROUTING'],
  nat: ['OUTPUT', 'POSTROUTING'],
  filter: ['FORWARD', 'OUTPUT'],
  security: ['FORWARD', 'OUTPUT'],
} as const;

/** A text in quotes as iptables-save prints it where it needs them (xtables_save_string). */
export function saveString(text: string): string {
  if (/^[A-Za-z0-9_-]+$/.test(text)) return ` ${text}`;
  return ` "${text.replace(/["\\']/g, c => `\\${c}`)}"`;
}

/** A number in hexadecimal with `0x`. */
export function hex(value: number): string {
  return `0x${value.toString(16)}`;
}
