import { rule } from '@postfix-tools/server/rules/main-cf/tls-no-certificate';
import { checkFix, checkRule } from '../../support/rules';

describe('tls-no-certificate', () => {
  it('fires on TLS without a certificate', () =>
    checkRule(
      rule,
      `
      smtpd_tls_security_level = may
      #<^^^^^^^^^^^^^^^^^^^^^^ none service=smtp severity=warning
      --- master.cf
      smtp inet n - y - - smtpd
      465 inet n - y - - smtpd
        -o smtpd_tls_wrappermode=yes
      #    ^^^^^^^^^^^^^^^^^^^^^ demanded service=465
      `.replace('#    ^^^^^^^^^^^^^^^^^^^^^ demanded', '#    ^^^^^^^^^^^^^^^^^^^^^ demanded'),
    ));
  it('fires on a certificate without TLS', () =>
    checkRule(
      rule,
      `
      smtpd_tls_cert_file = /etc/ssl/a.pem
      #<^^^^^^^^^^^^^^^^^ idle severity=warning
      `,
    ));
  it('fires where port 25 alone goes without', () =>
    checkRule(
      rule,
      `
      smtpd_tls_cert_file = /etc/ssl/a.pem
      #<^^^^^^^^^^^^^^^^^ mx service=smtp severity=warning
      --- master.cf
      smtp inet n - y - - smtpd
      submission inet n - y - - smtpd
        -o smtpd_tls_security_level=may
      `,
    ));
  it('is an error where logins need it', () =>
    checkRule(
      rule,
      `
      smtpd_sasl_auth_enable = yes
      smtpd_tls_auth_only = yes
      #<^^^^^^^^^^^^^^^^^ login severity=error
      `,
    ));
  it('is silent where both are there, neither is, or nobody knows', () => {
    checkRule(rule, 'smtpd_tls_security_level = may\nsmtpd_tls_chain_files = /x\n');
    checkRule(rule, 'smtpd_tls_security_level = may\nsmtpd_tls_cert_file = none\n');
    checkRule(rule, 'smtpd_tls_security_level = none\nsmtpd_tls_cert_file = /x\n');
    checkRule(rule, 'smtpd_tls_security_level = may\nsmtpd_tls_cert_file = {{ cert }}\n');
    checkRule(rule, 'myhostname = a.example.com\n');
    checkRule(rule, {
      'main.cf': 'smtpd_tls_cert_file = /x\nsmtpd_tls_security_level = none\n',
      'master.cf': 'smtp inet n - y - - smtpd\n587 inet n - y - - smtpd -o smtpd_tls_security_level=encrypt\n',
    });
  });
  it('offers TLS', () =>
    checkFix(rule, 'smtpd_tls_cert_file = /x\n', 'smtpd_tls_cert_file = /x\nsmtpd_tls_security_level = may\n'));
});
