import { ask, mailOwner, siteFirewalls, speaksOf, type SiteFirewall } from '../../analysis/packet/site-firewalls';
import type { Packet } from '../../analysis/packet/packet';
import type { Site } from '../../model/site';
import { say } from '../../text/message';
import { decidingPlace, packetEvidence } from '../packet-evidence';
import { defineRule, type Fix } from '../rule';
import { rulingRule } from '../ruling-rule';

export const rule = defineRule({
  id: 'ipt-no-established',
  title: {
    en: "Answers to one's own connections are dropped",
    'pt-BR': 'Respostas às próprias conexões são descartadas',
  },
  severity: 'warning',
  files: ['shell', 'iptables-save'],
  fixable: true,
  evidence: true,
  page: {
    why: `A connection needs packets both ways. Where INPUT drops whatever is not named, the answer of another mail server to one's
own connection is dropped too: the connection never comes about, although OUTPUT lets it go.`,
    remedy: '`-A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT`, before the rest.',
    bad: { 'firewall.sh': '#!/bin/sh\niptables -P INPUT DROP\niptables -A INPUT -p tcp --dport 25 -j ACCEPT\n' },
    good: {
      'firewall.sh':
        '#!/bin/sh\niptables -P INPUT DROP\niptables -A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT\niptables -A INPUT -p tcp --dport 25 -j ACCEPT\n',
    },
    see: ['iptables-extensions(8), conntrack'],
  },
  messages: {
    answers: {
      en: 'The answer of another server to your own connection ends here ({verdict}), so no mail can be delivered. Let ESTABLISHED,RELATED in first.',
      'pt-BR':
        'A resposta de outro servidor à sua própria conexão para aqui ({verdict}); nenhuma mensagem é entregue. Deixe ESTABLISHED,RELATED entrar antes.',
    },
  },
  check(site, report) {
    const user = mailOwner(site);
    const out: Packet = { path: 'out', proto: 'tcp', dst: '198.51.100.25', dport: 25, state: 'new', user };
    const answer: Packet = {
      path: 'in',
      proto: 'tcp',
      src: '198.51.100.25',
      sport: 25,
      dport: 40000,
      state: 'established',
      reply: true,
    };
    for (const one of siteFirewalls(site)) {
      if (!speaksOf(one, 'filter', 'INPUT') || ask(one, out).verdict !== 'ACCEPT') continue;
      const fate = ask(one, answer);
      if (fate.verdict !== 'DROP' && fate.verdict !== 'REJECT') continue;
      const place = decidingPlace(one, fate);
      report(
        place.source,
        place.span,
        'answers',
        { verdict: fate.verdict },
        {
          evidence: packetEvidence(answer, fate),
          fixes: () => letIn(site, one, answer),
        },
      );
    }
  },
});

/** Puts the rule ahead of all others in INPUT, where answers then come in. */
function letIn(site: Site, one: SiteFirewall, packet: Packet): Fix[] {
  const rule = '-m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT';
  const found = rulingRule(site, one, { packet, family: 4, chain: 'INPUT', rule, verdict: 'ACCEPT', first: true });
  const title = say('Let answers in first', 'Deixar as respostas entrar antes');
  return found ? [{ title, safe: true, edits: found.edits }] : [];
}
