import { deepEqual } from 'node:assert/strict';
import { rule as egress } from '@postfix-tools/server/rules/iptables/ipt-egress-25-open';
import { rule as noEstablished } from '@postfix-tools/server/rules/iptables/ipt-no-established';
import { rule as portClosed } from '@postfix-tools/server/rules/iptables/ipt-port-closed';
import { checkFix, findings } from '../../support/rules';

const script = (...lines: string[]) => ({ 'firewall.sh': `#!/bin/sh\n${lines.join('\n')}\n` });

describe('the fix of ipt-egress-25-open', () => {
  const nat = 'iptables -t nat -A POSTROUTING -o eth0 -j MASQUERADE';
  const refusal = '-p tcp --dport 25 -j REJECT --reject-with tcp-reset';

  it('stands before the rule that lets the LAN through, not before what looks like one', () => {
    const old = '# iptables -A FORWARD -p tcp --dport 25 -j DROP';
    const six = 'ip6tables -A FORWARD -j DROP';
    const lan = '$IPT -A FORWARD -s 192.168.1.0/24 -j ACCEPT';
    const head = ['IPT=/sbin/iptables', nat, old, six];
    checkFix(egress, script(...head, lan), script(...head, `$IPT -A FORWARD ${refusal}`, lan));
  });

  it('stands below a rule that is inserted, and at the end where the policy decides', () => {
    const inserted = 'iptables -I FORWARD -i eth1 -j ACCEPT';
    const appended = 'iptables -A FORWARD -p tcp --dport 80 -j ACCEPT';
    checkFix(
      egress,
      script(nat, appended, inserted),
      script(nat, appended, inserted, `iptables -I FORWARD ${refusal}`),
    );
    const policy = 'iptables -P FORWARD ACCEPT';
    checkFix(egress, script(nat, appended), script(nat, appended, `iptables -A FORWARD ${refusal}`));
    checkFix(egress, script(policy, nat), script(policy, `iptables -A FORWARD ${refusal}`, nat));
  });

  it('is about the filter table, whatever other tables accept behind it', () => {
    const lan = 'iptables -A FORWARD -i eth1 -j ACCEPT';
    const own = 'iptables -t nat -A POSTROUTING -d 198.51.100.0/24 -j ACCEPT';
    const mangle = 'iptables -t mangle -A FORWARD -j ACCEPT';
    checkFix(egress, script(own, nat, mangle, lan), script(own, nat, mangle, `iptables -A FORWARD ${refusal}`, lan));
  });

  it('is not offered where no single line refuses the port', () => {
    const loop = script(nat, 'lan() { iptables "$@"; }', 'lan -A FORWARD -j ACCEPT');
    deepEqual(
      findings(egress, loop).map(f => f.fixes),
      [[]],
    );
  });
});

describe('the fix of ipt-no-established', () => {
  const established = '-m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT';
  const smtp = 'iptables -A INPUT -p tcp --dport 25 -j ACCEPT';
  const policy = 'iptables -P INPUT DROP';

  it('stands first in INPUT of the filter table', () => {
    const head = [policy, '# iptables -A INPUT -j LOG', 'iptables -t mangle -A INPUT -p tcp -j MARK --set-mark 1'];
    checkFix(noEstablished, script(...head, smtp), script(...head, `iptables -A INPUT ${established}`, smtp));
    checkFix(noEstablished, script(policy), script(policy, `iptables -A INPUT ${established}`));
  });

  it('is for both programs where a line of the script is', () => {
    const loop = (...body: string[]) => script('iptables -F', 'for i in iptables ip6tables; do', ...body, 'done');
    const body = ['  $i -P INPUT DROP', '  $i -A INPUT -p tcp --dport 25 -j ACCEPT'];
    checkFix(noEstablished, loop(...body), loop(body[0] ?? '', `  $i -A INPUT ${established}`, body[1] ?? ''));
  });

  it('keeps out of loops over ports', () => {
    const loop = ['for p in 25 587; do', '  iptables -A INPUT -p tcp --dport $p -j ACCEPT', 'done'];
    checkFix(noEstablished, script(policy, ...loop), script(policy, `iptables -A INPUT ${established}`, ...loop));
  });
});

describe('a rule put where it decides', () => {
  it('reads the script as its own shell does', () => {
    const site = { 'main.cf': 'myhostname = mx.example.com\n', 'master.cf': 'smtp inet n - y - - smtpd\n' };
    const quote = String.raw`X=$'\'`;
    const loop = 'for p in 25 80; do iptables -A INPUT -p tcp --dport $p -j DROP; done';
    const open = 'iptables -A INPUT -p tcp --dport 25 -j ACCEPT';
    checkFix(portClosed, { ...site, ...script(quote, loop, "# '") }, { ...site, ...script(quote, open, loop, "# '") });
  });
});
