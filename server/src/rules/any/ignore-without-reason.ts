import { sourcesOf } from '../../model/sources';
import { defineRule } from '../rule';
import { suppressions } from '../suppression';

export const rule = defineRule({
  id: 'ignore-without-reason',
  title: {
    en: 'A comment silences a rule and does not say why',
    'pt-BR': 'Um comentário silencia uma regra e não diz por quê',
  },
  severity: 'warning',
  files: ['main.cf', 'master.cf', 'checks', 'table', 'shell', 'iptables-save'],
  page: {
    why: `A silenced finding is a risk that somebody has judged. Whoever reads the file next year, often after the
person has left, can only tell a judgement from a slip by the reason beside it.`,
    remedy: 'Write two hyphens and the reason after the names: `# postfix-lint: ignore ID -- reason`.',
    bad: {
      'main.cf': `# postfix-lint: ignore soft-bounce-on
soft_bounce = yes
`,
    },
    good: {
      'main.cf': `# postfix-lint: ignore soft-bounce-on -- until the move to the new disks is over
soft_bounce = yes
`,
    },
    see: [],
  },
  messages: {
    reason: {
      en: 'This silences {rules} without a reason. Say why after the names: -- reason',
      'pt-BR': 'Isto silencia {rules} sem dar o motivo. Diga o porquê depois dos nomes: -- motivo',
    },
    names: {
      en: 'This names no rule, so it silences nothing. Write: ignore ID -- reason',
      'pt-BR': 'Isto não nomeia nenhuma regra e por isso não silencia nada. Escreva: ignore ID -- motivo',
    },
  },
  check(site, report) {
    for (const { source } of sourcesOf(site)) {
      for (const { span, rules, reason } of suppressions(source)) {
        if (rules.length === 0) report(source, span, 'names');
        else if (reason === '') report(source, span, 'reason', { rules: rules.map(r => r.id).join(', ') });
      }
    }
  },
});
