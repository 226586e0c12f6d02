import { rule } from '@postfix-tools/server/rules/restrictions/restriction-without-effect';
import { checkRule } from '../../support/rules';

describe('restriction-without-effect', () => {
  it('sees a restriction that is asked before there is anything to judge', () =>
    checkRule(
      rule,
      `
      smtpd_delay_reject = no
      smtpd_client_restrictions = reject_unauth_destination, reject_unknown_client_hostname
      #                           ^^^^^^^^^^^^^^^^^^^^^^^^^ early what=recipient list=smtpd_client_restrictions
      smtpd_helo_restrictions = reject_non_fqdn_sender
      #                         ^^^^^^^^^^^^^^^^^^^^^^ early what=sender
      `,
    ));
  it('sees classes that nobody names or that are empty', () =>
    checkRule(
      rule,
      `
      smtpd_restriction_classes = empty, unused
      #                           ^^^^^ emptyClass name=empty
      #                                  ^^^^^^ unusedClass name=unused
      unused = permit_mynetworks
      smtpd_client_restrictions = empty
      `,
    ));
  it('hints at a login that nobody can make', () =>
    checkRule(
      rule,
      `
      smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination
      #                                             ^^^^^^^^^^^^^^^^^^^^^^^^^ noLogin severity=hint
      --- master.cf
      smtp inet n - y - - smtpd
      `,
    ));
  it('is silent while refusals are delayed, and where a table may name the class', () =>
    checkRule(
      rule,
      `
      smtpd_client_restrictions = reject_unauth_destination, check_client_access hash:/etc/postfix/c
      smtpd_restriction_classes = from_table
      from_table = permit_mynetworks
      `,
    ));
});
