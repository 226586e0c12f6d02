import { checkActions, splitAction } from '../../facts/check-actions';
import { eachLine } from '../../analysis/checks/each-line';
import { siteChecks } from '../../analysis/checks/site-checks';
import { holesIn } from '../../model/holes';
import { nearest } from '../../text/nearest';
import { say } from '../../text/message';
import { certain } from '../header-evidence';
import { defineRule } from '../rule';

/** Words of other tables and programs that people write here, and what they mean. */
const meant: Readonly<Record<string, string>> = {
  ACCEPT: 'OK',
  BOUNCE: 'REJECT',
  DELETE: 'DISCARD',
  DENY: 'REJECT',
  DROP: 'DISCARD',
  PERMIT: 'OK',
  WARNING: 'WARN',
};

export const rule = defineRule({
  id: 'action-unknown',
  title: { en: 'An action that Postfix does not know', 'pt-BR': 'Uma ação que o Postfix não conhece' },
  severity: 'error',
  files: ['checks', 'main.cf'],
  fixable: true,
  page: {
    why: `Actions are read only when a rule fires: nothing is said on loading. Then cleanup logs "unknown command in header_checks
map" and lets the mail pass. Codes such as \`550 text\` are access-table results and unknown here.`,
    remedy: 'Use an action of header_checks(5): REJECT, DISCARD, HOLD, WARN, DUNNO …',
    bad: {
      'main.cf': 'header_checks = pcre:/etc/postfix/header_checks\n',
      header_checks: '/^Subject:.*lottery/ DENY no lottery\n',
    },
    good: {
      'main.cf': 'header_checks = pcre:/etc/postfix/header_checks\n',
      header_checks: '/^Subject:.*lottery/ REJECT no lottery\n',
    },
    see: ['header_checks(5), "ACTIONS"', 'Measured: the mail passes (3.7.11)'],
  },
  messages: {
    unknown: {
      en: 'There is no action "{word}": Postfix logs a warning and lets the mail pass.{hint}',
      'pt-BR': 'Não existe a ação "{word}": o Postfix registra um aviso e deixa a mensagem passar.{hint}',
    },
  },
  check(site, report) {
    for (const checks of siteChecks(site)) {
      if (checks.classes.length === 0) continue;
      for (const { entry, found } of unknownIn(checks.table.file)) {
        const { word, start } = found;
        const span = entry.line.place({ start, end: start + word.length });
        const upper = word.toUpperCase().replace(/[^A-Z_]/g, '');
        const near =
          meant[upper] ?? (/^[45]\d\d$/.test(word) ? 'REJECT' : nearest(upper, checkActions.keys()))?.toUpperCase();
        const title = say('Write {near}', 'Escrever {near}', { near: near ?? '' });
        const fixes = near
          ? [{ title, safe: near === 'REJECT', edits: [{ source: checks.source, span, newText: near }] }]
          : [];
        report(
          checks.source,
          span,
          'unknown',
          { word, hint: near ? ` → ${near}?` : '' },
          { severity: certain(checks, 'error'), fixes },
        );
      }
    }
  },
});

const unknownIn = eachLine(({ says }) => {
  if (says.kind !== 'rule' || says.actionText === '' || /^[^\x21-\x7e]/.test(says.actionText)) return undefined;
  const { word } = splitAction(says.actionText);
  // A word that groups fill in is not known, nor is one of a template.
  const isKnown = checkActions.has(word.toUpperCase()) || word.includes('$') || holesIn(says.actionText).length > 0;
  return isKnown ? undefined : { word, start: says.action.start };
});
