import { lineNumberOf } from '../../analysis/checks/load-table';
import { shadowsOf } from '../../analysis/checks/shadows';
import { siteChecks } from '../../analysis/checks/site-checks';
import { askTable } from '../../analysis/checks/ask-table';
import { headerEvidence, rulePatternSpan, shownHeader } from '../header-evidence';
import { fromBytes } from '../../text/source-text';
import { defineRule } from '../rule';

export const rule = defineRule({
  id: 'rule-stopped-short',
  title: {
    en: 'A refusal that an earlier rule ends the search for',
    'pt-BR': 'Uma recusa para a qual uma regra anterior encerra a busca',
  },
  severity: 'warning',
  files: ['checks', 'main.cf'],
  evidence: true,
  page: {
    why: `WARN, INFO, PREPEND, DUNNO and their like end the search for the line that they match. A REJECT below for the same lines
never fires: the header shown should be refused and passes.`,
    remedy: 'Put the refusal above, or narrow the rule before it.',
    bad: {
      'main.cf': 'header_checks = pcre:/etc/postfix/header_checks\n',
      header_checks: '/^Subject:/ WARN\n/^Subject:.*lottery/ REJECT\n',
    },
    good: {
      'main.cf': 'header_checks = pcre:/etc/postfix/header_checks\n',
      header_checks: '/^Subject:.*lottery/ REJECT\n/^Subject:/ WARN\n',
    },
    see: ['header_checks(5)', 'Measured: a REJECT behind a WARN for the same line never fires (3.7.11)'],
  },
  messages: {
    short: {
      en: 'Line {line} answers {action} to everything this rule would refuse, and the search ends there: "{header}" passes. Put this rule above it.',
      'pt-BR':
        'A linha {line} responde {action} a tudo o que esta regra recusaria, e a busca termina lá: "{header}" passa. Ponha esta regra acima.',
    },
    taker: { en: 'the search ends here', 'pt-BR': 'a busca termina aqui' },
  },
  check(site, report) {
    for (const checks of siteChecks(site)) {
      for (const { later, earlier, header } of shadowsOf(checks.table)) {
        const ender = earlier.find(e => e.outcome === 'pass');
        if (later.outcome !== 'stop' || !ender) continue;
        const answer = askTable(checks.table, 'header_checks', header);
        const args = {
          line: lineNumberOf(checks.table, ender.index),
          action: fromBytes(answer.action ?? ''),
          header: shownHeader(header),
        };
        const message = { text: rule.messages.taker, args: {} };
        report(checks.source, rulePatternSpan(checks.table, later.index), 'short', args, {
          evidence: headerEvidence(checks, header, answer),
          related: [{ source: checks.source, span: rulePatternSpan(checks.table, ender.index), message }],
        });
      }
    }
  },
});
