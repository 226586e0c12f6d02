import { rule } from '@postfix-tools/server/rules/main-cf/sasl-anonymous';
import { checkFix, checkRule } from '../../support/rules';

describe('sasl-anonymous', () => {
  it('fires on lists without noanonymous', () =>
    checkRule(
      rule,
      `
      smtpd_sasl_auth_enable = yes
      smtpd_sasl_security_options = noplaintext
      #<^^^^^^^^^^^^^^^^^^^^^^^^^ anonymous severity=warning
      smtpd_sasl_tls_security_options =
      #<^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ anonymous name=smtpd_sasl_tls_security_options
      `,
    ));
  it('is silent with it, by default, by reference, and with SASL off', () => {
    checkRule(rule, 'smtpd_sasl_auth_enable = yes\n');
    checkRule(rule, 'smtpd_sasl_security_options =\n');
    checkRule(
      rule,
      'smtpd_sasl_auth_enable = yes\nsmtpd_sasl_security_options = noanonymous\nsmtpd_sasl_tls_security_options = $smtpd_sasl_security_options\n',
    );
  });
  it('adds it', () => {
    checkFix(
      rule,
      'smtpd_sasl_auth_enable = yes\nsmtpd_sasl_security_options =\n',
      'smtpd_sasl_auth_enable = yes\nsmtpd_sasl_security_options = noanonymous\n',
    );
    checkFix(
      rule,
      {
        'master.cf':
          '587 inet n - n - - smtpd -o smtpd_sasl_auth_enable=yes -o smtpd_sasl_security_options=noplaintext\n',
      },
      {
        'master.cf':
          '587 inet n - n - - smtpd -o smtpd_sasl_auth_enable=yes -o smtpd_sasl_security_options=noanonymous,noplaintext\n',
      },
    );
  });
});
