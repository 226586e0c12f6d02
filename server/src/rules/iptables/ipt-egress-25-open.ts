import {
  ask,
  familyOf,
  lanAddress,
  routes,
  siteFirewalls,
  type SiteFirewall,
} from '../../analysis/packet/site-firewalls';
import type { Packet } from '../../analysis/packet/packet';
import type { Site } from '../../model/site';
import { decidingPlace, packetEvidence } from '../packet-evidence';
import { say } from '../../text/message';
import { defineRule, type Fix } from '../rule';
import { rulingRule } from '../ruling-rule';

export const rule = defineRule({
  id: 'ipt-egress-25-open',
  title: {
    en: 'Users or the LAN speak to port 25 outside, past the mail server',
    'pt-BR': 'Usuários ou a LAN falam com a porta 25 de fora, sem passar pelo servidor',
  },
  severity: 'information',
  files: ['shell', 'iptables-save'],
  fixable: true,
  evidence: true,
  page: {
    why: `A worm on a computer of the LAN, or a broken web page on the server, sends spam straight to port 25 of others. Brazil's
port 25 recommendation asks networks to close that way and leave it to the mail server.`,
    remedy: 'Refuse port 25 in FORWARD and OUTPUT, with an exception for the mail server and for the user it runs as.',
    bad: {
      'firewall.sh':
        '#!/bin/sh\niptables -t nat -A POSTROUTING -o eth0 -j MASQUERADE\niptables -A FORWARD -s 192.168.1.0/24 -j ACCEPT\n',
    },
    good: {
      'firewall.sh':
        '#!/bin/sh\niptables -t nat -A POSTROUTING -o eth0 -j MASQUERADE\niptables -A FORWARD -p tcp --dport 25 -j REJECT --reject-with tcp-reset\niptables -A FORWARD -s 192.168.1.0/24 -j ACCEPT\n',
    },
    see: ['CGI.br RES/2009/002/P', 'RFC 5068, section 3.1'],
  },
  messages: {
    lan: {
      en: 'A computer of the LAN ({src}) reaches port 25 anywhere outside, past the mail server. Refuse it in FORWARD.',
      'pt-BR':
        'Um computador da LAN ({src}) alcança a porta 25 de qualquer lugar fora, sem passar pelo servidor. Recuse-a no FORWARD.',
    },
  },
  check(site, report) {
    for (const one of siteFirewalls(site)) {
      if (familyOf(one.source.path) === 6 || !routes(one)) continue;
      const packet: Packet = {
        path: 'forward-out',
        proto: 'tcp',
        src: lanAddress(one),
        dst: '198.51.100.25',
        dport: 25,
        state: 'new',
      };
      const answer = ask(one, packet);
      if (answer.verdict !== 'ACCEPT') continue;
      const place = decidingPlace(one, answer);
      const evidence = packetEvidence(packet, answer);
      report(
        place.source,
        place.span,
        'lan',
        { src: packet.src ?? '' },
        { evidence, fixes: () => refuse(site, one, packet) },
      );
    }
  },
});

/** Puts the refusal before the rule that lets the packet through, where it is then refused. */
function refuse(site: Site, one: SiteFirewall, packet: Packet): Fix[] {
  const rule = '-p tcp --dport 25 -j REJECT --reject-with tcp-reset';
  const found = rulingRule(site, one, { packet, family: 4, chain: 'FORWARD', rule, verdict: 'REJECT' });
  const title = say('Refuse port 25 in FORWARD', 'Recusar a porta 25 no FORWARD');
  return found ? [{ title, safe: false, edits: found.edits }] : [];
}
