import { equal, ok } from 'node:assert/strict';
import { attacksOn } from '@postfix-tools/server/analysis/language/slow';
import { parsePattern } from '@postfix-tools/server/syntax/pattern/parse-pattern';
import { pcreDefaults } from '@postfix-tools/server/syntax/pattern/tree';
import { Budget } from '@postfix-tools/server/text/budget';

function worst(text: string): string | undefined {
  const parsed = parsePattern(text, 'pcre', pcreDefaults);
  ok(parsed.ok, text);
  for (const growth of ['exponential', 'polynomial'] as const) {
    if (attacksOn(parsed.pattern, growth, new Budget(200_000)).length > 0) return growth;
  }
  return undefined;
}

describe('patterns that can be kept busy', () => {
  for (const text of [
    '(a+)+$',
    '^(a|a)*$',
    '(a*)*b',
    '(?:a|ab|b)*c',
    '^([a-z]+)*@',
    '(x+x+)+y',
    '(\\w+\\s?)*$',
    '(.*,)*z',
  ]) {
    it(`${text} is read in two ways by one loop`, () => equal(worst(text), 'exponential'));
  }
  for (const text of ['a*a*b', '^.*@.*$x', '\\d+\\d+x']) {
    it(`${text} hands over from one loop to the next`, () => equal(worst(text), 'polynomial'));
  }
  for (const text of ['^(?:From|Sender):.*@(?:[a-z0-9-]+\\.)*example\\.com$', 'abc', '(?:ab)*c', '^[a-z]*[0-9]*$']) {
    it(`${text} has one way`, () => ok(worst(text) !== 'exponential'));
  }
});
