import { siteChecks } from '../../analysis/checks/site-checks';
import { certain } from '../header-evidence';
import { defineRule } from '../rule';

const kinds = new Set([
  'truncated',
  'empty-name',
  'no-number',
  'number-zero',
  'group-in-negated',
  'no-such-group',
  'rule-skipped',
]);

export const rule = defineRule({
  id: 'substitution',
  title: { en: 'A $ that names no group', 'pt-BR': 'Um $ que não nomeia grupo' },
  severity: 'error',
  files: ['checks', 'main.cf'],
  page: {
    why: `$1, \${1} and $(1) put in what the first group of the pattern took. A number beyond the groups, a name, or a group of a
negated pattern makes Postfix skip the whole rule.`,
    remedy: 'Count the groups, write $$ for a dollar sign, and use no $n behind a negated pattern.',
    bad: {
      'main.cf': 'header_checks = pcre:/etc/postfix/header_checks\n',
      header_checks: '/^Subject:.*lottery/ REJECT no $1 here\n',
    },
    good: {
      'main.cf': 'header_checks = pcre:/etc/postfix/header_checks\n',
      header_checks: '/^Subject:.*(lottery)/ REJECT no $1 here\n',
    },
    see: ['pcre_table(5), "TEXT SUBSTITUTION"'],
  },
  messages: {
    found: { en: '{what}', 'pt-BR': '{what}' },
  },
  check(site, report) {
    for (const checks of siteChecks(site)) {
      const said = new Set<number>();
      for (const { kind, line, span, message } of checks.table.warnings) {
        // Of several warnings about one line the first says what is wrong.
        if (!kinds.has(kind) || said.has(line)) continue;
        said.add(line);
        report(checks.source, span, 'found', { what: message }, { severity: certain(checks, 'error') });
      }
    }
  },
});
