import { rule } from '@postfix-tools/server/rules/restrictions/unknown-restriction';
import { checkFix, checkRule } from '../../support/rules';

describe('unknown-restriction', () => {
  it('names what smtpd does not know, with the nearest name', () =>
    checkRule(
      rule,
      `
      smtpd_client_restrictions = permit_mynetwork, reject
      #                           ^^^^^^^^^^^^^^^^ unknown name=permit_mynetwork hint=" → permit_mynetworks?"
      smtpd_sender_restrictions = /etc/postfix/senders
      #                           ^^^^^^^^^^^^^^^^^^^^ path
      smtpd_helo_restrictions = permit_mynetworks # trusted
      #                                           ^ dash
      --- master.cf
      587 inet n - y - - smtpd -o smtpd_relay_restrictions=permit_sasl,reject
      #                                                    ^^^^^^^^^^^ unknown hint=""
      `,
    ));
  it('is silent about classes, tables, old names, templates, and what is never reached', () =>
    checkRule(
      rule,
      `
      smtpd_restriction_classes = strict
      strict = reject_unknown_client
      smtpd_client_restrictions = strict, hash:/etc/postfix/clients, Permit_MyNetworks, reject, no_such_thing
      smtpd_sender_restrictions = {{ restrictions }}
      smtpd_helo_restrictions = check_policy_service { inet:127.0.0.1:10023, timeout = 10s }
      `,
    ));
  it('mends the name', () =>
    checkFix(rule, 'smtpd_client_restrictions = permit_mynetwork\n', {
      'main.cf': 'smtpd_client_restrictions = permit_mynetworks\n',
    }));
});
