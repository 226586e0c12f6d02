import { rule } from '@postfix-tools/server/rules/master-cf/service-program-unknown';
import { checkFix, checkRule } from '../../support/rules';

describe('service-program-unknown', () => {
  it('names the nearest program, and one too new for the target', () =>
    checkRule(
      rule,
      `
      smtp inet n - y - - smptd
      #                   ^^^^^ unknown name=smptd
      25 inet n - y - 1 postscreen
      #                 ^^^^^^^^^^ newer since=2.8
      own unix n - y - - /usr/local/bin/own
      qmgr unix n - y - 1 oqmgr
      `,
      { version: '2.7' },
    ));
  it('mends the name', () =>
    checkFix(rule, 'smtp inet n - y - - smptd\n', { 'master.cf': 'smtp inet n - y - - smtpd\n' }));
});
