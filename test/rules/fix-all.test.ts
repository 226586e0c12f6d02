import { deepEqual, equal } from 'node:assert/strict';
import { fixAll } from '@postfix-tools/server/rules/fix-all';
import type { Finding } from '@postfix-tools/server/rules/rule';
import { say } from '@postfix-tools/server/text/message';
import { SourceText } from '@postfix-tools/server/text/source-text';

type Changed = ReadonlyMap<string, SourceText>;

/** Finds every match of each pattern in one file; its fix replaces it. */
function checker(text: string, rules: Readonly<Record<string, readonly [RegExp, string, boolean?]>>) {
  return (changed: Changed): Finding[] => {
    const source = changed.get('main.cf') ?? new SourceText('main.cf', text);
    return Object.entries(rules).flatMap(([rule, [pattern, newText, safe = true]]) =>
      [...source.text.matchAll(pattern)].map((m): Finding => {
        const span = { start: m.index, end: m.index + m[0].length };
        const message = say(rule, rule);
        const fixes = [{ title: message, safe, edits: [{ source, span, newText }] }];
        return { rule, severity: 'warning', source, span, message, related: [], fixes };
      }),
    );
  };
}

const safe = (_: Finding, fix: { safe: boolean }) => fix.safe;
const result = (done: ReturnType<typeof fixAll>) => done.changed.get('main.cf')?.text;

describe('applying fixes', () => {
  it('applies what does not touch at once, the rest after a fresh check', () => {
    const done = fixAll(checker('aab', { one: [/a/g, 'c'], two: [/cb/g, 'd'] }), safe, ['one', 'two']);
    equal(result(done), 'cd');
    deepEqual(
      done.applied.map(a => a.finding.rule),
      ['one', 'one', 'two'],
    );
    deepEqual(done.left, []);
  });

  it('goes by the order of the rules where they want the same place', () => {
    const rules = { one: [/ab/g, 'x'], two: [/b/g, 'y'] } as const;
    equal(result(fixAll(checker('ab', rules), safe, ['one', 'two'])), 'x');
    equal(result(fixAll(checker('ab', rules), safe, ['two', 'one'])), 'ay');
  });

  it('leaves what is not wanted', () => {
    const done = fixAll(checker('ab', { one: [/a/g, 'x', false], two: [/b/g, 'y'] }), safe, ['one', 'two']);
    equal(result(done), 'ay');
    equal(done.left.length, 1);
  });

  it('ends where fixes chase one another, and where one grows for ever', () => {
    const chase = fixAll(checker('a', { one: [/a/g, 'b'], two: [/b/g, 'a'] }), safe, ['one', 'two']);
    equal(result(chase), 'b');
    equal(fixAll(checker('a', { one: [/a$/g, 'aa'] }), safe, ['one']).left.length, 1);
  });
});
