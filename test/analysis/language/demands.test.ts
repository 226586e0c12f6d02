import { deepEqual, equal, ok } from 'node:assert/strict';
import fc from 'fast-check';
import { compiledPattern } from '@postfix-tools/server/analysis/checks/compiled-pattern';
import { demandsOf, meets } from '@postfix-tools/server/analysis/language/demands';
import { oddSampleOf, sampleOf } from '@postfix-tools/server/analysis/language/sample';
import { parsePattern } from '@postfix-tools/server/syntax/pattern/parse-pattern';
import { pcreDefaults, posixDefaults, type Dialect, type Pattern } from '@postfix-tools/server/syntax/pattern/tree';

function parse(text: string, dialect: Dialect = 'pcre'): Pattern {
  const parsed = parsePattern(text, dialect, dialect === 'pcre' ? pcreDefaults : posixDefaults);
  ok(parsed.ok, text);
  return parsed.pattern;
}

describe('texts that a pattern demands', () => {
  const cases: readonly (readonly [string, readonly (readonly string[])[]])[] = [
    ['^Subject:.*lottery', [['subject:'], ['lottery']]],
    ['(?:viagra|cialis)s?', [['viagras', 'viagra', 'cialiss', 'cialis']]],
    ['v[i1]agra', [['v1agra', 'viagra']]],
    ['(?:a.*bb|ccc.)', [['bb', 'ccc']]],
    ['(abc)+x*', [['abc']]],
    ['x|', []],
    ['(?!no)yes(?=.*also)', [['yes']]],
    ['a(*ACCEPT)b', []],
  ];
  for (const [text, demands] of cases) it(text, () => deepEqual(demandsOf(parse(text)), demands));

  it('are in whatever the pattern matches', () => {
    const atom = fc.constantFrom('a', 'B', '.', '[ab]', '[^a]', '\\b', '^', '(?!b)', '(*ACCEPT)', 'c');
    const { pattern } = fc.letrec(tie => ({
      pattern: fc.oneof(
        { maxDepth: 4 },
        atom,
        fc.tuple(tie('pattern'), tie('pattern')).map(p => p.join('')),
        fc.tuple(tie('pattern'), tie('pattern')).map(p => `(?:${p.join('|')})`),
        fc.tuple(tie('pattern'), fc.constantFrom('?', '*', '+', '{2}', '{0}')).map(([p, q]) => `(${String(p)})${q}`),
      ),
    }));
    const subject = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'A', ' '), maxLength: 8 });
    let matched = 0;
    fc.assert(
      fc.property(pattern.map(String), subject, (text, header) => {
        const compiled = compiledPattern(text, 'pcre', pcreDefaults);
        const { parsed } = compiled;
        if (!parsed.ok || compiled.match(header, 0, 10_000).kind !== 'match') return;
        matched++;
        ok(meets(demandsOf(parsed.pattern), header.toLowerCase()), text);
      }),
      { seed: 5, numRuns: 3000 },
    );
    ok(matched > 500);
  });
});

describe('samples of a pattern', () => {
  it('the odd one takes other ways than the plain one', () => {
    const pattern = parse('^Subject:\\s*(?:re|fwd?):.*x[a-c]');
    deepEqual([sampleOf(pattern), oddSampleOf(pattern)], ['Subject:re:xa', 'Subject: fwd:~xa']);
    equal(sampleOf(parse('(a|b)c\\1')), 'aca');
    equal(oddSampleOf(parse('(a)?(?(1)b)')), undefined);
  });
});
