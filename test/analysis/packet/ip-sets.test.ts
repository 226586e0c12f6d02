import { deepEqual, equal } from 'node:assert/strict';
import type { Packet } from '@postfix-tools/server/analysis/packet/packet';
import { decided } from '@postfix-tools/server/analysis/packet/regions/decided';
import { tryPacket } from '@postfix-tools/server/analysis/packet/try-packet';
import { mailHost } from '@postfix-tools/server/analysis/packet/world';
import { MemoryFiles } from '@postfix-tools/server/text/files';
import { SourceText } from '@postfix-tools/server/text/source-text';
import { refusals, scripted } from '../../support/firewall';

const block = 'iptables -A INPUT -p tcp -m set --match-set bl src -j DROP\n';

function verdict(script: string, packet: Partial<Packet> = {}): string {
  const given: Packet = { path: 'in', proto: 'tcp', src: '203.0.113.9', dport: 25, ...packet };
  return tryPacket(scripted(script).ruleset, given).verdict;
}

/** The verdicts of several senders. */
function verdicts(script: string, ...senders: readonly string[]): string[] {
  return senders.map(src => verdict(script, { src }));
}

describe('sets of addresses', () => {
  it('match what the script has put in, also behind the rule', () => {
    const script = `ipset create bl hash:ip\nipset add bl 203.0.113.9\n${block}ipset -A bl 198.51.100.4/30\n`;
    deepEqual(verdicts(script, '203.0.113.9', '203.0.113.10', '198.51.100.6', '198.51.100.8'), [
      'DROP',
      'ACCEPT',
      'DROP',
      'ACCEPT',
    ]);
    equal(verdict(script.replace('--match-set', '! --match-set')), 'ACCEPT');
    equal(verdict(script.replace('--match-set', '! --match-set'), { src: '203.0.113.10' }), 'DROP');
    equal(verdict(script.replace('bl src', 'bl dst')), 'ACCEPT');
  });
  it('of networks take the most specific one, which may stand for what is left out', () => {
    const script = `ipset -N bl nethash
ipset add bl 203.0.0.0/16
ipset add bl 203.0.113.0/24 nomatch
ipset add bl 203.0.113.9
${block}`;
    deepEqual(verdicts(script, '203.0.1.1', '203.0.113.8', '203.0.113.9'), ['DROP', 'ACCEPT', 'DROP']);
  });
  it('lose what is deleted, flushed or swapped away', () => {
    const made = 'ipset create bl hash:net timeout 3600\nipset add bl 203.0.113.0/24 timeout 60\n';
    equal(verdict(made + block), 'DROP');
    equal(verdict(`${made}${block}ipset -D bl 203.0.113.77/24\n`), 'ACCEPT');
    equal(verdict(`${made}${block}ipset flush bl\n`), 'ACCEPT');
    equal(verdict(`${made}${block}ipset create new hash:net\nipset swap new bl\n`), 'ACCEPT');
    const swapped = `ipset create bl hash:ip\nipset create new bitmap:ip range 203.0.113.0/24\nipset add new 203.0.113.9\n`;
    equal(verdict(`${swapped}${block}ipset swap new bl\n`), 'DROP');
    equal(verdict(`${made}ipset rename bl other\nipset create bl hash:net\n${block}`), 'ACCEPT');
  });
  it('with ports look at the protocol and at as many fields as they have', () => {
    const script = `ipset create bl hash:ip,port
ipset add bl 203.0.113.9,25
ipset add bl 203.0.113.9,udp:53-54
ipset add bl 203.0.113.9,icmp:echo-request
iptables -A INPUT -m set --match-set bl src,dst -j DROP
`;
    equal(verdict(script), 'DROP');
    equal(verdict(script, { dport: 26 }), 'ACCEPT');
    equal(verdict(script, { proto: 'udp', dport: 54 }), 'DROP');
    equal(verdict(script, { proto: 'udp' }), 'ACCEPT');
    equal(verdict(script, { proto: 'icmp' }), 'DROP');
    equal(verdict(script.replace('src,dst', 'src')), 'ACCEPT');
    const bitmap = 'ipset create bl bitmap:port range 0-1024\nipset add bl 25-26\n' + block.replace(' src', ' dst');
    equal(verdict(bitmap), 'DROP');
    equal(verdict(bitmap, { dport: 27 }), 'ACCEPT');
  });
  it('match one family only, and lists what any of theirs does', () => {
    const script = `ipset create four hash:ip
ipset create six hash:net family inet6
ipset add four 203.0.113.9
ipset add six 2001:db8:ff::/48
ipset create bl list:set
ipset add bl four
ipset add bl six
${block}${block.replace('iptables', 'ip6tables')}`;
    equal(verdict(script), 'DROP');
    equal(verdict(script, { src: '203.0.113.8' }), 'ACCEPT');
    equal(verdict(script, { src: '2001:db8:ff::1', dst: '2001:db8::10' }), 'DROP');
    equal(verdict(script, { src: '2001:db8:fe::1', dst: '2001:db8::10' }), 'ACCEPT');
  });
  it('are read from what ipset restore gets', () => {
    const lines = 'create bl hash:ip\nadd bl 203.0.113.9\n# more\nadd bl 198.51.100.4\n';
    const script = `ipset restore <<EOF\n${lines}EOF\n${block}`;
    deepEqual(verdicts(script, '203.0.113.9', '203.0.113.10'), ['DROP', 'ACCEPT']);
    const twice = `ipset -R <<EOF\ncreate bl hash:ip\nadd bl 192.0.2.1\nadd bl 192.0.2.1\nadd bl 203.0.113.9\nEOF\n`;
    equal(verdict(twice + block), 'ACCEPT');
    equal(verdict(twice.replace('-R', '-! -R') + block), 'DROP');
    const file = new SourceText('sets.conf', lines);
    const source = `ipset restore < sets.conf\n${block}`;
    const files = new MemoryFiles([file, new SourceText('firewall.sh', source)]);
    const { ruleset } = scripted(source, { files, names: mailHost(true) });
    equal(tryPacket(ruleset, { path: 'in', src: '203.0.113.9', dport: 25 }).verdict, 'DROP');
  });
  it('are filled by loops', () => {
    const script = `ipset create bl hash:ip\nfor ip in 192.0.2.1 203.0.113.9; do ipset add bl $ip; done\n${block}`;
    deepEqual(verdicts(script, '203.0.113.9', '203.0.113.10'), ['DROP', 'ACCEPT']);
  });
});

describe('a set that is not known to the last element', () => {
  it('is one of ranges that are too many to compare each with all others', () => {
    const ranges = (count: number) =>
      Array.from({ length: count }, (_, i) => `add bl 203.${i >> 7}.${i & 127}.4-203.${i >> 7}.${i & 127}.6\n`);
    const made = (count: number) => `ipset restore <<EOF\ncreate bl hash:ip\n${ranges(count).join('')}EOF\n${block}`;
    const far = { src: '198.51.100.1' };
    equal(verdict(made(500), far), 'ACCEPT');
    equal(verdict(made(3000), far), 'unknown');
  });
  it('leaves open what its rules do', () => {
    const made = 'ipset create bl hash:ip\n';
    equal(verdict(`${made}while read ip; do ipset add bl $ip; done < /etc/bad\n${block}`), 'unknown');
    equal(verdict(`${made}[ -f /etc/x ] && ipset add bl 203.0.113.9\n${block}`), 'unknown');
    equal(verdict(`${made}ipset add bl bad.example.com\n${block}`), 'unknown');
    equal(verdict(`${made}ipset add "$(hostname)" 203.0.113.9\n${block}`, {}), 'unknown');
    equal(verdict(`${made}${block}iptables -A INPUT -j SET --add-set bl src\n`), 'unknown');
    equal(verdict(`ipset restore < /etc/ipset.conf\n${block}`), 'unknown');
    equal(verdict(`ipset create bl hash:mac\n${block}`), 'unknown');
    equal(verdict(`ipset add bl 203.0.113.9\n${block}`), 'unknown');
    equal(verdict(`${block}ipset create bl hash:ip\nipset add bl 203.0.113.9\n`), 'unknown');
  });
  it('is known again once it is emptied', () => {
    const script = `ipset create bl hash:ip\nipset add bl bad.example.com\nipset flush bl\n${block}`;
    equal(verdict(script), 'ACCEPT');
  });
});

describe('what ipset refuses', () => {
  it('is an entry that is there already, however it is written', () => {
    const told = (add: string, ...lines: readonly string[]) =>
      verdict(`${lines.join('\n')}\nipset add bl ${add} && iptables -A INPUT -j ACCEPT\niptables -A INPUT -j DROP\n`);
    const ips = 'ipset create bl hash:ip';
    equal(told('203.0.113.9', ips, 'ipset add bl 203.0.113.8'), 'ACCEPT');
    equal(told('203.0.113.9/32', ips, 'ipset add bl 203.0.113.9'), 'DROP');
    equal(told('203.0.113.9', ips, 'ipset add bl 203.0.113.9-203.0.113.9'), 'DROP');
    equal(told('203.0.113.9', ips, 'ipset add bl 203.0.113.8/30'), 'DROP');
    equal(told('203.0.113.9', ips, 'ipset add bl 203.0.113.8/30', 'ipset flush bl'), 'ACCEPT');
    equal(told('203.0.113.9', ips, 'ipset add bl 203.0.113.9', 'ipset del bl 203.0.113.9'), 'ACCEPT');
    equal(told('203.0.113.0/25', 'ipset create bl hash:net', 'ipset add bl 203.0.113.0/24'), 'ACCEPT');
  });
  it('is more than the set has room for, as far as it is known to be', () => {
    const made = 'ipset create bl hash:ip maxelem 2\n';
    equal(verdict(`${made}ipset add bl 203.0.113.8/31\n${block}`, { src: '192.0.2.1' }), 'ACCEPT');
    const turned = `${made}ipset add bl 203.0.113.8/31\nipset del bl 203.0.113.8/31\nipset add bl 203.0.113.9\n`;
    equal(verdict(turned + block), 'DROP');
    equal(verdict(`${made}ipset add bl 203.0.113.8/30\n${block}`, { src: '192.0.2.1' }), 'unknown');
  });
  it('changes nothing and has a status of its own', () => {
    const accept = 'iptables -I INPUT -j ACCEPT\n';
    const made = 'ipset create bl hash:ip\nipset add bl 203.0.113.9\n';
    equal(verdict(`${made}${block}ipset add bl 203.0.113.9 || ${accept}`), 'ACCEPT');
    equal(verdict(`${made}${block}ipset add bl 203.0.113.9 -exist || ${accept}`), 'DROP');
    equal(verdict(`${made}${block}ipset create bl hash:ip || ${accept}`), 'ACCEPT');
    equal(verdict(`${made}${block}ipset destroy bl || ${accept}`), 'ACCEPT');
    equal(verdict(`${made}${block}ipset add bl 0.0.0.0/0 || ${accept}`), 'ACCEPT');
    const bitmap = 'ipset create bl bitmap:ip range 203.0.113.0/24\n';
    equal(verdict(`${bitmap}ipset -exist del bl 192.0.2.1 || ${accept}${block}`), 'ACCEPT');
    equal(verdict(`${bitmap}ipset add bl 203.0.113.9\n${block}ipset add bl 203.0.113.9 -exist || ${accept}`), 'DROP');
    equal(verdict(`set -e\n${made}${block}ipset del bl 192.0.2.1\n${accept}`), 'DROP');
  });
  it('keeps a rule out whose set holds addresses of the other family', () => {
    deepEqual(refusals(scripted(`ipset create bl hash:ip family inet6\n${block}`)), [
      '2 2 iptables v1.8.9 (nf_tables): The protocol family of set bl is IPv6, which is not applicable.',
    ]);
  });
  it('keeps a rule out whose set was destroyed', () => {
    deepEqual(refusals(scripted(`ipset create bl hash:ip\nipset destroy bl\n${block}`)), [
      "3 2 iptables v1.8.9 (nf_tables): Set bl doesn't exist.",
    ]);
  });
});

describe('rules behind one that asks a set', () => {
  const dead = (script: string) => decided(scripted(script).ruleset).dead.map(rule => `${rule.number} ${rule.why}`);
  it('are dead where the set takes all that they would', () => {
    const made = 'ipset create bl hash:net\nipset add bl 203.0.113.0/24\n';
    const behind = 'iptables -A INPUT -p tcp -s 203.0.113.9 -j ACCEPT\n';
    deepEqual(dead(made + block + behind), ['2 shadowed']);
    deepEqual(dead(made + block + behind.replace('203.0.113.9', '203.0.112.9')), []);
    deepEqual(dead(`${made}ipset add bl 203.0.113.9 nomatch\n${block}${behind}`), []);
    deepEqual(dead(`${block}${behind}`), []);
  });
});
