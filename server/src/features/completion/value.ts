/** What can stand at a place in the value of a parameter; the same for main.cf and for `-o`. */
import { parameters } from '../../facts/parameters';
import { restrictionDocs } from '../../facts/restriction-docs';
import { tableTypeDocs } from '../../facts/word-docs';
import { compareVersions } from '../../facts/parameters';
import { parseMainCf } from '../../syntax/main-cf/parse';
import { optionsOf, type Service } from '../../syntax/master-cf/parse';
import { masterOf, programOf, servicesOf } from '../../model/services';
import type { Site } from '../../model/site';
import { fileTypes, queryTypes } from '../../model/tables';
import { splitList } from '../../syntax/list';
import type { Span } from '../../text/span';
import { argumentOf, readRestrictions } from '../tokens/restrictions';
import { classesOf, kindOfValue } from '../tokens/value';
import type { CompletionItem } from './item';
import { completePath } from './paths';

/** A place in a value. */
export interface ValuePlace {
  readonly site: Site;
  readonly parameter: string;
  readonly service?: Service;
  /** The value up to the cursor, unexpanded. */
  readonly before: string;
  /** The offset of the cursor in the source. */
  readonly offset: number;
  /** The words of the value behind the cursor, so that what is there is not offered again. */
  readonly after: string;
}

/** Everything that can stand at a place in a value. */
export function completeValue(place: ValuePlace): CompletionItem[] {
  const { before, offset } = place;
  const macro = /\$[{(]?(\w*)$/.exec(before);
  if (macro && !before.endsWith('$$')) return macros(place, macro[1] ?? '');
  const word = lastWord(before);
  const span = { start: offset - word.length, end: offset };
  const within = tableOpenAt(before);
  if (within !== undefined) return holdsTables.test(within) ? tables(place, word, span, 'tables') : [];
  const shape = kindOfValue(place.site, place.parameter);
  switch (shape.kind) {
    case 'restrictions':
      return restrictions(place, word, span);
    case 'tables':
    case 'checks':
      return [...fixed(place, shape.words, span), ...tables(place, word, span, shape.kind)];
    case 'patterns':
    case 'networks':
      return [
        ...fixed(place, shape.words, span),
        ...(word.startsWith('/') ? completePath(place.site, word, span) : tables(place, word, span, 'tables')),
      ];
    case 'transport':
      return [...fixed(place, shape.words, span), ...transports(place.site, word, span)];
    case 'service':
      return services(place, span);
    case 'endpoints':
      return endpoints(place, word, span);
    case 'path':
      return [...fixed(place, shape.words, span), ...completePath(place.site, word, span)];
    case 'parameters':
      return names(place, span);
    case 'table-type':
      return [...fileTypes].map(type => ({
        label: type,
        kind: 'type',
        span,
        newText: type,
        about: { kind: 'table', name: type },
      }));
    case 'time':
      return times(word, span);
    case 'size':
      return sizes(span);
    default:
      return fixed(place, shape.words, span);
  }
}

/** Tables that are made of others; `inline:` and the like hold what nobody but the writer knows. */
const holdsTables = /^(?:union|pipe)map$/;

/** The type of the innermost table whose brace is open at the end of a value: `unionmap` in `proxy:unionmap:{ hash:/x, `. */
function tableOpenAt(before: string): string | undefined {
  const open: (string | undefined)[] = [];
  for (const { 0: sign, 1: type } of before.matchAll(/(?:\b([a-z]+):)?\{|\}/g)) {
    if (sign === '}') open.pop();
    else open.push(type ?? open[open.length - 1]);
  }
  return open[open.length - 1];
}

/** The word that ends at the cursor; braces are kept together with what is inside them. */
function lastWord(before: string): string {
  return /[^\s,{]*$/.exec(before)?.[0] ?? '';
}

/** Words of the value beside the one under the cursor. */
function others({ before, after }: ValuePlace): ReadonlySet<string> {
  const words = [
    ...splitList(before.slice(0, before.length - lastWord(before).length)),
    ...splitList(after.replace(/^[^\s,]+/, '')),
  ];
  return new Set(words.map(w => w.text));
}

function fixed(place: ValuePlace, words: readonly string[] | undefined, span: Span): CompletionItem[] {
  const used = others(place);
  return (words ?? [])
    .filter(word => !used.has(word))
    .map((word, i) => ({
      label: word,
      kind: 'keyword',
      span,
      newText: word,
      rank: 1 + i / 100,
      about: { kind: 'word', parameter: place.parameter, name: word },
    }));
}

function macros({ site, parameter, offset }: ValuePlace, typed: string): CompletionItem[] {
  const span = { start: offset - typed.length, end: offset };
  const own = ownNames(site);
  const items = [...own].map((name): CompletionItem => macro(name, span, 3));
  const common = new Set([
    'myhostname',
    'mydomain',
    'myorigin',
    'mydestination',
    'mynetworks',
    'config_directory',
    'mail_name',
    'queue_directory',
    'data_directory',
    'daemon_directory',
    'relay_domains',
    'virtual_alias_maps',
    'alias_maps',
    'alias_database',
    'default_database_type',
  ]);
  for (const name of parameters.keys()) {
    if (!own.has(name)) items.push(macro(name, span, common.has(name) ? 2 : 6));
  }
  return items.filter(item => item.label !== parameter);
}

function macro(name: string, span: Span, rank: number): CompletionItem {
  return { label: name, kind: 'variable', span, newText: name, rank, about: { kind: 'parameter', name } };
}

/** Parameters of the site's own: set in main.cf or by `-o`, and none of Postfix. */
export function ownNames(site: Site): ReadonlySet<string> {
  const out = new Set<string>();
  if (site.main) for (const p of parseMainCf(site.main).parameters) if (!parameters.has(p.name)) out.add(p.name);
  for (const service of masterOf(site).tree.services) {
    for (const o of optionsOf(service)) if (!parameters.has(o.name) && o.name !== '') out.add(o.name);
  }
  return out;
}

function names(place: ValuePlace, span: Span): CompletionItem[] {
  const used = others(place);
  const own = [...ownNames(place.site)].filter(name => !used.has(name));
  return own.map(name => ({ label: name, kind: 'parameter', span, newText: name, about: { kind: 'parameter', name } }));
}

/** Which lists a restriction belongs to by the name it carries; the others are offered later, not left out. */
function fits(name: string, list: string): boolean {
  const stage = /^smtpd_(client|helo|sender|relay|recipient|data|end_of_data|etrn)_restrictions$/.exec(list)?.[1];
  if (stage === undefined) return true;
  const early = ['client', 'helo', 'sender'];
  if (/_etrn_/.test(name)) return stage === 'etrn';
  if (/recipient|destination|mx_backup/.test(name)) return stage === 'recipient' || stage === 'relay';
  if (/sender|login_mismatch/.test(name)) return stage !== 'client' && stage !== 'helo' && stage !== 'etrn';
  if (/helo/.test(name)) return stage !== 'client' && stage !== 'etrn';
  if (name === 'reject_multi_recipient_bounce') return stage.includes('data');
  return early.includes(stage) || stage !== 'etrn';
}

function restrictions(place: ValuePlace, word: string, span: Span): CompletionItem[] {
  const { site, parameter, before } = place;
  const classes = classesOf(site);
  const words = splitList(before.slice(0, before.length - word.length));
  const last = readRestrictions(words, name => classes.has(name)).at(-1);
  // `check_client_access { type:name, search_order = … }`: the brace is the argument.
  const open = /\{\s*$/.test(before.slice(0, before.length - word.length));
  const asked = open && last?.role === 'argument' ? last.of : undefined;
  const takes = last?.role === 'restriction' ? argumentOf(last.word.text) : asked && argumentOf(asked);
  switch (takes) {
    case 'table':
      return tables(place, word, span, 'tables');
    case 'service':
      return endpoints(place, word, span);
    case 'domain list':
      return ['zen.spamhaus.org=127.0.0.[2..11]', 'bl.spamcop.net', 'b.barracudacentral.org'].map(name => ({
        label: name,
        kind: 'value',
        span,
        newText: name,
      }));
    case 'number':
      return ['1', '3', '5'].map(n => ({ label: n, kind: 'value', span, newText: n }));
    default:
  }
  const out: CompletionItem[] = [];
  const used = others(place);
  const replaced = new Set([
    'check_relay_domains',
    'reject_maps_rbl',
    'reject_rbl',
    'check_recipient_maps',
    'permit_naked_ip_address',
  ]);
  for (const [name, doc] of restrictionDocs) {
    const argument = doc.argument;
    if (used.has(name) && !argument) continue;
    const old = replaced.has(name) || /^(?:Old|Older) name/.test(doc.en);
    out.push({
      label: name,
      kind: 'function',
      span,
      newText: argument ? `${name} ` : name,
      rank: old ? 9 : fits(name, parameter) ? 3 : 7,
      about: { kind: 'restriction', name },
      ...(argument && { asksMore: true, detail: argument }),
      ...(old && { deprecated: true }),
    });
  }
  for (const name of classes) {
    if (name === parameter) continue;
    out.push({ label: name, kind: 'class', span, newText: name, rank: 2, about: { kind: 'parameter', name } });
  }
  return out;
}

function tables(place: ValuePlace, word: string, span: Span, kind: 'tables' | 'checks'): CompletionItem[] {
  const { site, offset } = place;
  const named = /^(?:proxy:)*([a-z]+):(.*)$/.exec(word);
  if (named && named[1] !== 'proxy') {
    const [, type = '', path = ''] = named;
    if (!fileTypes.has(type) && !queryTypes.has(type)) return [];
    return completePath(site, path, { start: offset - path.length, end: offset });
  }
  const proxied = /^(?:proxy:)+/.exec(word)?.[0].length ?? 0;
  const at = { start: span.start + proxied, end: span.end };
  const out: CompletionItem[] = [];
  const modern = compareVersions(site.options.postfixVersion, '3.9') >= 0;
  for (const type of Object.keys(tableTypeDocs)) {
    const first =
      kind === 'checks' ? type === 'pcre' || type === 'regexp' : type === (modern ? 'lmdb' : 'hash') || type === 'hash';
    const rare = ['nis', 'nisplus', 'netinfo', 'dbm', 'sdbm', 'fail', 'internal', 'environ', 'tcp'].includes(type);
    const braces = type === 'inline' || type === 'unionmap' || type === 'pipemap' || type === 'randmap';
    out.push({
      label: `${type}:`,
      kind: 'type',
      span: at,
      newText: braces ? `${type}:{ $1 }` : `${type}:`,
      ...(braces && { snippet: true }),
      rank: first ? 2 : rare ? 8 : 4,
      about: { kind: 'table', name: type },
      asksMore: !braces,
    });
  }
  return out;
}

/** Services that deliver mail. */
export function transportServices(site: Site): Service[] {
  const delivering = new Set(['smtp', 'lmtp', 'local', 'virtual', 'pipe', 'error', 'discard']);
  return servicesOf(site).filter(s => s.type.text !== 'inet' && delivering.has(programOf(s)));
}

function transports(site: Site, word: string, span: Span): CompletionItem[] {
  if (word.includes(':')) {
    const rest = word.slice(word.indexOf(':') + 1);
    const at = { start: span.end - rest.length, end: span.end };
    return ['[127.0.0.1]:10024', 'unix:private/', 'inet:127.0.0.1:24'].map(text => ({
      label: text,
      kind: 'value',
      span: at,
      newText: text,
    }));
  }
  return transportServices(site).map(s => ({
    label: s.name.text,
    kind: 'module',
    span,
    newText: `${s.name.text}:`,
    rank: 2,
    detail: programOf(s),
    about: { kind: 'program', name: programOf(s) },
    asksMore: true,
  }));
}

function services({ site, parameter }: ValuePlace, span: Span): CompletionItem[] {
  const program = parameter
    .replace(/_service_name$/, '')
    .replace(/^rewrite$/, 'trivial-rewrite')
    .replace(/^queue$/, 'qmgr');
  const all = servicesOf(site).filter(s => s.type.text !== 'inet');
  const fitting = all.filter(s => programOf(s) === program);
  return (fitting.length > 0 ? fitting : all).map(s => ({
    label: s.name.text,
    kind: 'module',
    span,
    newText: s.name.text,
    rank: 2,
    detail: programOf(s),
    about: { kind: 'program', name: programOf(s) },
  }));
}

function endpoints({ site, offset }: ValuePlace, word: string, span: Span): CompletionItem[] {
  const path = /^unix:(.*)$/.exec(word)?.[1];
  if (path !== undefined) {
    const at = { start: offset - path.length, end: offset };
    return servicesOf(site)
      .filter(s => s.type.text === 'unix' && programOf(s) === 'spawn')
      .map(s => ({ label: `private/${s.name.text}`, kind: 'module', span: at, newText: `private/${s.name.text}` }));
  }
  return [
    {
      label: 'inet:127.0.0.1:',
      kind: 'type',
      span,
      newText: 'inet:127.0.0.1:',
      about: { kind: 'word', parameter: 'endpoint', name: 'inet' },
    },
    {
      label: 'unix:',
      kind: 'type',
      span,
      newText: 'unix:',
      about: { kind: 'word', parameter: 'endpoint', name: 'unix' },
      asksMore: true,
    },
  ];
}

function times(word: string, span: Span): CompletionItem[] {
  const number = /^\d+/.exec(word)?.[0];
  const choices =
    number === undefined ? ['30s', '5m', '1h', '1d', '5d'] : ['s', 'm', 'h', 'd', 'w'].map(unit => number + unit);
  return choices.map((text, i) => ({ label: text, kind: 'value', span, newText: text, rank: 1 + i / 100 }));
}

function sizes(span: Span): CompletionItem[] {
  const megabyte = 1024 * 1024;
  return [0, 10, 25, 50, 100].map((mega, i) => ({
    label: String(mega * megabyte),
    kind: 'value',
    span,
    newText: String(mega * megabyte),
    detail: mega === 0 ? '∞' : `${mega} MiB`,
    rank: 1 + i / 100,
  }));
}
