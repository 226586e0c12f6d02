import { eachLine } from '../../analysis/checks/each-line';
import { siteChecks } from '../../analysis/checks/site-checks';
import { say } from '../../text/message';
import { patternsOf, type FlagMark } from '../../syntax/table/table-line';
import { defineRule } from '../rule';

export const rule = defineRule({
  id: 'pattern-flag',
  title: {
    en: 'A flag that switches off what it seems to switch on',
    'pt-BR': 'Uma opção que desliga o que parece ligar',
  },
  severity: 'warning',
  files: ['checks', 'main.cf'],
  fixable: true,
  page: {
    why: `Flags toggle, and case does not count by default: \`/…/i\` makes the pattern case-sensitive, so that \`FROM:\` or
\`Example.COM\` passes. In pcre: tables the dot takes newlines by default, and \`s\` ends that: \`.*\` then stops at a fold.`,
    remedy: 'Leave i and s out.',
    bad: {
      'main.cf': 'header_checks = pcre:/etc/postfix/header_checks\n',
      header_checks: '/^Subject:.*lottery/i REJECT\n',
    },
    good: {
      'main.cf': 'header_checks = pcre:/etc/postfix/header_checks\n',
      header_checks: '/^Subject:.*lottery/ REJECT\n',
    },
    see: ['pcre_table(5), "TABLE FORMAT"', 'Measured: /x/i does not match X (3.7.11)'],
  },
  messages: {
    case: {
      en: 'i switches case-insensitivity off: this pattern misses the same text in other letters. Leave it out.',
      'pt-BR': 'i desliga a indiferença a maiúsculas: este padrão não pega o mesmo texto em outras letras. Retire-o.',
    },
    dot: {
      en: 's makes the dot stop at a newline: this pattern misses headers that are folded. Leave it out.',
      'pt-BR': 's faz o ponto parar na quebra de linha: este padrão não pega cabeçalhos dobrados. Retire-o.',
    },
    twice: {
      en: '{letter} stands here twice, and the second takes the first back. Leave one out.',
      'pt-BR': '{letter} aparece duas vezes, e a segunda desfaz a primeira. Retire uma.',
    },
  },
  check(site, report) {
    for (const checks of siteChecks(site)) {
      for (const { entry, found } of togglesIn(checks.table.file)) {
        for (const { mark, message } of found) {
          const span = entry.line.place(mark.span);
          const title = say('Leave the flag out', 'Retirar a opção');
          const fixes = [{ title, safe: true, edits: [{ source: checks.source, span, newText: '' }] }];
          report(checks.source, span, message, { letter: mark.letter }, { fixes });
        }
      }
    }
  },
});

interface Toggle {
  readonly mark: FlagMark;
  readonly message: 'case' | 'dot' | 'twice';
}

const togglesIn = eachLine(({ says }) => {
  const found: Toggle[] = [];
  for (const part of patternsOf(says)) {
    const seen = new Set<string>();
    for (const mark of part.marks) {
      if (seen.has(mark.letter)) found.push({ mark, message: 'twice' });
      else if (mark.toggles === 'caseless' && !part.flags.caseless && /[a-z]/i.test(part.bytes))
        found.push({ mark, message: 'case' });
      else if (mark.toggles === 'dotAll' && !part.flags.dotAll && /\.[*+]/.test(part.bytes))
        found.push({ mark, message: 'dot' });
      seen.add(mark.letter);
    }
  }
  return found.length > 0 ? found : undefined;
});
