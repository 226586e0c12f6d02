/** The blocks of the article that the product grew from, cut out of its text as a reader would copy them. */
import { readFileSync } from 'node:fs';
import { stockMasterCf } from '@postfix-tools/server/facts/stock-master';
import { shared } from '../support/shared';

export interface Article {
  readonly files: Readonly<Record<string, string>>;
  /** The master.cf block and the header rule with the page's non-breaking spaces for indentation. */
  readonly asThePageHasThem: Readonly<Record<string, string>>;
  /** The firewall lines with their `#` prompts. */
  readonly prompts: string;
}

const main = `compatibility_level = 3.6
myhostname = mx.seudominio.com.br
mydestination = seudominio.com.br, localhost
`;

/** The article's site, or undefined where its text is not at hand. */
export function article(): Article | undefined {
  const path = shared('seed/porta25-article.txt');
  if (!path) return undefined;
  const lines = readFileSync(path, 'utf8').split('\n');
  const plain = (line: string): string => line.replace(/\u00a0/g, ' ');
  const from = (start: RegExp): number => lines.findIndex(l => start.test(plain(l)));
  const services = lines.slice(from(/^smtp +inet/), from(/^O serviço submission/)).filter(l => l !== '');
  const rule = lines.slice(from(/^# verificação/), from(/^O ponto interessante/)).filter(l => l !== '');
  const prompts = lines.map(plain).filter(l => /^# iptables/.test(l));
  const replies = lines
    .map(plain)
    .filter(l => /^ +iptables/.test(l))
    .map(l => l.trim());
  const stock = stockMasterCf.split('\n').filter(l => !l.startsWith('smtp inet'));
  const text = (block: readonly string[]): string => `${block.join('\n')}\n`;
  return {
    files: {
      'main.cf': main,
      'master.cf': text(services.map(plain)) + stock.join('\n'),
      header_checks: text(rule.map(plain)),
      body_checks: '',
      'firewall.sh': `#!/bin/sh\n${text(prompts.map(l => l.replace(/^# /, '')))}${text(replies)}`,
    },
    asThePageHasThem: {
      'main.cf': main,
      'master.cf': text(services) + stock.join('\n'),
      header_checks: text(rule),
      body_checks: '',
    },
    prompts: text(prompts),
  };
}
