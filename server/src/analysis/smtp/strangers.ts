/** Who a stranger may be at a site: addresses, senders, names and recipients that it can choose. */
import { splitList } from '../../syntax/list';
import { siteSettings } from '../../model/settings';
import type { Service } from '../../syntax/master-cf/parse';
import { endpointOf, portNumber } from '../../model/services';
import { derived, remember } from '../../text/derived';
import { explore } from '../doubt';
import { parseIp } from '../lookup/ip';
import { readTable } from '../lookup/table-file';
import { Resolver, type AddressClass } from './resolve';
import type { Machine } from './machine';
import type { Process, Rewriter } from './process';
import type { SmtpServer } from './server';
import type { DnsAnswer, Session, World } from './session';

/** Public addresses of documentation and well-known machines; a stranger is one that no list of the site trusts. */
const addresses = {
  v4: ['203.0.113.9', '198.51.100.77', '9.9.9.9', '177.20.30.40', '89.10.11.12'],
  v6: ['2001:db8:9::9', '2a00:1450:4001::77', '2804:14c:5::9'],
};
const foreignDomains = ['example.org', 'example.edu', 'elsewhere.test', 'example.net'];

/** The name that a stranger's address may have, forward and backward. */
export const strangerName = 'host.stranger.test';

/** A stranger's own DNS, set up as it likes best. */
const zone: Readonly<Record<string, DnsAnswer>> = {
  'stranger.test': { A: ['203.0.113.9'], MX: ['mx.stranger.test'], NS: ['ns.stranger.test'] },
  'mx.stranger.test': { A: ['203.0.113.9'], AAAA: [], MX: ['mx.stranger.test'], NS: ['ns.stranger.test'] },
  'ns.stranger.test': { A: ['203.0.113.9'], AAAA: [] },
  'client.stranger.test': { A: ['203.0.113.9'], AAAA: [] },
};

/** The world in which a search tries its sessions. */
export const strangerWorld: World = { dns: zone };

/**
 * Addresses outside mynetworks, of either family; where all of a family are trusted, all of them: then everybody is.
 * A search holds of strangers where it holds of most of a family: a list may know one or two of them by name.
 */
export function strangerAddresses(server: SmtpServer): {
  readonly v4: readonly string[];
  readonly v6: readonly string[];
} {
  const outside = (list: readonly string[]): readonly string[] => {
    const free = list.filter(address => !isTrusted(server, { client_address: address }));
    return free.length > 0 ? free : list;
  };
  return { v4: outside(addresses.v4), v6: outside(addresses.v6) };
}

/** Whether mynetworks holds a session's client. */
export function isTrusted(server: SmtpServer, { client_name = 'unknown', client_address = '' }: Session): boolean {
  const { runs } = explore(ask => server.trusts(client_name, client_address, ask).kind === 'match', 1);
  return runs.some(r => r.outcome);
}

/** The class of an address at a site, where the files tell. Only lists of domains make it: other tables are taken as empty. */
const classOf = (rewriter: Rewriter, address: string): AddressClass | undefined => knownClasses(rewriter)(address);

const knownClasses = derived((rewriter: Rewriter) => {
  const known = new Map<string, { readonly class: AddressClass | undefined }>();
  return (address: string) => remember(known, address, () => ({ class: findClass(rewriter, address) })).class;
});

function findClass(rewriter: Rewriter, address: string): AddressClass | undefined {
  const { runs, complete } = explore(ask => new Resolver(rewriter, ask).resolve(address, '').class, 24, {
    admits: (key, options) => (key.startsWith('listed ') ? [0, 1] : [options.indexOf('none')]),
  });
  const first = runs[0]?.outcome;
  return complete && runs.every(r => r.outcome === first) ? first : undefined;
}

/**
 * Recipients somewhere else, in domains that have nothing to do with one another. Where every domain counts as a relay
 * domain, such ones are as foreign as any.
 */
export function foreignRecipients(server: SmtpServer): readonly string[] {
  return foreignOf(server.rewriter);
}

const foreignOf = derived((rewriter: Rewriter): readonly string[] => {
  const known = foreignDomains.map(domain => {
    const address = `victim@${domain}`;
    return { address, class: classOf(rewriter, address) };
  });
  const foreign = known.filter(k => k.class === 'default');
  if (foreign.length > 0) return foreign.map(k => k.address);
  if (known.every(k => k.class === 'relay')) return known.map(k => k.address);
  return known.filter(k => k.class === undefined).map(k => k.address);
});

/** An own address, and what has to be so for mail to it to be taken. */
export interface OwnRecipient {
  readonly address: string;
  /** The questions to tables that are not in the files whose answer is that the site holds the address. */
  readonly held: ReadonlySet<string>;
}

/** The lists of own domains, each with the tables that know its recipients; the likeliest to come from a database first. */
const classes = [
  { name: 'virtual', list: 'virtual_mailbox_domains', users: 'virtual_mailbox_maps' },
  { name: 'relay', list: 'relay_domains', users: 'relay_recipient_maps' },
  { name: 'alias', list: 'virtual_alias_domains', users: 'virtual_alias_maps' },
  { name: 'local', list: 'mydestination', users: 'local_recipient_maps' },
] as const;

/**
 * An own address that mail is surely taken for: the postmaster of a local domain, else a listed mailbox, else the postmaster
 * of a domain that a table which is not in the files may hold.
 */
export function ownRecipient(server: SmtpServer): OwnRecipient | undefined {
  const domains = ownDomains(server);
  const local = domains.find(d => classOf(server.rewriter, `postmaster@${d}`) === 'local');
  if (local) return { address: `postmaster@${local}`, held: new Set() };
  for (const parameter of ['virtual_mailbox_maps', 'virtual_alias_maps', 'relay_recipient_maps']) {
    for (const key of keysOf(server.machine, server.settings.text(parameter)))
      if (/^[^@\s]+@[^@\s]+$/.test(key)) return { address: key, held: new Set() };
  }
  const [domain] = domains;
  if (domain === undefined) return undefined;
  const address = `postmaster@${domain}`;
  return { address, held: holding(server, address, domain) };
}

function holding(server: SmtpServer, address: string, domain: string): Set<string> {
  const held = new Set<string>();
  const known = classOf(server.rewriter, address);
  const unlisted = (parameter: (typeof classes)[number]['list']): string[] =>
    server.rewriter.patternsOf(parameter).flatMap(p => (p.table && !p.negated ? [p.table.spec] : []));
  const row = classes.find(c => c.name === known) ?? classes.find(c => unlisted(c.list).length > 0);
  if (!row) return held;
  if (known === undefined) for (const spec of unlisted(row.list)) held.add(`listed ${spec} ${domain}`);
  for (const { spec } of server.mapsOf(row.users).tables) held.add(`table ${spec} ${address}`);
  return held;
}

/** Tables that say where mail for an address goes or what it is rewritten to, not whether it may come in. */
export function routingTables(server: SmtpServer): ReadonlySet<string> {
  const out = new Set<string>();
  const take = (process: Process, parameter: string): void => {
    for (const { spec } of process.mapsOf(parameter).tables) out.add(spec);
  };
  for (const parameter of routing) take(server.rewriter, parameter);
  for (const parameter of rewriting) take(server, parameter);
  return out;
}

const routing = [
  'transport_maps',
  'relocated_maps',
  'sender_dependent_default_transport_maps',
  'sender_dependent_relayhost_maps',
];
const rewriting = [
  'canonical_maps',
  'sender_canonical_maps',
  'recipient_canonical_maps',
  'virtual_alias_maps',
  'virtual_mailbox_maps',
  'relay_recipient_maps',
  'local_recipient_maps',
];

/** The domains that a site names as its own, fully qualified ones first; tables give those that are written in them. */
export function ownDomains(server: SmtpServer): readonly string[] {
  return domainsOf(server.rewriter);
}

const domainsOf = derived((rewriter: Rewriter): readonly string[] => {
  const names: string[] = [];
  for (const parameter of [
    'mydestination',
    'virtual_mailbox_domains',
    'virtual_alias_domains',
    'relay_domains',
  ] as const) {
    for (const pattern of rewriter.patternsOf(parameter)) {
      if (pattern.negated) continue;
      if (pattern.table) names.push(...keysOf(rewriter.machine, pattern.text).filter(k => !k.includes('@')));
      else names.push(pattern.text.replace(/^\./, ''));
    }
  }
  names.push(...rewriter.machine.site.options.domains, rewriter.settings.text('myhostname'));
  const whole = names.filter(n => /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i.test(n) && !/^localhost\.|\.localdomain$/.test(n));
  return [...new Set(whole)];
});

/** The entries of the tables of a list, as far as they are written in the files; at most some hundreds. */
export function entriesOf(
  machine: Machine,
  tables: string,
): readonly { readonly key: string; readonly value: string }[] {
  const out: { key: string; value: string }[] = [];
  for (const { text } of splitList(tables)) {
    const name = text.replace(/^(?:proxy:)+/, '');
    const inline = /^inline:\{(.*)\}$/s.exec(name);
    for (const word of splitList(inline?.[1] ?? '')) {
      const [key = '', ...value] = word.text.replace(/^\{\s*|\s*\}$/g, '').split('=');
      out.push({ key: key.trim(), value: value.join('=').trim() });
    }
    const file = /^(?:texthash|hash|btree|lmdb|cdb):(\/.*)$/.exec(name);
    const state = file ? machine.env.file(file[1] ?? '') : undefined;
    if (state?.kind === 'text') out.push(...readTable(state.source).entries.slice(0, 300));
  }
  return out.slice(0, 300);
}

const keysOf = (machine: Machine, tables: string): readonly string[] => entriesOf(machine, tables).map(e => e.key);

/** The keys of the access tables that a service's lists name behind one kind of check. */
export function accessKeys(server: SmtpServer, check: RegExp): readonly string[] {
  const out = new Set<string>();
  const lists = [...restrictionLists].map(p => server.list(p));
  for (const words of [...lists, ...server.classes().values()]) {
    words.forEach((word, i) => {
      if (check.test(words[i - 1]?.text ?? '')) for (const key of keysOf(server.machine, word.text)) out.add(key);
    });
  }
  return [...out].slice(0, 60);
}

const restrictionLists = [
  'smtpd_client_restrictions',
  'smtpd_helo_restrictions',
  'smtpd_sender_restrictions',
  'smtpd_relay_restrictions',
  'smtpd_recipient_restrictions',
] as const;

/** Whether a sender or HELO may change what a service's lists permit: a table or policy server that looks at them. */
export function looksAtClaims(server: SmtpServer): boolean {
  const lists = [...restrictionLists.map(p => server.list(p)), ...server.classes().values()];
  const claims = /^(?:check_(?:sender|helo)_access|check_policy_service|permit_naked_ip_address)$|:/i;
  return lists.some(words =>
    words.some(
      (w, i) => claims.test(w.text) && !/^check_(?:client|recipient|sasl|ccert)/i.test(words[i - 1]?.text ?? ''),
    ),
  );
}

/** Whether a service's lists ask whether a session is encrypted. */
export function asksForTls(server: SmtpServer): boolean {
  const lists = [...restrictionLists.map(p => server.list(p)), ...server.classes().values()];
  return lists.some(words =>
    words.some(w => /^(?:reject_plaintext_session|permit_tls_|check_ccert_access)/i.test(w.text)),
  );
}

/** Whether strangers reach a listener at all: not one that is bound to the loopback. */
export function reachable(machine: Machine, service: Service): boolean {
  const { host } = endpointOf(service);
  if (host === '') {
    const words = siteSettings(machine.site)
      .words('inet_interfaces')
      .map(w => w.text.toLowerCase());
    return !words.every(w => w === 'loopback-only' || w === 'localhost' || isLoopback(w));
  }
  return !(host === 'localhost' || isLoopback(host));
}

function isLoopback(host: string): boolean {
  const bytes = parseIp(host.replace(/^\[|\]$/g, ''));
  return (
    bytes !== undefined && (bytes.length === 4 ? bytes[0] === 127 : bytes.every((b, i) => b === (i === 15 ? 1 : 0)))
  );
}

/** Whether a listener is one for users' own submissions, by its port. */
export function isSubmission(service: Service): boolean {
  const port = portNumber(endpointOf(service).port);
  return port === 587 || port === 465;
}
