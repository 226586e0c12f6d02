import { deepEqual, equal } from 'node:assert/strict';
import { rule } from '@postfix-tools/server/rules/main-cf/mynetworks-too-wide';
import { checkRule, findings } from '../../support/rules';

const head = 'compatibility_level = 3.6\nmyhostname = mail.example.com\nmydestination = example.com\n';

describe('mynetworks-too-wide', () => {
  it('fires on half the world, in one entry or in several', () =>
    checkRule(
      rule,
      `
      compatibility_level = 3.6
      mynetworks = 127.0.0.0/8 0.0.0.0/0
      #                        ^^^^^^^^^ world share=100% family=IPv4 severity=error
      --- master.cf
      smtp inet n - y - - smtpd
      10025 inet n - y - - smtpd -o mynetworks=0.0.0.0/2,64.0.0.0/2
      #                                        ^^^^^^^^^ world share=50%
      587 inet n - y - - smtpd -o mynetworks=[2000::]/3
      #                                      ^^^^^^^^^^ world family=IPv6 severity=error
      `,
    ));
  it('shows the session', () => {
    const [found] = findings(rule, `${head}mynetworks = 0.0.0.0/1, 128.0.0.0/1\n`);
    deepEqual(found?.evidence?.session?.['verdict'], 'accept');
    deepEqual(found.evidence.session['client_address'], '203.0.113.9');
    equal(found.related.length, 1);
  });
  it('is a warning where smtpd refuses such a client all the same', () => {
    const [found] = findings(
      rule,
      `${head}mynetworks = static:all\nsmtpd_relay_restrictions = reject_unauth_destination\n`,
    );
    equal(found?.severity, 'warning');
  });
  it('warns of wide public networks', () =>
    checkRule(
      rule,
      `
      mynetworks = 10.0.0.0/8 100.64.0.0/10 203.0.0.0/12 [2001:db0::]/28 [fd00::]/8 [::ffff:127.0.0.0]/104
      #                                     ^^^^^^^^^^^^ wide count=2^20 severity=warning
      #                                                  ^^^^^^^^^^^^^^^ wide count=2^100
      `,
    ));
  it('counts negations that stand first', () => checkRule(rule, 'mynetworks = !0.0.0.0/1, !128.0.0.0/1, 0.0.0.0/0\n'));
  it('reads cidr: tables', () => {
    const found = findings(rule, {
      'main.cf': `${head}mynetworks = cidr:/etc/postfix/nets\n`,
      nets: '0.0.0.0/1 OK\n128.0.0.0/1 OK\n',
    });
    deepEqual(
      found.map(f => f.message.args['share']),
      ['100%'],
    );
  });
  it('is silent on what is narrow, unknown, or not to be read', () => {
    checkRule(rule, 'mynetworks = 127.0.0.0/8 [::1]/128 192.0.2.0/24 203.0.0.0/16 [2001:db8::]/32\n');
    checkRule(rule, 'mynetworks = {{ nets }} 0.0.0.0/0\n');
    checkRule(rule, 'mynetworks = hash:/etc/postfix/nets mail.example.com\n');
    checkRule(rule, 'mydestination = 0.0.0.0/0\n');
  });
  it('takes a list of 10,000 networks in its stride', () => {
    const nets = Array.from({ length: 10_000 }, (_, i) => `${i % 3 ? '' : '!'}10.${i >> 8}.${i & 255}.0/24`);
    checkRule(rule, `mynetworks = ${nets.join(', ')}\n`);
  });
});
