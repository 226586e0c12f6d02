/** Tables as smtpd(8) opens them and looks keys up in them: `type:name`, DATABASE_README, postmap(1). */
import { splitList, bracePayload } from '../../syntax/list';
import { derived, once, remember } from '../../text/derived';
import { say, type Message } from '../../text/message';
import type { SourceText } from '../../text/source-text';
import type { Span } from '../../text/span';
import { parseIp } from './ip';
import { lookupCidr, readAliases, readCidr, readTable, type TableEntry } from './table-file';

/** What a lookup gives. Values are bytes; `value` is absent where only its presence is known. */
export type Lookup =
  | { readonly kind: 'found'; readonly value?: string; readonly source?: SourceText; readonly span?: Span }
  | { readonly kind: 'none' }
  /** The lookup fails: `retry` is a temporary error (451 4.3.0), else the configuration's (451 4.3.5). */
  | { readonly kind: 'error'; readonly retry: boolean; readonly says: string }
  /** The files do not hold the answer; `mayFail`: a server is asked, or a type that not every Postfix has. */
  | { readonly kind: 'unknown'; readonly why: Message; readonly mayFail?: boolean };

export interface Table {
  /** `type:name` as written. */
  readonly spec: string;
  /** Whether keys are looked up as they are: parent domains and address parts are asked for only then. */
  readonly fixed: boolean;
  /** Looks a key up; `fold` says whether the caller folds case (all but match lists do). */
  lookup(key: string, fold: boolean): Lookup;
}

/** What a table needs of the world. All methods are pure for the lifetime of one environment. */
export interface TableEnv {
  /** The file at a path as Postfix would open it, or why it can't be seen. */
  file(
    path: string,
  ):
    | { readonly kind: 'text'; readonly source: SourceText }
    | { readonly kind: 'missing' }
    | { readonly kind: 'unknown' };
  /** Looks a key up in a pcre: or regexp: table; undefined where it can't be read. */
  pattern(type: 'pcre' | 'regexp', source: SourceText, key: string): Lookup;
  /** Whether the password file has a user; undefined where it is not known. */
  user(name: string): boolean | undefined;
  /** false: the machine knows no NIS, so that nis: tables hold nothing. */
  readonly nis?: boolean;
  /** The process is chrooted: it can't see the password file, but through proxymap(8). */
  readonly jailed?: boolean;
}

/** Opening ends the process: Postfix's last words. */
export interface Fatal {
  readonly fatal: string;
}

/** Types whose name is the path of a query description. */
const described = new Set(['ldap', 'mysql', 'pgsql', 'sqlite', 'memcache', 'mongodb']);
const network = new Set([
  'ldap',
  'mysql',
  'pgsql',
  'sqlite',
  'memcache',
  'tcp',
  'socketmap',
  'nis',
  'nisplus',
  'netinfo',
  'mongodb',
  'redis',
]);
const compiled = new Set(['hash', 'btree', 'lmdb', 'cdb', 'dbm', 'sdbm']);

/** The types of table that Postfix knows, in any build. */
export const tableTypes: ReadonlySet<string> = new Set([
  ...network,
  ...compiled,
  'texthash',
  'inline',
  'static',
  'cidr',
  'pcre',
  'regexp',
  'unionmap',
  'pipemap',
  'randmap',
  'proxy',
  'unix',
  'environ',
  'fail',
  'internal',
  'debug',
]);

/** Lower case for ASCII letters, as Postfix folds keys; other bytes stay. */
export function fold(key: string): string {
  return key.replace(/[A-Z]+/g, s => s.toLowerCase());
}

/** A table whose every lookup fails, as Postfix puts in the place of one that it cannot open (dict_surrogate). */
function broken(spec: string, says: string): Table {
  return { spec, fixed: false, lookup: () => ({ kind: 'error', retry: true, says }) };
}

function unknown(spec: string, fixed: boolean, why: Message): Table {
  return { spec, fixed, lookup: () => ({ kind: 'unknown', why }) };
}

/**
 * Opens `type:name` for reading. Gives the table, or the words with which the process ends (no type or no name).
 * One that Postfix can't open is a table whose lookups fail. Nested tables deeper than 20 are taken as broken. Remembered by
 * the environment.
 */
export function openTable(spec: string, env: TableEnv): Table | Fatal {
  return remember(opened(env), spec, () => open(spec, env, 0));
}

const opened = derived((_: TableEnv) => new Map<string, Table | Fatal>());

function open(spec: string, env: TableEnv, depth: number): Table | Fatal {
  const colon = spec.indexOf(':');
  const type = spec.slice(0, Math.max(colon, 0));
  const name = spec.slice(colon + 1);
  if (colon < 0) return { fatal: `open dictionary: expecting "type:name" form instead of "${spec}"` };
  if (type === '' || name === '')
    return { fatal: `open dictionary: expecting "type:name" form instead of "${type}:${name}"` };
  if (depth > 20) return broken(spec, 'too many nested tables');
  if (!tableTypes.has(type)) return broken(spec, `unsupported dictionary type: ${type}`);
  if (type === 'proxy') {
    const inner = open(name, { ...env, jailed: false }, depth + 1);
    return 'fatal' in inner ? broken(spec, inner.fatal) : { ...inner, spec, lookup: (key, f) => inner.lookup(key, f) };
  }
  if (type === 'static') return openStatic(spec, name);
  if (type === 'inline') return openInline(spec, name);
  if (type === 'unionmap' || type === 'pipemap' || type === 'randmap') return openNested(spec, type, name, env, depth);
  if (type === 'unix') return openUnix(spec, name, env);
  if (type === 'fail') return broken(spec, `fail:${name}`);
  if (type === 'nis' && env.nis === false) return { spec, fixed: true, lookup: () => ({ kind: 'none' }) };
  if (described.has(type) && name.startsWith('/') && env.file(name).kind === 'missing') {
    return broken(spec, `open ${name}: No such file or directory`);
  }
  if (network.has(type)) {
    const answer = { kind: 'unknown', why: outside(spec), mayFail: true } as const;
    return { spec, fixed: true, lookup: () => answer };
  }
  if (type === 'environ' || type === 'internal' || type === 'debug') return unknown(spec, true, outside(spec));
  return openFile(spec, type, name, env);
}

const outside = (spec: string): Message =>
  say('the table {table} is not in the files', 'a tabela {table} não está nos arquivos', { table: spec });

type Entry = Pick<TableEntry, 'value' | 'span'>;

function openFile(spec: string, type: string, path: string, env: TableEnv): Table {
  const fixed = !(type === 'cidr' || type === 'pcre' || type === 'regexp');
  const state = env.file(path);
  if (state.kind === 'unknown') return unknown(spec, fixed, outside(spec));
  if (state.kind === 'missing') {
    const file =
      type === 'hash' || type === 'btree' ? `${path}.db` : type === 'lmdb' || type === 'cdb' ? `${path}.${type}` : path;
    return broken(spec, `open database ${file}: No such file or directory`);
  }
  const { source } = state;
  if (type === 'pcre' || type === 'regexp') return { spec, fixed, lookup: key => env.pattern(type, source, key) };
  if (type === 'cidr') {
    return {
      spec,
      fixed,
      lookup: key => {
        const address = parseIp(key);
        const rule = address && lookupCidr(readCidr(source), address);
        return rule ? { kind: 'found', value: rule.value, source, span: rule.span } : { kind: 'none' };
      },
    };
  }
  const aliases =
    type !== 'texthash' && /(?:^|\/)aliases$/.test(path) && readTable(source).entries.some(e => e.key.endsWith(':'));
  const entries = (aliases ? readAliases(source) : readTable(source)).entries;
  const index = (folded: boolean): Map<string, Entry> | string => {
    const map = new Map<string, Entry>();
    // postalias(1) signs what it compiles, for sendmail.
    if (aliases) map.set('@', { value: '@', span: { start: 0, end: 0 } });
    for (const entry of entries) {
      const key = folded ? fold(entry.key) : entry.key;
      if (!map.has(key)) map.set(key, entry);
      else if (type === 'texthash') {
        return `${path}, line ${source.positionAt(entry.span.start).line + 1}: duplicate entry: "${entry.key}"`;
      }
    }
    return map;
  };
  // A compiled table is folded when it is made; texthash: folds only where its caller does.
  const folded = once(() => index(true));
  const plain = type === 'texthash' ? once(() => index(false)) : folded;
  return {
    spec,
    fixed,
    lookup: (key, f) => {
      const map = f ? folded() : plain();
      if (typeof map === 'string') return { kind: 'error', retry: true, says: map };
      const entry = map.get(f ? fold(key) : key);
      return entry ? { kind: 'found', value: entry.value, source, span: entry.span } : { kind: 'none' };
    },
  };
}

function openStatic(spec: string, name: string): Table {
  let value = name;
  if (name.startsWith('{')) {
    const inside = bracePayload({ text: name, start: 0, end: name.length });
    if (!inside || inside.problem) return broken(spec, `bad static:name syntax: ${inside?.problem ?? ''}`);
    value = inside.text;
  }
  return { spec, fixed: true, lookup: () => ({ kind: 'found', value }) };
}

function openInline(spec: string, name: string): Table {
  const bad = (says: string): Table => broken(spec, `${says}: "${spec}"; need "inline:{name=value...}"`);
  if (!balanced(name) || name.length <= 2) return bad('bad syntax');
  const entries: [string, string][] = [];
  for (const word of splitList(name.slice(1, -1))) {
    const inside = bracePayload(word);
    if (inside?.problem) return bad(inside.problem);
    const pair = splitPair((inside ?? word).text);
    if (typeof pair === 'string') return bad(pair);
    entries.push(pair);
  }
  if (entries.length === 0) return bad('empty table');
  const folded = new Map(entries.map(([k, v]) => [fold(k), v]));
  const plain = new Map(entries);
  return {
    spec,
    fixed: true,
    lookup: (key, f) => {
      const value = f ? folded.get(fold(key)) : plain.get(key);
      return value === undefined ? { kind: 'none' } : { kind: 'found', value };
    },
  };
}

/** Splits `key = value`, the key possibly quoted (split_qnameval(3)); a string is what is wrong. */
function splitPair(text: string): [string, string] | string {
  let at = 0;
  let quoted = false;
  const start = text.search(/\S/);
  if (start < 0) return 'no key found; expected format: key = value';
  for (at = start; at < text.length; at++) {
    const c = text.charAt(at);
    if (c === '\\') at++;
    else if (isBlank(c) || c === '=') {
      if (!quoted) break;
    } else if (c === '"') quoted = !quoted;
  }
  if (quoted) return `unbalanced '"'`;
  const key = text.slice(start, at);
  const rest = text.slice(at).trimStart();
  if (!rest.startsWith('=')) return "missing '=' after attribute name";
  return [key, rest.slice(1).trim()];
}

const isBlank = (c: string): boolean => c === ' ' || c === '\t' || c === '\r' || c === '\n' || c === '\v' || c === '\f';

function balanced(name: string): boolean {
  let level = 0;
  for (let i = 0; i < name.length; i++) {
    if (name[i] === '{') level++;
    else if (name[i] === '}' && --level === 0) return i === name.length - 1;
    if (level === 0) return false;
  }
  return false;
}

function openNested(spec: string, type: string, name: string, env: TableEnv, depth: number): Table | Fatal {
  const bad = `bad syntax: "${spec}"; need "${type}:{type:name...}"`;
  if (!balanced(name) || name.length <= 2) return broken(spec, bad);
  const words = splitList(name.slice(1, -1)).map(w => w.text);
  if (words.length === 0) return broken(spec, bad);
  if (type === 'randmap') {
    if (words.length === 1) return { ...openStatic(spec, words[0] ?? ''), fixed: false };
    // It always gives something; only what is not known.
    return { spec, fixed: false, lookup: () => ({ kind: 'found' }) };
  }
  if (words.some(w => !w.includes(':'))) return broken(spec, bad);
  const tables: Table[] = [];
  for (const word of words) {
    const table = open(word, env, depth + 1);
    if ('fatal' in table) return table;
    tables.push(table);
  }
  const fixed = tables[0]?.fixed ?? false;
  if (type === 'pipemap') {
    return {
      spec,
      fixed,
      lookup: (key, f) => {
        let answer: Lookup = { kind: 'none' };
        let query = key;
        for (const table of tables) {
          answer = table.lookup(query, f);
          if (answer.kind !== 'found') return answer;
          if (answer.value === undefined) return { kind: 'unknown', why: outside(spec) };
          query = answer.value;
        }
        return answer;
      },
    };
  }
  return {
    spec,
    fixed,
    lookup: (key, f) => {
      const values: string[] = [];
      for (const table of tables) {
        const answer = table.lookup(key, f);
        if (answer.kind === 'error' || answer.kind === 'unknown') return answer;
        if (answer.kind === 'found') values.push(answer.value ?? '');
      }
      return values.length > 0 ? { kind: 'found', value: values.join(',') } : { kind: 'none' };
    },
  };
}

function openUnix(spec: string, name: string, env: TableEnv): Table | Fatal {
  if (name !== 'passwd.byname' && name !== 'group.byname')
    return { fatal: `dict_unix_open: unknown map name: ${name}` };
  if (name === 'group.byname' || env.jailed) {
    const answer = { kind: 'unknown', why: outside(spec), mayFail: true } as const;
    return { spec, fixed: true, lookup: () => answer };
  }
  return {
    spec,
    fixed: true,
    lookup: (key, f) => {
      const has = env.user(f ? fold(key) : key);
      if (has === undefined) return { kind: 'unknown', why: outside(spec) };
      return has ? { kind: 'found', value: `${key}:x:` } : { kind: 'none' };
    },
  };
}
