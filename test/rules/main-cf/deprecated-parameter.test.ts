import { rule } from '@postfix-tools/server/rules/main-cf/deprecated-parameter';
import { checkFix, checkRule } from '../../support/rules';

const text = `
  smtpd_use_tls = yes
  virtual_maps = hash:/etc/postfix/virtual
  #<^^^^^^^^^^ old successor=virtual_alias_maps severity=hint
  smtpd_sasl_application_name = smtpd
  #<^^^^^^^^^^^^^^^^^^^^^^^^^ gone successor=smtpd_sasl_path severity=warning
  smtpd_tls_dh1024_param_file = /etc/ssl/dh.pem
`;

describe('deprecated-parameter', () => {
  it('warns of what is gone or complained about, hints at what still works', () => {
    checkRule(
      rule,
      text
        .replace(/(smtpd_use_tls = yes\n)/, '$1  #<^^^^^^^^^^^ old severity=warning version=2.3\n')
        .replace(/(dh.pem\n)/, '$1  #<^^^^^^^^^^^^^^^^^^^^^^^^^ oldWhole severity=warning\n'),
    );
    checkRule(
      rule,
      text
        .replace(/(smtpd_use_tls = yes\n)/, '$1  #<^^^^^^^^^^^ old severity=hint\n')
        .replace(/(dh.pem\n)/, '$1  #<^^^^^^^^^^^^^^^^^^^^^^^^^ oldWhole severity=hint\n'),
      { version: '3.7' },
    );
  });
  it('looks at services', () =>
    checkRule(
      rule,
      `
      --- master.cf
      relay unix - - n - - smtp
        -o fallback_relay=
      #    ^^^^^^^^^^^^^^ old successor=smtp_fallback_relay severity=hint
        -o smtp_use_tls=yes
      #    ^^^^^^^^^^^^ idle severity=warning
        -o smtp_tls_security_level=may
      `,
    ));
  it('takes an option away where its successor stands beside it, or its program has no use for either', () => {
    const site = (options: string) => ({ 'master.cf': `submission inet n - n - - smtpd\n${options}` });
    const level = '  -o smtpd_tls_security_level=encrypt\n';
    checkFix(rule, site(`  -o smtpd_enforce_tls=yes\n${level}`), site(level));
    checkRule(
      rule,
      site('  -o disable_dns_lookups=yes\n#    ^^^^^^^^^^^^^^^^^^^ useless program=smtpd severity=warning\n'),
    );
  });
  it('is silent where the successor is not there yet', () =>
    checkRule(rule, 'postscreen_blacklist_action = drop\n', { version: '3.5' }));
  it('writes the successor with its value, or takes away what does nothing', () => {
    checkFix(rule, 'smtpd_use_tls = yes\n', 'smtpd_tls_security_level = may\n');
    checkFix(rule, 'smtpd_enforce_tls=yes\n', 'smtpd_tls_security_level=encrypt\n');
    checkFix(rule, 'smtpd_use_tls = no\n', '');
    checkFix(rule, 'smtp_tls_security_level = may\nsmtp_use_tls = yes\n', 'smtp_tls_security_level = may\n');
    checkFix(rule, 'fallback_relay = a\n', 'smtp_fallback_relay = a\n');
    checkFix(rule, 'smtpd_tls_dh1024_param_file = x\n', '');
  });
});
