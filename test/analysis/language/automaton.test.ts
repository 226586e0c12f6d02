import { deepEqual, equal, ok } from 'node:assert/strict';
import fc from 'fast-check';
import type { Automaton } from '@postfix-tools/server/analysis/language/automaton';
import { automatonOf } from '@postfix-tools/server/analysis/language/automaton';
import { NotRegular } from '@postfix-tools/server/analysis/language/nodes';
import { shortestSubject } from '@postfix-tools/server/analysis/language/search';
import { parsePattern } from '@postfix-tools/server/syntax/pattern/parse-pattern';
import { pcreDefaults, posixDefaults, type Dialect } from '@postfix-tools/server/syntax/pattern/tree';
import { Budget } from '@postfix-tools/server/text/budget';

function automaton(text: string, dialect: Dialect = 'pcre'): Automaton {
  const parsed = parsePattern(text, dialect, dialect === 'pcre' ? pcreDefaults : posixDefaults);
  ok(parsed.ok, text);
  const made = automatonOf(parsed.pattern);
  if (made instanceof NotRegular) throw made;
  return made;
}

function matches(a: Automaton, subject: string): boolean {
  let state = 0;
  for (const c of subject) state = a.step(state, c.charCodeAt(0));
  return a.accepts(state);
}

/** Patterns on which this dialect and that of the judge below agree. */
const pattern: fc.Arbitrary<string> = fc.letrec<{ node: string }>(tie => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom('a', 'b', '@', '.', '[ab]', '[^a]', '\\w', '\\b', '\\B', '^', '\\n', '$(?!\\n)'),
    fc.tuple(tie('node'), tie('node')).map(([x, y]) => x + y),
    fc.tuple(tie('node'), tie('node')).map(([x, y]) => `(?:${x}|${y})`),
    fc.tuple(tie('node'), fc.constantFrom('*', '+', '?', '{2}', '{1,2}', '*?')).map(([x, q]) => `(?:${x})${q}`),
    tie('node').map(x => `(?=${x})`),
    tie('node').map(x => `(?!${x})`),
    fc.constantFrom('(?<=a)', '(?<!ab)', '(?<=[a@]b)'),
  ),
})).node;
const subject = fc.stringMatching(/^[abA@. \n]{0,7}$/);

describe('automata of patterns', () => {
  it('match the subjects that the pattern matches', () => {
    fc.assert(
      fc.property(pattern, fc.array(subject, { minLength: 5, maxLength: 12 }), (text, subjects) => {
        const judge = new RegExp(text, 'is');
        let made: Automaton;
        try {
          made = automaton(text);
        } catch (error) {
          ok(error instanceof NotRegular, String(error));
          return;
        }
        for (const s of subjects) equal(matches(made, s), judge.test(s), JSON.stringify({ text, s }));
      }),
      { numRuns: 600 },
    );
  });

  it('take the end of the subject as each dialect does', () => {
    deepEqual(
      ['a', 'a\n', 'a\n\n', 'ab'].map(s => matches(automaton('a$'), s)),
      [true, true, false, false],
    );
    deepEqual(
      ['a', 'a\n', 'b\na'].map(s => matches(automaton('a$', 'ere'), s)),
      [true, false, true],
    );
    deepEqual(
      ['a', 'xa', '\na'].map(s => matches(automaton('\\Aa\\z'), s)),
      [true, false, false],
    );
  });

  it('refuse by name what is not regular', () => {
    for (const [text, what] of [
      ['(a)\\1', 'a back-reference'],
      ['(a(?1)?b)', 'recursion'],
      ['(?>a|ab)c', 'an atomic group'],
      ['(*COMMIT)a', '(*COMMIT)'],
    ] as const) {
      const parsed = parsePattern(text, 'pcre', pcreDefaults);
      ok(parsed.ok);
      const made = automatonOf(parsed.pattern);
      ok(made instanceof NotRegular);
      equal(made.what, what);
    }
    ok(matches(automaton('[a-z]*+@'), 'abc@'));
    equal(matches(automaton('^[a-z]*+b'), 'aab'), false);
  });

  it('find the shortest subject that two patterns judge differently, or prove that there is none', () => {
    const one = automaton('^From:.*@example\\.com');
    const two = automaton('^From: .*<[^>]*@example\\.com>');
    const found = shortestSubject([one, two], ([a, b]) => a === true && b === false, new Budget(50_000));
    deepEqual(found, { kind: 'found', subject: 'from:@example.com' });
    deepEqual(
      shortestSubject([one, two], ([a, b]) => a === false && b === true, new Budget(50_000)),
      { kind: 'none' },
    );
    deepEqual(
      shortestSubject([one, two], ([a, b]) => a === false && b === true, new Budget(3)),
      { kind: 'unknown' },
    );
  });
});
