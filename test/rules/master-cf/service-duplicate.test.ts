import { rule } from '@postfix-tools/server/rules/master-cf/service-duplicate';
import { checkFix, checkRule } from '../../support/rules';

describe('service-duplicate', () => {
  it('knows a port by name and number', () =>
    checkRule(
      rule,
      `
      smtp inet n - y - - smtpd
      25 inet n - y - - smtpd
      #<^ overridden name=25 line=1
      smtp unix - - y - - smtp
      127.0.0.1:25 inet n - y - - smtpd
      `,
    ));
  it('takes the entry out that does nothing', () =>
    checkFix(rule, 'a unix - - y - - local\n  -o x=1\na unix - - n - - local\n', {
      'master.cf': 'a unix - - n - - local\n',
    }));
});
