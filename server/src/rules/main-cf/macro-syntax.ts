import { parameters } from '../../facts/parameters';
import { holesIn } from '../../model/holes';
import { mainParameters, type Place } from '../../model/settings';
import { masterOf, servicesOf } from '../../model/services';
import { macrosOf, valueSpan } from '../../syntax/main-cf/parse';
import { optionsOf } from '../../syntax/master-cf/parse';
import { parseMacros, type MacroText } from '../../syntax/macro/parse';
import { defineRule, type Report } from '../rule';

export const rule = defineRule({
  id: 'macro-syntax',
  title: { en: 'A $name that cannot be read', 'pt-BR': 'Um $nome que não se consegue ler' },
  severity: 'error',
  files: ['main.cf', 'master.cf'],
  perSetting: true,
  page: {
    why: `A \`\${\` or \`$(\` without its other bracket, a \`$\` without a name and a condition of the wrong form cannot be
expanded: the program that reads the parameter says "macro processing error" and stops.`,
    remedy: 'Close the bracket, or write `$$` for a dollar sign that stands for itself.',
    bad: 'relay_domains = ${our_relays\n',
    good: 'our_relays = example.org\nrelay_domains = ${our_relays}\nmail_name = Mail for $$5\n',
    see: ['postconf(5), "General format"', 'postconf 3.7.11: "truncated macro reference", "empty macro name"'],
  },
  messages: {
    broken: {
      en: 'Postfix cannot expand {name} here: {says}. The programs that read it stop (fatal: macro processing error).',
      'pt-BR':
        'O Postfix não consegue expandir {name} aqui: {says}. Os programas que o leem param (fatal: macro processing error).',
    },
  },
  check(site, report) {
    const { main } = site;
    if (main) {
      for (const [name, parameter] of mainParameters(site))
        look(name, parameter.value, macrosOf(parameter), report, (start, end) => ({
          source: main,
          span: valueSpan(parameter, start, end),
        }));
    }
    const { source } = masterOf(site).tree;
    for (const service of servicesOf(site)) {
      for (const { name, value, valueStart, problem } of optionsOf(service)) {
        if (problem) continue;
        look(name, value, parseMacros(value), report, (start, end) => ({
          source,
          span: service.line.joined.sourceSpan(valueStart + start, valueStart + end),
        }));
      }
    }
  },
});

function look(
  name: string,
  value: string,
  { problems }: MacroText,
  report: Report<'broken'>,
  placeOf: (start: number, end: number) => Place,
): void {
  if (problems.length === 0 || parameters.get(name)?.type === 'raw' || holesIn(value).length > 0) return;
  for (const { text, start, end } of problems.slice(0, 1)) {
    const { source, span } = placeOf(start, end);
    const says = text.replace(/\s+/g, ' ');
    report(source, span, 'broken', { name, says: says.length > 90 ? `${says.slice(0, 90)}…` : says });
  }
}
