import { siteChecks, type SiteChecks } from '../../analysis/checks/site-checks';
import type { TableWarning } from '../../analysis/checks/load-warnings';
import { checkActions } from '../../facts/check-actions';
import { say } from '../../text/message';
import { certain } from '../header-evidence';
import { hasPasted } from '../pasted';
import { defineRule, type Fix } from '../rule';

const kinds = new Set(['no-delimiter', 'unknown-flag', 'no-pattern', 'not-recognized', 'obsolete-flag']);

export const rule = defineRule({
  id: 'pattern-delimiter',
  title: {
    en: 'A pattern without its end, or with an unknown flag',
    'pt-BR': 'Um padrão sem fim ou com opção desconhecida',
  },
  severity: 'error',
  files: ['checks', 'main.cf'],
  fixable: true,
  page: {
    why: `A rule begins with a delimiter, any character that is no letter or figure, and the pattern ends at the same one. A slash
within it needs a backslash, also in brackets; what stands behind the end up to a blank is flags. Postfix skips what it cannot
read so.`,
    remedy: 'Close the pattern, escape the delimiter within it, put a blank before the action.',
    bad: {
      'main.cf': 'header_checks = pcre:/etc/postfix/header_checks\n',
      header_checks: '/^X-Path:.*[/]tmp/ REJECT\n',
    },
    good: {
      'main.cf': 'header_checks = pcre:/etc/postfix/header_checks\n',
      header_checks: '/^X-Path:.*\\/tmp/ REJECT\n',
    },
    see: ['pcre_table(5), "TABLE FORMAT"', 'Measured: "no closing regexp delimiter", "unknown regexp option" (3.7.11)'],
  },
  messages: {
    found: { en: '{what}', 'pt-BR': '{what}' },
  },
  check(site, report) {
    for (const checks of siteChecks(site)) {
      for (const warning of checks.table.warnings) {
        // Blanks of a web page are pasted-punctuation's matter.
        if (!kinds.has(warning.kind) || hasPasted(checks.source.slice(warning.span).slice(0, 4))) continue;
        const severity = warning.skips ? certain(checks, 'error') : 'hint';
        report(
          checks.source,
          warning.span,
          'found',
          { what: warning.message },
          { severity, fixes: () => fixesFor(checks, warning) },
        );
      }
    }
  },
});

/** The blanks before an action that is written out. */
const beforeAction = new RegExp(`(?<!\\s)\\s+(?=(?:${[...checkActions.keys()].join('|')})\\b)`);

/** Escapes the delimiter in a class where the pattern was cut short there, or closes an open one before its action. */
function fixesFor(checks: SiteChecks, warning: TableWarning): Fix[] {
  const entry = checks.table.file.entries.find(e => e.line.number === warning.line);
  if (!entry) return [];
  const { source } = checks;
  const span = entry.line.span;
  const text = source.slice(span);
  const delimiter = text.charAt(0);
  if (warning.kind === 'unknown-flag' && text.includes(`[${delimiter}]`)) {
    const newText = text.replaceAll(`[${delimiter}]`, `\\${delimiter}`);
    return [
      { title: say('Escape the delimiter', 'Escapar o delimitador'), safe: false, edits: [{ source, span, newText }] },
    ];
  }
  if (warning.kind !== 'no-delimiter') return [];
  // In the last line of a rule that goes on in several, with the blanks in front of it.
  const lastLine = text.slice(0, text.lastIndexOf('\n') + 1).trimEnd().length;
  const action = beforeAction.exec(text.slice(lastLine));
  if (!action) return [];
  const at = span.start + lastLine + action.index;
  const title = say('Close the pattern before the action', 'Fechar o padrão antes da ação');
  return [{ title, safe: false, edits: [{ source, span: { start: at, end: at }, newText: delimiter }] }];
}
