import { rule } from '@postfix-tools/server/rules/restrictions/login-mismatch-after-permit';
import { checkFix, checkRule } from '../../support/rules';

const world = 'smtpd_sender_login_maps = hash:/etc/postfix/l\n';

describe('login-mismatch-after-permit', () => {
  it('sees the check that comes too late', () =>
    checkRule(
      rule,
      `
      smtpd_sender_restrictions = permit_mynetworks, permit_sasl_authenticated, reject_sender_login_mismatch
      #                                                                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ late
      `,
    ));
  it('is silent where it comes first, or is for strangers', () =>
    checkRule(
      rule,
      `
      smtpd_sender_restrictions = reject_sender_login_mismatch, permit_sasl_authenticated, reject_sender_login_mismatch
      smtpd_client_restrictions = permit_sasl_authenticated, reject_unauthenticated_sender_login_mismatch
      `,
    ));
  it('puts it in front', () =>
    checkFix(rule, `${world}smtpd_sender_restrictions = permit_sasl_authenticated,\n  reject_sender_login_mismatch\n`, {
      'main.cf': `${world}smtpd_sender_restrictions = reject_sender_login_mismatch, permit_sasl_authenticated,\n`,
    }));
});
