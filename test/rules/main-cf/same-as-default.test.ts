import { rule } from '@postfix-tools/server/rules/main-cf/same-as-default';
import { checkFix, checkRule } from '../../support/rules';

describe('same-as-default', () => {
  it('fires on a default, however it is written', () =>
    checkRule(
      rule,
      `
      soft_bounce = no
      #<^^^^^^^^^ same severity=hint
      notify_classes = resource,
      #<^^^^^^^^^^^^ same
        software
      smtp_fallback_relay = \${fallback_relay}
      #<^^^^^^^^^^^^^^^^^ same
      `,
    ));
  it('is silent on other values, on what packages set, on defaults that have changed, and on what is set elsewhere', () =>
    checkRule(
      rule,
      `
      soft_bounce = yes
      queue_directory = /var/spool/postfix
      smtpd_forbid_bare_newline = normalize
      append_dot_mydomain = no
      mydestination = $myhostname, localhost.$mydomain, localhost
      my_own = no
      `,
    ));
  it('takes the line away', () => checkFix(rule, 'soft_bounce = no\nmyorigin = x\n', 'myorigin = x\n'));
});
