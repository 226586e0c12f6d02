import { reach } from '../../analysis/packet/regions/reach';
import { ask, familyOf, siteFirewalls, speaksOf } from '../../analysis/packet/site-firewalls';
import type { Family } from '../../syntax/iptables/rule';
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
    differs: {
      en: 'Port {port} is {v4} over IPv4 and {v6} over IPv6. Make both say the same.',
      'pt-BR': 'A porta {port} está {v4} por IPv4 e {v6} por IPv6. Faça as duas dizerem o mesmo.',
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
        return open.possibly.networks.length === 0 ? 'closed' : open.surely.networks.length > 0 ? 'open' : undefined;
      };
      const own4 = speaksOf(one, 'filter', 'INPUT', 4);
      const own6 = speaksOf(one, 'filter', 'INPUT', 6);
      if (own4 && own6) {
        for (const port of ports) {
          const v4 = state(4, port);
          const v6 = state(6, port);
          if (!v4 || !v6 || v4 === v6) continue;
          const query = reach(one.firewall.ruleset, { family: v4 === 'open' ? 6 : 4, way: 'in', port });
          const packet = query.stopped;
          const evidence = packet ? packetEvidence(packet, ask(one, packet)) : undefined;
          const span = { start: 0, end: one.source.text.indexOf('\n') };
          report(
            one.source,
            span,
            'differs',
            { port, v4, v6 },
            { severity: 'warning', ...(evidence ? { evidence } : {}) },
          );
        }
        continue;
      }
      const closes = own4 && ports.some(port => state(4, port) === 'closed');
      const origin = one.firewall.ruleset.tables[4].get('filter')?.chains.get('INPUT')?.rules[0]?.origin;
      if (!closes || speaks(6) || one.kind !== 'shell') continue;
      const place = origin ?? { source: one.source, span: { start: 0, end: 0 } };
      report(place.source, place.span, 'missing');
    }
  },
});
