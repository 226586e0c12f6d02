import { rule } from '@postfix-tools/server/rules/master-cf/option-orphaned';
import { checkFix, checkRule } from '../../support/rules';

const text = `smtp inet n - y - - smtpd
#submission inet n - y - - smtpd
#  -o syslog_name=postfix/submission
  -o smtpd_client_restrictions=permit_sasl_authenticated,reject
  -o smtpd_tls_security_level=encrypt
`;

describe('option-orphaned', () => {
  it('sees options below a commented service', () =>
    checkRule(
      rule,
      `
      smtp inet n - y - - smtpd
      #submission inet n - y - - smtpd
        -o smtpd_client_restrictions=permit_sasl_authenticated,reject
      # ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ orphaned above="smtp inet" line=2
      `,
    ));
  it('leaves comments and commented options alone', () =>
    checkRule(
      rule,
      `
      submission inet n - y - - smtpd
      #  -o smtpd_tls_wrappermode=yes
      # mail programs at home need this one:
        -o smtpd_sasl_auth_enable=yes
      #smtps inet n - y - - smtpd
      #  -o smtpd_tls_wrappermode=yes
      pickup unix n - y 60 1 pickup
      `,
    ));
  it('comments the options out as well', () =>
    checkFix(rule, text, {
      'master.cf': text.replace('  -o smtpd_client', '#  -o smtpd_client').replace('  -o smtpd_tls', '#  -o smtpd_tls'),
    }));
});
