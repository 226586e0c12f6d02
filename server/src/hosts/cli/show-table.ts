/** `postfix-lint show pcre:FILE`: each rule of a table, with what it catches, what keeps it from that, and whom it overlaps. */
import type { TableRule } from '../../analysis/checks/as-language';
import { tableRules } from '../../analysis/checks/as-language';
import { compiledPattern } from '../../analysis/checks/compiled-pattern';
import { lineNumberOf, type LoadedTable } from '../../analysis/checks/load-table';
import { overlapsOf, type Overlap } from '../../analysis/checks/overlaps';
import { exampleOf } from '../../analysis/checks/rule-example';
import { shadowsOf } from '../../analysis/checks/shadows';
import { slowOf } from '../../analysis/checks/slow-pattern';
import { patternsOf } from '../../syntax/table/table-line';
import { fromBytes } from '../../text/source-text';
import { DiskFiles } from '../disk-files';
import type { Common } from './options';
import { tableNamed } from './policy/headers';
import { jsonVersion } from './print/json';
import { paints, visible } from './print/layout';
import { absolute, shown, type Terminal } from './terminal';

const words = {
  en: {
    catches: 'catches',
    never: 'nothing can match',
    shadowed: 'never asked, after line',
    slow: 'runs into the limit on',
    overlaps: 'line {line} answers first',
    more: '… and {more} lines more',
    incomplete: 'Not all pairs of rules were looked at.',
  },
  'pt-BR': {
    catches: 'pega',
    never: 'nada satisfaz',
    shadowed: 'nunca consultada, depois da linha',
    slow: 'chega ao limite com',
    overlaps: 'a linha {line} responde antes',
    more: '… e mais {more} linhas',
    incomplete: 'Nem todos os pares de regras foram examinados.',
  },
} as const;

/** Of the rules that answer before one, so many are printed for people. */
const mostOverlaps = 3;

interface ShownRule {
  /** From 0, as everywhere in JSON. */
  readonly line: number;
  readonly text: string;
  /** A line that fits the rule, whoever answers it; null where none was found. */
  readonly catches: string | null;
  readonly never: boolean;
  readonly shadowedBy: readonly number[];
  readonly slow: string | null;
  readonly overlaps: readonly { readonly line: number; readonly header: string }[];
}

/** Prints the rules of the table that `name` names, in the way of main.cf; a file that is not there is wrong use. */
export function runShowTable(name: string, common: Common, terminal: Terminal): number {
  const table = tableNamed(name, absolute(terminal, '.'), new DiskFiles());
  const { pairs, complete } = overlapsOf(table);
  const shadows = new Map(shadowsOf(table).map(s => [s.later, s]));
  const before = new Map<TableRule, Overlap[]>();
  for (const pair of pairs) {
    const known = before.get(pair.later);
    if (known) known.push(pair);
    else before.set(pair.later, [pair]);
  }
  const rules = tableRules(table).map((rule): ShownRule => {
    const found = exampleOf(rule);
    const shadow = shadows.get(rule);
    const slow = patternsOf(rule.rule.line.says).map(p => slowOf(compiledPattern(p.bytes, p.dialect, p.flags)))[0];
    return {
      line: lineOf(table, rule),
      text: fromBytes(rule.rule.line.read.bytes.trimEnd()),
      catches: found.kind === 'found' ? fromBytes(found.subject) : null,
      never: found.kind === 'none',
      shadowedBy: (shadow?.earlier ?? []).map(r => lineOf(table, r)),
      slow: slow ? fromBytes(slow.subject) : null,
      overlaps: (before.get(rule) ?? []).map(p => ({ line: lineOf(table, p.earlier), header: fromBytes(p.header) })),
    };
  });
  if (common.format === 'json') {
    const head = { version: jsonVersion, table: `${table.type}:${shown(terminal, table.source.path)}`, complete };
    terminal.out(`${JSON.stringify({ ...head, rules }, null, 2)}\n`);
    return 0;
  }
  const paint = paints(common.colour);
  const w = words[common.lang];
  const detail = (word: string, text: string): string => `    ${paint.dim(`${word}:`)} ${visible(brief(text))}\n`;
  for (const rule of rules) {
    let out = `${paint.place(String(rule.line + 1))} ${visible(rule.text)}\n`;
    if (rule.never) out += `    ${w.never}\n`;
    if (rule.catches !== null) out += detail(w.catches, rule.catches);
    if (rule.shadowedBy.length > 0) out += detail(w.shadowed, rule.shadowedBy.map(l => l + 1).join(', '));
    if (rule.slow !== null) out += detail(w.slow, rule.slow);
    const overlaps = rule.shadowedBy.length > 0 ? [] : rule.overlaps;
    for (const { line, header } of overlaps.slice(0, mostOverlaps))
      out += detail(w.overlaps.replace('{line}', String(line + 1)), header);
    const more = overlaps.length - mostOverlaps;
    if (more > 0) out += `    ${paint.dim(w.more.replace('{more}', String(more)))}\n`;
    terminal.out(out);
  }
  if (!complete) terminal.out(`${w.incomplete}\n`);
  return 0;
}

/** A text that fits on a line, or its beginning and how long it is. */
function brief(text: string): string {
  return text.length > 100 ? `${text.slice(0, 80)}… (${text.length})` : text;
}

/** From 0. */
function lineOf(table: LoadedTable, { index }: TableRule): number {
  return lineNumberOf(table, index) - 1;
}
