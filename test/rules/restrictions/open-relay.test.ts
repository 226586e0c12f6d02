import { deepEqual, equal } from 'node:assert/strict';
import { rule } from '@postfix-tools/server/rules/restrictions/open-relay';
import { checkFix, checkRule, findings } from '../../support/rules';

const base = 'compatibility_level = 3.6\nmyhostname = mx.example.com.br\nmydestination = example.com.br\n';

describe('open-relay', () => {
  it('points at what lets the stranger pass', () => {
    checkRule(
      rule,
      `
      compatibility_level = 3.6
      myhostname = mx.example.com.br
      mynetworks = 127.0.0.0/8
      smtpd_relay_restrictions = check_client_access static:OK, reject_unauth_destination
      #                          ^^^^^^^^^^^^^^^^^^^ open service=smtp severity=error
      `,
    );
    checkRule(
      rule,
      `
      compatibility_level = 3.6
      myhostname = mx.example.com.br
      mynetworks = 0.0.0.0/1 128.0.0.0/1
      #<^^^^^^^^ trusted severity=error
      `,
    );
    checkRule(
      rule,
      `
      compatibility_level = 3.6
      myhostname = mx.example.com.br
      relay_domains = static:all
      #<^^^^^^^^^^^ domains
      `,
    );
  });

  it('stays while another line is half typed, and in templates', () => {
    for (const line of ['smtpd_client_res', '{% if relay %}', '<% if relay %>'])
      equal(findings(rule, `${base}${line}\nmynetworks = 0.0.0.0/1 128.0.0.0/1\n`).length, 1, line);
  });

  it('carries a session that is accepted', () => {
    const [found] = findings(rule, `${base}smtpd_relay_restrictions = check_client_access static:OK, reject\n`);
    const session = found?.evidence?.session ?? {};
    deepEqual(
      [session.verdict, session.code, session.sasl_username, session.recipient],
      ['accept', '250', null, 'victim@example.org'],
    );
  });

  it('says on what it hangs where the files do not decide', () =>
    checkRule(
      rule,
      `
      compatibility_level = 3.6
      myhostname = mx.example.com.br
      mynetworks = 127.0.0.0/8
      smtpd_relay_restrictions = check_policy_service inet:127.0.0.1:10023, reject_unauth_destination
      #                          ^^^^^^^^^^^^^^^^^^^^ assumed severity=warning
      `,
    ));

  it('is not hidden by a table that a copy of the configuration lacks, and says that it hangs on it', () => {
    const relay = `${base}smtpd_relay_restrictions = check_client_access static:OK, reject\n`;
    const [found] = findings(rule, `${relay}smtpd_helo_restrictions = check_helo_access hash:/etc/postfix/helo\n`);
    deepEqual([found?.severity, found?.evidence?.session?.verdict], ['warning', 'accept']);
  });

  it('is silent where a guard holds, whatever stands around it', () => {
    for (const line of [
      '',
      'smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination\n',
      'smtpd_recipient_restrictions = reject_unauth_destination, permit\nsmtpd_relay_restrictions =\n',
      'smtpd_relay_restrictions = permit_auth_destination, reject\n',
      'mynetworks = !0.0.0.0/0\n',
      'relay_domains = example.net\n',
    ]) {
      checkRule(rule, base + line);
    }
    checkRule(rule, { 'main.cf': `${base}inet_interfaces = loopback-only\nmynetworks = 0.0.0.0/0\n` });
  });

  it('puts the guard in where that closes the relay', () =>
    checkFix(rule, `${base}smtpd_relay_restrictions = check_client_access static:OK, reject_unauth_destination\n`, {
      'main.cf': `${base}smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination\n`,
    }));
});
