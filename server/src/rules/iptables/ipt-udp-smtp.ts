import { mailPorts } from '../../analysis/packet/regions/rule-share';
import { rulesThat } from '../../analysis/packet/rules-that';
import { siteFirewalls } from '../../analysis/packet/site-firewalls';
import type { Rule } from '../../syntax/iptables/rule';
import { say } from '../../text/message';
import { defineRule } from '../rule';

export const rule = defineRule({
  id: 'ipt-udp-smtp',
  title: { en: 'A UDP rule for SMTP', 'pt-BR': 'Uma regra UDP para SMTP' },
  severity: 'information',
  files: ['shell', 'iptables-save'],
  fixable: true,
  page: {
    why: 'SMTP uses TCP alone (RFC 5321). A rule for UDP on a mail port decides nothing that has to do with mail.',
    remedy: 'Take the rule out.',
    bad: { 'firewall.sh': '#!/bin/sh\niptables -A OUTPUT -p udp --dport 25 -j DROP\n' },
    good: { 'firewall.sh': '#!/bin/sh\niptables -A OUTPUT -p udp --dport 53 -j ACCEPT\n' },
    see: ['RFC 5321, section 4.5.4.2', 'IANA service names and port numbers'],
  },
  messages: {
    udp: {
      en: 'SMTP does not use UDP: this rule has nothing to do with mail on port {port}. Take it out.',
      'pt-BR': 'O SMTP não usa UDP: esta regra não tem nada a ver com e-mail na porta {port}. Retire-a.',
    },
  },
  check(site, report) {
    const seen = new Set<string>();
    for (const one of siteFirewalls(site)) {
      for (const { rule: each, origin } of mailByUdp(one)) {
        const { source, span } = origin;
        const port = udpPort(each);
        const key = `${source.path}:${span.start}`;
        if (port === undefined || seen.has(key)) continue;
        seen.add(key);
        const { text } = source;
        const lineStart = text.lastIndexOf('\n', span.start - 1) + 1;
        const newline = text.indexOf('\n', span.end);
        const lineEnd = newline < 0 ? text.length : newline + 1;
        const alone = text.slice(lineStart, span.start).trim() === '' && text.slice(span.end, lineEnd).trim() === '';
        const edits = [{ source, span: { start: lineStart, end: lineEnd }, newText: '' }];
        const fixes = alone ? [{ title: say('Take the rule out', 'Retirar a regra'), safe: true, edits }] : [];
        report(source, span, 'udp', { port }, { fixes });
      }
    }
  },
});

const mailByUdp = rulesThat(each => {
  const port = udpPort(each);
  return port !== undefined && mailPorts.includes(port);
});

/** The one port that a rule about UDP names as the place where packets go. */
function udpPort({ conditions }: Rule): number | undefined {
  if (!conditions.some(c => c.kind === 'protocol' && c.number === 17 && !c.not)) return undefined;
  const ports = conditions.find(c => c.kind === 'ports' && !c.not && c.side !== 'source');
  const [range, ...more] = ports?.kind === 'ports' ? ports.ranges : [];
  return range && more.length === 0 && range.from === range.to ? range.from : undefined;
}
