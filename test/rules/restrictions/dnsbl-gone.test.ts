import { rule } from '@postfix-tools/server/rules/restrictions/dnsbl-gone';
import { checkFix, checkRule } from '../../support/rules';

describe('dnsbl-gone', () => {
  it('knows dead zones in restrictions and in postscreen', () =>
    checkRule(
      rule,
      `
      smtpd_client_restrictions = reject_rbl_client dul.dnsbl.sorbs.net=127.0.0.10,
      #                                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ gone since=2024-06
        reject_rhsbl_sender rhsbl.ahbl.org
      #                     ^^^^^^^^^^^^^^ world zone=rhsbl.ahbl.org
      postscreen_dnsbl_sites = zen.spamhaus.org*3, ix.dnsbl.manitu.net*2
      #                                            ^^^^^^^^^^^^^^^^^^^^^ gone zone=ix.dnsbl.manitu.net
      `,
    ));
  it('is information where the list lives on in another', () =>
    checkRule(
      rule,
      `
      smtpd_client_restrictions = reject_rbl_client cbl.abuseat.org
      #                                             ^^^^^^^^^^^^^^^ within severity=information
      `,
    ));
  it('is silent about lists that live', () =>
    checkRule(
      rule,
      'smtpd_client_restrictions = reject_rbl_client zen.spamhaus.org, reject_rbl_client bl.spamcop.net\n',
    ));
  it('takes the restriction out with its zone', () =>
    checkFix(
      rule,
      'smtpd_client_restrictions = permit_mynetworks,\n  reject_rbl_client dnsbl.sorbs.net,\n  reject_rbl_client zen.spamhaus.org\n',
      { 'main.cf': 'smtpd_client_restrictions = permit_mynetworks,\n  reject_rbl_client zen.spamhaus.org\n' },
    ));
});
