import { deepEqual, equal, match, ok } from 'node:assert/strict';
import type { Demand } from '@postfix-tools/server/analysis/port25/demand';
import { port25Report } from '@postfix-tools/server/analysis/port25/report';
import { format, placeholders } from '@postfix-tools/server/text/message';
import { siteOf } from '../../support/site';

const main = `compatibility_level = 3.6
myhostname = mx.example.com
mydestination = example.com
local_recipient_maps =
smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
smtpd_sender_login_maps = inline:{ana@example.com=ana}
smtpd_sasl_type = dovecot
smtpd_sasl_path = private/auth
smtpd_tls_security_level = may
smtpd_tls_chain_files = /etc/ssl/mx.pem
`;
const submission = `submission inet n - n - - smtpd
  -o smtpd_tls_security_level=encrypt
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_sender_restrictions=reject_sender_login_mismatch,permit_sasl_authenticated,reject
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
  -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject
`;
const mx = 'smtp inet n - n - - smtpd\n';
const firewall = `#!/bin/sh
iptables -P INPUT DROP
iptables -A INPUT -s 192.0.2.0/24 -p tcp --dport 587 -j ACCEPT
iptables -A OUTPUT -p tcp --dport 25 -m owner --uid-owner postfix -j ACCEPT
iptables -A OUTPUT -p tcp --dport 25 -j REJECT
iptables -A FORWARD -p tcp --dport 25 -j REJECT
`;
const good = { '/e/main.cf': main, '/e/master.cf': mx + submission, '/e/firewall.sh': firewall };

const report = (files: Readonly<Record<string, string>>) => port25Report(siteOf(files));
const ask = (id: string, files: Readonly<Record<string, string>>): Demand => {
  const found = report({ ...good, ...files }).find(d => d.id === id);
  ok(found, id);
  return found;
};
const lineOf = ({ place }: Demand): string | undefined =>
  place && `${place.source.path}:${place.source.positionAt(place.span.start).line + 1}`;

/** What becomes of one demand where one thing is changed on the good site. */
const cases: readonly (readonly [name: string, id: string, status: Demand['status'], files: Record<string, string>])[] =
  [
    ['no submission service', 'submission-offered', 'not-met', { '/e/master.cf': mx }],
    [
      'submission for the loopback alone',
      'submission-offered',
      'not-met',
      { '/e/master.cf': mx + submission.replace('submission', '127.0.0.1:587') },
    ],
    [
      '465 alone',
      'submission-offered',
      'met',
      {
        '/e/master.cf':
          mx + submission.replace('submission', '465').replace('tls_security_level=encrypt', 'tls_wrappermode=yes'),
      },
    ],
    [
      'everybody relays',
      'submission-login-required',
      'not-met',
      {
        '/e/master.cf':
          'submission inet n - n - - smtpd -o {smtpd_relay_restrictions=check_sender_access static:ok, reject}\n',
      },
    ],
    [
      'local mail from strangers',
      'submission-closed-to-strangers',
      'not-met',
      {
        '/e/master.cf': `submission inet n - n - - smtpd
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject_unauth_destination
`,
      },
    ],
    [
      'SASL off',
      'submission-login-possible',
      'not-met',
      { '/e/master.cf': submission.replace('enable=yes', 'enable=no') },
    ],
    [
      'SASL off, no password asked for',
      'passwords-in-tls',
      'unknown',
      { '/e/master.cf': 'submission inet n - n - - smtpd\n' },
    ],
    [
      'TLS left to the client',
      'passwords-in-tls',
      'not-met',
      { '/e/master.cf': submission.replace('level=encrypt', 'level=may') },
    ],
    [
      'AUTH after TLS alone',
      'passwords-in-tls',
      'met',
      { '/e/master.cf': submission.replace('level=encrypt', 'level=may\n  -o smtpd_tls_auth_only=yes') },
    ],
    [
      'the login before the owner is asked for',
      'sender-bound-to-login',
      'not-met',
      { '/e/master.cf': submission.replace('reject_sender_login_mismatch,', '') },
    ],
    [
      'SASL off, nobody to bind',
      'sender-bound-to-login',
      'unknown',
      { '/e/master.cf': submission.replace('enable=yes', 'enable=no') },
    ],
    [
      'port 25 relays',
      'no-open-relay',
      'not-met',
      {
        '/e/main.cf': main.replace(
          'permit_mynetworks, reject_unauth_destination',
          'check_sender_access static:ok, reject',
        ),
      },
    ],
    [
      'the drop takes the server too',
      'own-delivery',
      'not-met',
      { '/e/firewall.sh': '#!/bin/sh\niptables -A OUTPUT -p tcp --dport 25 -j DROP\n' },
    ],
    [
      'mail_owner of its own',
      'own-delivery',
      'met',
      { '/e/main.cf': `${main}mail_owner = 1234\n`, '/e/firewall.sh': firewall.replace('owner postfix', 'owner 1234') },
    ],
    [
      'a smarthost on 587',
      'own-delivery',
      'met',
      {
        '/e/main.cf': `${main}relayhost = [relay.example.net]:587\n`,
        '/e/firewall.sh': '#!/bin/sh\niptables -A OUTPUT -p tcp --dport 25 -j DROP\n',
      },
    ],
    [
      'a smarthost with an IPv6 address',
      'own-delivery',
      'met',
      {
        '/e/main.cf': `${main}relayhost = [2001:db8::1]:587\n`,
        '/e/firewall.sh': '#!/bin/sh\niptables -A OUTPUT -p tcp --dport 25 -j DROP\n',
      },
    ],
    [
      'several smarthosts',
      'own-delivery',
      'unknown',
      {
        '/e/main.cf': `${main}relayhost = relay.example.net, other.example.net\n`,
        '/e/firewall.sh': '#!/bin/sh\niptables -A OUTPUT -p tcp --dport 25 -j DROP\n',
      },
    ],
    [
      'users of the host pass',
      'outbound-25-closed',
      'not-met',
      { '/e/firewall.sh': '#!/bin/sh\niptables -A FORWARD -p tcp --dport 25 -j REJECT\n' },
    ],
    [
      'the LAN passes',
      'outbound-25-closed',
      'not-met',
      {
        '/e/firewall.sh':
          '#!/bin/sh\niptables -A OUTPUT -p tcp --dport 25 -j DROP\niptables -t nat -A POSTROUTING -o eth0 -j MASQUERADE\n',
      },
    ],
    [
      'nothing said of forwarding',
      'outbound-25-closed',
      'unknown',
      { '/e/firewall.sh': '#!/bin/sh\niptables -A OUTPUT -p tcp --dport 25 -j DROP\n' },
    ],
    ['nobody gets in', 'submission-reachable', 'not-met', { '/e/firewall.sh': '#!/bin/sh\niptables -P INPUT DROP\n' }],
    ['no filter at all', 'submission-reachable', 'met', { '/e/firewall.sh': '#!/bin/sh\niptables -P INPUT ACCEPT\n' }],
    [
      'a network that only the run tells',
      'submission-reachable',
      'unknown',
      {
        '/e/firewall.sh':
          '#!/bin/sh\niptables -P INPUT DROP\niptables -A INPUT -s "$(cat /etc/networks.mail)" -p tcp --dport 587 -j ACCEPT\n',
      },
    ],
  ];

describe('Port 25 report', () => {
  it('finds the ten demands met on a good site, each with its evidence but the first', () => {
    const demands = report(good);
    deepEqual(
      demands.map(d => [d.id, d.status]),
      [
        'submission-offered',
        'submission-login-required',
        'submission-closed-to-strangers',
        'submission-login-possible',
        'passwords-in-tls',
        'sender-bound-to-login',
        'no-open-relay',
        'own-delivery',
        'outbound-25-closed',
        'submission-reachable',
      ].map(id => [id, 'met']),
    );
    ok(demands.slice(1).every(d => d.evidence?.session ?? d.evidence?.packet));
    ok(demands.every(d => d.place));
  });

  for (const [name, id, status, files] of cases) {
    it(`${id} is ${status}: ${name}`, () => {
      const found = ask(id, files);
      equal(found.status, status, format(found.reason, 'en'));
    });
  }

  it('shows the session that gets through, and the line that lets it', () => {
    const open = ask('no-open-relay', {
      '/e/main.cf': main.replace(
        'permit_mynetworks, reject_unauth_destination',
        'check_sender_access static:ok, reject',
      ),
    });
    equal(open.evidence?.session?.['verdict'], 'accept');
    equal(open.evidence?.session?.['sasl_username'], null);
    equal(lineOf(open), '/e/main.cf:5');
    match(format(open.reason, 'pt-BR'), /^um estranho sem login tem mensagem para \S+ aceita em smtp$/);
  });

  it('shows the packet and the rule that decides it', () => {
    const closed = ask('outbound-25-closed', {});
    deepEqual([closed.evidence?.packet?.['user'], closed.evidence?.packet?.['verdict']], [null, 'REJECT']);
    equal(lineOf(closed), '/e/firewall.sh:5');
    match(format(ask('submission-reachable', {}).reason, 'pt-BR'), /aberta a < 0,01 % dos endereços/);
  });

  it('leaves open what no file decides, and says why', () => {
    const bare = report({ '/e/header_checks': '' });
    equal(bare.length, 10);
    ok(bare.every(d => d.status === 'unknown' && !d.evidence));
    match(format(bare[0]!.reason, 'en'), /no main\.cf/);
    match(format(bare[9]!.reason, 'en'), /no firewall/);
    const dead = report({ ...good, '/e/main.cf': `${main}inet_protocols = ipv5\n` });
    ok(dead.slice(0, 7).every(d => d.status === 'unknown'));
  });

  it('asks nothing of a submission service that is not there', () => {
    const demands = report({ ...good, '/e/master.cf': mx });
    deepEqual(
      demands.filter(d => d.status !== 'met').map(d => [d.id, d.status]),
      [
        ['submission-offered', 'not-met'],
        ['submission-login-required', 'unknown'],
        ['submission-closed-to-strangers', 'unknown'],
        ['submission-login-possible', 'unknown'],
        ['passwords-in-tls', 'unknown'],
        ['sender-bound-to-login', 'unknown'],
      ],
    );
  });

  it('takes a firewall alone', () => {
    const demands = report({ '/e/firewall.sh': firewall });
    deepEqual(
      demands.map(d => d.status),
      [...Array<string>(7).fill('unknown'), 'met', 'met', 'met'],
    );
  });

  it('says everything in both languages with the same placeholders', () => {
    const sites = [good, ...cases.map(([, , , files]) => ({ ...good, ...files }))];
    for (const { title, reason } of sites.flatMap(report)) {
      for (const { text } of [title, reason]) deepEqual(placeholders(text.en), placeholders(text['pt-BR']), text.en);
    }
  });
});
