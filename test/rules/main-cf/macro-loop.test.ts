import { rule } from '@postfix-tools/server/rules/main-cf/macro-loop';
import { checkRule } from '../../support/rules';

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
