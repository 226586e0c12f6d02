/** `postfix-lint report [PATH]`: the Port 25 report of a site. */
import { reportTitle, statusNames, type Demand, type DemandStatus } from '../../analysis/port25/demand';
import { port25Report } from '../../analysis/port25/report';
import { format } from '../../text/message';
import { DiskFiles } from '../disk-files';
import { evidenceLine } from '../evidence-line';
import type { Common } from './options';
import { jsonVersion, rangeOf } from './print/json';
import { paints, wrap } from './print/layout';
import { siteOrFirewallAt } from './site-argument';
import { shown, type Terminal } from './terminal';

/** Prints every demand; returns 1 where one is not met (it counts as a warning for --fail-on). */
export function runReport(common: Common, terminal: Terminal): number {
  const site = siteOrFirewallAt(common.positionals[0], new DiskFiles(), common, terminal);
  const demands = port25Report(site);
  const { lang } = common;
  if (common.format === 'json') {
    const list = demands.map(demand => demandJson(demand, common, terminal));
    terminal.out(`${JSON.stringify({ version: jsonVersion, demands: list }, null, 2)}\n`);
  } else {
    const title = reportTitle(shown(terminal, site.folder));
    const body = demands.map(demand => demandPretty(demand, common, terminal)).join('\n');
    terminal.out(`${paints(common.colour).place(format(title, lang))}\n\n${body}\n${counts(demands, common)}\n`);
  }
  return common.failOn !== 'error' && demands.some(d => d.status === 'not-met') ? 1 : 0;
}

function demandJson(demand: Demand, { lang }: Common, terminal: Terminal) {
  const { id, title, source, status, reason, evidence, place } = demand;
  return {
    id,
    title: format(title, lang),
    source,
    status,
    reason: format(reason, lang),
    ...(evidence && { evidence }),
    ...(place && { file: shown(terminal, place.source.path), range: rangeOf(place.source, place.span) }),
  };
}

const signs: Readonly<Record<DemandStatus, string>> = { met: '✓', 'not-met': '✗', unknown: '?' };

/** A demand: sign and status, what is demanded and where; below it the reason, the evidence, and the place. */
function demandPretty(demand: Demand, { lang, colour }: Common, terminal: Terminal): string {
  const { title, source, status, reason, evidence, place } = demand;
  const paint = paints(colour);
  const mark = { met: paint.good, 'not-met': paint.bad, unknown: paint.warning }[status];
  const names = Object.values(statusNames).map(name => name[lang].length);
  const head = `${signs[status]} ${statusNames[status][lang].padEnd(Math.max(...names))}  `;
  const indent = ' '.repeat(head.length);
  const lines = [
    `${mark(head)}${paint.place(wrap(format(title, lang), indent).trimStart())}`,
    wrap(format(reason, lang), indent),
  ];
  if (evidence) lines.push(wrap(evidenceLine(evidence, lang), `${indent}  `, `${indent}= `));
  const at = place && `${shown(terminal, place.source.path)}:${place.source.positionAt(place.span.start).line + 1}`;
  lines.push(paint.dim(wrap([at, source].filter(Boolean).join('  '), indent)));
  return `${lines.join('\n')}\n`;
}

/** `8 met, 1 not met, 1 unknown`. */
function counts(demands: readonly Demand[], { lang }: Common): string {
  return (['met', 'not-met', 'unknown'] as const)
    .map(status => `${demands.filter(d => d.status === status).length} ${statusNames[status][lang]}`)
    .join(', ');
}
