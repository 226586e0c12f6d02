import { takes } from '../../analysis/checks/run-action';
import {
  allowedIn,
  checkActions,
  checkClasses,
  splitAction,
  type CheckAction,
  type CheckClass,
} from '../../facts/check-actions';
import { eachLine } from '../../analysis/checks/each-line';
import { siteChecks } from '../../analysis/checks/site-checks';
import type { TableEntry } from '../../syntax/table/table-file';
import type { TableLine } from '../../syntax/table/table-line';
import type { Span } from '../../text/span';
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
      const said = new Set<TableEntry>();
      for (const where of checks.classes) {
        for (const { entry, found } of misplaced[where](checks.table.file)) {
          if (said.has(entry)) continue;
          said.add(entry);
          const { fault, action, argument, place } = found;
          const what = forms[action.argument] ?? '';
          report(checks.source, entry.line.place(place), fault, { action: action.name, where, what, argument });
        }
      }
    }
  },
});

interface Misplaced {
  readonly fault: 'place' | 'missing' | 'wrong';
  readonly action: CheckAction;
  readonly argument: string;
  readonly place: Span;
}

const misplaced = Object.fromEntries(
  checkClasses.map(where => [where, eachLine(({ says }) => faultIn(says, where))]),
) as Record<CheckClass, ReturnType<typeof eachLine<Misplaced>>>;

function faultIn(says: TableLine, where: CheckClass): Misplaced | undefined {
  if (says.kind !== 'rule') return undefined;
  const { word, rest: argument } = splitAction(says.actionText);
  const action = checkActions.get(word.toUpperCase());
  if (!action) return undefined;
  const { start } = says.action;
  const place = { start, end: start + word.length };
  if (!allowedIn(action, where)) return { fault: 'place', action, argument, place };
  if (action.needsArgument && argument === '') return { fault: 'missing', action, argument, place };
  if (argument.includes('$') || takes(action, argument, where)) return undefined;
  return { fault: 'wrong', action, argument, place: { start, end: start + says.actionText.length } };
}

const forms: Readonly<Record<string, string>> = {
  transport: 'transport:destination',
  address: 'user@domain',
  line: 'Header-Name: text',
  text: 'text',
  none: '',
};
