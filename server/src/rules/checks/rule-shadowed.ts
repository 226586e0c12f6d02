import { lineNumberOf } from '../../analysis/checks/load-table';
import { shadowsOf } from '../../analysis/checks/shadows';
import { siteChecks } from '../../analysis/checks/site-checks';
import { askTable } from '../../analysis/checks/ask-table';
import { headerEvidence, rulePatternSpan, shownHeader } from '../header-evidence';
import { fromBytes } from '../../text/source-text';
import { defineRule } from '../rule';

export const rule = defineRule({
  id: 'rule-shadowed',
  title: { en: 'A rule that never gets its turn', 'pt-BR': 'Uma regra cuja vez nunca chega' },
  severity: 'warning',
  files: ['checks', 'main.cf'],
  evidence: true,
  page: {
    why: `The first rule that matches answers, and the search ends. Whatever this rule could match is taken by rules above it, so
it does nothing: a header that fits it, and the answer it really gets, are shown.`,
    remedy: 'Take it out, or move it above the wider rule.',
    bad: {
      'main.cf': 'header_checks = pcre:/etc/postfix/header_checks\n',
      header_checks: '/^Subject:.*lottery/ REJECT\n/^Subject:.*big lottery/ DISCARD\n',
    },
    good: {
      'main.cf': 'header_checks = pcre:/etc/postfix/header_checks\n',
      header_checks: '/^Subject:.*big lottery/ DISCARD\n/^Subject:.*lottery/ REJECT\n',
    },
    see: ['header_checks(5), "the search ends with the first match"'],
  },
  messages: {
    shadowed: {
      en: 'Whatever this rule matches is taken by line {line}: "{header}" gets {action} there. Move this rule up, or take it out.',
      'pt-BR':
        'Tudo o que esta regra pega é levado pela linha {line}: "{header}" recebe {action} lá. Mova-a para cima ou retire-a.',
    },
    taker: { en: 'this rule comes first', 'pt-BR': 'esta regra vem antes' },
  },
  check(site, report) {
    for (const checks of siteChecks(site)) {
      for (const { later, earlier, header } of shadowsOf(checks.table)) {
        const taker = earlier[earlier.length - 1];
        // A rule that would stop the mail behind one that lets it go is rule-stopped-short's matter.
        if (!taker || (later.outcome === 'stop' && earlier.some(e => e.outcome === 'pass'))) continue;
        const answer = askTable(checks.table, 'header_checks', header);
        const first = earlier[0] ?? taker;
        report(
          checks.source,
          rulePatternSpan(checks.table, later.index),
          'shadowed',
          {
            line: lineNumberOf(checks.table, first.index),
            header: shownHeader(header),
            action: fromBytes(answer.action ?? ''),
          },
          {
            evidence: headerEvidence(checks, header, answer),
            related: earlier.map(e => ({
              source: checks.source,
              span: rulePatternSpan(checks.table, e.index),
              message: { text: rule.messages.taker, args: {} },
            })),
          },
        );
      }
    }
  },
});
