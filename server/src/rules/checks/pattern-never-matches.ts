import { silentRules } from '../../analysis/checks/shadows';
import { siteChecks } from '../../analysis/checks/site-checks';
import { rulePatternSpan } from '../header-evidence';
import { defineRule } from '../rule';

export const rule = defineRule({
  id: 'pattern-never-matches',
  title: { en: 'A pattern that nothing can match', 'pt-BR': 'Um padrão que nada pode satisfazer' },
  severity: 'warning',
  files: ['checks', 'main.cf'],
  page: {
    why: `The pattern contradicts itself: an anchor in the middle, text behind the end, a look-around that forbids what follows. No
text whatever makes the rule fire.`,
    remedy: 'Mend the pattern, or take the rule out.',
    bad: {
      'main.cf': 'header_checks = pcre:/etc/postfix/header_checks\n',
      header_checks: '/lottery^Subject:/ REJECT\n',
    },
    good: {
      'main.cf': 'header_checks = pcre:/etc/postfix/header_checks\n',
      header_checks: '/^Subject:.*lottery/ REJECT\n',
    },
    see: ['pcre2pattern(3)'],
  },
  messages: {
    never: {
      en: 'No text can match this pattern, so the rule does nothing. Look for an anchor or a condition that contradicts the rest.',
      'pt-BR':
        'Nenhum texto satisfaz este padrão; a regra não faz nada. Procure uma âncora ou condição que contradiga o resto.',
    },
  },
  check(site, report) {
    for (const checks of siteChecks(site)) {
      for (const { index } of silentRules(checks.table)) {
        report(checks.source, rulePatternSpan(checks.table, index), 'never');
      }
    }
  },
});
