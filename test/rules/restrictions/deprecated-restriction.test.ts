import { rule } from '@postfix-tools/server/rules/restrictions/deprecated-restriction';
import { checkFix, checkRule } from '../../support/rules';

describe('deprecated-restriction', () => {
  it('says the new name', () =>
    checkRule(
      rule,
      `
      smtpd_client_restrictions = reject_unknown_client, reject_rbl_client zen.spamhaus.org
      #                           ^^^^^^^^^^^^^^^^^^^^^ old successor=reject_unknown_client_hostname
      smtpd_recipient_restrictions = reject_maps_rbl, reject_unauth_destination
      #                              ^^^^^^^^^^^^^^^ gone successor=reject_rbl_client
      `,
    ));
  it('writes it', () =>
    checkFix(rule, 'smtpd_helo_restrictions = reject_invalid_hostname\n', {
      'main.cf': 'smtpd_helo_restrictions = reject_invalid_helo_hostname\n',
    }));
});
