import { deepEqual, equal } from 'node:assert/strict';
import { rule } from '@postfix-tools/server/rules/iptables/ipt-port-closed';
import { checkFix, findings } from '../../support/rules';

const site = { 'main.cf': 'myhostname = mx.example.com\n', 'master.cf': 'smtp inet n - y - - smtpd\n' };
const script = (...lines: string[]) => ({ ...site, 'firewall.sh': `#!/bin/sh\n${lines.join('\n')}\n` });
const dump = (...lines: string[]) => ({ ...site, 'rules.v4': `*filter\n${lines.join('\n')}\nCOMMIT\n` });

describe('the fix of ipt-port-closed', () => {
  it('stands above the rule that drops, in its words', () => {
    const open = '$IPT -w -A INPUT -p tcp --dport 25 -j ACCEPT';
    const lines = ['IPT="sudo /sbin/iptables"', '$IPT -w -A INPUT -i lo -j ACCEPT', '$IPT -w -A INPUT -j DROP'];
    checkFix(rule, script(...lines), script(...lines.slice(0, 2), open, ...lines.slice(2)));
  });

  it('stands behind the last rule where the policy decides, else behind the policy', () => {
    const policy = 'iptables -P INPUT DROP';
    const ssh = 'iptables -A INPUT -p tcp --dport 22 -j ACCEPT # ssh';
    const smtp = 'iptables -A INPUT -p tcp --dport 25 -j ACCEPT';
    checkFix(rule, script(ssh, policy), script(ssh, smtp, policy));
    checkFix(rule, script(policy), script(policy, smtp));
    const [loop, done] = ['for p in 22 80; do', 'done'];
    const many = '  iptables -A INPUT -p tcp --dport $p -j ACCEPT';
    checkFix(rule, script(policy, loop, many, done), script(policy, loop, many, done, smtp));
    const drops = '  iptables -A INPUT -p tcp --dport $p -j DROP';
    const closing = 'for p in 25 587; do';
    checkFix(rule, script(closing, drops, done), script(smtp, closing, drops, done));
  });

  it('stands above the whole of a line', () => {
    const line = 'true && iptables -A INPUT -p tcp -j DROP';
    checkFix(rule, script(line), script('iptables -A INPUT -p tcp --dport 25 -j ACCEPT', line));
  });

  it('stands below a rule that is inserted, and within a function', () => {
    const drop = 'iptables -I INPUT 1 -p tcp -j DROP';
    checkFix(rule, script(drop), script(drop, 'iptables -I INPUT 1 -p tcp --dport 25 -j ACCEPT'));
    const body = ['start() {', '  iptables -F', '  iptables -A IN -j DROP', '}'];
    const head = ['iptables -N IN', 'iptables -A INPUT -j IN'];
    checkFix(
      rule,
      script(...head, ...body, 'start', ...head.slice(1)),
      script(
        ...head,
        ...body.slice(0, 2),
        '  iptables -A IN -p tcp --dport 25 -j ACCEPT',
        ...body.slice(2),
        'start',
        ...head.slice(1),
      ),
    );
  });

  it('is written into dumps and here-documents as they are', () => {
    const smtp = '-A INPUT -p tcp --dport 25 -j ACCEPT';
    const counted = [':INPUT ACCEPT [0:0]', '[3:180] -A INPUT -p tcp -j REJECT'];
    checkFix(rule, dump(...counted), dump(counted[0] ?? '', smtp, counted[1] ?? ''));
    checkFix(rule, dump(':INPUT DROP [0:0]', ':own - [0:0]'), dump(':INPUT DROP [0:0]', ':own - [0:0]', smtp));
    const here = (...lines: string[]) =>
      script('iptables -F', "iptables-restore <<'E'", '*filter', ':INPUT DROP [0:0]', ...lines, 'COMMIT', 'E');
    checkFix(rule, here('-A INPUT -i lo -j ACCEPT'), here('-A INPUT -i lo -j ACCEPT', smtp));
  });

  it('is not offered where no single rule opens the port', () => {
    const twice = script('iptables -A INPUT -p tcp -j DROP', 'iptables -t mangle -A INPUT -p tcp -j DROP');
    const worded = script('iptables -F', 'ipt() { iptables "$@"; }', 'ipt -A INPUT -p tcp -j DROP');
    for (const files of [twice, worded])
      deepEqual(
        findings(rule, files).map(f => f.fixes),
        [[]],
      );
    equal(findings(rule, script('. /nowhere', 'iptables -A INPUT -j DROP', '$X -A INPUT -j ACCEPT')).length, 0);
  });
});
