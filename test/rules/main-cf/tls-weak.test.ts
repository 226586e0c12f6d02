import { rule } from '@postfix-tools/server/rules/main-cf/tls-weak';
import { checkFix, checkRule } from '../../support/rules';

describe('tls-weak', () => {
  it('fires on protocols that are broken or given up', () =>
    checkRule(
      rule,
      `
      smtpd_tls_mandatory_protocols = !SSLv2
      #                               ^^^^^^ ssl protocols=SSLv3 instead=>=TLSv1.2 severity=warning
      smtp_tls_protocols = SSLv3, TLSv1.2
      #                    ^^^^^^^^^^^^^^ ssl protocols=SSLv3 instead=>=TLSv1
      smtp_tls_mandatory_protocols = !sslv2:!SSLV3
      #                              ^^^^^^^^^^^^^ oldTls protocols="TLSv1, TLSv1.1" severity=information
      lmtp_tls_ciphers = export
      #                  ^^^^^^ cipher severity=warning
      `,
    ));
  it('fires on a key of another certificate', () =>
    checkRule(
      rule,
      `
      smtpd_tls_cert_file = /etc/letsencrypt/live/mail.example.com/fullchain.pem
      smtpd_tls_key_file = /etc/letsencrypt/live/www.example.com/privkey.pem
      #                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ pair key=www.example.com
      `,
    ));
  it('is silent on what is sound', () =>
    checkRule(
      rule,
      `
      smtpd_tls_mandatory_protocols = >=TLSv1.2
      smtpd_tls_protocols = !SSLv2, !SSLv3
      smtp_tls_mandatory_protocols = TLSv1.2, TLSv1.3
      lmtp_tls_protocols = >=TLSv1.2 <=TLSv1.3
      tlsproxy_tls_protocols = $smtpd_tls_protocols
      smtpd_tls_mandatory_ciphers = HIGH
      smtp_tls_protocols =
      smtpd_tls_cert_file = /etc/letsencrypt/live/a/fullchain.pem
      smtpd_tls_key_file = /etc/letsencrypt/live/a/privkey.pem
      `,
    ));
  it('writes sound protocols, in the way the target takes', () => {
    checkFix(rule, 'smtpd_tls_mandatory_protocols = SSLv3\n', 'smtpd_tls_mandatory_protocols = >=TLSv1.2\n');
    checkFix(
      rule,
      { 'master.cf': 'smtp inet n - n - - smtpd -o smtpd_tls_mandatory_protocols=SSLv3\n' },
      { 'master.cf': 'smtp inet n - n - - smtpd -o smtpd_tls_mandatory_protocols=!SSLv2,!SSLv3,!TLSv1,!TLSv1.1\n' },
      { version: '3.4' },
    );
    checkFix(rule, 'smtpd_tls_ciphers = null\n', 'smtpd_tls_ciphers = medium\n');
  });
});
