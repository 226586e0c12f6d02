import { rule as portClosed } from '@postfix-tools/server/rules/iptables/ipt-port-closed';
import { checkFix } from '../../support/rules';

const script = (...lines: string[]) => ({ 'firewall.sh': `#!/bin/sh\n${lines.join('\n')}\n` });

describe('a rule put where it decides', () => {
  it('reads the script as its own shell does', () => {
    const site = { 'main.cf': 'myhostname = mx.example.com\n', 'master.cf': 'smtp inet n - y - - smtpd\n' };
    const quote = String.raw`X=$'\'`;
    const loop = 'for p in 25 80; do iptables -A INPUT -p tcp --dport $p -j DROP; done';
    const open = 'iptables -A INPUT -p tcp --dport 25 -j ACCEPT';
    checkFix(portClosed, { ...site, ...script(quote, loop, "# '") }, { ...site, ...script(quote, open, loop, "# '") });
  });
});
