import { rule } from '@postfix-tools/server/rules/master-cf/submission-wrappermode';
import { checkFix, checkRule } from '../../support/rules';

describe('submission-wrappermode', () => {
  it('wants it on 465 and only there', () =>
    checkRule(
      rule,
      `
      submissions inet n - y - - smtpd -o smtpd_tls_security_level=encrypt
      #<^^^^^^^^^ missing
      submission inet n - y - - smtpd -o smtpd_tls_wrappermode=yes
      #                                  ^^^^^^^^^^^^^^^^^^^^^ superfluous port=587
      `,
    ));
  it('is silent behind a proxy, on the loopback, and where it is right', () =>
    checkRule(
      rule,
      `
      127.0.0.1:465 inet n - y - - smtpd
      smtps inet n - y - - smtpd -o smtpd_upstream_proxy_protocol=haproxy
      submission inet n - y - - smtpd
      192.0.2.10:465 inet n - y - - smtpd -o smtpd_tls_wrappermode=yes
      `,
    ));
  it('sets it', () => {
    checkFix(rule, '465 inet n - y - - smtpd\n', {
      'master.cf': '465 inet n - y - - smtpd\n  -o smtpd_tls_wrappermode=yes\n',
    });
    checkFix(rule, '587 inet n - y - - smtpd\n  -o smtpd_tls_wrappermode=yes\n', {
      'master.cf': '587 inet n - y - - smtpd\n  -o smtpd_tls_wrappermode=no\n',
    });
  });
});
