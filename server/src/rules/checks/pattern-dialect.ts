import { eachLine } from '../../analysis/checks/each-line';
import { siteChecks } from '../../analysis/checks/site-checks';
import { say } from '../../text/message';
import { patternsOf } from '../../syntax/table/table-line';
import { defineRule, type Fix } from '../rule';

interface Foreign {
  readonly pattern: RegExp;
  readonly means: string;
  readonly instead: string | undefined;
}

/** What PCRE understands and POSIX takes for something else, or refuses. */
const pcreInRegexp: readonly Foreign[] = [
  { pattern: /\\d/g, means: 'd', instead: '[0-9]' },
  { pattern: /\\D/g, means: 'D', instead: '[^0-9]' },
  { pattern: /\\h/g, means: 'h', instead: '[ \t]' },
  { pattern: /\\t/g, means: 't', instead: '\t' },
  { pattern: /\\n/g, means: 'n', instead: undefined },
  { pattern: /\(\?:/g, means: '', instead: '(' },
  { pattern: /\(\?[=!<i>-]/g, means: '', instead: undefined },
  { pattern: /(?<!\\)[*+}]\?/g, means: '', instead: undefined },
];

/** What GNU's POSIX expressions understand and PCRE takes for something else. */
const posixInPcre: readonly Foreign[] = [
  { pattern: /\\</g, means: '<', instead: '\\b' },
  { pattern: /\\>/g, means: '>', instead: '\\b' },
];

export const rule = defineRule({
  id: 'pattern-dialect',
  title: { en: 'A pattern in the other dialect', 'pt-BR': 'Um padrão no outro dialeto' },
  severity: 'warning',
  files: ['checks', 'main.cf'],
  fixable: true,
  page: {
    why: `regexp: tables are POSIX extended expressions: \`\\d\` is the letter d, \`(?:\` is refused, \`.*?\` is as greedy as \`.*\`.
In pcre: tables \`\\<\` is the sign itself, not the start of a word. The rule loads and means something else.`,
    remedy: 'Write it in the dialect of the table, or give the table the other type in main.cf.',
    bad: {
      'main.cf': 'header_checks = regexp:/etc/postfix/header_checks\n',
      header_checks: '/^Subject:.*win \\d+ euro/ REJECT\n',
    },
    good: {
      'main.cf': 'header_checks = regexp:/etc/postfix/header_checks\n',
      header_checks: '/^Subject:.*win [0-9]+ euro/ REJECT\n',
    },
    see: ['regexp_table(5)', 'pcre_table(5)', 'regex(7)'],
  },
  messages: {
    means: {
      en: '{found} is {other} syntax; in a {type}: table it means the letter "{means}".{hint}',
      'pt-BR': '{found} é sintaxe {other}; numa tabela {type}: significa o caractere "{means}".{hint}',
    },
    lost: {
      en: '{found} is {other} syntax, which a {type}: table does not have.{hint}',
      'pt-BR': '{found} é sintaxe {other}, que uma tabela {type}: não tem.{hint}',
    },
  },
  check(site, report) {
    for (const checks of siteChecks(site)) {
      if (!checks.typeKnown) continue;
      const { source, type } = checks;
      for (const { entry, found } of strangersIn(checks.table.file)) {
        for (const { text, start, means, instead, fixable } of found) {
          const span = entry.line.place({ start, end: start + text.length });
          const fixes: Fix[] = [];
          if (instead !== undefined && fixable) {
            const title = say('Write {instead}', 'Escrever {instead}', { instead });
            fixes.push({ title, safe: true, edits: [{ source, span, newText: instead }] });
          }
          const other = type === 'regexp' ? 'PCRE' : 'POSIX';
          const hint = instead === undefined ? '' : ` → ${instead}`;
          report(source, span, means === '' ? 'lost' : 'means', { found: text, other, type, means, hint }, { fixes });
        }
      }
    }
  },
});

interface Stranger {
  readonly text: string;
  readonly start: number;
  readonly means: string;
  readonly instead: string | undefined;
  readonly fixable: boolean;
}

const strangersIn = eachLine(({ says }) => {
  const found: Stranger[] = [];
  for (const { bytes, body, dialect } of patternsOf(says)) {
    for (const { pattern, means, instead } of dialect === 'pcre' ? posixInPcre : pcreInRegexp) {
      const match = [...bytes.matchAll(pattern)].find(m => !isEscaped(bytes, m.index));
      if (!match) continue;
      const fixable = !inClass(bytes, match.index);
      found.push({ text: match[0], start: body.start + match.index, means, instead, fixable });
    }
  }
  return found.length > 0 ? found : undefined;
});

function isEscaped(text: string, at: number): boolean {
  let slashes = 0;
  while (at - slashes > 0 && text[at - slashes - 1] === '\\') slashes++;
  return slashes % 2 === 1;
}

function inClass(text: string, at: number): boolean {
  return text.lastIndexOf('[', at) > text.lastIndexOf(']', at);
}
