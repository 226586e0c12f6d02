import { rule } from '@postfix-tools/server/rules/main-cf/mynetworks-dead-entry';
import { checkRule } from '../../support/rules';

describe('mynetworks-dead-entry', () => {
  it('fires on ranges, wildcards and pieces of addresses', () =>
    checkRule(
      rule,
      `
      mynetworks = 203.0.113.1-203.0.113.20 192.168.1.* 10.0.0 192.0.2.[1..20]
      #            ^^^^^^^^^^^^^^^^^^^^^^^^ pattern severity=warning
      #                                     ^^^^^^^^^^^ pattern
      #                                                 ^^^^^^ pattern
      #                                                        ^^^^^^^^^^^^^^^ pattern
      `,
    ));
  it('fires on what an earlier entry has settled', () =>
    checkRule(
      rule,
      `
      mynetworks = 203.0.113.0/25, 203.0.113.128/25, !203.0.113.9, !198.51.100.0/24, 198.51.100.7
      #                                               ^^^^^^^^^^^ late
      #                                                                              ^^^^^^^^^^^^ hidden
      `,
    ));
  it('fires on refusals in a table', () =>
    checkRule(
      rule,
      `
      mynetworks = 127.0.0.0/8, cidr:/etc/postfix/nets hash:/etc/postfix/more
      --- nets
      203.0.113.9 REJECT
      #<^^^^^^^^^^^^^^^^ refusal value=REJECT
      192.0.2.0/24 OK
      --- more
      198.51.100.1 554 no
      #<^^^^^^^^^^^^^^^^^ refusal key=198.51.100.1
      `,
    ));
  it('is silent on names, overlaps of one sign, and negations that stand first', () =>
    checkRule(
      rule,
      'mynetworks = !203.0.113.9 203.0.113.0/24 203.0.113.1 mail.example.com .example.net 127.0.0.0/8 [::1]/128\n',
    ));
});
