import { rule } from '@postfix-tools/server/rules/main-cf/sasl-backend';
import { checkFix, checkRule } from '../../support/rules';

const on = 'smtpd_sasl_auth_enable = yes\n';
const master = (chroot: string) => `smtp inet n - ${chroot} - - smtpd\n`;

describe('sasl-backend', () => {
  it('fires on a type that Postfix lacks', () =>
    checkRule(rule, {
      'main.cf': `${on}smtpd_sasl_type = dove\n#                 ^^^^ type value=dove severity=error\n`,
    }));
  it('warns of a socket that a chroot puts elsewhere', () => {
    checkRule(rule, {
      'main.cf': `${on}smtpd_sasl_type = dovecot
smtpd_sasl_path = /var/spool/postfix/private/auth
#                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ chroot relative=private/auth severity=warning
`,
      'master.cf': master('y'),
    });
    checkRule(rule, {
      'main.cf': `${on}compatibility_level = 3.6
smtpd_sasl_type = dovecot
smtpd_sasl_path = /private/auth
#                 ^^^^^^^^^^^^^ root relative=private/auth severity=warning
`,
      'master.cf': master('-'),
    });
  });
  it('is silent where a filter hands mail back, since nobody logs in there', () =>
    checkRule(rule, {
      'main.cf': `${on}smtpd_sasl_type = dovecot\nsmtpd_sasl_path = /var/run/dovecot/auth\n`,
      'master.cf': `${master('n')}127.0.0.1:10025 inet n - y - - smtpd\n`,
    }));
  it('is silent on what is found', () => {
    checkRule(rule, {
      'main.cf': `${on}smtpd_sasl_type = dovecot\nsmtpd_sasl_path = private/auth\n`,
      'master.cf': master('y'),
    });
    checkRule(rule, {
      'main.cf': `${on}smtpd_sasl_type = dovecot\nsmtpd_sasl_path = /private/auth\n`,
      'master.cf': master('y'),
    });
    checkRule(rule, {
      'main.cf': `${on}smtpd_sasl_type = dovecot\nsmtpd_sasl_path = inet:127.0.0.1:12345\n`,
      'master.cf': master('y'),
    });
    checkRule(rule, {
      'main.cf': `${on}smtpd_sasl_type = dovecot\nsmtpd_sasl_path = /run/dovecot/auth\n`,
      'master.cf': master('n'),
    });
    checkRule(rule, { 'main.cf': 'smtpd_sasl_type = dove\n', 'master.cf': master('n') });
    checkRule(rule, { 'main.cf': `${on}smtpd_sasl_type = cyrus\nsmtpd_sasl_path = smtpd\n`, 'master.cf': master('y') });
  });
  it('writes a path that works in both', () =>
    checkFix(
      rule,
      {
        'main.cf': `${on}smtpd_sasl_type = dovecot\nsmtpd_sasl_path = /var/spool/postfix/private/auth\n`,
        'master.cf': master('y'),
      },
      { 'main.cf': `${on}smtpd_sasl_type = dovecot\nsmtpd_sasl_path = private/auth\n` },
    ));
});
