import { rule } from '@postfix-tools/server/rules/restrictions/verify-before-relay-guard';
import { checkFix, checkRule } from '../../support/rules';

describe('verify-before-relay-guard', () => {
  it('sees the probe in front of the guard', () =>
    checkRule(
      rule,
      `
      compatibility_level = 2
      smtpd_recipient_restrictions = permit_mynetworks, reject_unverified_recipient, reject_unauth_destination
      #                                                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^ early guard=reject_unauth_destination
      `,
    ));
  it('is silent where the relay list is asked first, or the guard stands in front', () => {
    checkRule(rule, 'compatibility_level = 3.6\nsmtpd_recipient_restrictions = reject_unverified_recipient\n');
    checkRule(rule, 'smtpd_recipient_restrictions = reject_unauth_destination, reject_unverified_recipient\n');
  });
  it('puts the guard in front', () =>
    checkFix(rule, 'smtpd_recipient_restrictions = reject_unverified_recipient, reject_unauth_destination\n', {
      'main.cf': 'smtpd_recipient_restrictions = reject_unauth_destination, reject_unverified_recipient\n',
    }));
});
