import { rule } from '@postfix-tools/server/rules/restrictions/login-mismatch-without-maps';
import { checkFix, checkRule } from '../../support/rules';

describe('login-mismatch-without-maps', () => {
  it('says who is refused', () =>
    checkRule(
      rule,
      `
      smtpd_sender_restrictions = reject_unauthenticated_sender_login_mismatch
      #                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ nobody
      --- master.cf
      587 inet n - y - - smtpd -o smtpd_sender_restrictions=reject_sender_login_mismatch,permit_sasl_authenticated,reject
      #                                                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ everybody
      `,
    ));
  it('is silent where there are maps', () =>
    checkRule(
      rule,
      'smtpd_sender_login_maps = hash:/etc/postfix/l\nsmtpd_sender_restrictions = reject_sender_login_mismatch\n',
    ));
  it('takes the demand out, or says that logins are addresses', () => {
    const before = {
      'main.cf': 'smtpd_sender_login_maps =\n',
      'master.cf': '587 inet n - y - - smtpd -o smtpd_sender_restrictions=reject_sender_login_mismatch,reject\n',
    };
    checkFix(rule, before, { 'master.cf': '587 inet n - y - - smtpd -o smtpd_sender_restrictions=reject\n' });
    checkFix(
      rule,
      before,
      { 'main.cf': 'smtpd_sender_login_maps = pcre:{{/^(.+)$/ $$1}}\n' },
      { title: /whole address/ },
    );
  });
});
