import { siteFirewalls } from '../../analysis/packet/site-firewalls';
import { say } from '../../text/message';
import type { SourceText } from '../../text/source-text';
import { defineRule, type Report } from '../rule';

/** The word behind -s or -d: one network, or several parted by commas. */
const addressWord = /(?:^|\s)(?:-s|-d|--source|--src|--destination|--dst)\s+(?:!\s*)?([\d./,]+)/g;
/** A network with fewer than four octets. */
const shortNetwork = /^(\d{1,3}(?:\.\d{1,3}){0,2})\/(\d{1,2})$/;

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
  for (const match of source.text.slice(start, end).matchAll(addressWord)) {
    let at = start + match.index + match[0].length - (match[1] ?? '').length;
    for (const word of (match[1] ?? '').split(',')) {
      oneWord(source, at, word, report);
      at += word.length + 1;
    }
  }
}

function oneWord(source: SourceText, at: number, word: string, report: Report<'short'>): void {
  const [short, octets = '', bits = ''] = shortNetwork.exec(word) ?? [];
  if (short === undefined) return;
  const padded = [...octets.split('.').map(Number), 0, 0, 0].slice(0, 4);
  if (Number(bits) > 32 || padded.some(o => o > 255)) return;
  const mask = Number(bits) === 0 ? 0 : (0xffffffff << (32 - Number(bits))) >>> 0;
  const value = (((padded[0] ?? 0) * 2 ** 24 + (padded[1] ?? 0) * 2 ** 16 + (padded[2] ?? 0) * 256) & mask) >>> 0;
  const whole = `${[24, 16, 8, 0].map(s => (value >>> s) & 255).join('.')}/${bits}`;
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
