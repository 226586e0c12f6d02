import { deepEqual } from 'node:assert/strict';
import { rule } from '@postfix-tools/server/rules/main-cf/macro-loop';
import { checkRule, findings } from '../../support/rules';

describe('macro-loop', () => {
  it('fires on a parameter that uses itself, and on a longer way round', () =>
    checkRule(
      rule,
      `
      relay_domains = example.org, $relay_domains
      #                            ^^^^^^^^^^^^^^ loop path="relay_domains → relay_domains" severity=error
      mydestination = \${one}
      one = $two
      #     ^^^^ loop path="one → two → one" severity=warning
      two = $one x
      #     ^^^^ loop
      myorigin = $mydomain
      #          ^^^^^^^^^ loop path="myorigin → mydomain → myorigin"
      mydomain = $myorigin
      #          ^^^^^^^^^ loop
      `,
    ));
  it('fires on names that lie too deep, or double without end', () => {
    const chain = (value: (next: string) => string, length: number): string =>
      Array.from({ length }, (_, i) => `m${i} = ${value(`$m${i + 1}`)}\n`).join('') + `m${length} = permit\n`;
    const keys = (main: string): string[] =>
      findings(rule, `${main}smtpd_client_restrictions = $m0\n`).map(f => f.source.slice(f.span));
    deepEqual(keys(chain(next => next, 99)), []);
    deepEqual(keys(chain(next => next, 1000)), ['smtpd_client_restrictions']);
    deepEqual(keys(chain(next => `${next} ${next}`, 60)), ['smtpd_client_restrictions']);
  });
  it('is silent on ways that end', () =>
    checkRule(
      rule,
      `
      a = $b $b
      b = $c
      c = x
      mydestination = $a $b $c
      `,
    ));
});
