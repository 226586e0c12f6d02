import { takes } from '../../analysis/checks/run-action';
import { allowedIn, checkActions, splitAction } from '../../facts/check-actions';
import { siteChecks } from '../../analysis/checks/site-checks';
import { defineRule } from '../rule';

export const rule = defineRule({
  id: 'action-misplaced',
  title: {
    en: 'An action in the wrong place, or with a wrong argument',
    'pt-BR': 'Uma ação no lugar errado ou com argumento errado',
  },
  severity: 'warning',
  files: ['checks', 'main.cf'],
  page: {
    why: `Checks of outgoing mail (smtp_header_checks) cannot refuse or redirect any more; FILTER, REDIRECT, BCC, PREPEND and
REPLACE need an argument of their kind. What does not fit is logged when the rule fires, and the mail passes or is deferred.`,
    remedy: 'Use an action that this kind of check has, with its argument.',
    bad: {
      'main.cf': 'smtp_header_checks = pcre:/etc/postfix/smtp_header_checks\n',
      smtp_header_checks: '/^X-Internal:/ REJECT\n',
    },
    good: {
      'main.cf': 'smtp_header_checks = pcre:/etc/postfix/smtp_header_checks\n',
      smtp_header_checks: '/^X-Internal:/ IGNORE\n',
    },
    see: ['header_checks(5), "ACTIONS"', 'postconf(5), smtp_header_checks'],
  },
  messages: {
    place: {
      en: '{action} is no action of {where}: a warning is logged and the header goes out as it is.',
      'pt-BR': '{action} não é ação de {where}: registra-se um aviso e o cabeçalho sai como está.',
    },
    missing: {
      en: '{action} needs an argument ({what}); without it the rule does not do its work.',
      'pt-BR': '{action} exige um argumento ({what}); sem ele a regra não faz seu trabalho.',
    },
    wrong: {
      en: '"{argument}" is not what {action} needs: {what}.',
      'pt-BR': '"{argument}" não é o que {action} exige: {what}.',
    },
  },
  check(site, report) {
    for (const checks of siteChecks(site)) {
      for (const { says, line } of checks.table.file.entries) {
        if (says.kind !== 'rule' || checks.classes.length === 0) continue;
        const { word, rest } = splitAction(says.actionText);
        const known = checkActions.get(word.toUpperCase());
        if (!known) continue;
        const at = says.action.start;
        const span = line.place({ start: at, end: at + word.length });
        const banned = checks.classes.find(c => !allowedIn(known, c));
        if (banned) report(checks.source, span, 'place', { action: known.name, where: banned });
        else if (known.needsArgument && rest === '')
          report(checks.source, span, 'missing', { action: known.name, what: forms[known.argument] ?? '' });
        else if (!rest.includes('$') && checks.classes.some(c => !takes(known, rest, c))) {
          const whole = line.place({ start: at, end: at + says.actionText.length });
          report(checks.source, whole, 'wrong', {
            action: known.name,
            argument: rest,
            what: forms[known.argument] ?? '',
          });
        }
      }
    }
  },
});

const forms: Readonly<Record<string, string>> = {
  transport: 'transport:destination',
  address: 'user@domain',
  line: 'Header-Name: text',
  text: 'text',
  none: '',
};
