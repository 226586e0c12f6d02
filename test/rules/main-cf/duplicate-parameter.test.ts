import { rule } from '@postfix-tools/server/rules/main-cf/duplicate-parameter';
import { checkFix, checkRule } from '../../support/rules';

describe('duplicate-parameter', () => {
  it('fires at the later one, which wins', () =>
    checkRule(
      rule,
      `
      relay_domains = example.org
      mydestination =
      relay_domains = example.net,
      #<^^^^^^^^^^^ other line=1 value=example.org severity=warning
        example.com
      relay_domains = example.net example.com
      #<^^^^^^^^^^^ same line=3 severity=information
      `,
    ));
  it('fires inside one service, not across services', () =>
    checkRule(
      rule,
      `
      --- master.cf
      smtp inet n - n - - smtpd
        -o smtpd_tls_security_level=may
        -o smtpd_tls_security_level=none
      #    ^^^^^^^^^^^^^^^^^^^^^^^^ other line=2
      submission inet n - n - - smtpd
        -o smtpd_tls_security_level=encrypt
      `,
    ));
  it('is silent about names that differ', () => checkRule(rule, 'a_1 = x\na_2 = x\n'));
  it('takes the earlier one away, with its continuation, and leaves comments', () =>
    checkFix(
      rule,
      `
      # ours
      relay_domains = example.org
        # why
        example.com
      relay_domains = example.net
      `,
      `
      # ours
        # why
      relay_domains = example.net
      `,
    ));
  it('takes the earlier option away', () =>
    checkFix(
      rule,
      { 'master.cf': 'smtp inet n - n - - smtpd\n  -o soft_bounce=no\n  -o soft_bounce=yes\n' },
      { 'master.cf': 'smtp inet n - n - - smtpd\n  -o soft_bounce=yes\n' },
    ));
});
