import { deepEqual, equal, ok } from 'node:assert/strict';
import { compiledPattern } from '@postfix-tools/server/analysis/checks/compiled-pattern';
import { posixDefaults } from '@postfix-tools/server/syntax/pattern/tree';

function match(text: string, subject: string, groups = 0): string {
  return compiledPattern(text, 'ere', posixDefaults).match(subject, groups, 100_000).kind;
}

describe('regexp: as glibc has it', () => {
  it('an anchor asks for nothing before what a quantifier has copied', () => {
    // As postmap 3.7.11 answers.
    const cases = [
      ["(c|\\'){2}b", 'cb', 'match'],
      ["(c|\\')(c|\\')b", 'cb', 'no match'],
      ['(c|$x){2,}b', 'cb', 'no match'],
      ['(\\<a){2}b', 'aab', 'match'],
      ['[^a](\\<a ?){2}b', '.aab', 'match'],
      ['[^a](\\<a ?){2}b', '.aaab', 'no match'],
    ] as const;
    deepEqual(
      cases.map(([text, subject]) => match(text, subject)),
      cases.map(c => c[2]),
    );
  });

  it('where glibc looks for its groups without end, we give up', () => {
    const endless = "(((( ){2,}|\\b\\>)|((\\'|a)){0,2}))*((\\b|\\b)| )";
    equal(match(endless, 'a'), 'match');
    ok(match(endless, 'a', 1) !== 'no match');
  });
});
