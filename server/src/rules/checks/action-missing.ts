import { eachLine } from '../../analysis/checks/each-line';
import { siteChecks } from '../../analysis/checks/site-checks';
import { say } from '../../text/message';
import { certain, patternSpan } from '../header-evidence';
import { defineRule } from '../rule';

export const rule = defineRule({
  id: 'action-missing',
  title: { en: 'A rule without an action', 'pt-BR': 'Uma regra sem ação' },
  severity: 'error',
  files: ['checks', 'main.cf'],
  fixable: true,
  page: {
    why: `Postfix takes the rule with an empty action. Every mail with a line that it matches then gets "451 4.3.0 queue file write
error", each time it is tried again, until the sender gives up.`,
    remedy: 'Write the action behind the pattern, or on the next line behind a blank.',
    bad: { 'main.cf': 'header_checks = pcre:/etc/postfix/header_checks\n', header_checks: '/^Subject:.*lottery/\n' },
    good: {
      'main.cf': 'header_checks = pcre:/etc/postfix/header_checks\n',
      header_checks: '/^Subject:.*lottery/\n    REJECT\n',
    },
    see: ['header_checks(5)', 'Measured: 451 4.3.0 Error: queue file write error (3.7.11)'],
  },
  messages: {
    missing: {
      en: 'This rule has no action: every mail it matches gets 451 and is tried again until the sender gives up. Write one, such as REJECT.',
      'pt-BR':
        'Esta regra não tem ação: toda mensagem que combina recebe 451 e é tentada de novo até o remetente desistir. Escreva uma, como REJECT.',
    },
  },
  check(site, report) {
    for (const checks of siteChecks(site)) {
      const { source, table } = checks;
      for (const { entry } of withoutAction(table.file)) {
        // A next line that only looks indented (a non-breaking space) is where the action went.
        const at = entry.line.span.end;
        const title = say('Add the action REJECT', 'Acrescentar a ação REJECT');
        const edits = [{ source, span: { start: at, end: at }, newText: ' REJECT' }];
        report(
          source,
          patternSpan(entry),
          'missing',
          {},
          { severity: certain(checks, 'error'), fixes: [{ title, safe: false, edits }] },
        );
      }
    }
  },
});

const withoutAction = eachLine(({ says }) => (says.kind === 'rule' && says.actionText === '' ? true : undefined));
