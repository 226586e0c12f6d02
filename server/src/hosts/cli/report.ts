/** `postfix-lint report [PATH]`: the Port 25 report of a site. */
import { port25Report, type Demand } from '../../analysis/report/port25';
import { format, say } from '../../text/message';
import { DiskFiles } from '../disk-files';
import type { Common } from './options';
import { jsonVersion } from './print/json';
import { paints, wrap } from './print/layout';
import { siteAt } from './site-argument';
import { shown, type Terminal } from './terminal';

const words = {
  en: { met: 'met', 'not met': 'not met', unknown: 'unknown', hangs: 'why' },
  'pt-BR': { met: 'atendida', 'not met': 'não atendida', unknown: 'desconhecida', hangs: 'por quê' },
} as const;

/** Prints every demand; returns 1 where one is not met (it counts as a warning for --fail-on). */
export function runReport(common: Common, terminal: Terminal): number {
  const site = siteAt(common.positionals[0], new DiskFiles(), common, terminal);
  const demands = port25Report(site);
  const { lang } = common;
  if (common.format === 'json') {
    const list = demands.map(({ id, title, source, status, proofs, why }) => ({
      id,
      title: format(title, lang),
      source,
      status,
      evidence: proofs.map(({ kind, fields }) => ({ [kind]: fields })),
      why: why.map(message => format(message, lang)),
    }));
    terminal.out(
      `${JSON.stringify({ version: jsonVersion, site: shown(terminal, site.folder), demands: list }, null, 2)}\n`,
    );
  } else {
    const title = say('Port 25 report: {folder}', 'Relatório da porta 25: {folder}', {
      folder: shown(terminal, site.folder),
    });
    terminal.out(`${format(title, lang)}\n\n${demands.map(d => demandPretty(d, common)).join('')}`);
    const count = (status: Demand['status']) =>
      `${demands.filter(d => d.status === status).length} ${words[lang][status]}`;
    terminal.out(`\n${count('met')}, ${count('not met')}, ${count('unknown')}\n`);
  }
  const failing = common.failOn !== 'error' && demands.some(d => d.status === 'not met');
  return failing ? 1 : 0;
}

function demandPretty({ title, source, status, proofs, why }: Demand, { lang, colour }: Common): string {
  const paint = paints(colour);
  const sign = { met: paint.good('✓'), 'not met': paint.bad('✗'), unknown: '?' }[status];
  const evidence = proofs.map(({ kind, fields }) => {
    const { verdict, code, ...given } = fields;
    const input = Object.entries(given).map(([name, value]) => `${name}=${plain(value)}`);
    return wrap(
      `${kind}: ${input.join(' ')} → ${[verdict, code].filter(Boolean).map(plain).join(' ')}`,
      '      ',
      '    ',
    );
  });
  const reasons = why.map(message => wrap(`${words[lang].hangs}: ${format(message, lang)}`, '      ', '    '));
  return [`${sign} ${format(title, lang)}  ${paint.dim(`(${source})`)}`, ...evidence, ...reasons].join('\n') + '\n';
}

function plain(value: unknown): string {
  return typeof value === 'string' && /^\S+$/.test(value) ? value : JSON.stringify(value);
}
