import { countrySource, brazilian, type Country, type V4Network } from '../../facts/countries';
import { ownDomains } from '../../analysis/mail-flow/own-domains';
import { printNetwork, printShare, type AddressSet } from '../../analysis/packet/regions/address-set';
import { reach } from '../../analysis/packet/regions/reach';
import { mailPorts } from '../../analysis/packet/regions/rule-share';
import type { PlacedRule } from '../../analysis/packet/ruleset';
import { familyOf, siteFirewalls, type SiteFirewall } from '../../analysis/packet/site-firewalls';
import { siteSettings } from '../../model/settings';
import type { Site } from '../../model/site';
import { derived } from '../../text/derived';
import { say, type Message } from '../../text/message';
import { writeList } from '../country-list';
import { defineRule, type Fix } from '../rule';

/** From how many networks, and how many addresses, a list is one of a country and not of some offices. */
const fewest = { networks: 3, addresses: 2 ** 20 };
/** The networks of a list that people still load. */
const longest = 2000;

export const rule = defineRule({
  id: 'ipt-allowlist',
  title: {
    en: 'How much of the country an allow-list covers, and what else it lets in',
    'pt-BR': 'Quanto do país uma lista de permissão cobre, e o que mais ela deixa entrar',
  },
  severity: 'information',
  files: ['shell', 'iptables-save'],
  fixable: true,
  evidence: true,
  page: {
    why: `A list of first octets looks like a country and is none: registries hand addresses out in small blocks all over the
world. Customers whose provider got its block elsewhere stay outside, and whole foreign networks come in. Measured against
Brazil's addresses where an own domain ends in .br or the file speaks of Brazil.`,
    remedy: `Let logins be limited by password rules and rates rather than by geography; or use a list made from registry data,
and renew it. The fix writes one of at most 2,000 networks that holds all of the country: in the words or the variable of a
loop, else one rule each; hosts and private networks on the list stay.`,
    bad: {
      'main.cf': 'myhostname = mx.example.com.br\nmydestination = example.com.br\n',
      'firewall.sh': `#!/bin/sh
iptables -P INPUT DROP
iptables -A INPUT -p tcp --dport 587 -s 130.0.0.0/8 -j ACCEPT
iptables -A INPUT -p tcp --dport 587 -s 187.0.0.0/8 -j ACCEPT
iptables -A INPUT -p tcp --dport 587 -s 200.0.0.0/7 -j ACCEPT
`,
    },
    good: {
      'main.cf': 'myhostname = mx.example.com.br\nmydestination = example.com.br\n',
      'firewall.sh': '#!/bin/sh\niptables -P INPUT DROP\niptables -A INPUT -p tcp --dport 587 -j ACCEPT\n',
    },
    see: ['@ip-location-db/geo-whois-asn-country (data: NRO, CC BY 4.0)'],
  },
  messages: {
    covers: {
      en: 'This list for {ports} covers {covered} of the addresses of Brazil (as of {date}), and {foreign} of what it lets in is not Brazilian. Who is left out cannot send; renew the list from registry data.',
      'pt-BR':
        'Esta lista para {ports} cobre {covered} dos endereços do Brasil (em {date}), e {foreign} do que ela deixa entrar não é brasileiro. Quem fica de fora não envia; renove a lista com dados dos registros.',
    },
  },
  check(site, report) {
    for (const one of siteFirewalls(site)) {
      if (familyOf(one.source.path) === 6 || !isBrazilian(site, one)) continue;
      for (const { ports, networks, packet } of listsOf(one)) {
        const rules = listRules(one, ports);
        const [first] = rules;
        if (!first || rules.length < fewest.networks) continue;
        const { covered, foreign } = measure(brazilian(), networks);
        // A list as good as the one that the fix would write needs no word.
        if (covered > 0.99 && foreign < 0.1) continue;
        const { source, span } = first.origin;
        const args = {
          ports: ports.join(', '),
          covered: shareText(covered),
          foreign: shareText(foreign),
          date: countrySource.date,
        };
        report(source, span, 'covers', args, {
          ...(packet ? { evidence: { packet: { ...packet, verdict: 'ACCEPT' } } } : {}),
          fixes: () => wholeCountry(one, rules),
        });
      }
    }
  },
});

function shareText(share: number): Message {
  return { text: { en: printShare(share), 'pt-BR': printShare(share, 'pt-BR') }, args: {} };
}

/** Whether the list is meant for Brazil as far as the files tell: an own name ends in .br, or the file says the country's. */
function isBrazilian(site: Site, { source }: SiteFirewall): boolean {
  const settings = siteSettings(site);
  const names = [settings.text('myhostname'), settings.text('mydomain'), site.options.host?.name ?? ''];
  return (
    [...names, ...ownDomains(site).map(d => d.name)].some(name => /\.br$/i.test(name)) || /bra[sz]il/i.test(source.text)
  );
}

interface AllowList {
  readonly ports: readonly number[];
  readonly networks: readonly V4Network[];
  readonly packet?: Readonly<Record<string, unknown>>;
}

/** What surely gets in to the mail ports, where that is a list of networks; ports with the same list are one. */
function listsOf(one: SiteFirewall): AllowList[] {
  const found = new Map<string, { ports: number[] } & Omit<AllowList, 'ports'>>();
  for (const port of mailPorts) {
    const { open, passing, unknown } = reach(one.firewall.ruleset, { family: 4, way: 'in', port });
    const set = open.surely;
    if (unknown || !set.complete || set.share > 0.5) continue;
    const networks = publicNetworks(set);
    const size = networks.reduce((sum, { bits }) => sum + 2 ** (32 - bits), 0);
    if (networks.length === 0 || size < fewest.addresses) continue;
    const key = set.networks.map(printNetwork).join(' ');
    const known = found.get(key);
    if (known) known.ports.push(port);
    else found.set(key, { ports: [port], networks, ...(passing ? { packet: { ...passing } } : {}) });
  }
  return [...found.values()];
}

/** Ranges that belong to no country (RFC 6890). */
const reserved: readonly V4Network[] = [
  [0, 8],
  [0x0a000000, 8],
  [0x64400000, 10],
  [0x7f000000, 8],
  [0xa9fe0000, 16],
  [0xac100000, 12],
  [0xc0a80000, 16],
  [0xe0000000, 3],
].map(([first = 0, bits = 0]) => ({ first, bits }));

function publicNetworks({ networks }: AddressSet): V4Network[] {
  return networks.map(({ address, bits }) => ({ first: (address[0] ?? 0) >>> 0, bits })).filter(isPublic);
}

function isPublic({ first, bits }: V4Network): boolean {
  return !reserved.some(
    block => bits >= block.bits && first >= block.first && first < block.first + 2 ** (32 - block.bits),
  );
}

/** The part of the country that networks cover, and the part of them that is not of the country; 0 to 1. */
function measure(country: Country, networks: readonly V4Network[]): { covered: number; foreign: number } {
  let own = 0;
  let all = 0;
  for (const network of networks) {
    own += country.within(network);
    all += 2 ** (32 - network.bits);
  }
  return { covered: own / country.size, foreign: 1 - own / all };
}

/** The rules that let a source network in to one of the ports, in the order of their lines. */
function listRules(one: SiteFirewall, ports: readonly number[]): PlacedRule[] {
  const out: PlacedRule[] = [];
  for (const table of one.firewall.ruleset.tables[4].values()) {
    for (const chain of table.chains.values()) {
      for (const placed of chain.rules) {
        const { conditions, action } = placed.rule;
        if (!['accept', 'jump', 'goto', 'redirect', 'translate', 'return'].includes(action.kind)) continue;
        const network = conditions.some(
          c => c.kind === 'address' && c.side === 'source' && !c.not && !isHost(c.block.mask),
        );
        const range = conditions.some(c => c.kind === 'address-range' && c.side === 'source' && !c.not);
        const meant = conditions.every(
          c =>
            c.kind !== 'ports' ||
            (c.side === 'destination' && !c.not && c.ranges.some(r => ports.some(p => r.from <= p && p <= r.to))),
        );
        if ((network || range) && meant) out.push(placed);
      }
    }
  }
  return out.sort((a, b) => a.origin.span.start - b.origin.span.start);
}

const isHost = (mask: readonly number[]): boolean => (mask[0] ?? 0) >>> 0 === 0xffffffff;

const brazilCover = derived((country: Country) =>
  country.cover(longest).map(({ first, bits }) => `${dotted(first)}/${bits}`),
);

/** The fix that writes the whole country in the place of a list; hosts and private networks on it stay. */
function wholeCountry(one: SiteFirewall, rules: readonly PlacedRule[]): Fix[] {
  const edits = writeList(one, rules, { gives: isPublicNetwork, networks: brazilCover(brazilian()) });
  if (!edits) return [];
  const title = say(
    'Write the list that covers all of Brazil ({count} networks)',
    'Escrever a lista que cobre todo o Brasil ({count} redes)',
    { count: brazilCover(brazilian()).length },
  );
  return [{ title, safe: false, edits }];
}

/** Whether an entry of a list, `200.0.0.0/7` or `130/8`, is a network of the public internet. */
function isPublicNetwork(entry: string): boolean {
  const [, octets = '', length = ''] = /^(\d+(?:\.\d+){0,3})\/(\d+)$/.exec(entry) ?? [];
  if (length === '' || Number(length) > 31) return false;
  const [a = 0, b = 0, c = 0, d = 0] = octets.split('.').map(Number);
  return isPublic({ first: ((a * 256 + b) * 256 + c) * 256 + d, bits: Number(length) });
}

function dotted(address: number): string {
  return [24, 16, 8, 0].map(shift => (address >>> shift) & 255).join('.');
}
