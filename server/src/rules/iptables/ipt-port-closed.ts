import { reach } from '../../analysis/packet/regions/reach';
import { mailPorts } from '../../analysis/packet/regions/rule-share';
import type { Packet } from '../../analysis/packet/packet';
import { ask, familyOf, siteFirewalls, speaksOf, type SiteFirewall } from '../../analysis/packet/site-firewalls';
import { listenersOf } from '../../analysis/mail-flow/listeners';
import { masterOf } from '../../model/services';
import type { Site } from '../../model/site';
import { say } from '../../text/message';
import { decidingPlace, packetEvidence } from '../packet-evidence';
import { defineRule, type Fix } from '../rule';
import { rulingRule } from '../ruling-rule';

export const rule = defineRule({
  id: 'ipt-port-closed',
  title: {
    en: 'A service listens where the firewall lets nobody in',
    'pt-BR': 'Um serviço escuta onde o firewall não deixa ninguém entrar',
  },
  severity: 'warning',
  files: ['shell', 'iptables-save', 'master.cf'],
  fixable: true,
  evidence: true,
  page: {
    why: `master.cf has a service on this port, and the firewall beside it drops or refuses every connection from outside: mail does
not come in, users cannot hand theirs in.`,
    remedy: 'Open the port in INPUT, or take the service out.',
    bad: {
      'main.cf': 'myhostname = mx.example.com.br\n',
      'master.cf': 'smtp inet n - y - - smtpd\n',
      'firewall.sh':
        '#!/bin/sh\niptables -P INPUT DROP\niptables -A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT\n',
    },
    good: {
      'main.cf': 'myhostname = mx.example.com.br\n',
      'master.cf': 'smtp inet n - y - - smtpd\n',
      'firewall.sh':
        '#!/bin/sh\niptables -P INPUT DROP\niptables -A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT\niptables -A INPUT -p tcp --dport 25 -j ACCEPT\n',
    },
    see: ['iptables(8)', 'master(5)'],
  },
  messages: {
    closed: {
      en: '"{service}" listens on port {port}, and nobody from outside gets in: the packet ends here ({verdict}). Open the port, or take the service out.',
      'pt-BR':
        '"{service}" escuta na porta {port}, e ninguém de fora entra: o pacote para aqui ({verdict}). Abra a porta ou retire o serviço.',
    },
  },
  check(site, report) {
    if (masterOf(site).assumed) return;
    for (const one of siteFirewalls(site)) {
      if (familyOf(one.source.path) === 6 || !speaksOf(one, 'filter', 'INPUT')) continue;
      for (const { service, port, loopback } of listenersOf(site)) {
        if (port === undefined || loopback || !mailPorts.includes(port)) continue;
        const { open, unknown, stopped } = reach(one.firewall.ruleset, { family: 4, way: 'in', port });
        if (unknown || open.possibly.networks.length > 0 || !stopped) continue;
        const answer = ask(one, stopped);
        if (answer.verdict !== 'DROP' && answer.verdict !== 'REJECT') continue;
        const place = decidingPlace(one, answer);
        const args = { service: service.name.text, port, verdict: answer.verdict };
        report(place.source, place.span, 'closed', args, {
          evidence: packetEvidence(stopped, answer),
          fixes: () => opened(site, one, stopped, port),
        });
      }
    }
  },
});

/** Lets a port's packets in, where the firewall then does so. */
function opened(site: Site, one: SiteFirewall, packet: Packet, port: number): Fix[] {
  const rule = `-p tcp --dport ${port} -j ACCEPT`;
  const found = rulingRule(site, one, { packet, family: 4, chain: 'INPUT', rule, verdict: 'ACCEPT' });
  const title = say('Open port {port} to all', 'Abrir a porta {port} para todos', { port });
  return found ? [{ title, safe: false, edits: found.edits }] : [];
}
