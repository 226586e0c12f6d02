import { equal, match } from 'node:assert/strict';
import { rule } from '@postfix-tools/server/rules/restrictions/open-relay-to-forged-sender';
import { checkFix, checkRule, findings } from '../../support/rules';

const base = 'compatibility_level = 3.6\nmyhostname = mx.example.com.br\nmynetworks = 127.0.0.0/8\n';

describe('open-relay-to-forged-sender', () => {
  it('gives the claim that opens the server', () => {
    const bySender = `${base}smtpd_relay_restrictions = check_sender_access inline:{{example.com.br = OK}}, reject_unauth_destination\n`;
    const [found] = findings(rule, bySender);
    equal(found?.severity, 'error');
    match(String(found?.evidence?.session?.sender), /@example\.com\.br$/);
    equal(found?.evidence?.session?.verdict, 'accept');
    const byHelo = `${base}smtpd_relay_restrictions = check_helo_access inline:{{friend.example.net = OK}}, reject_unauth_destination\n`;
    equal(findings(rule, byHelo)[0]?.evidence?.session?.helo, 'friend.example.net');
  });
  it('is silent behind a guard, and where the table only refuses', () => {
    checkRule(
      rule,
      `${base}smtpd_relay_restrictions = reject_unauth_destination, check_sender_access inline:{{example.com.br = OK}}\n`,
    );
    checkRule(rule, `${base}smtpd_sender_restrictions = check_sender_access inline:{{example.com.br = OK}}\n`);
    checkRule(
      rule,
      `${base}smtpd_relay_restrictions = check_sender_access inline:{{example.com.br = REJECT}}, reject_unauth_destination\n`,
    );
  });
  it('puts the guard in', () =>
    checkFix(
      rule,
      `${base}smtpd_relay_restrictions = check_sender_access inline:{{example.com.br = OK}}, reject_unauth_destination\n`,
      { 'main.cf': `${base}smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination\n` },
    ));
});
