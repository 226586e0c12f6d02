import { rule } from '@postfix-tools/server/rules/master-cf/option-spaces';
import { checkFix, checkRule } from '../../support/rules';

describe('option-spaces', () => {
  it('says what the program gets', () =>
    checkRule(
      rule,
      `
      smtp inet n - y - - smtpd
        -o smtpd_client_restrictions = reject
      # ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ equals name=smtpd_client_restrictions
        -o smtpd_sender_restrictions=permit_mynetworks, reject
      #                                                 ^^^^^^ stray text=reject
      `,
    ));
  it('is silent about braces, flags, and words of pipe and spawn', () =>
    checkRule(
      rule,
      `
      smtp inet n - y - - smtpd -v -n 25
        -o { smtpd_client_restrictions = permit_mynetworks, reject }
        -osmtpd_delay_reject=no
      dovecot unix - n n - - pipe
        flags=DRhu user=vmail:vmail argv=/usr/lib/dovecot/deliver -f \${sender} -d \${recipient}
      policy unix - n n - 0 spawn
        user=nobody argv=/usr/bin/policy -o a = b
      `,
    ));
  it('puts the pieces into braces', () =>
    checkFix(rule, 'smtp inet n - y - - smtpd\n  -o a = b, c\n', {
      'master.cf': 'smtp inet n - y - - smtpd\n  -o { a = b, c }\n',
    }));
  it('takes needless blanks out', () =>
    checkFix(rule, 'smtp inet n - y - - smtpd\n  -o a = b\n', {
      'master.cf': 'smtp inet n - y - - smtpd\n  -o a=b\n',
    }));
});
