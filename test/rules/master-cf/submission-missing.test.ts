import { rule } from '@postfix-tools/server/rules/master-cf/submission-missing';
import { checkFix, checkRule } from '../../support/rules';

describe('submission-missing', () => {
  it('misses a port for users', () =>
    checkRule(
      rule,
      `
      smtp inet n - y - - smtpd
      #<^^ missing
      `,
    ));
  it('is silent where there is one, where only the host itself sends, and without a master.cf', () => {
    checkRule(rule, { 'master.cf': 'smtp inet n - y - - smtpd\n465 inet n - y - - smtpd\n' });
    checkRule(rule, { 'main.cf': 'inet_interfaces = loopback-only\n', 'master.cf': 'smtp inet n - y - - smtpd\n' });
    checkRule(rule, { 'main.cf': 'mydestination = example.com\n' });
  });
  it('adds the block as it fits: no login check without maps', () =>
    checkFix(
      rule,
      {
        'main.cf': 'smtpd_tls_chain_files = /k, /c\n',
        'master.cf': 'smtp inet n - n - - smtpd\npickup unix n - y 60 1 pickup\n',
      },
      {
        'master.cf': `smtp inet n - n - - smtpd
submission inet  n       -       n       -       -       smtpd
  -o syslog_name=postfix/submission
  -o smtpd_tls_security_level=encrypt
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_client_restrictions=
  -o smtpd_helo_restrictions=
  -o smtpd_sender_restrictions=permit_sasl_authenticated,reject
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
  -o smtpd_recipient_restrictions=reject_non_fqdn_recipient,permit_sasl_authenticated,reject
pickup unix n - y 60 1 pickup
`,
      },
    ));
});
