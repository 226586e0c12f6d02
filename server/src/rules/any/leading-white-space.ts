import { parseMainCf } from '../../syntax/main-cf/parse';
import { parseMasterCf } from '../../syntax/master-cf/parse';
import { say } from '../../text/message';
import type { SourceText } from '../../text/source-text';
import { isSpace } from '../../text/space';
import { siteChecks } from '../../analysis/checks/site-checks';
import { replaceFix } from '../edits';
import { certain } from '../header-evidence';
import { defineRule, type Report, type Severity } from '../rule';

export const rule = defineRule({
  id: 'leading-white-space',
  title: {
    en: 'The first line starts with white space',
    'pt-BR': 'A primeira linha começa com espaço em branco',
  },
  severity: 'warning',
  files: ['main.cf', 'master.cf', 'checks'],
  fixable: true,
  page: {
    why: `A line that starts with white space continues the line before. On the first line there is none: Postfix logs
"logical line must not start with whitespace" each time a program starts. As soon as somebody writes a line above, this one
becomes part of it. In a table of patterns the line is ignored: the rule is not there.`,
    remedy: 'Take the white space away.',
    bad: { 'main.cf': '  myhostname = mail.example.com\n' },
    good: 'myhostname = mail.example.com\n',
    see: ['postconf(5), "General format"', 'postconf 3.7.11: "logical line must not start with whitespace"'],
  },
  messages: {
    first: {
      en: 'This line starts with white space, as if it continued a line above, but there is none: Postfix logs a warning at each start. Take the white space away.',
      'pt-BR':
        'Esta linha começa com espaço em branco, como se continuasse uma linha acima, mas não há nenhuma: o Postfix registra um aviso a cada início. Remova o espaço.',
    },
    firstRule: {
      en: 'This line starts with white space, as if it continued a line above, but there is none: Postfix ignores it. Take the white space away.',
      'pt-BR':
        'Esta linha começa com espaço em branco, como se continuasse uma linha acima, mas não há nenhuma: o Postfix a ignora. Remova o espaço.',
    },
  },
  check(site, report) {
    const { main, master } = site;
    for (const { kind, line } of main ? parseMainCf(main).problems : []) {
      if (main && kind === 'leading-white-space') found(main, line.span.start, 'first', report);
    }
    for (const { kind, line } of master ? parseMasterCf(master).problems : []) {
      if (master && kind === 'leading-white-space') found(master, line.span.start, 'first', report);
    }
    for (const checks of siteChecks(site)) {
      for (const { kind, span } of checks.table.warnings) {
        if (kind !== 'indented') continue;
        found(checks.source, span.start, 'firstRule', report, certain(checks, 'error'));
      }
    }
  },
});

function found(
  source: SourceText,
  start: number,
  message: 'first' | 'firstRule',
  report: Report<'first' | 'firstRule'>,
  severity?: Severity,
): void {
  let end = start;
  while (isSpace(source.text[end])) end++;
  const fix = replaceFix(say('Remove the white space', 'Remover o espaço'), source, { start, end }, '', true);
  report(source, { start, end }, message, {}, { fixes: [fix], ...(severity && { severity }) });
}
