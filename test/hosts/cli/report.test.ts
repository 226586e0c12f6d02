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
const bad = {
  ...good,
  'etc/master.cf': 'smtp inet n - n - - smtpd\nsubmission inet n - n - - smtpd\n',
  'firewall.sh': '#!/bin/sh\niptables -A OUTPUT -p tcp --dport 25 -j DROP\n',
};

interface Report {
  readonly version: number;
  readonly demands: readonly {
    readonly id: string;
    readonly title: string;
    readonly status: string;
    readonly reason: string;
    readonly evidence?: { readonly session?: object; readonly packet?: Readonly<Record<string, unknown>> };
    readonly file?: string;
    readonly range?: object;
  }[];
}

describe('postfix-lint report', () => {
  it('finds every demand met on a good site, each with its evidence', () => {
    const { status, json } = cli('report --format json', { files: good });
    const { version, demands } = json<Report>();
    equal(version, 1);
    deepEqual(
      demands.filter(d => d.status !== 'met').map(d => d.id),
      [],
    );
    equal(demands.length, 10);
    ok(demands.filter(d => d.id !== 'submission-offered').every(d => d.evidence));
    equal(status, 0);
  });

  it('gives programs the status, the packet, and the place as LSP counts it', () => {
    const { status, json } = cli('report --format json --lang pt-BR', { files: bad });
    equal(status, 1);
    const found = json<Report>().demands.find(d => d.id === 'own-delivery');
    equal(found?.status, 'not-met');
    match(found.reason, /está fechada também para postfix/);
    deepEqual([found.evidence?.packet?.['user'], found.evidence?.packet?.['verdict']], ['postfix', 'DROP']);
    equal(found.file, 'firewall.sh');
    deepEqual(found.range, { start: { line: 1, character: 0 }, end: { line: 1, character: 44 } });
  });

  it('shows people the session and the packet where a demand is not met, within 100 columns', () => {
    const { status, out } = cli('report', { files: bad });
    equal(status, 1);
    match(out, /^✗ not met +Strangers cannot hand in mail on the submission port at all\n.*postmaster@example\.com/m);
    match(out, /^ += session: service=submission /m);
    match(out, /^✗ not met +The mail server itself may deliver to the outside$/m);
    match(out, /^ += packet: path=out .*user=postfix → DROP$/m);
    match(out, /^ +firewall\.sh:2 {2}CGI\.br RES\/2009\/002\/P$/m);
    match(out, /\d met, \d not met, \d unknown\n$/);
    deepEqual(
      [...out.split('\n'), ...cli('report --lang pt-BR', { files: bad }).out.split('\n')].filter(l => l.length > 100),
      [],
    );
    equal(cli('report --fail-on error', { files: bad }).status, 0);
  });

  it('leaves open what no file decides; that is no failure', () => {
    const { 'firewall.sh': firewall, ...without } = good;
    const { status, json } = cli('report --format json', { files: without });
    equal(json<Report>().demands.find(d => d.id === 'own-delivery')?.status, 'unknown');
    equal(status, 0);
    const alone = cli('report --format json', { files: { 'firewall.sh': firewall } });
    equal(alone.json<Report>().demands.filter(d => d.status === 'met').length, 3);
    equal(alone.status, 0);
  });

  it('refuses a path that cannot be read, or holds no configuration', () => {
    equal(cli('report no/such/folder', { files: good }).status, 2);
    equal(cli('report').status, 2);
  });
});
