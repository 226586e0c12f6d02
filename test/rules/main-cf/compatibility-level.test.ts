import { rule } from '@postfix-tools/server/rules/main-cf/compatibility-level';
import { checkFix, checkRule } from '../../support/rules';

describe('compatibility-level', () => {
  it('names what is different here', () => {
    checkRule(
      rule,
      `
      myhostname = mail.example.com
      #<^^^^^^^^ missing newest=3.6 changes="append_dot_mydomain = yes; mynetworks_style = subnet; smtpd_relay_restrictions = """
      `.replace(/ changes=.*/, ' severity=warning'),
    );
    checkRule(
      rule,
      `
      compatibility_level = 2
      #<^^^^^^^^^^^^^^^^^ old changes="smtpd_relay_before_recipient_restrictions = no"
      smtpd_recipient_restrictions = reject_unauth_destination
      `,
    );
    checkRule(
      rule,
      `
      compatibility_level = 1
      #<^^^^^^^^^^^^^^^^^ old changes="relay_domains = $mydestination"
      mynetworks = 127.0.0.0/8
      mydestination = example.com
      `,
    );
  });
  it('is only information where the old defaults open nothing', () => {
    checkRule(
      rule,
      `
      mynetworks = 127.0.0.0/8
      #<^^^^^^^^ missing severity=information
      smtpd_recipient_restrictions = reject_unauth_destination
      `,
    );
    checkRule(
      rule,
      `
      smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination
      #<^^^^^^^^^^^^^^^^^^^^^^^^^^ missing severity=warning
      `,
    );
  });
  it('is only information in a piece of a configuration, and in a template', () => {
    checkRule(rule, 'max_idle = 600s\n#<^^^^^^ missing severity=information\n');
    checkRule(rule, 'setgid_group =\n#<^^^^^^^^^^ missing severity=information\nmyhostname = a.example.com\n');
  });
  it('is silent where nothing changes, or before 3.0', () => {
    checkRule(rule, 'compatibility_level = 3.6\n');
    checkRule(rule, 'compatibility_level = 2\n');
    checkRule(rule, 'compatibility_level = {{ level }}\n');
    checkRule(rule, 'myhostname = mail.example.com\n', { version: '2.11' });
  });
  it('sets it', () =>
    checkFix(
      rule,
      'compatibility_level = 0\nmyhostname = a.example.com\n',
      'compatibility_level = 3.6\nmyhostname = a.example.com\n',
    ));
  it('knows a level that the target does not have yet', () =>
    checkRule(
      rule,
      `
      compatibility_level = 9.1
      #<^^^^^^^^^^^^^^^^^ future level=9.1 severity=information
      `,
    ));
  it('warns of it where an older version is aimed at', () =>
    checkRule(rule, 'compatibility_level = 3.8\n#<^^^^^^^^^^^^^^^^^ future severity=warning\n', { version: '3.7' }));
});
