/** What can stand at a place of an iptables command, in a script or a dump. */
import {
  baseOptions,
  chainDocs,
  iptablesTableDocs,
  mainSpelling,
  matchDocs,
  targetDocs,
} from '../../facts/iptables-docs';
import { extensions } from '../../syntax/iptables/extensions';
import type { Site } from '../../model/site';
import type { SourceText } from '../../text/source-text';
import type { Span } from '../../text/span';
import { namesInScript } from '../tokens/shell';
import type { CompletionItem, CompletionKind } from './item';
import { lineStart } from './main-cf';

const chainsByTable: Readonly<Record<string, readonly string[]>> = {
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
  nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
  mangle: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
  raw: ['PREROUTING', 'OUTPUT'],
  security: ['INPUT', 'FORWARD', 'OUTPUT'],
};

const values: Readonly<Record<string, readonly string[]>> = {
  '-t': Object.keys(iptablesTableDocs),
  '-p': ['tcp', 'udp', 'icmp', 'icmpv6', 'all'],
  '-i': ['lo', 'eth0', 'eth+'],
  '-o': ['lo', 'eth0', 'eth+'],
  '--state': ['NEW', 'ESTABLISHED', 'RELATED', 'INVALID', 'UNTRACKED'],
  '--ctstate': ['NEW', 'ESTABLISHED', 'RELATED', 'INVALID', 'UNTRACKED', 'SNAT', 'DNAT'],
  '--reject-with': [
    'icmp-port-unreachable',
    'icmp-admin-prohibited',
    'icmp-host-prohibited',
    'tcp-reset',
    'icmp6-adm-prohibited',
    'icmp6-port-unreachable',
  ],
  '--uid-owner': ['postfix', 'root'],
  '--gid-owner': ['postfix', 'postdrop'],
  '--icmp-type': ['echo-request', 'echo-reply', 'destination-unreachable', 'time-exceeded', 'fragmentation-needed'],
  '--icmpv6-type': [
    'echo-request',
    'echo-reply',
    'packet-too-big',
    'neighbour-solicitation',
    'neighbour-advertisement',
    'router-advertisement',
  ],
  '--limit': ['5/minute', '3/second', '10/hour'],
  '--tcp-flags': ['SYN,ACK,FIN,RST SYN', 'ALL NONE', 'ALL ALL'],
  '--log-level': ['debug', 'info', 'notice', 'warning'],
  '--algo': ['bm', 'kmp'],
  '--src-type': ['LOCAL', 'BROADCAST', 'MULTICAST', 'UNICAST'],
  '--dst-type': ['LOCAL', 'BROADCAST', 'MULTICAST', 'UNICAST'],
  '--pkt-type': ['unicast', 'broadcast', 'multicast'],
  '--name': [],
};

const ports = ['25', '587', '465', '143', '993', '110', '995', '22', '53', '80', '443', '4190'];

/** Options a chain follows, and those without any value. */
const takesChain = /^-[AIDRCLSFZNXPEg]$/;
const alone = /^-[fnvx46w]$|^--line-numbers$/;

/** The text of the command up to the cursor, lines ended by a backslash joined; undefined where no iptables stands. */
export function commandBefore(source: SourceText, offset: number): string | undefined {
  let start = lineStart(source, offset);
  while (start > 1 && source.text[start - 2] === '\\') start = lineStart(source, start - 1);
  const before = source.text.slice(start, offset).replace(/\\\r?\n/g, ' ');
  const all = [
    ...before.matchAll(
      /(?:^|[\s;&|(`"'/])(?:ip6?tables(?:-(?:legacy|nft))?|"?\$\{?(?:IP6?TABLES?|IPT\w*|ipt\w*|fw[46]?)\}?"?)\s+/g,
    ),
  ];
  const last = all[all.length - 1];
  return last ? before.slice(last.index + last[0].length) : undefined;
}

/** Completions in a script: only where a command of iptables is being typed. */
export function completeShell(_site: Site, source: SourceText, offset: number): CompletionItem[] {
  const before = source.text.slice(lineStart(source, offset), offset);
  if (/^\s*#/.test(before)) return [];
  const variable = /\$\{?(\w*)$/.exec(before);
  if (variable) return variables(source, offset, variable[1] ?? '');
  const command = commandBefore(source, offset);
  return command === undefined ? [] : completeCommand(source, command, offset, false);
}

/** Completions in a dump. */
export function completeDump(_site: Site, source: SourceText, offset: number): CompletionItem[] {
  const before = source.text.slice(lineStart(source, offset), offset);
  if (/^\s*#/.test(before)) return [];
  const span = { start: lineStart(source, offset), end: offset };
  if (before.startsWith('*'))
    return Object.keys(iptablesTableDocs).map(t => item(`*${t}`, 'module', span, { kind: 'chain', name: t }));
  if (/^:\S*$/.test(before)) {
    return Object.keys(chainDocs).map(c => ({
      ...item(`:${c}`, 'class', span, { kind: 'chain', name: c }),
      newText: `:${c} ACCEPT [0:0]`,
    }));
  }
  if (/^[A-Z]*$/.test(before) && !before.startsWith('-')) {
    return ['-A', '*filter', '*nat', ':', 'COMMIT'].map(text =>
      item(text, 'keyword', span, { kind: 'option', name: text }),
    );
  }
  return completeCommand(source, before, offset, true);
}

function item(
  label: string,
  kind: CompletionKind,
  span: Span,
  about: CompletionItem['about'],
  rank = 4,
): CompletionItem {
  return { label, kind, span, newText: label, rank, ...(about && { about }) };
}

function variables(source: SourceText, offset: number, typed: string): CompletionItem[] {
  const span = { start: offset - typed.length, end: offset };
  return [...namesInScript(source, 'variables')].map(name => ({
    label: name,
    kind: 'variable',
    span,
    newText: name,
    rank: 2,
  }));
}

/** Own chains of the file. */
function ownChains(source: SourceText, inDump: boolean): string[] {
  const names = inDump
    ? new Set([...source.text.matchAll(/^(?::|-N )(\S+)/gm)].map(match => match[1] ?? ''))
    : namesInScript(source, 'chains');
  return [...names].filter(name => !(name in chainDocs));
}

function completeCommand(source: SourceText, before: string, offset: number, inDump: boolean): CompletionItem[] {
  const typed = /\S*$/.exec(before)?.[0] ?? '';
  const words = before
    .slice(0, before.length - typed.length)
    .split(/\s+/)
    .filter(w => w !== '');
  const span = { start: offset - typed.length, end: offset };
  let last = words[words.length - 1];
  if (last === '!') last = words[words.length - 2];
  const option = last?.startsWith('-') ? mainSpelling(last) : undefined;
  const table = words[words.indexOf('-t') + 1] ?? '';
  const inTable = words.includes('-t') ? table : 'filter';
  if (option !== undefined && !typed.startsWith('-') && !alone.test(option)) {
    const found = completeOption(source, option, inDump ? undefined : inTable, typed, span);
    if (found) return found;
  }
  if (words.length === 1 && words[0] === '-P') return [];
  if (words.includes('-P'))
    return ['ACCEPT', 'DROP'].map(t => item(t, 'function', span, { kind: 'extension', name: t }));
  return options(words, span, inDump);
}

function completeOption(
  source: SourceText,
  option: string,
  table: string | undefined,
  typed: string,
  span: Span,
): CompletionItem[] | undefined {
  if (takesChain.test(option)) {
    const own = option === '-P' ? [] : ownChains(source, table === undefined);
    const builtIn = table === undefined ? Object.keys(chainDocs) : (chainsByTable[table] ?? []);
    const chains = option === '-N' || option === '-X' || option === '-g' ? own : [...builtIn, ...own];
    return chains.map(c => item(c, 'class', span, { kind: 'chain', name: c }, 2));
  }
  if (option === '-j') {
    const targets = extensions.filter(e => e.kind === 'target').map(e => e.name);
    const common = ['ACCEPT', 'DROP', 'REJECT', 'RETURN', 'LOG'];
    const all = new Set([...common, ...targets, ...Object.keys(targetDocs)]);
    return [
      ...ownChains(source, table === undefined).map(c => item(c, 'class', span, { kind: 'chain', name: c }, 3)),
      ...[...all].map(t => item(t, 'function', span, { kind: 'extension', name: t }, common.includes(t) ? 2 : 5)),
    ];
  }
  if (option === '-m') {
    return Object.keys(matchDocs).map(m => item(m, 'module', span, { kind: 'extension', name: m }));
  }
  if (/^--(?:[ds]ports?|ports|to-ports)$/.test(option)) {
    const done = typed.lastIndexOf(',') + 1;
    const at = { start: span.start + done, end: span.end };
    return ports.map((p, i) => ({ label: p, kind: 'value', span: at, newText: p, rank: 1 + i / 100 }));
  }
  const known = values[option];
  if (!known) return undefined;
  const done = typed.lastIndexOf(',') + 1;
  const at = { start: span.start + done, end: span.end };
  return known.map((v, i) => ({ label: v, kind: 'value', span: at, newText: v, rank: 1 + i / 100 }));
}

/** Options that may follow: those of every command, then those of the matches and the target that stand before. */
function options(words: readonly string[], span: Span, inDump: boolean): CompletionItem[] {
  const used = new Set(words.map(mainSpelling));
  const out: CompletionItem[] = [];
  const command = [...used].some(w => /^-[AIDRCLSFZNXPE]$/.test(w));
  for (const option of baseOptions) {
    const isCommand = /^-[AIDRCLSFZNXPE]$/.test(mainSpelling(option));
    if (used.has(mainSpelling(option)) && !/^-m$/.test(option)) continue;
    if (isCommand && (command || (inDump && option !== '-A'))) continue;
    if (option.startsWith('--') && mainSpelling(option) !== option) {
      out.push(item(option, 'keyword', span, { kind: 'option', name: option }, 7));
    } else out.push(item(option, 'keyword', span, { kind: 'option', name: option }, isCommand && !command ? 2 : 4));
  }
  const loaded = words.filter((_, i) => /^-[mpj]$/.test(mainSpelling(words[i - 1] ?? '')));
  for (const name of loaded) {
    for (const spec of extensions.filter(e => e.name === name || e.aliases?.includes(name))) {
      for (const { name: option } of spec.options) {
        if (used.has(`--${option}`)) continue;
        out.push(item(`--${option}`, 'property', span, { kind: 'option', name: `--${option}` }, 1));
      }
    }
  }
  return out;
}
