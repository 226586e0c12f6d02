import { rule } from '@postfix-tools/server/rules/main-cf/smtp-smuggling';
import { checkFix, checkRule } from '../../support/rules';

describe('smtp-smuggling', () => {
  it('fires where it is turned off', () =>
    checkRule(
      rule,
      `
      smtpd_forbid_bare_newline = no
      #<^^^^^^^^^^^^^^^^^^^^^^^ off value=normalize severity=warning
      `,
    ));
  it('goes by the default of the version', () => {
    const at = (key: string) => ({ 'main.cf': `myhostname = a.example.com\n#<^^^^^^^^ ${key}\n` });
    checkRule(rule, at('byDefault value=normalize'), { version: '3.7' });
    checkRule(rule, at('byDefault value=yes'), { version: '3.7.9' });
    checkRule(rule, at('old'), { version: '3.7.8' });
    checkRule(rule, at('old'), { version: '2.11' });
    checkRule(rule, { 'main.cf': 'myhostname = a.example.com\n' }, { version: '3.9' });
  });
  it('is silent with the setting or the older remedies', () => {
    checkRule(rule, 'smtpd_forbid_bare_newline = yes\n', { version: '3.7.11' });
    checkRule(rule, 'smtpd_data_restrictions = reject_unauth_pipelining\nsmtpd_discard_ehlo_keywords = chunking\n', {
      version: '3.7',
    });
    checkRule(rule, 'inet_interfaces = loopback-only\n', { version: '3.7' });
  });
  it('sets it', () => checkFix(rule, 'smtpd_forbid_bare_newline = no\n', 'smtpd_forbid_bare_newline = normalize\n'));
});
