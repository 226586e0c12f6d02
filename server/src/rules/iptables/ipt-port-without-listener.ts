import { mailPorts } from '../../analysis/packet/regions/rule-share';
import { siteFirewalls } from '../../analysis/packet/site-firewalls';
import { listenersOf } from '../../analysis/mail-flow/listeners';
import { masterOf, servicesOf } from '../../model/services';
import { defineRule } from '../rule';

export const rule = defineRule({
  id: 'ipt-port-without-listener',
  title: {
    en: 'A mail port is open, and no service listens',
    'pt-BR': 'Uma porta de e-mail está aberta e nenhum serviço escuta',
  },
  severity: 'information',
  files: ['shell', 'iptables-save', 'master.cf'],
  page: {
    why: 'The rule lets clients in to a port where master.cf has nothing: either the service is missing, or the rule is a leftover.',
    remedy: 'Add the service, or take the rule out.',
    bad: {
      'master.cf': 'smtp inet n - y - - smtpd\n',
      'firewall.sh': '#!/bin/sh\niptables -A INPUT -p tcp --dport 465 -j ACCEPT\n',
    },
    good: {
      'master.cf': 'smtp inet n - y - - smtpd\n',
      'firewall.sh': '#!/bin/sh\niptables -A INPUT -p tcp --dport 25 -j ACCEPT\n',
    },
    see: ['master(5)'],
  },
  messages: {
    nobody: {
      en: 'Port {port} is let in here, but master.cf has no service on it. Add one, or take the rule out.',
      'pt-BR': 'A porta {port} é liberada aqui, mas o master.cf não tem serviço nela. Acrescente um ou retire a regra.',
    },
  },
  check(site, report) {
    if (masterOf(site).assumed || !servicesOf(site).some(s => s.type.text === 'inet')) return;
    const ports = new Set(listenersOf(site).map(l => l.port));
    const seen = new Set<string>();
    for (const { firewall } of siteFirewalls(site)) {
      for (const { rule: each, origin } of firewall.ruleset.tables[4].get('filter')?.chains.get('INPUT')?.rules ?? []) {
        const named = each.conditions.find(c => c.kind === 'ports' && !c.not && c.side === 'destination');
        if (each.action.kind !== 'accept' || named?.kind !== 'ports') continue;
        for (const { from, to } of named.ranges) {
          const key = `${origin.source.path}:${origin.span.start}:${from}`;
          if (from !== to || !mailPorts.includes(from) || ports.has(from) || seen.has(key)) continue;
          seen.add(key);
          report(origin.source, origin.span, 'nobody', { port: from });
        }
      }
    }
  },
});
