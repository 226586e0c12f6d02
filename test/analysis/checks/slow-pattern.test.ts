import { equal, ok } from 'node:assert/strict';
import { compiledPattern, matchSteps } from '@postfix-tools/server/analysis/checks/compiled-pattern';
import { slowOf } from '@postfix-tools/server/analysis/checks/slow-pattern';
import { mayChainLoops } from '@postfix-tools/server/analysis/language/loop-chain';
import { pcreDefaults, posixDefaults } from '@postfix-tools/server/syntax/pattern/tree';
import { evilPatterns } from '../../support/evil-patterns';
import { slowPatterns } from '../../support/slow-patterns';

describe('patterns that a header drives to the match limit', () => {
  for (const [text, expected] of slowPatterns) {
    it(`${text}: ${expected}`, () => {
      const compiled = compiledPattern(text, 'pcre', pcreDefaults);
      const slow = slowOf(compiled);
      equal(slow ? (slow.evades ? 'evaded' : 'slow') : 'quick', expected);
      if (slow) equal(compiled.match(slow.subject, 0, matchSteps).kind, 'error');
    });
  }

  it('regexp: has no limit', () => equal(slowOf(compiledPattern('(a+)+$', 'ere', posixDefaults)), undefined));

  it('three loops in a row share a text or do not', () => {
    const chains = (text: string): boolean => {
      const { parsed } = compiledPattern(text, 'pcre', pcreDefaults);
      return parsed.ok && mayChainLoops(parsed.pattern);
    };
    for (const text of ['.*a.*b.*', '(?:.*,){3}', 'a*(?:b|a)*a+', '(.*x)+']) ok(chains(text), text);
    for (const text of ['.*a.*b', '[a-z]+ [a-z]+ [a-z]+', '\\s*=\\s*x\\s*', 'a*b*c*', '']) ok(!chains(text), text);
  });

  it('ends soon on any pattern', () => {
    for (const [text] of evilPatterns) {
      const slow = slowOf(compiledPattern(text, 'pcre', pcreDefaults));
      ok(slow === undefined || slow.subject.length < 3000, text);
    }
  });
});
