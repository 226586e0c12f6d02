import { rule } from '@postfix-tools/server/rules/master-cf/submission-without-tls';
import { checkFix, checkRule } from '../../support/rules';

const certificate = 'smtpd_tls_chain_files = /etc/ssl/private/mail.key, /etc/ssl/certs/mail.pem\n';

describe('submission-without-tls', () => {
  it('sees logins without TLS on 587', () =>
    checkRule(
      rule,
      `
      --- main.cf
      smtpd_sasl_auth_enable = yes
      smtpd_tls_security_level = may
      --- master.cf
      submission inet n - y - - smtpd
      #<^^^^^^^^ uncertified
      465 inet n - y - - smtpd -o smtpd_tls_wrappermode=yes
      smtp inet n - y - - smtpd
      `,
    ));
  it('points at the option that switches TLS off', () =>
    checkRule(
      rule,
      `
      --- main.cf
      myhostname = mx.example.com
      --- master.cf
      587 inet n - y - - smtpd -o smtpd_sasl_auth_enable=yes -o smtpd_tls_security_level=none
      #                                                         ^^^^^^^^^^^^^^^^^^^^^^^^ uncertified
      `,
    ));
  it('takes the word of the service where main.cf is not there', () => {
    const master = (options: string) => `submission inet n - y - - smtpd\n  -o smtpd_sasl_auth_enable=yes\n${options}`;
    checkRule(rule, {
      'master.cf': master('  -o smtpd_tls_security_level=none\n#    ^^^^^^^^^^^^^^^^^^^^^^^^ off severity=warning\n'),
    });
    checkRule(rule, { 'master.cf': master('') });
    checkRule(rule, { 'master.cf': master('  -o smtpd_tls_security_level=may\n') });
  });
  it('is silent where the password is kept for TLS, or no login is taken', () => {
    checkRule(rule, { 'main.cf': '', 'master.cf': '587 inet n - y - - smtpd\n' });
    for (const safe of ['smtpd_tls_auth_only=yes', 'smtpd_tls_security_level=encrypt', 'smtpd_enforce_tls=yes']) {
      checkRule(rule, {
        'main.cf': '',
        'master.cf': `587 inet n - y - - smtpd -o smtpd_sasl_auth_enable=yes -o ${safe}\n`,
      });
    }
  });
  it('demands TLS', () =>
    checkFix(
      rule,
      { 'main.cf': certificate, 'master.cf': '587 inet n - y - - smtpd\n  -o smtpd_sasl_auth_enable=yes\n' },
      {
        'master.cf':
          '587 inet n - y - - smtpd\n  -o smtpd_sasl_auth_enable=yes\n  -o smtpd_tls_security_level=encrypt\n',
      },
    ));
});
