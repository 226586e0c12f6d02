/** Findings as workflow commands of GitHub Actions, which shows them beside the lines of a change. */
import type { Finding } from '../../../rules/rule';
import { format, type Lang } from '../../../text/message';
import { rangeOf } from './json';

const commands = { error: 'error', warning: 'warning', information: 'notice', hint: 'notice' } as const;

/** One command a finding. */
export function checkGithub(findings: readonly Finding[], lang: Lang, shown: (path: string) => string): string {
  return findings
    .map(({ source, span, severity, rule, message }) => {
      const { start, end } = rangeOf(source, span);
      const properties = {
        file: shown(source.path),
        line: start.line + 1,
        endLine: end.line + 1,
        ...(start.line === end.line && {
          col: start.character + 1,
          endColumn: Math.max(end.character, start.character) + 1,
        }),
        title: rule,
      };
      const list = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(String(value))}`);
      return `::${commands[severity]} ${list.join(',')}::${escapeData(format(message, lang))}\n`;
    })
    .join('');
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
