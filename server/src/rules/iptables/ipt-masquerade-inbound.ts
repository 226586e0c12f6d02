import { ask, siteFirewalls, speaksOf } from '../../analysis/packet/site-firewalls';
import type { Packet } from '../../analysis/packet/packet';
import { foreignRecipients } from '../../analysis/smtp/strangers';
import { searchListeners } from '../../analysis/smtp/searches';
import { trySession } from '../../analysis/smtp/try-session';
import { siteSettings } from '../../model/settings';
import { decidingPlace, packetEvidence } from '../packet-evidence';
import { defineRule } from '../rule';

export const rule = defineRule({
  id: 'ipt-masquerade-inbound',
  title: { en: 'Strangers arrive with a trusted address', 'pt-BR': 'Estranhos chegam com um endereço de confiança' },
  severity: 'error',
  files: ['shell', 'iptables-save', 'main.cf'],
  evidence: true,
  page: {
    why: `A router that rewrites the source of inbound connections makes every stranger look like itself. If its address is in
mynetworks, the mail server behind it is an open relay, and its log shows nothing but the router.`,
    remedy: 'Limit MASQUERADE and SNAT to what leaves by the outer interface (`-o eth0`).',
    bad: {
      'main.cf': 'compatibility_level = 3.6\nmyhostname = mx.example.com.br\nmynetworks = 127.0.0.0/8 192.168.1.0/24\n',
      'firewall.sh':
        '#!/bin/sh\niptables -t nat -A PREROUTING -i eth0 -p tcp --dport 25 -j DNAT --to-destination 192.168.1.55\niptables -t nat -A POSTROUTING -j MASQUERADE\n',
    },
    good: {
      'main.cf': 'compatibility_level = 3.6\nmyhostname = mx.example.com.br\nmynetworks = 127.0.0.0/8 192.168.1.0/24\n',
      'firewall.sh':
        '#!/bin/sh\niptables -t nat -A PREROUTING -i eth0 -p tcp --dport 25 -j DNAT --to-destination 192.168.1.55\niptables -t nat -A POSTROUTING -o eth0 -j MASQUERADE\n',
    },
    see: ['iptables-extensions(8), MASQUERADE, SNAT', 'postconf(5), mynetworks'],
  },
  messages: {
    trusted: {
      en: 'A stranger on port 25 reaches the mail server as {seen}, which mynetworks trusts: an open relay. Limit this to what leaves by the outer interface.',
      'pt-BR':
        'Um estranho na porta 25 chega ao servidor como {seen}, em que mynetworks confia: um relay aberto. Limite isto ao que sai pela interface externa.',
    },
  },
  check(site, report) {
    if (!site.main || siteSettings(site).get('mynetworks').unknown) return;
    for (const one of siteFirewalls(site)) {
      if (!speaksOf(one, 'nat', 'POSTROUTING') && !speaksOf(one, 'nat', 'INPUT')) continue;
      for (const path of ['in', 'forward-in'] as const) {
        const packet: Packet = { path, proto: 'tcp', src: '203.0.113.9', dport: 25, state: 'new' };
        const answer = ask(one, packet);
        const seen = answer.seen_src;
        if (answer.verdict !== 'ACCEPT' || seen === undefined || seen === packet.src) continue;
        const relays = searchListeners(site).some(({ service, server, openRelay }) => {
          const [recipient] = foreignRecipients(server);
          const session = {
            service: service.name.text,
            client_address: seen,
            sender: 'a@example.net',
            recipient: recipient ?? '',
          };
          return openRelay.kind === 'safe' && recipient !== undefined && trySession(site, session).verdict === 'accept';
        });
        if (!relays) continue;
        const place = decidingPlace(one, answer);
        report(place.source, place.span, 'trusted', { seen }, { evidence: packetEvidence(packet, answer) });
        break;
      }
    }
  },
});
