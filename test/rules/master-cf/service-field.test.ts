import { rule } from '@postfix-tools/server/rules/master-cf/service-field';
import { checkFix, checkRule } from '../../support/rules';

describe('service-field', () => {
  it('counts fields and reads each of them as master does', () =>
    checkRule(
      rule,
      `
      smtp inet n - y - smtpd
      #<^^^^^^^^^^^^^^^^^^^^^^ count found=7
      smtp tcp n - y - - smtpd
      #    ^^^ type value=tcp
      25 inet - - y - - smtpd
      #       ^ private
      a unix N - y - - local
      #      ^ yesNo field=private value=N
      b unix n - x - - local
      #          ^ yesNo field=chroot
      c unix n - y -5 - local
      #            ^^ number field=wakeup_time
      d unix n - y 60? many local
      #                ^^^^ number field=max_proc value=many
      70000 inet n - y - - smtpd
      #<^^^ port value=70000
      smptd inet n - y - - smtpd
      #<^^^ misspelt near=smtp
      my-own-port inet n - y - - smtpd
      #<^^^^^^^^^ unlisted severity=warning
      `,
    ));
  it('is silent about what master takes', () =>
    checkRule(
      rule,
      `
      smtp inet n - y 60x 5x smtpd
      [::1]:2525 inet n - - - - smtpd
      :2526 inet n - y - - smtpd
      localhost:10025 inet n - y - 0 smtpd
      postlog unix-dgram n - n - 1 postlogd
      pickup fifo n - n 60 1 pickup
      {{ name }} inet {{ private }} - y - - smtpd
      submission/inet/smtpd_tls_security_level=encrypt
      `,
    ));
  it('writes what the field takes', () =>
    checkFix(rule, 'smtp inet <|>- - y - - smtpd\n', { 'master.cf': 'smtp inet n - y - - smtpd\n' }));
});
