import { deepEqual } from 'node:assert/strict';
import { rule } from '@postfix-tools/server/rules/iptables/ipt-no-ipv6-twin';
import { checkFix, findings } from '../../support/rules';

const script = (...lines: string[]) => `#!/bin/sh\n${lines.join('\n')}\n`;

describe('the fix of ipt-no-ipv6-twin', () => {
  it('says each rule again below it, with the program of the script', () =>
    checkFix(
      rule,
      script(
        'IPT="/sbin/iptables -w"',
        '$IPT -F INPUT 2>/dev/null',
        'for p in 25 587; do',
        '  $IPT -A INPUT -p tcp --dport $p -j REJECT --reject-with icmp-host-prohibited # mail',
        'done',
        '$IPT -t nat -A POSTROUTING -o eth0 -j MASQUERADE',
      ),
      script(
        'IPT="/sbin/iptables -w"',
        '$IPT -F INPUT 2>/dev/null',
        '/sbin/ip6tables -w -F INPUT 2>/dev/null',
        'for p in 25 587; do',
        '  $IPT -A INPUT -p tcp --dport $p -j REJECT --reject-with icmp-host-prohibited # mail',
        '  /sbin/ip6tables -w -A INPUT -p tcp --dport $p -j REJECT --reject-with icmp6-adm-prohibited',
        'done',
        '$IPT -t nat -A POSTROUTING -o eth0 -j MASQUERADE',
      ),
    ));

  it('lets neighbours be found where all the rest is dropped, and leaves IPv4 addresses out', () =>
    checkFix(
      rule,
      script(
        'iptables -P INPUT DROP; iptables -F',
        'iptables -A INPUT -s 192.168.0.0/16 -j ACCEPT',
        'iptables -A INPUT -p icmp -j ACCEPT',
        'iptables -A INPUT -p tcp --dport 25 -j ACCEPT',
      ).replace('DROP; iptables -F', 'DROP'),
      script(
        'iptables -P INPUT DROP',
        'ip6tables -P INPUT DROP',
        'iptables -A INPUT -s 192.168.0.0/16 -j ACCEPT',
        'iptables -A INPUT -p icmp -j ACCEPT',
        'iptables -A INPUT -p tcp --dport 25 -j ACCEPT',
        'ip6tables -A INPUT -p ipv6-icmp -j ACCEPT',
        'ip6tables -A INPUT -p tcp --dport 25 -j ACCEPT',
      ),
    ));

  it('stands beside commands within a line', () =>
    checkFix(
      rule,
      script('for p in 25 587; do iptables -A INPUT -p tcp --dport $p -j DROP; done'),
      script(
        'for p in 25 587; do iptables -A INPUT -p tcp --dport $p -j DROP; ip6tables -A INPUT -p tcp --dport $p -j DROP; done',
      ),
    ));

  it('closes or opens over IPv6 what is so over IPv4', () => {
    const closed = ['iptables -P INPUT DROP', 'ip6tables -P INPUT DROP', 'ip6tables -A INPUT -i eth0 -j ACCEPT'];
    checkFix(
      rule,
      script(...closed),
      script(
        ...closed.slice(0, 2),
        'ip6tables -A INPUT -p tcp -m multiport --dports 25,465,587 -j DROP',
        ...closed.slice(2),
      ),
    );
    const open = ['iptables -A INPUT -p tcp --dport 25 -j ACCEPT', 'ip6tables -A INPUT -p tcp --dport 25 -j DROP'];
    checkFix(
      rule,
      script(...open),
      script(...open.slice(0, 1), 'ip6tables -A INPUT -p tcp --dport 25 -j ACCEPT', ...open.slice(1)),
    );
  });

  it('is not offered where a rule cannot be said twice, or where both would differ', () => {
    for (const text of [
      script(
        '[ -n "$x" ] || iptables -A INPUT -p tcp --dport 25 -j DROP',
        'iptables -A INPUT -p tcp --dport 25 -j DROP',
      ),
      script('iptables -P INPUT DROP', 'iptables -A INPUT -p tcp -s 187.0.0.0/8 --dport 25 -j ACCEPT'),
      script('iptables -A INPUT ! -s 10.0.0.0/8 -p tcp --dport 25 -j DROP'),
    ])
      deepEqual(
        findings(rule, text).map(f => f.fixes),
        [[]],
        text,
      );
  });
});
