/** Access tables: the results they give (access(5)) and the keys they are asked for. */
import { splitList } from '../../syntax/list';
import { say } from '../../text/message';
import { mailhostAddr, validHostaddr } from '../lookup/ip';
import { addressKeys, domainKeys, findAddress, type Found, type Maps } from '../lookup/maps';
import { addressSearch } from './resolve';
import { runList, type ListContext } from './run-list';
import type { CheckState, Status } from './check-state';
import { splitEnhanced, fixEnhanced } from './enhanced';

/** The answer of an access table; `found` tells an entry that says DUNNO from none at all. */
export interface AccessResult {
  readonly status: Status;
  readonly found: boolean;
}

const missed: AccessResult = { status: 'dunno', found: false };
const broken = '451 4.3.5 Server configuration error';

/** What a table's answer does. A failed lookup is a configuration error to the client. */
function apply(state: CheckState, found: Found, name: string, context: ListContext): AccessResult | undefined {
  if (found.kind === 'none') return undefined;
  if (found.kind === 'error') {
    state.note(context.word, `${context.table ?? ''} ${name}`, `error: ${found.says}`);
    return { status: tableResult(state, broken, context), found: true };
  }
  const place = found.source && found.span ? { source: found.source, span: found.span } : undefined;
  state.note({ text: found.key, place }, `${found.table} ${found.key}`, found.value ?? '?');
  if (found.value !== undefined) return { status: tableResult(state, found.value, context), found: true };
  const why = say('what {table} says of {key} is not known', 'não se sabe o que {table} diz de {key}', {
    table: found.table,
    key: found.key,
  });
  return { status: anything(state, `value ${found.table} ${found.key}`, why, context), found: true };
}

/** An answer that may be anything: of a policy server, of a table that is not here. */
export function anything(state: CheckState, key: string, why: ReturnType<typeof say>, context: ListContext): Status {
  const answers = ['DUNNO', 'OK', 'REJECT', 'DEFER', 'DEFER_IF_PERMIT'] as const;
  const answer = state.ask.choose(key, answers, why);
  if (answer === 'REJECT') return state.reject('policy', undefined, '5.7.1', 'rejected');
  return tableResult(state, answer, context);
}

const word = /^[^ \t]*/;

/** Does what the right side of an access table says (check_table_result). */
export function tableResult(state: CheckState, value: string, context: ListContext): Status {
  const command = (word.exec(value)?.[0] ?? '').toUpperCase();
  const text = value.slice(command.length).trim();
  const { name, class: kind } = context;
  const refuse = (code: number, standard: string, fallback: string): [number, string, string] => {
    const split = splitEnhanced(standard, text);
    return [code, fixEnhanced(split.enhanced, kind), `<${name}>: ${kind} rejected: ${split.text || fallback}`];
  };
  switch (command) {
    case 'DUNNO':
    case 'INFO':
    case 'WARN':
    case 'FILTER':
    case 'HOLD':
    case 'REDIRECT':
    case 'BCC':
    case 'PREPEND':
      return 'dunno';
    case 'REJECT':
      return state.reject('policy', ...refuse(state.server.number('access_map_reject_code'), '5.7.1', 'Access denied'));
    case 'DEFER':
      return state.reject('policy', ...refuse(state.server.number('access_map_defer_code'), '4.7.1', 'Access denied'));
    case 'DEFER_IF_PERMIT':
      return state.deferPermit(...refuse(state.server.number('access_map_defer_code'), '4.7.1', 'Service unavailable'));
    case 'DEFER_IF_REJECT':
      state.deferReject(...refuse(state.server.number('access_map_defer_code'), '4.7.1', 'Service unavailable'));
      return 'dunno';
    case 'DISCARD':
      if (state.sender === undefined || state.server.settings.text('smtpd_proxy_filter') !== '') return 'dunno';
      state.discard = true;
      return 'ok';
    case 'HANGUP':
      throw new Hangup();
  }
  if (/^[0-9]+$/.test(value)) return 'ok';
  if (/^[45][0-9][0-9]$/.test(command) && text !== '') {
    return state.reject('policy', ...refuse(Number(command), `${command.charAt(0)}.7.1`, 'Access denied'));
  }
  if (command === 'OK' || command === 'RELAY') return 'ok';
  if (value.includes(':') || state.recursion > 100) state.serverError();
  const words = splitList(value).map(w => ({ text: w.text, place: context.word?.place }));
  return words.length === 0 ? 'ok' : runList(state, words, context);
}

/** The connection is dropped without a reply. */
export class Hangup extends Error {}

/** Looks a key up as it is. */
export function checkKey(state: CheckState, maps: Maps, key: string, context: ListContext): AccessResult {
  return apply(state, maps.find(key, false, state.ask), key, context) ?? missed;
}

/** Looks a host name and its parents up (check_domain_access). */
export function checkDomain(state: CheckState, maps: Maps, domain: string, context: ListContext): AccessResult {
  const keys = validHostaddr(domain) ? [domain] : domainKeys(domain, state.server.accessParents());
  for (const [i, key] of keys.entries()) {
    const result = apply(state, maps.find(key, i > 0, state.ask), domain, context);
    if (result) return result;
  }
  return missed;
}

/** Looks an address and the networks it is in up (check_addr_access). */
export function checkAddress(state: CheckState, maps: Maps, address: string, context: ListContext): AccessResult {
  for (const [i, key] of addressKeys(address).entries()) {
    const result = apply(state, maps.find(key, i > 0, state.ask), address, context);
    if (result) return result;
  }
  return missed;
}

/** Looks a client's name up, then its address (check_namadr_access). */
export function checkClient(
  state: CheckState,
  maps: Maps,
  name: string,
  address: string,
  context: ListContext,
): Status {
  const byName = checkDomain(state, maps, name, context);
  if (byName.status !== 'dunno' || byName.found) return byName.status;
  return checkAddress(state, maps, address, context).status;
}

/** Looks a mail address up (check_mail_access). OK for a recipient with routing signs counts for nothing. */
export function checkMail(state: CheckState, maps: Maps, address: string, other: string, context: ListContext): Status {
  const reply = state.resolver.resolve(address, other);
  if (reply.failed) state.tableFails(address);
  const domain = state.server.accessParents() ? ('parents' as const) : ('dotted-parents' as const);
  const strategy = { localPartIfLocal: false, atDomain: false, domain, localPartAt: true };
  const search = addressSearch(state.server, state.ask);
  const found = findAddress(maps, reply.recipient, strategy, search, state.ask);
  const result = apply(state, found, address, context);
  if (!result) return 'dunno';
  const suspicious =
    reply.routed && context.class === 'Recipient address' && !state.server.yes('allow_untrusted_routing');
  return result.status === 'ok' && found.kind === 'found' && suspicious ? 'dunno' : result.status;
}

/** The servers of a name: by MX, NS or address (check_server_access). What DNS does not tell may go any way. */
export function checkServers(
  state: CheckState,
  maps: Maps,
  name: string,
  type: 'A' | 'MX' | 'NS',
  context: ListContext,
): Status {
  const domain = name.slice(name.lastIndexOf('@') + 1);
  if (domain.startsWith('[')) {
    const bare = type !== 'NS' && domain.endsWith(']') ? mailhostAddr(domain.slice(1, -1)) : undefined;
    return bare === undefined ? 'dunno' : checkAddress(state, maps, bare, context).status;
  }
  const open = (): Status => {
    const why = say('DNS: the servers of {name} are not known', 'DNS: não se conhecem os servidores de {name}', {
      name: domain,
    });
    const hit = state.ask.choose(`servers ${type} ${domain}`, [false, true], why);
    return hit ? anything(state, `value of servers ${type} ${domain}`, why, context) : 'dunno';
  };
  let servers: readonly string[] = [domain];
  if (type !== 'A') {
    let at = domain;
    let answer = state.dns.lookup(at, type);
    while (answer?.kind === 'notfound' && type === 'NS' && at.includes('.')) {
      at = at.slice(at.indexOf('.') + 1);
      answer = state.dns.lookup(at, type);
    }
    if (!answer) return open();
    if (answer.kind === 'retry' || answer.kind === 'nullmx' || (answer.kind === 'notfound' && type === 'NS'))
      return 'dunno';
    if (answer.kind === 'ok') servers = answer.records.map(r => r.replace(/^\d+\s+/, '').replace(/\.$/, ''));
  }
  for (const server of servers) {
    if (validHostaddr(server)) {
      const result = checkAddress(state, maps, server, context);
      if (result.found || result.status !== 'dunno') return result.status;
      continue;
    }
    if (type !== 'A') {
      const result = checkDomain(state, maps, server, context);
      if (result.found || result.status !== 'dunno') return result.status;
    }
    const { machine, settings } = state.server;
    const answer = state.dns.addresses(server, machine.families(settings));
    if (!answer) return open();
    for (const address of answer.kind === 'ok' ? answer.records : []) {
      const result = checkAddress(state, maps, address, context);
      if (result.found || result.status !== 'dunno') return result.status;
    }
  }
  return 'dunno';
}
