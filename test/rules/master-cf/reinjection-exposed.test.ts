import { deepEqual } from 'node:assert/strict';
import { rule } from '@postfix-tools/server/rules/master-cf/reinjection-exposed';
import { checkRule, findings } from '../../support/rules';

const main =
  'compatibility_level = 3.6\nmyhostname = mx.example.com.br\nmydestination = example.com.br\nlocal_recipient_maps =\n';
const site = (port: string, more = '') => ({
  'main.cf': main,
  'master.cf': `smtp inet n - y - - smtpd\n${port} inet n - y - - smtpd\n  -o content_filter=\n${more}`,
});

describe('reinjection-exposed', () => {
  it('shows who gets in past the filter', () => {
    const byNetwork = site(
      '10025',
      '  -o mynetworks=127.0.0.0/8,10.89.0.0/24\n  -o smtpd_recipient_restrictions=permit_mynetworks,reject\n  -o smtpd_relay_restrictions=\n',
    );
    const [trusted] = findings(rule, byNetwork);
    deepEqual(
      [trusted?.evidence?.session?.client_address, trusted?.evidence?.session?.verdict],
      ['10.89.0.1', 'accept'],
    );
    const [stranger] = findings(rule, site('10026'));
    deepEqual(
      [stranger?.evidence?.session?.recipient, stranger?.evidence?.session?.verdict],
      ['postmaster@example.com.br', 'accept'],
    );
  });
  it('takes a client out of the network as it is, small ones and IPv6 too', () => {
    const client = (network: string) =>
      findings(
        rule,
        site(
          '10025',
          `  -o mynetworks=${network}\n  -o smtpd_recipient_restrictions=permit_mynetworks,reject\n  -o smtpd_relay_restrictions=\n`,
        ),
      )[0]?.evidence?.session?.client_address;
    deepEqual(['10.89.0.16/29', '10.89.0.12/30', '10.89.0.9', '[2001:db8:1::]/64'].map(client), [
      ...['10.89.0.17', '10.89.0.13', '10.89.0.9', '2001:db8:1::1'],
    ]);
    deepEqual(client('[::1]/128'), undefined);
  });
  it('shows it where a copy lacks the tables of the site', () => {
    const files = site('10.89.0.3:10025', '  -o mynetworks=10.89.0.0/24\n');
    const [found] = findings(rule, {
      ...files,
      'main.cf': `${files['main.cf']}virtual_alias_maps = hash:/etc/postfix/virtual\n`,
    });
    deepEqual(found?.evidence?.session?.client_address, '10.89.0.1');
  });
  it('is silent on the loopback, on port 25, and where only the loopback is trusted', () => {
    checkRule(rule, site('127.0.0.1:10025'));
    checkRule(
      rule,
      site('10025', '  -o mynetworks=127.0.0.0/8\n  -o smtpd_recipient_restrictions=permit_mynetworks,reject\n'),
    );
    checkRule(rule, { 'main.cf': main, 'master.cf': 'smtp inet n - y - - smtpd -o content_filter=\n' });
  });
});
