/** Lists of patterns: networks, domains, strings (match_list(3), namadr_list(3), domain_list(3), string_list(3)). */
import { splitList } from '../../syntax/list';
import { derived } from '../../text/derived';
import type { SourceText } from '../../text/source-text';
import type { Ask } from '../doubt';
import { parseCidr, parseIp, inNetwork } from './ip';
import { askTable, domainKeys } from './maps';
import { fold, openTable, type Fatal, type Table, type TableEnv } from './table';

/** One pattern of a list, in its place. */
export interface Pattern {
  /** As written, without its `!`. */
  readonly text: string;
  readonly negated: boolean;
  readonly table?: Table;
  /** The file it was read from, for one that came from a `/file`. */
  readonly file?: SourceText;
  /** Where it stands in the value that was parsed; for one from a file, where the file's name stands. */
  readonly start: number;
  readonly end: number;
}

/** The answer of a list: the pattern that decided, none, or an error at a pattern. */
export type Match =
  | { readonly kind: 'match' | 'excluded'; readonly pattern: Pattern }
  | { readonly kind: 'none' }
  | { readonly kind: 'error'; readonly retry: boolean; readonly says: string; readonly pattern: Pattern };

const none: Match = { kind: 'none' };

/** Parses a list. A `/file` gives its lines' patterns; a `#` ends the list; the process's last words where it would end. */
export function parsePatterns(value: string, name: string, env: TableEnv): Pattern[] | Fatal {
  const out: Pattern[] = [];
  const fatal = add(value, name, env, false, out, 0);
  return fatal ?? out;
}

const plainLines = derived((source: SourceText) => source.text.split('\n').filter(line => !line.startsWith('#')));

function add(
  value: string,
  name: string,
  env: TableEnv,
  negate: boolean,
  out: Pattern[],
  depth: number,
  from?: { file: SourceText; start: number; end: number },
): Fatal | undefined {
  for (const word of splitList(value)) {
    if (word.text.startsWith('#')) break;
    const item = word.text.replace(/^!+/, '');
    const negated = (word.text.length - item.length) % 2 === 1 ? !negate : negate;
    const place = {
      start: from?.start ?? word.start,
      end: from?.end ?? word.end,
      ...(from ? { file: from.file } : {}),
    };
    if (item === '') return { fatal: `${name}: no pattern after '!'` };
    if (item.startsWith('/')) {
      const state = env.file(item);
      if (state.kind === 'text' && depth < 20) {
        const inside = { file: state.source, start: place.start, end: place.end };
        for (const line of plainLines(state.source)) {
          const fatal = add(line, name, env, negated, out, depth + 1, inside);
          if (fatal) return fatal;
        }
        continue;
      }
      const opened = openTable(`texthash:${item}`, env);
      const table: Table =
        state.kind === 'unknown' && !('fatal' in opened)
          ? { ...opened, spec: item, fixed: false }
          : { spec: item, fixed: false, lookup: () => ({ kind: 'error', retry: true, says: `open file ${item}` }) };
      out.push({ text: item, negated: state.kind === 'unknown' && negated, table, ...place });
    } else if (!item.startsWith('[') && item.includes(':')) {
      const table = openTable(item, env);
      if ('fatal' in table) return table;
      out.push({ text: item, negated, table, ...place });
    } else out.push({ text: fold(item), negated, ...place });
  }
  return undefined;
}

type Verdict = boolean | { readonly retry: boolean; readonly says: string };

/** Asks a table for a key; only whether it is there counts. */
function inTable(table: Table, key: string, ask: Ask): Verdict {
  let answer = table.lookup(key, false);
  if (answer.kind === 'unknown') answer = askTable(table.spec, key, answer, ask, 'listed');
  if (answer.kind === 'error') return { retry: answer.retry, says: answer.says };
  return answer.kind === 'found';
}

function run(patterns: readonly Pattern[], tests: ((pattern: Pattern) => Verdict)[]): Match {
  for (const pattern of patterns) {
    for (const test of tests) {
      const verdict = test(pattern);
      if (typeof verdict === 'object') return { kind: 'error', ...verdict, pattern };
      if (verdict) return { kind: pattern.negated ? 'excluded' : 'match', pattern };
    }
  }
  return none;
}

/** string_list_match(3): the string itself. */
export function matchString(patterns: readonly Pattern[], string: string, ask: Ask): Match {
  const key = fold(string);
  return run(patterns, [p => (p.table ? inTable(p.table, key, ask) : p.text === key)]);
}

/** domain_list_match(3): the name, and its parents where `parents` says so, or where the pattern starts with a dot. */
export function matchDomain(patterns: readonly Pattern[], name: string, parents: boolean, ask: Ask): Match {
  const key = fold(name);
  return run(patterns, [p => hostname(p, key, parents, ask)]);
}

function hostname(pattern: Pattern, name: string, parents: boolean, ask: Ask): Verdict {
  const { table, text } = pattern;
  if (table) {
    for (const key of table.fixed ? domainKeys(name, parents) : name === '' ? [] : [name]) {
      const verdict = inTable(table, key, ask);
      if (verdict !== false) return verdict;
    }
    return false;
  }
  if (name === text) return true;
  if (parents) return name.length > text.length + 1 && name.endsWith(`.${text}`);
  return text.startsWith('.') && name.length > text.length && name.endsWith(text);
}

/** namadr_list_match(3): a client's name (with its parents) or address. A broken network is an error when its turn comes. */
export function matchClient(
  patterns: readonly Pattern[],
  name: string,
  address: string,
  parents: boolean,
  ask: Ask,
): Match {
  const key = fold(name);
  const addressKey = fold(address);
  return run(patterns, [p => hostname(p, key, parents, ask), p => hostaddr(p, addressKey, ask)]);
}

function hostaddr(pattern: Pattern, address: string, ask: Ask): Verdict {
  const { table, text } = pattern;
  if (!/^[0-9.a-f:]*$/i.test(address)) return false;
  if (table) return inTable(table, address, ask);
  if (text === address || text === `[${address}]`) return true;
  const parsed = networkPattern(text);
  if (!parsed || address.includes(':') !== text.includes(':')) return false;
  if (typeof parsed === 'string') return { retry: true, says: parsed };
  const bytes = parseIp(address);
  return bytes !== undefined && inNetwork(bytes, parsed);
}

/**
 * The network that a pattern of a client list stands for; a string is what Postfix says of a broken one; undefined for a
 * pattern that is no network: a name, or a bare IPv4 address, which is compared as text.
 */
export function networkPattern(text: string): ReturnType<typeof parseCidr> | undefined {
  if (!/[:/]/.test(text) || !/^[0-9.a-fA-F:[\]/]*$/.test(text)) return undefined;
  return parseCidr(text);
}
