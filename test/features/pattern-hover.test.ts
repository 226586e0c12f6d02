import assert from 'node:assert/strict';
import { hoverAt } from '@postfix-tools/server/features/hover/hover';
import type { Lang } from '@postfix-tools/server/text/message';
import { cursorIn, docText } from '../support/features';

/** What is shown at `‸` in a rule of a table, and the text that it is shown over. */
function hover(rule: string, type: string, lang: Lang): { lines: string[]; over: string } {
  const { site, source, offset } = cursorIn({
    'etc/postfix/main.cf': `header_checks = ${type}:/etc/postfix/t\n`,
    'etc/postfix/t': `${rule} OK\n`,
  });
  const found = hoverAt(site, source, offset);
  assert.ok(found, rule);
  return { lines: docText(found.doc, lang).split('\n'), over: source.slice(found.span) };
}

/** A pattern with a cursor, the part that is meant, and that part in both languages. */
const parts: readonly (readonly [rule: string, over: string, en: string, pt: string])[] = [
  ['/^From:.‸*x/', '.*', 'anything, or nothing', 'qualquer coisa, ou nada'],
  ['/^From:.‸+x/', '.+', 'anything, one character at least', 'qualquer coisa, ao menos um caractere'],
  ['/^Fr‸om: x*/', 'From: ', 'that very text', 'esse texto mesmo'],
  ['/^a\\‸.b$/', 'a\\.b', '`a.b`', '`a.b`'],
  ['/‸^a/', '^', 'the start of the text', 'o começo do texto'],
  ['/a‸$/', '$', 'the end of the text', 'o fim do texto'],
  ['/a‸$/E', '$', 'the very end of the text', 'o fim exato do texto'],
  ['/a‸\\bb/', '\\b', 'the edge of a word', 'a borda de uma palavra'],
  [
    '/x[a-z0-9‸-]+/',
    '[a-z0-9-]+',
    'one or more of `a` to `z`, `0` to `9` or `-`',
    'um ou mais dentre `a` a `z`, `0` a `9` ou `-`',
  ],
  [
    '/x[^@‸>\\s]/',
    '[^@>\\s]',
    'any character but `@`, `>` or white space',
    'um caractere que não seja `@`, `>` ou espaços em branco',
  ],
  ['/x[0‸-9]{3}/', '[0-9]{3}', '3 digits', '3 algarismos'],
  ['/x[^‸"]*/', '[^"]*', 'any number of characters other than `"`', 'qualquer número de caracteres que não sejam `"`'],
  [
    '/x\\‸w+?/',
    '\\w+?',
    'one or more letters, digits or `_`, as few as possible',
    'uma ou mais letras, algarismos ou `_`, o mínimo possível',
  ],
  ['/x\\‸D/', '\\D', 'any character but a digit', 'um caractere que não seja um algarismo'],
  ['/x‸ {2,4}/', ' {2,4}', '2 to 4 blanks', 'de 2 a 4 espaços'],
  [
    '/x[[:upper:]‸ \\t]/',
    '[[:upper:] \\t]',
    'one of capital letters, a blank or a tab',
    'um de letras maiúsculas, um espaço ou uma tabulação',
  ],
  ['/x[\\xc3‸]/', '[\\xc3]', '`\\xc3`', '`\\xc3`'],
  ['/x(?‸:ab|c)?/', '(?:ab|c)', '(`ab` **or** `c`)', '(`ab` **ou** `c`)'],
  ['/x(?:ab|c)‸{2,}/', '(?:ab|c){2,}', '2 times or more: (`ab` **or** `c`)', '2 ou mais vezes: (`ab` **ou** `c`)'],
  ['/x‸(a\\d)/', '(a\\d)', '(group 1: `a`, then a digit)', '(grupo 1: `a`, depois um algarismo)'],
  ['/(?<n>a)(?P=‸n)/', '(?P=n)', 'once more what group 1 `n` took', 'de novo o que o grupo 1 `n` pegou'],
  ['/(a)x(?‸1)/', '(?1)', 'the pattern of group 1 again', 'o padrão do grupo 1 de novo'],
  [
    '/(a)?(?‸(1)b|c)/',
    '(?(1)b|c)',
    '(if group 1 took something: `b`; else: `c`)',
    '(se o grupo 1 pegou algo: `b`; senão: `c`)',
  ],
  ['/x(‸?!ab|c)/', '(?!ab|c)', '**not** followed by (`ab` **or** `c`)', '**não** seguido de (`ab` **ou** `c`)'],
  ['/(‸?<=a)x/', '(?<=a)', 'preceded by `a`', 'precedido de `a`'],
  [
    '/x(‸?>a+)/',
    '(?>a+)',
    '(one or more `a`; nothing of it is given back)',
    '(um ou mais `a`; nada disso é devolvido)',
  ],
  ['/xa+‸+/', 'a++', 'one or more `a`, nothing given back', 'um ou mais `a`, sem devolver nada'],
  ['/x(‸*FAIL)/', '(*FAIL)', '(this way never fits)', '(por este caminho nunca casa)'],
  [
    '/(?‸i-s)x/',
    'i-s',
    'on: letters in either case; off: `.` takes newlines too',
    'liga: maiúsculas e minúsculas iguais; desliga: `.` pega também quebras de linha',
  ],
  ['/a # b‸c/x', '# bc', 'a comment, without effect', 'um comentário, sem efeito'],
];

describe('hover over patterns', () => {
  for (const [rule, over, en, pt] of parts) {
    it(`the part under the cursor: ${rule}`, () => {
      const code = over.trim();
      const english = hover(rule, 'pcre', 'en');
      assert.deepEqual([english.over, english.lines[0]], [over, `\`${code}\`: ${en}`]);
      assert.equal(hover(rule, 'pcre', 'pt-BR').lines[0], `\`${code}\`: ${pt}`);
    });
  }

  it('the whole pattern, part by part', () => {
    const rule = '/^(?:From|Sender):.*@\\s*(?:[a-z-]+\\.)*example\\.co‸m\\.?(?![a-z.-])/';
    assert.deepEqual(hover(rule, 'pcre', 'en').lines.slice(1), [
      'The whole pattern wants, in this order:',
      '- the start of the text',
      '- (`From` **or** `Sender`)',
      '- `:`',
      '- anything, or nothing',
      '- `@`',
      '- any number of white-space characters',
      '- any number of times: (one or more of `a` to `z` or `-`, then `.`)',
      '- `example.com`',
      '- perhaps `.`',
      '- **not** followed by one of `a` to `z`, `.` or `-`',
      'Letters in either case.',
    ]);
  });

  it('regexp: basic and extended, and the traps of glibc', () => {
    assert.equal(hover('/^\\(a\\|‸b\\)*/x', 'regexp', 'en').lines[0], '`b`: that very text');
    assert.equal(hover('/x\\‸</', 'regexp', 'en').lines[0], '`\\<`: the start of a word');
    assert.equal(hover('/x\\‸d/', 'regexp', 'en').lines[0], '`\\d`: something that never comes');
  });

  it('case counts, counts in parts, or there are no letters', () => {
    const last = (rule: string): string => hover(rule, 'pcre', 'en').lines.pop() ?? '';
    assert.equal(last('/^a‸b/i'), 'Case of letters counts.');
    assert.equal(last('/^a‸(?-i:b)/'), 'Case of letters counts in parts of it.');
    assert.equal(last('/^‸1/'), '- `1`');
  });

  it('a folded pattern, one of many bytes, one that is refused, one without end', () => {
    assert.equal(hover('/^a\n  b‸c/', 'pcre', 'en').lines[0], '`a bc`: that very text');
    assert.match(hover(`/^${'(a|b)'.repeat(2000)}‸x/`, 'pcre', 'en').lines.join('\n'), /… and \d+ more/);
    assert.match(hover('/^(‸a/', 'pcre', 'pt-BR').lines.join('\n'), /^A biblioteca recusa este padrão: missing/);
    assert.ok(hover(`/^${'('.repeat(200)}‸a${')'.repeat(200)}/`, 'pcre', 'en').lines.join('\n').length < 5000);
  });
});
