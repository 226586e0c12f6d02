import { rule } from '@postfix-tools/server/rules/restrictions/unreachable-restriction';
import { checkFix, checkRule } from '../../support/rules';

describe('unreachable-restriction', () => {
  it('sees what stands behind permit, reject and defer', () =>
    checkRule(
      rule,
      `
      smtpd_client_restrictions = permit, reject_rbl_client zen.spamhaus.org
      #                                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ unreachable first=reject_rbl_client end=permit
      smtpd_sender_restrictions = warn_if_reject reject, permit_mynetworks
      smtpd_helo_restrictions = permit_mynetworks, reject
      `,
    ));
  it('takes it out', () =>
    checkFix(rule, 'smtpd_client_restrictions = permit_mynetworks, permit, reject\n', {
      'main.cf': 'smtpd_client_restrictions = permit_mynetworks, permit\n',
    }));
});
