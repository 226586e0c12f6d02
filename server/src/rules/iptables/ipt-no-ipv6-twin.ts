import type { Network } from '../../analysis/packet/regions/address-set';
import { reach } from '../../analysis/packet/regions/reach';
import { ask, familyOf, siteFirewalls, speaksOf } from '../../analysis/packet/site-firewalls';
import type { Place } from '../../model/settings';
import { printAddress } from '../../syntax/iptables/address';
import type { Family } from '../../syntax/iptables/rule';
import type { SourceText } from '../../text/source-text';
import { packetEvidence } from '../packet-evidence';
import { defineRule } from '../rule';

const ports = [25, 465, 587] as const;

export const rule = defineRule({
  id: 'ipt-no-ipv6-twin',
  title: { en: 'Nothing is said about IPv6', 'pt-BR': 'Nada se diz sobre IPv6' },
  severity: 'information',
  files: ['shell', 'iptables-save'],
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
      const state = (family: Family, port: number): 'open' | 'closed' | undefined => {
        const { open, unknown } = reach(one.firewall.ruleset, { family, way: 'in', port });
        if (unknown) return undefined;
        if (!open.possibly.networks.some(isElsewhere)) return 'closed';
        return open.surely.networks.some(isElsewhere) ? 'open' : undefined;
      };
      const own4 = speaksOf(one, 'filter', 'INPUT', 4);
      const own6 = speaksOf(one, 'filter', 'INPUT', 6);
      if (own4 && own6) {
        for (const [open, closed, key] of [
          [6, 4, 'open6'],
          [4, 6, 'open4'],
        ] as const) {
          const differ = ports.filter(port => state(open, port) === 'open' && state(closed, port) === 'closed');
          const [port] = differ;
          if (port === undefined) continue;
          const packet = reach(one.firewall.ruleset, { family: closed, way: 'in', port }).stopped;
          const evidence = packet ? packetEvidence(packet, ask(one, packet)) : undefined;
          const chain = one.firewall.ruleset.tables[open].get('filter')?.chains.get('INPUT');
          const place = chain?.policyOrigin ?? chain?.rules[0]?.origin ?? start(one.source);
          const more = { severity: 'warning', ...(evidence ? { evidence } : {}) } as const;
          report(place.source, place.span, key, { ports: differ.join(', ') }, more);
        }
        continue;
      }
      const closes = own4 && ports.some(port => state(4, port) === 'closed');
      const origin = one.firewall.ruleset.tables[4].get('filter')?.chains.get('INPUT')?.rules[0]?.origin;
      if (!closes || speaks(6) || one.kind !== 'shell') continue;
      const place = origin ?? start(one.source);
      report(place.source, place.span, 'missing');
    }
  },
});

const start = (source: SourceText): Place => ({ source, span: { start: 0, end: 0 } });

/** Networks that strangers come from: not the loopback, and none that stay within a site. */
function isElsewhere({ address, bits }: Network): boolean {
  return !(bits >= 7 && within.test(printAddress(address)));
}

const within = /^(?:127|10|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.|^::1$|^f(?:e[89ab]|[cd])/;
