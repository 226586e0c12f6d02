import { rule } from '@postfix-tools/server/rules/main-cf/relayhost-password-exposed';
import { checkFix, checkRule } from '../../support/rules';

const login =
  'relayhost = [mail.example.net]:587\nsmtp_sasl_auth_enable = yes\nsmtp_sasl_security_options = noanonymous\n';

describe('relayhost-password-exposed', () => {
  it('fires where TLS is not demanded', () => {
    checkRule(rule, {
      'main.cf': `${login}smtp_tls_security_level = may\n#<^^^^^^^^^^^^^^^^^^^^^ password host=mail.example.net severity=warning\n`,
    });
    checkRule(
      rule,
      'smtp_sasl_auth_enable = yes\nrelayhost = [mail.example.net]:587\n#           ^^^^^^^^^^^^^^^^^^^^^^ mail severity=information\n',
      { version: '3.7' },
    );
  });
  it('is silent with TLS demanded, a policy, without a login, on the loopback', () => {
    for (const more of [
      'smtp_tls_security_level = encrypt\n',
      'smtp_tls_security_level = secure\n',
      'smtp_tls_policy_maps = hash:/x\n',
    ]) {
      checkRule(rule, login + more);
    }
    checkRule(rule, 'relayhost = [mail.example.net]:587\n');
    checkRule(rule, login.replace('mail.example.net', '127.0.0.1'));
  });
  it('demands it', () =>
    checkFix(rule, `${login}smtp_tls_security_level = may\n`, `${login}smtp_tls_security_level = encrypt\n`));
});
