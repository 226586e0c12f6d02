import { siteFirewalls } from '../../analysis/packet/site-firewalls';
import { say } from '../../text/message';
import type { SourceText } from '../../text/source-text';
import { defineRule, type Report } from '../rule';

/** A network with fewer than four octets, as a word of its own or of a list behind -s or -d. */
const shortNetwork =
  /(?<=(?:-s|-d|--source|--src|--destination|--dst)\s+(?:!\s*)?(?:[\d./]+,)*)(\d{1,3}(?:\.\d{1,3}){0,2})\/(\d{1,2})(?=[\s,]|$)/g;

export const rule = defineRule({
  id: 'ipt-short-network',
  title: { en: 'A network in short form', 'pt-BR': 'Uma rede em forma curta' },
  severity: 'information',
  files: ['shell', 'iptables-save'],
  fixable: true,
  page: {
    why: `iptables fills missing octets with zeros: \`130/8\` is 130.0.0.0/8. Other programs read short forms otherwise, and
Postfix's mynetworks refuses them.`,
    remedy: 'Write all four octets.',
    bad: { 'firewall.sh': '#!/bin/sh\niptables -A INPUT -p tcp --dport 587 -s 130/8 -j ACCEPT\n' },
    good: { 'firewall.sh': '#!/bin/sh\niptables -A INPUT -p tcp --dport 587 -s 130.0.0.0/8 -j ACCEPT\n' },
    see: ['iptables(8), --source', 'Measured with iptables 1.8.9'],
  },
  messages: {
    short: {
      en: '{short} is read as {whole}. Write that.',
      'pt-BR': '{short} é lido como {whole}. Escreva assim.',
    },
  },
  check(site, report) {
    for (const { source, kind, firewall } of siteFirewalls(site)) {
      if (kind === 'shell') {
        for (const call of firewall.readings.flatMap(r => r.calls))
          inSpan(call.source, call.span.start, call.span.end, report);
      } else inSpan(source, 0, source.text.length, report);
    }
  },
});

function inSpan(source: SourceText, start: number, end: number, report: Report<'short'>): void {
  for (const match of source.text.slice(start, end).matchAll(shortNetwork)) {
    const [short, octets = '', bits = ''] = match;
    const padded = [...octets.split('.').map(Number), 0, 0, 0].slice(0, 4);
    if (Number(bits) > 32 || padded.some(o => o > 255)) continue;
    const mask = Number(bits) === 0 ? 0 : (0xffffffff << (32 - Number(bits))) >>> 0;
    const value = (((padded[0] ?? 0) * 2 ** 24 + (padded[1] ?? 0) * 2 ** 16 + (padded[2] ?? 0) * 256) & mask) >>> 0;
    const whole = `${[24, 16, 8, 0].map(s => (value >>> s) & 255).join('.')}/${bits}`;
    const at = start + match.index;
    const span = { start: at, end: at + short.length };
    const title = say('Write {whole}', 'Escrever {whole}', { whole });
    report(
      source,
      span,
      'short',
      { short, whole },
      { fixes: [{ title, safe: true, edits: [{ source, span, newText: whole }] }] },
    );
  }
}
