import { rule } from '@postfix-tools/server/rules/main-cf/mynetworks-bad-network';
import { checkFix, checkRule } from '../../support/rules';

describe('mynetworks-bad-network', () => {
  it('fires on each form that Postfix refuses', () =>
    checkRule(
      rule,
      `
      mynetworks = 127.0.0.1/8, !192.168.1.5/24 10/8 10.0.0.0/33
      #            ^^^^^^^^^^^ broken severity=error
      #                          ^^^^^^^^^^^^^^ broken network=192.168.1.5/24
      #                                         ^^^^ broken
      #                                              ^^^^^^^^^^^ broken hint=
        10.0.0.0/255.0.0.0, 0/0 [2001:db8::1]/32
      # ^^^^^^^^^^^^^^^^^^ broken
      #                     ^^^ broken
      #                         ^^^^^^^^^^^^^^^^ broken
        ::1/128, 2001:db8::/32
      # ^^^^^^^ fatal
      #          ^^^^^^^^^^^^^ broken says="unsupported dictionary type: 2001"
      `,
    ));
  it('is silent on networks, names, tables and files', () =>
    checkRule(
      rule,
      `
      mynetworks = 127.0.0.0/8 [::1]/128 [::ffff:127.0.0.0]/104 [::1] 192.0.2.1 !192.0.2.0/24
        hash:/etc/postfix/nets /etc/postfix/nets mail.example.com cidr:/etc/postfix/x static:all
        # 10/8
      `,
    ));
  it('writes the network that was meant', () => {
    for (const [bad, good] of [
      ['192.168.1.5/24', '192.168.1.0/24'],
      ['10/8', '10.0.0.0/8'],
      ['10.0.0.0/255.0.0.0', '10.0.0.0/8'],
      ['::1/128', '[::1]/128'],
      ['[2001:db8::1]/32', '[2001:db8::]/32'],
    ] as const) {
      checkFix(rule, `mynetworks = ${bad}\n`, `mynetworks = ${good}\n`);
    }
  });
});
