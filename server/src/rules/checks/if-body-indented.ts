import { siteChecks } from '../../analysis/checks/site-checks';
import { say } from '../../text/message';
import { certain } from '../header-evidence';
import { defineRule, type FileEdit } from '../rule';

export const rule = defineRule({
  id: 'if-body-indented',
  title: {
    en: 'An indented rule inside if belongs to the line above',
    'pt-BR': 'Uma regra recuada dentro do if pertence à linha de cima',
  },
  severity: 'error',
  files: ['checks', 'main.cf'],
  fixable: true,
  page: {
    why: `A line that starts with a blank continues the one before, here the \`if\` itself: the rule is swallowed as "extra text" and
never asked. Postfix warns in the log and goes on.`,
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
      en: 'This line is indented, so it continues the if above and is no rule: it is never asked. Start it in the first column.',
      'pt-BR':
        'Esta linha está recuada; continua o if de cima e não é regra: nunca é consultada. Comece-a na primeira coluna.',
    },
  },
  check(site, report) {
    for (const checks of siteChecks(site)) {
      const { source } = checks;
      for (const { says, line } of checks.table.file.entries) {
        if (says.kind !== 'if' || !says.extra) continue;
        const span = line.place(says.extra);
        // Text on the line of the if itself is another matter: nothing is indented there.
        if (!source.text.slice(line.span.start, span.start).includes('\n')) continue;
        const edits: FileEdit[] = [];
        const text = source.slice(line.span);
        for (const match of text.matchAll(/\n([ \t]+)(?=\S)/g)) {
          const start = line.span.start + match.index + 1;
          // A rule's own action on a line of its own stays indented.
          const rest = text.slice(match.index + match[0].length);
          if (/^[^A-Za-z0-9\s]/.test(rest))
            edits.push({ source, span: { start, end: start + (match[1] ?? '').length }, newText: '' });
        }
        const title = say('Move the rules to the first column', 'Levar as regras à primeira coluna');
        const fixes = edits.length > 0 ? [{ title, safe: true, edits }] : [];
        report(source, span, 'swallowed', {}, { severity: certain(checks, 'error'), fixes });
      }
    }
  },
});
