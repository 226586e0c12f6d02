import { rule } from '@postfix-tools/server/rules/main-cf/domain-in-two-classes';
import { checkRule } from '../../support/rules';

describe('domain-in-two-classes', () => {
  it('fires at the list that loses, over $names and table files', () =>
    checkRule(
      rule,
      `
      myhostname = mail.example.com
      mydestination = $myhostname, localhost, Example.com
      virtual_alias_domains = example.com example.org
      #                       ^^^^^^^^^^^ both first=mydestination second=virtual_alias_domains severity=warning
      relay_domains = hash:/etc/postfix/relay
      virtual_mailbox_domains = mail.example.com
      #                         ^^^^^^^^^^^^^^^^ both domain=mail.example.com
      --- relay
      example.org OK
      #<^^^^^^^^^ both first=virtual_alias_domains second=relay_domains
      user@example.com x
      `,
    ));
  it('is silent on the old default and on lists apart', () => {
    checkRule(rule, 'mydestination = example.com\nrelay_domains = $mydestination\n');
    checkRule(
      rule,
      'mydestination = example.com\nvirtual_alias_domains = $virtual_alias_maps\nvirtual_alias_maps = hash:/etc/postfix/v\n',
    );
    checkRule(rule, 'mydestination = example.com example.com localhost\nrelay_domains = sub.example.com localhost\n');
  });
});
