/** Lists of tables that are asked one after the other (maps(3)), and the keys a mail address is looked up by (mail_addr_find(3)). */
import { splitList } from '../../syntax/list';
import { say } from '../../text/message';
import type { SourceText } from '../../text/source-text';
import type { Span } from '../../text/span';
import type { Ask } from '../doubt';
import { quoteBareLocal, quoteLocal } from './tok822';
import { openTable, type Fatal, type Lookup, type Table, type TableEnv } from './table';

/** What a search through tables gives; `value` is absent where only its presence is known. */
export type Found =
  | {
      readonly kind: 'found';
      readonly value?: string;
      readonly key: string;
      readonly table: string;
      readonly source?: SourceText;
      readonly span?: Span;
    }
  | { readonly kind: 'none' }
  | { readonly kind: 'error'; readonly retry: boolean; readonly says: string };

const none: Found = { kind: 'none' };

/** Opens the tables of a list; the words with which the process ends where one has no type. */
export function openMaps(value: string, env: TableEnv): Maps | Fatal {
  const tables: Table[] = [];
  for (const word of splitList(value)) {
    const table = openTable(word.text, env);
    if ('fatal' in table) return table;
    tables.push(table);
  }
  return new Maps(tables);
}

export class Maps {
  constructor(readonly tables: readonly Table[]) {}

  /** Looks a key up; `partial` keys (parents of a domain, parts of an address) are asked of plain tables only. */
  find(key: string, partial: boolean, ask: Ask): Found {
    if (key === '') return none;
    for (const table of this.tables) {
      if (partial && !table.fixed) continue;
      let answer = table.lookup(key, true);
      if (answer.kind === 'unknown') {
        answer = askTable(table.spec, key, answer, ask);
      }
      if (answer.kind === 'error') return answer;
      if (answer.kind === 'none') continue;
      if (answer.value === '') {
        return { kind: 'error', retry: false, says: `${table.spec} lookup of ${key} returns an empty string result` };
      }
      return { ...answer, key, table: table.spec };
    }
    return none;
  }
}

/** Asks for the answer of a table that is not in the files: nothing, something, or a failure. `listed`: of a list of patterns. */
export function askTable(
  spec: string,
  key: string,
  question: Lookup & { kind: 'unknown' },
  ask: Ask,
  what: 'table' | 'listed' = 'table',
): Exclude<Lookup, { kind: 'unknown' }> {
  const answers = question.mayFail ? (['none', 'found', 'fails'] as const) : (['none', 'found'] as const);
  const kind = ask.choose<'none' | 'found' | 'fails'>(`${what} ${spec} ${key}`, answers, question.why);
  return kind === 'fails' ? { kind: 'error', retry: true, says: `${spec}: table lookup problem` } : { kind };
}

/** What the search for a mail address hangs on. */
export interface AddressSearch {
  readonly delimiters: string;
  readonly ownreqSpecial: boolean;
  readonly doubleBounce: string;
  readonly myorigin: string;
  /** Whether a domain is local; an error where that can't be looked up. */
  isLocal(domain: string): boolean | { readonly retry: boolean };
}

/** Which keys to try; the whole address always comes first. */
export interface Strategy {
  /** `user` where the domain is local: the search of recipient, alias and login tables. */
  readonly localPartIfLocal: boolean;
  /** `@domain`. */
  readonly atDomain: boolean;
  /** `domain` and its parents, with or without a leading dot: the search of access and transport tables. */
  readonly domain: 'none' | 'parents' | 'dotted-parents';
  /** `user@`, whatever the domain. */
  readonly localPartAt: boolean;
}

/** The search of virtual_alias_maps, local_recipient_maps, smtpd_sender_login_maps and their like. */
export const recipientStrategy: Strategy = {
  localPartIfLocal: true,
  atDomain: true,
  domain: 'none',
  localPartAt: false,
};

/** Takes the extension off an address in internal form: `user+ext@domain` to `user@domain`; undefined where it has none. */
export function stripExtension(address: string, search: AddressSearch): string | undefined {
  if (search.delimiters === '') return undefined;
  const ratsign = address.lastIndexOf('@');
  const local = ratsign >= 0 ? address.slice(0, ratsign) : address;
  const lower = local.toLowerCase();
  if (lower === 'postmaster' || lower === 'mailer-daemon' || lower === search.doubleBounce.toLowerCase())
    return undefined;
  if (search.delimiters.includes('-') && search.ownreqSpecial) {
    if (lower.startsWith('owner-') || (lower.endsWith('-request') && lower.length > 8)) return undefined;
  }
  const at = [...local].findIndex(c => search.delimiters.includes(c));
  if (at <= 0) return undefined;
  return local.slice(0, at) + (ratsign >= 0 ? address.slice(ratsign) : '');
}

/** Looks an address in internal form up, by the keys and in the order of mail_addr_find(3): quoted form first. */
export function findAddress(maps: Maps, address: string, strategy: Strategy, search: AddressSearch, ask: Ask): Found {
  const bare = stripExtension(address, search);
  const ratsign = address.lastIndexOf('@');
  const one = (key: string, partial: boolean, quote: (s: string) => string): Found => {
    const quoted = quote(key);
    const found = maps.find(quoted, partial, ask);
    return found.kind !== 'none' || quoted === key ? found : maps.find(key, partial, ask);
  };
  let found = one(address, false, quoteLocal);
  if (found.kind === 'none' && bare !== undefined) found = one(bare, true, quoteLocal);
  if (found.kind !== 'none' || ratsign < 0) return found;
  const domain = address.slice(ratsign + 1);
  const locals = [address, ...(bare === undefined ? [] : [bare])].map(a => a.slice(0, a.lastIndexOf('@')));
  if (strategy.localPartIfLocal) {
    let local: boolean | { readonly retry: boolean } = domain.toLowerCase() === search.myorigin.toLowerCase();
    if (!local) local = search.isLocal(domain);
    if (typeof local === 'object')
      return { kind: 'error', retry: local.retry, says: 'mydestination: table lookup problem' };
    for (const part of local ? locals : []) {
      found = one(part, true, quoteBareLocal);
      if (found.kind !== 'none') return found;
    }
  }
  if (strategy.atDomain) {
    found = maps.find(`@${domain}`, true, ask);
    if (found.kind !== 'none') return found;
  }
  if (strategy.domain !== 'none') {
    for (const name of domainKeys(domain, strategy.domain === 'parents')) {
      found = maps.find(name, true, ask);
      if (found.kind !== 'none') return found;
    }
  }
  if (strategy.localPartAt) {
    for (const part of locals) {
      found = one(`${part}@`, true, quoteLocal);
      if (found.kind !== 'none') return found;
    }
  }
  return none;
}

/** A domain and its parents as tables are asked for them: `a.b`, `b`, or with `parents` false `a.b`, `.b`. */
export function domainKeys(domain: string, parents: boolean): string[] {
  const out: string[] = [];
  let name = domain;
  while (name !== '') {
    out.push(name);
    const dot = name.indexOf('.', 1);
    if (dot < 0) break;
    name = name.slice(parents ? dot + 1 : dot);
  }
  return out;
}

/** An address and its shorter forms as access tables are asked for them: `1.2.3.4`, `1.2.3`, `1.2`, `1`; at `:` for IPv6. */
export function addressKeys(address: string): string[] {
  const delimiter = address.includes(':') ? ':' : '.';
  const out = [address];
  for (let at = address.lastIndexOf(delimiter); at >= 0; at = address.slice(0, at).lastIndexOf(delimiter)) {
    out.push(address.slice(0, at));
  }
  return out;
}

/** Says that a table's content is not known. */
export const valueUnknown = (table: string, key: string): ReturnType<typeof say> =>
  say('what {table} holds for {key} is not known', 'não se sabe o que {table} tem para {key}', { table, key });
