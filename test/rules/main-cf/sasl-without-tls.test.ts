import { rule } from '@postfix-tools/server/rules/main-cf/sasl-without-tls';
import { checkFix, checkRule } from '../../support/rules';

describe('sasl-without-tls', () => {
  it('fires where passwords are taken before TLS', () => {
    checkRule(
      rule,
      `
      smtpd_sasl_auth_enable = yes
      #<^^^^^^^^^^^^^^^^^^^^ never service=smtp severity=warning
      `,
    );
    checkRule(
      rule,
      `
      smtpd_tls_security_level = may
      --- master.cf
      smtp inet n - y - - smtpd -o smtpd_sasl_auth_enable=yes
      #                            ^^^^^^^^^^^^^^^^^^^^^^ optional service=smtp
      `,
    );
  });
  it('is information at a port of its own that wants it so', () =>
    checkRule(rule, {
      'main.cf':
        'smtpd_sasl_auth_enable = yes\n#<^^^^^^^^^^^^^^^^^^^^ optional service=588 severity=information\nsmtpd_tls_security_level = may\nsmtpd_tls_auth_only = yes\n',
      'master.cf': 'smtp inet n - y - - smtpd\n588 inet n - y - - smtpd -o smtpd_tls_auth_only=no\n',
    }));
  it('is silent with TLS demanded, on loopback, on 587 (of which another rule speaks), and where it is not known', () => {
    checkRule(rule, 'smtpd_sasl_auth_enable = yes\nsmtpd_tls_auth_only = yes\n');
    checkRule(rule, 'smtpd_sasl_auth_enable = yes\nsmtpd_tls_security_level = encrypt\n');
    checkRule(rule, 'smtpd_sasl_auth_enable = yes\nsmtpd_sasl_security_options = noanonymous, noplaintext\n');
    checkRule(rule, 'smtpd_sasl_auth_enable = yes\ninet_interfaces = loopback-only\n');
    checkRule(rule, 'smtpd_sasl_auth_enable = yes\nsmtpd_tls_security_level = {{ level }}\n');
    checkRule(rule, {
      'master.cf':
        '587 inet n - y - - smtpd -o smtpd_sasl_auth_enable=yes\n465 inet n - y - - smtpd -o smtpd_tls_wrappermode=yes -o smtpd_sasl_auth_enable=yes\n',
    });
  });
  it('keeps passwords for TLS', () =>
    checkFix(
      rule,
      'smtpd_sasl_auth_enable = yes\nsmtpd_tls_security_level = may\nsmtpd_tls_cert_file = /x\n# end\n',
      'smtpd_sasl_auth_enable = yes\nsmtpd_tls_security_level = may\nsmtpd_tls_cert_file = /x\nsmtpd_tls_auth_only = yes\n# end\n',
    ));
});
