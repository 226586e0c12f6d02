import { rule } from '@postfix-tools/server/rules/main-cf/inline-comment';
import { checkFix, checkRule } from '../../support/rules';

describe('inline-comment', () => {
  it('fires behind a value, in the middle of a list, and where there is no value at all', () =>
    checkRule(
      rule,
      `
      message_size_limit = 10240000 # ten
      #                             ^^^^^ comment name=message_size_limit severity=warning
      mynetworks = 127.0.0.0/8   # here
      #                          ^^^^^^ comment
        192.0.2.0/24
      relayhost = #none
      #           ^^^^^ comment
      `,
    ));
  it('is silent on comments of their own, texts, and hashes inside words', () =>
    checkRule(
      rule,
      `
      mynetworks = 127.0.0.0/8
        # here
        192.0.2.0/24
      smtpd_banner = $myhostname ESMTP # 1
      relay_domains = a#b
      recipient_delimiter = #
      virtual_alias_maps = inline:{ {a = b # c} }
      mailbox_command = /bin/x # y
      `,
    ));
  it('moves the comment above the line', () => {
    checkFix(rule, 'a_1 = x\nsoft_bounce = no  # testing \n', 'a_1 = x\n# testing\nsoft_bounce = no \n');
    checkFix(
      rule,
      'mynetworks = 127.0.0.0/8 # us\n  192.0.2.0/24\n',
      '# us\nmynetworks = 127.0.0.0/8\n  192.0.2.0/24\n',
    );
  });
});
