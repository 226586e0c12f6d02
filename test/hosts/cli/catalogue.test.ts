import { equal, match, ok } from 'node:assert/strict';
import { rules } from '@postfix-tools/server/rules/index.generated';
import { cli } from '../../support/cli';

describe('postfix-lint rules, explain', () => {
  it('lists every rule, in lines that fit', () => {
    const { status, out } = cli('rules');
    equal(status, 0);
    for (const { id } of rules) ok(out.includes(` ${id} `), id);
    ok(out.split('\n').every(line => line.length <= 100));
    equal(cli('rules --format json').json<{ rules: unknown[] }>().rules.length, rules.length);
  });

  it('prints the page of a rule', () => {
    const { status, out } = cli('explain ignore-without-reason');
    equal(status, 0);
    match(out, /^warning {2}ignore-without-reason\n[^]*Why it matters\n[^]*Bad\n[^]*Good\n[^]*How to be rid of it\n/);
    ok(out.split('\n').every(line => line.length <= 100));
    equal(cli('explain').status, 2);
    equal(cli('explain no-such-rule').status, 2);
  });

  it('prints every page without a line that is too wide', () => {
    for (const { id } of rules) {
      const wide = cli(['explain', id])
        .out.split('\n')
        .filter(line => line.length > 100 && !line.startsWith('    '));
      equal(wide.join('\n'), '', id);
    }
  });
});
