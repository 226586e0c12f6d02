import { rule } from '@postfix-tools/server/rules/main-cf/unused-parameter';
import { checkFix, checkRule } from '../../support/rules';

const master =
  '\n      --- master.cf\n      smtp inet n - y - - smtpd\n        -o smtpd_helo_restrictions=$from_master\n';

describe('unused-parameter', () => {
  it('fires on a name that neither file uses', () =>
    checkRule(
      rule,
      `
      my_list = permit
      other_list = reject
      #<^^^^^^^^ unused severity=hint
      from_master = reject
      smtpd_relay_restrictions = \${my_list}, reject_unauth_destination${master}`,
    ));
  it('is silent without a master.cf, which may use it', () => checkRule(rule, 'other_list = reject\n'));
  it('is silent on misspelt names, of which another rule speaks', () =>
    checkRule(rule, `\n      smtpd_relay_restriction = permit${master}`));
  it('takes the line away', () =>
    checkFix(
      rule,
      { 'main.cf': 'a_list = x\n y\nsoft_bounce = no\n', 'master.cf': 'smtp inet n - y - - smtpd\n' },
      { 'main.cf': 'soft_bounce = no\n' },
    ));
});
