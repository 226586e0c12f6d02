import { rule } from '@postfix-tools/server/rules/restrictions/warn-if-reject-left';
import { checkRule } from '../../support/rules';

describe('warn-if-reject-left', () => {
  it('names the restriction that only warns', () =>
    checkRule(
      rule,
      `
      smtpd_client_restrictions = warn_if_reject reject_rbl_client zen.spamhaus.org, reject_unknown_client_hostname
      #                           ^^^^^^^^^^^^^^ warns next=reject_rbl_client
      smtpd_sender_restrictions = reject_unknown_sender_domain
      `,
    ));
});
