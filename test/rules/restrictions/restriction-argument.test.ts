import { rule } from '@postfix-tools/server/rules/restrictions/restriction-argument';
import { checkFix, checkRule } from '../../support/rules';

describe('restriction-argument', () => {
  it('sees arguments that are missing, swallowed, or without a type', () =>
    checkRule(
      rule,
      `
      smtpd_client_restrictions = check_client_access /etc/postfix/clients
      #                                               ^^^^^^^^^^^^^^^^^^^^ typeless severity=error
      smtpd_sender_restrictions = check_sender_access, permit_mynetworks
      #                                                ^^^^^^^^^^^^^^^^^ swallowed name=check_sender_access severity=error
      smtpd_recipient_restrictions = reject_unauth_destination, reject_rbl_client
      #                                                         ^^^^^^^^^^^^^^^^^ missing severity=warning
      smtpd_data_restrictions = sleep a
      #                               ^ number
      smtpd_end_of_data_restrictions = check_policy_service 127.0.0.1:10023
      #                                                     ^^^^^^^^^^^^^^^ service severity=error
      `,
    ));
  it('is silent about every form that smtpd takes', () =>
    checkRule(
      rule,
      `
      smtpd_client_restrictions = check_client_access inline:{{a = OK}, {b = REJECT}}, sleep 1
      smtpd_sender_restrictions = check_sender_access { hash:/etc/postfix/s, search_order = sender }
      smtpd_recipient_restrictions = check_policy_service unix:private/policy, reject_rbl_client zen.spamhaus.org=127.0.0.2
      `,
    ));
  it('offers a type', () =>
    checkFix(rule, 'smtpd_client_restrictions = check_client_access /c\n', {
      'main.cf': 'smtpd_client_restrictions = check_client_access hash:/c\n',
    }));
});
