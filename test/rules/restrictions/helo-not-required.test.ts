import { rule } from '@postfix-tools/server/rules/restrictions/helo-not-required';
import { checkFix, checkRule } from '../../support/rules';

describe('helo-not-required', () => {
  it('says how the checks are escaped', () =>
    checkRule(
      rule,
      `
      smtpd_helo_restrictions = permit_mynetworks, reject_invalid_helo_hostname
      #                                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ escaped
      `,
    ));
  it('is silent where HELO is demanded, or nothing is refused', () => {
    checkRule(rule, 'smtpd_helo_required = yes\nsmtpd_helo_restrictions = reject_invalid_helo_hostname\n');
    checkRule(rule, 'smtpd_helo_restrictions = permit_mynetworks, warn_if_reject reject_invalid_helo_hostname\n');
  });
  it('demands it', () =>
    checkFix(rule, 'smtpd_helo_restrictions = reject_invalid_helo_hostname\nsmtpd_helo_required = no\n', {
      'main.cf': 'smtpd_helo_restrictions = reject_invalid_helo_hostname\nsmtpd_helo_required = yes\n',
    }));
});
