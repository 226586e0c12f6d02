import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { cli } from '../../support/cli';

const good = {
  'etc/main.cf': `compatibility_level = 3.6
myhostname = mx.example.com
mydestination = example.com
smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
smtpd_sender_login_maps = inline:{ana@example.com=ana}
smtpd_sasl_type = dovecot
smtpd_sasl_path = private/auth
smtpd_tls_security_level = may
smtpd_tls_chain_files = /etc/ssl/mx.pem
`,
  'etc/master.cf': `smtp inet n - n - - smtpd
submission inet n - n - - smtpd
  -o smtpd_tls_security_level=encrypt
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_sender_restrictions=reject_sender_login_mismatch,permit_sasl_authenticated,reject
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
`,
  'firewall.sh': `#!/bin/sh
iptables -P INPUT DROP
iptables -A INPUT -s 192.0.2.0/24 -p tcp --dport 587 -j ACCEPT
iptables -A OUTPUT -p tcp --dport 25 -m owner --uid-owner postfix -j ACCEPT
iptables -A OUTPUT -p tcp --dport 25 -j REJECT
iptables -A FORWARD -p tcp --dport 25 -j REJECT
`,
};
interface Report {
  readonly demands: readonly { readonly id: string; readonly status: string; readonly evidence: readonly object[] }[];
}
const statuses = (files: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    cli('report --format json', { files })
      .json<Report>()
      .demands.map(d => [d.id, d.status]),
  );

describe('postfix-lint report', () => {
  it('finds every demand met on a good site, each with its evidence', () => {
    const { status, json } = cli('report --format json', { files: good });
    const { demands } = json<Report>();
    deepEqual(
      demands.filter(d => d.status !== 'met').map(d => d.id),
      [],
    );
    ok(demands.filter(d => d.id !== 'submission-offered').every(d => d.evidence.length > 0));
    equal(status, 0);
  });

  it('shows the session and the packet where a demand is not met', () => {
    const files = {
      ...good,
      'etc/master.cf': 'smtp inet n - n - - smtpd\nsubmission inet n - n - - smtpd\n',
      'firewall.sh': '#!/bin/sh\niptables -A OUTPUT -p tcp --dport 25 -j DROP\n',
    };
    const { status, out } = cli('report', { files });
    equal(status, 1);
    match(out, /✗ Nobody submits without logging in .*\n {4}session: service=submission [^→]*→ accept 250/);
    match(out, /✗ The mail server can deliver to port 25 outside .*\n {4}packet: path=out .* → DROP/);
    equal(cli('report --fail-on error', { files }).status, 0);
  });

  it('leaves open what no file decides', () => {
    const { 'firewall.sh': _, ...without } = good;
    equal(statuses(without)['own-delivery'], 'unknown');
    equal(
      statuses({ 'main.cf': good['etc/main.cf'], 'master.cf': 'smtp inet n - n - - smtpd\n' })['submission-offered'],
      'not met',
    );
    equal(cli('report').status, 2);
  });
});
