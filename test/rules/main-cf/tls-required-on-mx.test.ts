import { rule } from '@postfix-tools/server/rules/main-cf/tls-required-on-mx';
import { checkRule } from '../../support/rules';

describe('tls-required-on-mx', () => {
  it('fires where port 25 demands TLS', () =>
    checkRule(
      rule,
      `
      smtpd_tls_chain_files = /x
      --- master.cf
      smtp inet n - y - - smtpd -o smtpd_tls_security_level=encrypt
      #                            ^^^^^^^^^^^^^^^^^^^^^^^^ mx service=smtp severity=warning
      587 inet n - y - - smtpd -o smtpd_tls_security_level=encrypt
      `.replace('^^^^^^^^^^^^^^^^^^^^^^^^ mx', '^^^^^^^^^^^^^^^^^^^^^^^^ mx'),
    ));
  it('is silent elsewhere', () => {
    checkRule(rule, 'smtpd_tls_chain_files = /x\nsmtpd_tls_security_level = may\n');
    checkRule(
      rule,
      'smtpd_tls_chain_files = /x\nsmtpd_tls_security_level = encrypt\ninet_interfaces = loopback-only\n',
    );
    checkRule(rule, {
      'main.cf': 'smtpd_tls_chain_files = /x\nsmtpd_tls_security_level = encrypt\n',
      'master.cf': '587 inet n - y - - smtpd\nsmtp inet n - y - - smtpd -o smtpd_tls_security_level=may\n',
    });
  });
});
