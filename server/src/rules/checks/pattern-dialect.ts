import { siteChecks } from '../../analysis/checks/site-checks';
import { say } from '../../text/message';
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
      const foreign = checks.type === 'regexp' ? pcreInRegexp : posixInPcre;
      for (const { line, says } of checks.table.file.entries) {
        const parts = says.kind === 'if' ? [says.pattern] : says.kind === 'rule' ? says.patterns : [];
        for (const part of parts) {
          for (const { pattern, means, instead } of foreign) {
            const match = [...part.bytes.matchAll(pattern)].find(m => !isEscaped(part.bytes, m.index));
            if (!match) continue;
            const start = part.body.start + match.index;
            const span = line.place({ start, end: start + match[0].length });
            const fixes: Fix[] =
              instead === undefined || inClass(part.bytes, match.index)
                ? []
                : [
                    {
                      title: say('Write {instead}', 'Escrever {instead}', { instead }),
                      safe: true,
                      edits: [{ source: checks.source, span, newText: instead }],
                    },
                  ];
            const args = {
              found: match[0],
              other: checks.type === 'regexp' ? 'PCRE' : 'POSIX',
              type: checks.type,
              means,
              hint: instead === undefined ? '' : ` → ${instead}`,
            };
            report(checks.source, span, means === '' ? 'lost' : 'means', args, { fixes });
          }
        }
      }
    }
  },
});

function isEscaped(text: string, at: number): boolean {
  let slashes = 0;
  while (at - slashes > 0 && text[at - slashes - 1] === '\\') slashes++;
  return slashes % 2 === 1;
}

function inClass(text: string, at: number): boolean {
  return text.lastIndexOf('[', at) > text.lastIndexOf(']', at);
}
