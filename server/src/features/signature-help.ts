/** What has to follow at a place: the columns of a service, a restriction's argument, a table's name, an option's value. */
import { mainSpelling, optionDocs } from '../facts/iptables-docs';
import { restrictionDocs, type RestrictionArgument } from '../facts/restriction-docs';
import { columnDocs, tableTypeDocs } from '../facts/word-docs';
import { kindIn } from '../model/kind-in-site';
import type { Site } from '../model/site';
import type { Text } from '../text/message';
import type { SourceText } from '../text/source-text';
import { commandBefore } from './completion/iptables';
import { lineStart } from './completion/main-cf';
import { paragraph, plain, type Doc } from './doc';

/** A form that is being filled in; `active` is the part that is typed now. */
export interface Signature {
  readonly label: string;
  readonly doc: Doc;
  /** The parts of the label, in order, each with what it means. */
  readonly parts: readonly { readonly start: number; readonly end: number; readonly doc: Doc }[];
  readonly active: number;
}

/** The form at an offset; undefined where nothing in particular has to follow. */
export function signatureAt(site: Site, source: SourceText, offset: number): Signature | undefined {
  const before = source.text.slice(lineStart(source, offset), offset);
  if (/^\s*#/.test(before)) return undefined;
  switch (kindIn(site, source)) {
    case 'main.cf':
      return ofValue(before.includes('=') ? before.slice(before.indexOf('=') + 1) : before);
    case 'master.cf':
      return /^\s/.test(before) || before.trim().split(/\s+/).length > 8 ? ofValue(before) : ofColumns(before);
    case 'shell': {
      const command = commandBefore(source, offset);
      return command === undefined ? undefined : ofOption(command);
    }
    case 'iptables-save':
      return ofOption(before);
    default:
      return undefined;
  }
}

function signature(words: readonly string[], docs: readonly Doc[], doc: Doc, active: number): Signature {
  let label = '';
  const parts = words.map((word, i) => {
    if (label !== '') label += ' ';
    const start = label.length;
    label += word;
    return { start, end: label.length, doc: docs[i] ?? [] };
  });
  return { label, doc, parts, active };
}

const columns = ['service', 'type', 'private', 'unprivileged', 'chroot', 'wakeup', 'maxproc', 'command', 'arguments…'];
const columnKeys: readonly (string | undefined)[] = [
  undefined,
  'type',
  'private',
  'unprivileged',
  'chroot',
  'wakeup',
  'maxProcesses',
];

function ofColumns(before: string): Signature {
  const words = before.split(/\s+/).filter(w => w !== '').length;
  const active = Math.max(0, /\s$/.test(before) ? words : words - 1);
  const docs = columns.map((_, i): Doc => told(columnDocs[columnKeys[i] ?? '']));
  return signature(columns, docs, [], Math.min(active, columns.length - 1));
}

const argumentForms: Readonly<Record<RestrictionArgument, string>> = {
  table: 'type:name',
  service: 'inet:host:port | unix:path',
  'domain list': 'domain[=address]',
  number: 'seconds',
  restriction: 'restriction',
};

function ofValue(value: string): Signature | undefined {
  const words = value.split(/[\s,={}]+/);
  const typed = words.pop() ?? '';
  const last = (words[words.length - 1] ?? '').toLowerCase();
  const doc = restrictionDocs.get(last);
  if (doc?.argument) return signature([last, argumentForms[doc.argument]], [[], told(doc)], told(doc), 1);
  const type = /^(?:proxy:)*([a-z]+):/.exec(typed)?.[1];
  const table = type === undefined ? undefined : tableTypeDocs[type];
  if (type === undefined || !table) return undefined;
  return {
    label: `${type}:${nameForm(type)}`,
    doc: told(table),
    parts: [{ start: type.length + 1, end: type.length + 1 + nameForm(type).length, doc: told(table) }],
    active: 0,
  };
}

function nameForm(type: string): string {
  if (type === 'inline') return '{ key=value, { key = value } }';
  if (type === 'unionmap' || type === 'pipemap') return '{ type:name, … }';
  if (type === 'randmap') return '{ value, … }';
  if (type === 'static') return 'value';
  if (type === 'socketmap') return 'inet:host:port:name';
  return '/path';
}

const optionForms: Readonly<Record<string, string>> = {
  '-A': 'chain',
  '-I': 'chain [number]',
  '-D': 'chain number | rule',
  '-R': 'chain number',
  '-N': 'chain',
  '-P': 'chain ACCEPT | DROP',
  '-E': 'old new',
  '-t': 'filter | nat | mangle | raw | security',
  '-p': 'tcp | udp | icmp | number',
  '-s': 'address[/mask][,…]',
  '-d': 'address[/mask][,…]',
  '-i': 'interface | prefix+',
  '-o': 'interface | prefix+',
  '-j': 'target | chain',
  '-m': 'match',
  '--dport': 'port[:port]',
  '--sport': 'port[:port]',
  '--dports': 'port[:port][,…]',
  '--sports': 'port[:port][,…]',
  '--tcp-flags': 'examined set',
  '--state': 'state[,state]',
  '--ctstate': 'state[,state]',
  '--uid-owner': 'user | number[-number]',
  '--gid-owner': 'group | number[-number]',
  '--limit': 'number/second|minute|hour|day',
  '--src-range': 'address-address',
  '--dst-range': 'address-address',
  '--match-set': 'set src | dst[,…]',
  '--reject-with': 'icmp-port-unreachable | tcp-reset | …',
  '--to-destination': 'address[-address][:port[-port]]',
  '--to-source': 'address[-address][:port[-port]]',
  '--log-prefix': 'text',
};

function ofOption(command: string): Signature | undefined {
  const words = command.split(/\s+/);
  words.pop();
  let last = words[words.length - 1] ?? '';
  if (last === '!') last = words[words.length - 2] ?? '';
  const option = mainSpelling(last);
  const form = optionForms[option];
  if (form === undefined) return undefined;
  const doc = told(optionDocs[option]);
  return signature([last, form], [[], [plain(form)]], doc, 1);
}

function told(text: Text | undefined): Doc {
  return text ? [paragraph(text)] : [];
}
