import { rule } from '@postfix-tools/server/rules/master-cf/submission-sasl-off';
import { checkFix, checkRule } from '../../support/rules';

const list = '-o smtpd_recipient_restrictions=reject_non_fqdn_recipient,permit_sasl_authenticated,reject';

describe('submission-sasl-off', () => {
  it('sees a login that is demanded and not offered', () =>
    checkRule(
      rule,
      `
      --- main.cf
      myhostname = mx.example.com
      --- master.cf
      submission inet n - y - - smtpd ${list}
      #<^^^^^^^^ off
      `,
    ));
  it('is silent where SASL is on, or others may pass as well', () => {
    checkRule(rule, { 'main.cf': 'smtpd_sasl_auth_enable = yes\n', 'master.cf': `587 inet n - y - - smtpd ${list}\n` });
    checkRule(rule, {
      'main.cf': '',
      'master.cf':
        '587 inet n - y - - smtpd -o smtpd_relay_restrictions=permit_mynetworks,permit_sasl_authenticated,reject\n',
    });
  });
  it('switches it on, and TLS with it', () =>
    checkFix(
      rule,
      { 'main.cf': '', 'master.cf': `587 inet n - y - - smtpd\n  ${list}\n` },
      {
        'master.cf': `587 inet n - y - - smtpd\n  ${list}\n  -o smtpd_tls_security_level=encrypt\n  -o smtpd_sasl_auth_enable=yes\n`,
      },
    ));
});
