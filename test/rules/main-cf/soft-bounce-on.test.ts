import { rule } from '@postfix-tools/server/rules/main-cf/soft-bounce-on';
import { checkFix, checkRule } from '../../support/rules';

describe('soft-bounce-on', () => {
  it('fires where main.cf or a service turns it on', () =>
    checkRule(
      rule,
      `
      soft_bounce = YES
      #<^^^^^^^^^ on severity=warning
      --- master.cf
      smtp inet n - n - - smtpd -o soft_bounce=yes
      #                            ^^^^^^^^^^^ on
      `,
    ));
  it('is silent where it is off, or set again later', () =>
    checkRule(
      rule,
      `
      soft_bounce = yes
      soft_bounce = no
      `,
    ));
  it('turns it off', () => checkFix(rule, 'soft_bounce = yes\n', 'soft_bounce = no\n'));
});
