import { rule } from '@postfix-tools/server/rules/main-cf/size-limits-clash';
import { checkFix, checkRule } from '../../support/rules';

describe('size-limits-clash', () => {
  it('fires where the agent that is used has the smaller limit', () => {
    checkRule(
      rule,
      'message_size_limit = 60000000\n#<^^^^^^^^^^^^^^^^ smaller limit=mailbox_size_limit program=local severity=error\n',
    );
    checkRule(rule, 'message_size_limit = 0\nmailbox_size_limit = 1000\n#<^^^^^^^^^^^^^^^^ unlimited\n');
    checkRule(
      rule,
      `
      mydestination =
      virtual_mailbox_domains = example.com
      message_size_limit = 60000000
      #<^^^^^^^^^^^^^^^^ smaller program=virtual
      `,
    );
  });
  it('is silent where the agent is not used, there is no limit, or it fits', () => {
    checkRule(rule, 'message_size_limit = 60000000\nmailbox_size_limit = 0\n');
    checkRule(rule, 'message_size_limit = 60000000\nmydestination =\n');
    checkRule(rule, 'message_size_limit = 60000000\nlocal_transport = error:no\n');
    checkRule(
      rule,
      'message_size_limit = 60000000\nmydestination =\nvirtual_mailbox_domains = example.com\nvirtual_transport = lmtp:unix:private/dovecot\n',
    );
    checkRule(rule, { 'main.cf': 'message_size_limit = 60000000\n', 'master.cf': 'smtp inet n - y - - smtpd\n' });
    checkRule(rule, 'message_size_limit = 51200000\n');
  });
  it('takes the limit away', () =>
    checkFix(rule, 'message_size_limit = 60000000\n', 'message_size_limit = 60000000\nmailbox_size_limit = 0\n'));
});
