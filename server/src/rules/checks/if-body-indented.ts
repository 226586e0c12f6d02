import { eachLine } from '../../analysis/checks/each-line';
import { siteChecks } from '../../analysis/checks/site-checks';
import { say } from '../../text/message';
import { swallowedLines } from '../../analysis/checks/swallowed-lines';
import { certain } from '../header-evidence';
import { defineRule } from '../rule';

export const rule = defineRule({
  id: 'if-body-indented',
  title: {
    en: 'An indented rule, inside if above all, belongs to the line above',
    'pt-BR': 'Uma regra recuada, sobretudo dentro de um if, pertence à linha de cima',
  },
  severity: 'error',
  files: ['checks', 'main.cf'],
  fixable: true,
  page: {
    why: `A line that starts with a blank continues the one before. Behind an \`if\` or endif Postfix calls it "extra text", warns in
the log and goes on; behind a rule it becomes a part of that rule's action, without a word. Either way it is never asked.`,
    remedy: 'Start each rule in the first column.',
    bad: {
      'main.cf': 'header_checks = pcre:/etc/postfix/header_checks\n',
      header_checks: 'if /^Subject:/\n  /lottery/ REJECT\nendif\n',
    },
    good: {
      'main.cf': 'header_checks = pcre:/etc/postfix/header_checks\n',
      header_checks: 'if /^Subject:/\n/lottery/ REJECT\nendif\n',
    },
    see: ['pcre_table(5), "do not prepend whitespace to patterns inside if..endif"'],
  },
  messages: {
    swallowed: {
      en: 'This line is indented, so it continues line {line} and is no rule: it is never asked. Start it in the first column.',
      'pt-BR':
        'Esta linha está recuada; continua a linha {line} e não é regra: nunca é consultada. Comece-a na primeira coluna.',
    },
    extra: {
      en: 'Postfix ignores what stands behind the pattern of an if, and behind endif. Write the rules on lines of their own.',
      'pt-BR':
        'O Postfix ignora o que vem depois do padrão de um if, e depois de endif. Escreva as regras em linhas próprias.',
    },
  },
  check(site, report) {
    for (const checks of siteChecks(site)) {
      const { source, table } = checks;
      for (const { entry } of suspects(table.file)) {
        const { says, line } = entry;
        const swallowed = swallowedLines(table, entry);
        const edits = swallowed.map(l => ({ source, span: l.indent, newText: '' }));
        const title = say('Move it to the first column', 'Levá-la à primeira coluna');
        const [first] = swallowed;
        if (first) {
          report(
            source,
            first.span,
            'swallowed',
            { line: line.number },
            { severity: certain(checks, 'error'), fixes: [{ title, safe: true, edits }] },
          );
        }
        const extra = says.kind === 'if' || says.kind === 'endif' ? says.extra : undefined;
        if (!extra || (first && line.place(extra).start >= first.span.start)) continue;
        report(source, line.place(extra), 'extra', {}, { severity: 'warning' });
      }
    }
  },
});

/** Lines that have swallowed others, and ifs and endifs with something behind them. */
const suspects = eachLine((entry, file) => {
  const { says } = entry;
  const extra = (says.kind === 'if' || says.kind === 'endif') && says.extra;
  return extra || swallowedLines({ file }, entry).length > 0 ? true : undefined;
});
