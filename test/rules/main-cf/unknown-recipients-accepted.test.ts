import { rule } from '@postfix-tools/server/rules/main-cf/unknown-recipients-accepted';
import { checkRule } from '../../support/rules';

describe('unknown-recipients-accepted', () => {
  it('fires where names are not asked for', () => {
    checkRule(rule, 'smtpd_reject_unlisted_recipient = no\n#<^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ off severity=warning\n');
    checkRule(rule, 'mydestination = example.com\nlocal_recipient_maps =\n#<^^^^^^^^^^^^^^^^^^ local\n');
    checkRule(rule, 'virtual_mailbox_domains = example.com\n#<^^^^^^^^^^^^^^^^^^^^^ virtual\n');
    checkRule(rule, 'relay_domains = example.org\n#<^^^^^^^^^^^ relay severity=hint\n');
  });
  it('fires where a policy service asks of the sender alone', () => {
    const policy = (name: string) =>
      `smtpd_recipient_restrictions = reject_unauth_destination, check_policy_service ${name}\n`;
    const local = 'mydestination = example.com\nlocal_recipient_maps =\n';
    checkRule(rule, `${policy('unix:private/spf')}${local}#<^^^^^^^^^^^^^^^^^^ local\n`);
    checkRule(rule, `${policy('inet:127.0.0.1:9998')}${local}`);
  });
  it('is silent where somebody asks, or nobody comes', () => {
    checkRule(rule, 'myhostname = a.example.com\n');
    checkRule(
      rule,
      'smtpd_reject_unlisted_recipient = no\nsmtpd_recipient_restrictions = reject_unauth_destination, reject_unlisted_recipient\n',
    );
    checkRule(
      rule,
      'relay_domains = example.org\nsmtpd_recipient_restrictions = reject_unauth_destination, reject_unverified_recipient\n',
    );
    checkRule(rule, 'mydestination =\nlocal_recipient_maps =\n');
    checkRule(rule, 'mydestination = a.example.com\nlocal_recipient_maps =\nluser_relay = admin@example.com\n');
    checkRule(rule, 'virtual_mailbox_domains = example.com\nvirtual_mailbox_maps = hash:/x\n');
    checkRule(rule, 'relay_domains = $mydestination\n');
    checkRule(rule, 'smtpd_reject_unlisted_recipient = no\ninet_interfaces = loopback-only\n');
  });
});
