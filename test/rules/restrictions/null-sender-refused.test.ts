import { deepEqual, equal } from 'node:assert/strict';
import { rule } from '@postfix-tools/server/rules/restrictions/null-sender-refused';
import { checkRule, findings } from '../../support/rules';

const base = `compatibility_level = 3.6
myhostname = mx.example.com.br
mydestination = example.com.br
mynetworks = 127.0.0.0/8
local_recipient_maps =
`;

describe('null-sender-refused', () => {
  it('shows the bounce that is refused', () => {
    const [found] = findings(rule, `${base}smtpd_sender_restrictions = check_sender_access inline:{{<> = REJECT}}\n`);
    const session = found?.evidence?.session ?? {};
    deepEqual([session.sender, session.verdict, session.recipient], ['', 'reject', 'postmaster@example.com.br']);
  });
  it('shows it where tables that a copy lacks decide the rest', () => {
    const site = `${base}smtpd_helo_restrictions = check_helo_access hash:/etc/postfix/helo\nvirtual_mailbox_domains = mysql:/etc/postfix/d.cf\n`;
    const [found] = findings(rule, `${site}smtpd_sender_restrictions = check_sender_access inline:{{<> = REJECT}}\n`);
    deepEqual(found?.evidence?.session?.verdict, 'reject');
    checkRule(rule, `${site}smtpd_client_restrictions = reject\n`);
    const [owned] = findings(
      rule,
      `${site}smtpd_sender_login_maps = mysql:/etc/postfix/l.cf\nsmtpd_sender_restrictions = reject_sender_login_mismatch, check_sender_access inline:{{<> = REJECT}}\n`,
    );
    deepEqual(owned?.evidence?.session?.verdict, 'reject');
  });
  it('is silent where what is not known of the recipient refuses everybody', () =>
    checkRule(
      rule,
      `compatibility_level = 3.6
mydestination = localhost
virtual_mailbox_domains = hash:/etc/postfix/vhost
smtpd_client_restrictions = permit_mynetworks, reject_unauth_destination
`,
    ));
  it('takes out the entry for <> alone', () => {
    const fixed = (list: string, table?: string) => {
      const files = {
        'main.cf': `${base}smtpd_sender_restrictions = ${list}\n`,
        ...(table !== undefined && { senders: table }),
      };
      const [fix] = findings(rule, files)[0]?.fixes ?? [];
      const { source, span, newText } = fix?.edits[0] ?? {};
      return fix && source && span && source.text.slice(0, span.start) + newText + source.text.slice(span.end);
    };
    const table = 'spam.example REJECT\n<> REJECT no bounces\nother.example OK\n';
    equal(fixed('check_sender_access hash:/etc/postfix/senders', table), 'spam.example REJECT\nother.example OK\n');
    equal(
      fixed('check_sender_access inline:{{<> = REJECT x} a@example.net=REJECT}, reject_non_fqdn_sender'),
      `${base}smtpd_sender_restrictions = check_sender_access inline:{a@example.net=REJECT}, reject_non_fqdn_sender\n`,
    );
    equal(
      fixed('check_sender_access inline:{<>=REJECT}, reject_non_fqdn_sender'),
      `${base}smtpd_sender_restrictions = reject_non_fqdn_sender\n`,
    );
    equal(fixed('check_sender_access regexp:/etc/postfix/senders', '/^<?>?$/ REJECT\n'), undefined);
  });
  it('is silent where it passes, and where everybody is refused', () => {
    checkRule(rule, `${base}smtpd_sender_restrictions = check_sender_access inline:{{a@example.net = REJECT}}\n`);
    checkRule(rule, `${base}smtpd_client_restrictions = reject\n`);
  });
});
