import type { IptablesCall } from '../../analysis/firewall/calls';
import { siteFirewalls } from '../../analysis/packet/site-firewalls';
import { masked, printBlock, readMask, readShortIPv4 } from '../../syntax/iptables/address';
import { countBelow, inLines } from '../../text/chunks';
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
      if (kind !== 'shell') {
        for (const one of shortNetworks(source)) tell(source, one, report);
        continue;
      }
      for (const { calls } of firewall.readings) inCalls(calls, report);
    }
  },
});

interface Short {
  readonly at: number;
  readonly short: string;
  readonly whole: string;
}

/** All that stand in the lines of a file, in order. */
const shortNetworks = inLines(line =>
  [...line.matchAll(addressWord)].flatMap(match => {
    const found: Short[] = [];
    let at = match.index + match[0].length - (match[1] ?? '').length;
    for (const word of (match[1] ?? '').split(',')) {
      const whole = written(word);
      if (whole !== undefined) found.push({ at, short: word, whole });
      at += word.length + 1;
    }
    return found;
  }),
);

/** A short network with all of its octets, as iptables reads it; undefined for what it does not take. */
function written(word: string): string | undefined {
  const [short, octets = '', bits = ''] = shortNetwork.exec(word) ?? [];
  const address = short === undefined ? undefined : readShortIPv4(octets);
  const mask = readMask(bits, 4);
  return address && mask && printBlock(masked(address, mask));
}

function inCalls(calls: readonly IptablesCall[], report: Report<'short'>): void {
  let file: SourceText | undefined;
  let found: readonly Short[] = [];
  let starts: readonly number[] = [];
  for (const call of calls) {
    const { source } = call;
    if (source !== file) {
      file = source;
      found = shortNetworks(source);
      starts = found.map(one => one.at);
    }
    if (found.length === 0) continue;
    const { span } = call;
    for (const one of found.slice(countBelow(starts, span.start), countBelow(starts, span.end)))
      tell(source, one, report);
  }
}

function tell(source: SourceText, { at, short, whole }: Short, report: Report<'short'>): void {
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
