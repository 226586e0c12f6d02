import type { Network } from '../../analysis/packet/regions/address-set';
import { reach } from '../../analysis/packet/regions/reach';
import { mailPorts } from '../../analysis/packet/regions/rule-share';
import { ask, familyOf, siteFirewalls, speaksOf, type SiteFirewall } from '../../analysis/packet/site-firewalls';
import type { Place } from '../../model/settings';
import type { Site } from '../../model/site';
import { printAddress } from '../../syntax/iptables/address';
import type { Family } from '../../syntax/iptables/rule';
import type { SourceText } from '../../text/source-text';
import { say } from '../../text/message';
import { ipv6Twin } from '../ipv6-twin';
import { packetEvidence } from '../packet-evidence';
import { defineRule, type Fix } from '../rule';
import { rulingRule } from '../ruling-rule';

export const rule = defineRule({
  id: 'ipt-no-ipv6-twin',
  title: { en: 'Nothing is said about IPv6', 'pt-BR': 'Nada se diz sobre IPv6' },
  severity: 'information',
  files: ['shell', 'iptables-save'],
  fixable: true,
  evidence: false,
  page: {
    why: `iptables rules are for IPv4 alone. What they close stays open over IPv6, if the host has it, until ip6tables says the
same.`,
    remedy: 'Say the same with ip6tables (in a script: a loop over both programs), or switch IPv6 off.',
    bad: { 'firewall.sh': '#!/bin/sh\niptables -A INPUT -p tcp --dport 587 -j DROP\n' },
    good: {
      'firewall.sh':
        '#!/bin/sh\niptables -A INPUT -p tcp --dport 587 -j DROP\nip6tables -A INPUT -p tcp --dport 587 -j DROP\n',
    },
    see: ['ip6tables(8)'],
  },
  messages: {
    missing: {
      en: 'These rules are for IPv4; over IPv6 nothing here closes the mail ports. Say the same with ip6tables.',
      'pt-BR': 'Estas regras são para IPv4; por IPv6 nada aqui fecha as portas de e-mail. Diga o mesmo com ip6tables.',
    },
    open6: {
      en: 'Closed over IPv4 and open over IPv6: port {ports}. Make both say the same.',
      'pt-BR': 'Fechada por IPv4 e aberta por IPv6: porta {ports}. Faça as duas dizerem o mesmo.',
    },
    open4: {
      en: 'Open over IPv4 and closed over IPv6: port {ports}. Make both say the same.',
      'pt-BR': 'Aberta por IPv4 e fechada por IPv6: porta {ports}. Faça as duas dizerem o mesmo.',
    },
  },
  check(site, report) {
    const all = siteFirewalls(site);
    const speaks = (family: Family): boolean =>
      all.some(one => ['INPUT', 'OUTPUT', 'FORWARD'].some(chain => speaksOf(one, 'filter', chain, family)));
    for (const one of all) {
      if (one.kind === 'iptables-save' && familyOf(one.source.path) === 6) continue;
      const own4 = speaksOf(one, 'filter', 'INPUT', 4);
      const own6 = speaksOf(one, 'filter', 'INPUT', 6);
      if (own4 && own6) {
        for (const [open, closed, key] of sides) {
          const differ = differing(one, open, closed);
          const [port] = differ;
          if (port === undefined) continue;
          const packet = reach(one.firewall.ruleset, { family: closed, way: 'in', port }).stopped;
          const evidence = packet ? packetEvidence(packet, ask(one, packet)) : undefined;
          const chain = one.firewall.ruleset.tables[open].get('filter')?.chains.get('INPUT');
          const place = chain?.policyOrigin ?? chain?.rules[0]?.origin ?? start(one.source);
          const fixes = () => agreement(site, one, key, differ);
          const more = { severity: 'warning', fixes, ...(evidence ? { evidence } : {}) } as const;
          report(place.source, place.span, key, { ports: differ.join(', ') }, more);
        }
        continue;
      }
      const closes = own4 && mailPorts.some(port => stateOf(one, 4, port) === 'closed');
      const origin = one.firewall.ruleset.tables[4].get('filter')?.chains.get('INPUT')?.rules[0]?.origin;
      if (!closes || speaks(6) || one.kind !== 'shell') continue;
      const place = origin ?? start(one.source);
      report(place.source, place.span, 'missing', {}, { fixes: () => twin(site, one) });
    }
  },
});

const sides = [
  [6, 4, 'open6'],
  [4, 6, 'open4'],
] as const;

/** Whether strangers get in to a port; undefined where the files do not tell. */
function stateOf(one: SiteFirewall, family: Family, port: number): 'open' | 'closed' | undefined {
  const { open, unknown } = reach(one.firewall.ruleset, { family, way: 'in', port });
  if (unknown) return undefined;
  if (!open.possibly.some(isElsewhere)) return 'closed';
  return open.surely.some(isElsewhere) ? 'open' : undefined;
}

/** The mail ports that are open over the one and closed over the other. */
function differing(one: SiteFirewall, open: Family, closed: Family): number[] {
  return mailPorts.filter(port => stateOf(one, open, port) === 'open' && stateOf(one, closed, port) === 'closed');
}

/** Says the rules again for ip6tables, where both then say the same of the mail ports. */
function twin(site: Site, one: SiteFirewall): Fix[] {
  const found = ipv6Twin(site, one);
  if (!found || !agrees(found.after)) return [];
  const { edits } = found;
  return [{ title: say('Say the same with ip6tables', 'Dizer o mesmo com ip6tables'), safe: false, edits }];
}

/** Closes over IPv6, or opens over it, what is so over IPv4. */
function agreement(site: Site, one: SiteFirewall, key: 'open6' | 'open4', differ: readonly number[]): Fix[] {
  const [port] = differ;
  if (port === undefined) return [];
  const { passing, stopped } = reach(one.firewall.ruleset, { family: 6, way: 'in', port });
  const packet = key === 'open6' ? passing : stopped;
  if (!packet) return [];
  const verdict = key === 'open6' ? 'DROP' : 'ACCEPT';
  const of = differ.length > 1 ? `-m multiport --dports ${differ.join(',')}` : `--dport ${port}`;
  const wanted = { packet, family: 6, chain: 'INPUT', rule: `-p tcp ${of} -j ${verdict}`, verdict } as const;
  const found = rulingRule(site, one, wanted);
  if (!found || !agrees(found.after, key)) return [];
  const { edits } = found;
  const args = { ports: differ.join(', ') };
  const title =
    key === 'open6'
      ? say('Close over IPv6 as well: port {ports}', 'Fechar também por IPv6: porta {ports}', args)
      : say('Open over IPv6 as well: port {ports}', 'Abrir também por IPv6: porta {ports}', args);
  return [{ title, safe: false, edits }];
}

function agrees(after: SiteFirewall, only?: 'open6' | 'open4'): boolean {
  if (!speaksOf(after, 'filter', 'INPUT', 6)) return false;
  return sides.every(
    ([open, closed, key]) => (only !== undefined && key !== only) || differing(after, open, closed).length === 0,
  );
}

const start = (source: SourceText): Place => ({ source, span: { start: 0, end: 0 } });

/** Networks that strangers come from: not the loopback, and none that stay within a site. */
function isElsewhere({ address, bits }: Network): boolean {
  return !(bits >= 7 && within.test(printAddress(address)));
}

const within = /^(?:127|10|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.|^::1$|^f(?:e[89ab]|[cd])/;
