import { deepEqual, equal } from 'node:assert/strict';
import { rule } from '@postfix-tools/server/rules/restrictions/permit-before-relay-guard';
import { checkRule, findings } from '../../support/rules';

const base = `compatibility_level = 3.6
myhostname = mx.example.com.br
mydestination = example.com.br
mynetworks = 127.0.0.0/8
smtpd_recipient_restrictions =
`;
const relay = (list: string) => `${base}smtpd_relay_restrictions = ${list}, reject_unauth_destination\n`;

describe('permit-before-relay-guard', () => {
  it('shows whom a table lets relay, at its line', () => {
    const [byClient] = findings(rule, {
      'main.cf': relay('check_client_access texthash:/etc/postfix/c'),
      c: 'example.net REJECT\n198.51.100 OK\n',
    });
    deepEqual([byClient?.source.path, byClient?.evidence?.session?.client_address], ['c', '198.51.100.7']);
    equal(byClient?.related[0]?.source.path, 'main.cf');
    const [byRecipient] = findings(rule, {
      'main.cf': relay('check_recipient_access texthash:/etc/postfix/r'),
      r: 'postmaster@ OK\n',
    });
    equal(byRecipient?.evidence?.session?.recipient, 'postmaster@example.org');
    const [inline] = findings(rule, { 'main.cf': relay('check_client_access inline:{{host.example.net = OK}}') });
    deepEqual([inline?.source.path, inline?.evidence?.session?.client_name], ['main.cf', 'host.example.net']);
  });
  it('says on what it hangs where a copy lacks tables, and passes over clients that are trusted anyway', () => {
    const [found] = findings(rule, {
      'main.cf': `${relay('check_client_access hash:/etc/postfix/c')}virtual_alias_maps = hash:/etc/postfix/virtual\n`,
      c: '127.0.0.1 OK\n198.51.100.5 OK\n',
    });
    deepEqual(
      [found?.message.text.en.includes('hangs on'), found?.evidence?.session?.client_address],
      [true, '198.51.100.5'],
    );
  });
  it('is silent where the table stands behind, only refuses, or the other list stops it', () => {
    checkRule(rule, {
      'main.cf': `${base}smtpd_relay_restrictions = reject_unauth_destination, check_client_access inline:{{a = OK}}\n`,
    });
    checkRule(rule, { 'main.cf': relay('check_client_access inline:{{host.example.net = REJECT}}') });
    checkRule(rule, {
      'main.cf': `${relay('check_client_access inline:{{host.example.net = OK}}')}smtpd_recipient_restrictions = reject_unauth_destination\n`,
    });
    checkRule(rule, { 'main.cf': relay('check_recipient_access inline:{{example.com.br = OK}}') });
  });
});
