import { siteChecks } from '../../analysis/checks/site-checks';
import { certain } from '../header-evidence';
import { defineRule } from '../rule';

export const rule = defineRule({
  id: 'if-unbalanced',
  title: { en: 'if without endif, or endif without if', 'pt-BR': 'if sem endif, ou endif sem if' },
  severity: 'error',
  files: ['checks', 'main.cf'],
  page: {
    why: `An \`if\` that is never closed takes all the rest of the table: where it does not hold, the search ends there and no later
rule is asked. An endif without its if is ignored.`,
    remedy: 'Close each if with an endif.',
    bad: {
      'main.cf': 'header_checks = pcre:/etc/postfix/header_checks\n',
      header_checks: 'if /^Subject:/\n/lottery/ REJECT\n',
    },
    good: {
      'main.cf': 'header_checks = pcre:/etc/postfix/header_checks\n',
      header_checks: 'if /^Subject:/\n/lottery/ REJECT\nendif\n',
    },
    see: ['pcre_table(5), if, endif', 'Measured: an if without endif that is false ends the search (3.7.11)'],
  },
  messages: {
    found: { en: '{what}', 'pt-BR': '{what}' },
  },
  check(site, report) {
    for (const checks of siteChecks(site)) {
      for (const { kind, span, message } of checks.table.warnings) {
        if (kind !== 'if-without-endif' && kind !== 'endif-without-if') continue;
        report(checks.source, span, 'found', { what: message }, { severity: certain(checks, 'error') });
      }
    }
  },
});
