import { siteFirewalls } from '../../analysis/packet/site-firewalls';
import { defineRule } from '../rule';

export const rule = defineRule({
  id: 'ipt-endless',
  title: { en: 'The script does not come to an end', 'pt-BR': 'O script não chega ao fim' },
  severity: 'information',
  files: ['shell'],
  page: {
    why: `A loop that nothing ends, a function that calls itself, a text that doubles without bound: the host hangs while it sets up its
firewall, and what stands below is never done. Reading stops after a bounded number of steps, so nothing is said for certain of such a script.`,
    remedy: 'Give the loop an end, or the function a case in which it does not call itself.',
    bad: { 'firewall.sh': '#!/bin/sh\nwhile true; do iptables -A INPUT -p tcp --dport 25 -j ACCEPT; done\n' },
    good: {
      'firewall.sh': '#!/bin/sh\nfor port in 25 587; do iptables -A INPUT -p tcp --dport $port -j ACCEPT; done\n',
    },
    see: ['POSIX XCU 2.9.4'],
  },
  messages: {
    endless: {
      en: 'The script goes on from here for longer than it can be followed; what comes after is not taken into account.',
      'pt-BR': 'Daqui o script segue por mais tempo do que se pode acompanhar; o que vem depois não é considerado.',
    },
  },
  check(site, report) {
    for (const { source, firewall } of siteFirewalls(site)) {
      for (const { cut } of firewall.readings) {
        if (!cut) continue;
        const here = cut.source.path === source.path;
        report(
          here ? cut.source : source,
          here ? cut.span : { start: 0, end: source.text.indexOf('\n') + 1 },
          'endless',
        );
      }
    }
  },
});
