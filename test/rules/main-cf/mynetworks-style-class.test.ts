import { rule } from '@postfix-tools/server/rules/main-cf/mynetworks-style-class';
import { checkFix, checkRule } from '../../support/rules';

describe('mynetworks-style-class', () => {
  it('fires where mynetworks does not say otherwise', () =>
    checkRule(
      rule,
      `
      mynetworks_style = class
      #                  ^^^^^ class severity=warning
      `,
    ));
  it('is silent with another style, or with mynetworks', () => {
    checkRule(rule, 'mynetworks_style = subnet\n');
    checkRule(rule, 'mynetworks_style = class\nmynetworks = 127.0.0.0/8\n');
  });
  it('writes host', () => checkFix(rule, 'mynetworks_style = class\n', 'mynetworks_style = host\n'));
});
