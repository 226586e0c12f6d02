import { siteChecks } from '../../analysis/checks/site-checks';
import { certain } from '../header-evidence';
import { defineRule } from '../rule';

export const rule = defineRule({
  id: 'pattern-syntax',
  title: { en: 'A pattern that does not compile', 'pt-BR': 'Um padrão que não compila' },
  severity: 'error',
  files: ['checks', 'main.cf'],
  page: {
    why: `The library refuses the pattern, so the rule is skipped with a warning in the log, and all others go on. What it was
meant to stop passes; a broken \`if\` is dropped too, and its body then applies always.`,
    remedy: 'Mend the pattern at the place that is marked.',
    bad: {
      'main.cf': 'header_checks = pcre:/etc/postfix/header_checks\n',
      header_checks: '/^Subject:.*(win/ REJECT\n',
    },
    good: {
      'main.cf': 'header_checks = pcre:/etc/postfix/header_checks\n',
      header_checks: '/^Subject:.*\\(win/ REJECT\n',
    },
    see: ['pcre_table(5)', 'regexp_table(5)', 'pcre2pattern(3)', 'regex(7)'],
  },
  messages: {
    refused: {
      en: '{what} Postfix skips this rule: "{says}".',
      'pt-BR': '{what} O Postfix pula esta regra: "{says}".',
    },
  },
  check(site, report) {
    for (const checks of siteChecks(site)) {
      for (const { kind, span, message, problem } of checks.table.warnings) {
        if (kind !== 'pattern' || !problem) continue;
        report(
          checks.source,
          span,
          'refused',
          { what: message, says: problem.library },
          { severity: certain(checks, 'error') },
        );
      }
    }
  },
});
