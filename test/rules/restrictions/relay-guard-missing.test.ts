import { deepEqual } from 'node:assert/strict';
import { rule } from '@postfix-tools/server/rules/restrictions/relay-guard-missing';
import { checkFix, checkRule, findings } from '../../support/rules';

describe('relay-guard-missing', () => {
  it('sees lists without a guard, and a guard that only warns', () => {
    checkRule(
      rule,
      `
      compatibility_level = 3.6
      smtpd_relay_restrictions = permit_mynetworks
      #<^^^^^^^^^^^^^^^^^^^^^^ missing severity=error
      `,
    );
    checkRule(
      rule,
      `
      compatibility_level = 3.6
      smtpd_relay_restrictions = permit_mynetworks, warn_if_reject reject_unauth_destination
      #<^^^^^^^^^^^^^^^^^^^^^^ missing
      `,
    );
  });
  it('is no error where neither list is set and no level is named', () =>
    checkRule(rule, {
      'main.cf': 'myhostname = mx.example.com\n',
      'master.cf': 'smtp inet n - y - - smtpd\n#<^^ unset severity=warning\n',
    }));
  it('is information where main.cf is a piece of one', () =>
    deepEqual(
      findings(rule, 'max_idle = 600s\n').map(f => f.severity),
      ['information'],
    ));
  it('is silent with any working guard, and for a Postfix that had one built in', () => {
    checkRule(rule, 'compatibility_level = 1\n');
    checkRule(rule, 'smtpd_recipient_restrictions = permit_mynetworks, defer_if_permit\n');
    checkRule(rule, 'myhostname = mx.example.com\n', { version: '2.8' });
  });
  it('puts one in', () =>
    checkFix(rule, 'compatibility_level = 3.6\nsmtpd_relay_restrictions = permit_mynetworks\n', {
      'main.cf': 'compatibility_level = 3.6\nsmtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination\n',
    }));
});
