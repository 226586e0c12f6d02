/** `postfix-lint rules` and `postfix-lint explain ID`: the catalogue, and one rule's page. */
import { rules } from '../../rules/index.generated';
import type { Rule, Sample } from '../../rules/rule';
import { say } from '../../text/message';
import { ruleNamed, type Common } from './options';
import { paints, visible, wrap } from './print/layout';
import { jsonVersion } from './print/json';
import { WrongUse, type Terminal } from './terminal';

const words = {
  en: {
    why: 'Why it matters',
    bad: 'Bad',
    good: 'Good',
    remedy: 'How to be rid of it',
    see: 'Sources',
    fix: 'fix',
    proof: 'proof',
  },
  'pt-BR': {
    why: 'Por que importa',
    bad: 'Ruim',
    good: 'Bom',
    remedy: 'Como resolver',
    see: 'Fontes',
    fix: 'correção',
    proof: 'prova',
  },
} as const;

/** Prints every rule in a line. */
export function runRules(common: Common, terminal: Terminal): number {
  if (common.format === 'json') {
    terminal.out(`${JSON.stringify({ version: jsonVersion, rules: rules.map(r => ruleJson(r, common)) }, null, 2)}\n`);
    return 0;
  }
  const paint = paints(common.colour);
  const idWidth = Math.max(...rules.map(r => r.id.length));
  for (const { id, severity, title, fixable, evidence } of rules) {
    const w = words[common.lang];
    const marks = [fixable && w.fix, evidence && w.proof].filter(Boolean).join(', ');
    const head = `${paint[severity](severity.slice(0, 1).toUpperCase())}  ${id.padEnd(idWidth)}  `;
    const text = `${title[common.lang]}${marks && ` [${marks}]`}`;
    // The colours take no room.
    terminal.out(
      `${wrap(text, ' '.repeat(idWidth + 5))
        .trimStart()
        .replace(/^/, head)}\n`,
    );
  }
  return 0;
}

/** Prints one rule's page. */
export function runExplain(common: Common, terminal: Terminal): number {
  const [id] = common.positionals;
  if (id === undefined)
    throw new WrongUse(say('explain needs a rule: explain ID', 'explain precisa de uma regra: explain ID'));
  const rule = ruleNamed(id);
  if (common.format === 'json') {
    terminal.out(`${JSON.stringify({ version: jsonVersion, ...ruleJson(rule, common), page: rule.page }, null, 2)}\n`);
    return 0;
  }
  const paint = paints(common.colour);
  const w = words[common.lang];
  const { why, remedy, bad, good, see } = rule.page;
  const part = (title: string, body: string) => `${paint.place(title)}\n${body}\n\n`;
  terminal.out(
    `${paint[rule.severity](rule.severity)}  ${paint.place(rule.id)}\n${wrap(rule.title[common.lang], '')}\n\n`,
  );
  terminal.out(part(w.why, wrap(unwrapped(why), '  ')));
  terminal.out(part(w.bad, sample(bad)) + part(w.good, sample(good)));
  terminal.out(part(w.remedy, wrap(unwrapped(remedy), '  ')));
  if (see.length > 0) terminal.out(part(w.see, see.map(s => wrap(s, '    ', '  - ')).join('\n')));
  return 0;
}

function ruleJson({ id, title, severity, files, since, until, fixable, evidence }: Rule, { lang }: Common) {
  return {
    id,
    title: title[lang],
    severity,
    files,
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
    fixable: fixable === true,
    evidence: evidence === true,
  };
}

function sample(text: Sample): string {
  const files = typeof text === 'string' ? { '': text } : text;
  return Object.entries(files)
    .flatMap(([name, body]) => [
      ...(name ? [`  ${name}:`] : []),
      ...body
        .trimEnd()
        .split('\n')
        .map(line => `    ${visible(line)}`),
    ])
    .join('\n');
}

/** Joins the lines of a paragraph; empty lines part paragraphs. */
function unwrapped(text: string): string {
  return text.trim().replace(/([^\n])\n(?!\n)[ \t]*/g, '$1 ');
}
