import { deepEqual, equal } from 'node:assert/strict';
import { decided } from '@postfix-tools/server/analysis/packet/regions/decided';
import { reach } from '@postfix-tools/server/analysis/packet/regions/reach';
import type { Packet, World } from '@postfix-tools/server/analysis/packet/packet';
import { Traffic } from '@postfix-tools/server/analysis/packet/traffic';
import { tryPacket } from '@postfix-tools/server/analysis/packet/try-packet';
import { dumped, scripted } from '../../support/firewall';

const smtp: Packet = { path: 'in', proto: 'tcp', src: '203.0.113.9', dport: 25 };
const world: World = {};

function verdict(script: string, packet: Packet): string {
  return tryPacket(scripted(script).ruleset, packet, world).verdict;
}

describe('a packet', () => {
  it('meets the tables in the order of the kernel', () => {
    equal(verdict('iptables -t raw -A PREROUTING -j DROP\niptables -A INPUT -j ACCEPT', smtp), 'DROP');
    equal(verdict('iptables -t mangle -A FORWARD -j DROP', smtp), 'ACCEPT');
    equal(verdict('iptables -t mangle -A FORWARD -j DROP', { ...smtp, path: 'forward-in' }), 'DROP');
  });
  it('comes back from chains, and by goto to the caller of the caller', () => {
    const call = (jump: string) => `iptables -N A
iptables -A A -j RETURN
iptables -A INPUT ${jump} A
iptables -A INPUT -j DROP`;
    equal(verdict(call('-j'), smtp), 'DROP');
    equal(verdict(call('-g'), smtp), 'ACCEPT');
  });
  it('is seen by the filter as nat has left it', () => {
    const script = `iptables -t nat -A PREROUTING -p tcp --dport 2525 -j REDIRECT --to-ports 25
iptables -A INPUT -p tcp --dport 2525 -j DROP`;
    const answer = tryPacket(scripted(script).ruleset, { ...smtp, dport: 2525 }, world);
    deepEqual([answer.verdict, answer.seen_dport, answer.works], ['ACCEPT', 25, true]);
  });
  it('works only if the answer gets back', () => {
    const script = 'iptables -P OUTPUT DROP\niptables -A OUTPUT -p udp -j ACCEPT';
    equal(tryPacket(scripted(script).ruleset, smtp, world).works, false);
    const answers = `${script}\niptables -A OUTPUT -m state --state ESTABLISHED -j ACCEPT`;
    equal(tryPacket(scripted(answers).ruleset, smtp, world).works, true);
  });
  it('to an own address crosses OUTPUT and INPUT', () => {
    const local: Packet = { path: 'out', dst: '127.0.0.1', dport: 25, user: 'postfix' };
    equal(verdict('iptables -A INPUT -i lo -j DROP', local), 'DROP');
    equal(verdict('iptables -A OUTPUT -o lo -j DROP', local), 'DROP');
    equal(verdict('iptables -A INPUT -i eth0 -j DROP', local), 'ACCEPT');
  });
  it('belongs to a user on its way out, by number or by name', () => {
    const script = 'iptables -A OUTPUT -p tcp --dport 25 -m owner ! --uid-owner 100-102 -j REJECT';
    equal(verdict(script, { path: 'out', dport: 25, user: 'postfix' }), 'ACCEPT');
    equal(verdict(script, { path: 'out', dport: 25, user: 'alice' }), 'REJECT');
  });
  it('has the state that connection tracking gives it', () => {
    const script = 'iptables -A INPUT -m conntrack --ctstate INVALID -j DROP';
    equal(verdict(script, { ...smtp, flags: 'FIN,PSH,URG' }), 'DROP');
    equal(verdict(script, { ...smtp, flags: 'ACK' }), 'ACCEPT');
    equal(verdict('iptables -A INPUT -m state --state NEW -j DROP', { ...smtp, state: 'established' }), 'ACCEPT');
  });
  it('says which answer a REJECT gives, and whether that is lost', () => {
    const script = 'iptables -A INPUT -p tcp -j REJECT --reject-with tcp-reset';
    equal(tryPacket(scripted(script).ruleset, smtp, world).answer, 'tcp-reset');
    equal(tryPacket(scripted(`${script}\niptables -P OUTPUT DROP`).ruleset, smtp, world).answer, 'lost');
    // An ICMP error belongs to the connection it is about, and is translated as that is.
    const moved = `iptables -t nat -A OUTPUT -p udp -j DNAT --to 192.0.2.10
iptables -A OUTPUT -m conntrack --ctstate DNAT -j REJECT`;
    equal(tryPacket(scripted(moved).ruleset, { path: 'out', proto: 'udp', dport: 53 }, world).answer, 'lost');
  });
  it('is judged three-valued where the script leaves it open', () => {
    const answer = tryPacket(
      scripted('iptables -A INPUT -s $(curl http://example.net/ip) -j DROP').ruleset,
      smtp,
      world,
    );
    equal(answer.verdict, 'unknown');
    equal(answer.unknown.length, 1);
    // Both ways lead to the same end.
    equal(verdict('iptables -A INPUT -s $(curl http://example.net/ip) -j DROP\niptables -P INPUT DROP', smtp), 'DROP');
  });
  it('counts rates where it is told what went before', () => {
    const script =
      'iptables -A INPUT -p tcp --syn -m limit --limit 1/hour --limit-burst 2 -j ACCEPT\niptables -A INPUT -p tcp --syn -j DROP';
    const { ruleset } = scripted(script);
    equal(tryPacket(ruleset, smtp, world).verdict, 'unknown');
    equal(tryPacket(ruleset, { ...smtp, burst: 2 }, world).verdict, 'ACCEPT');
    equal(tryPacket(ruleset, { ...smtp, burst: 3 }, world).verdict, 'DROP');
    const traffic = new Traffic();
    const verdicts = [1, 2, 3].map(() => tryPacket(ruleset, smtp, world, { traffic }).verdict);
    deepEqual(verdicts, ['ACCEPT', 'ACCEPT', 'DROP']);
  });
  it('over IPv6 meets the rules of ip6tables', () => {
    const six = dumped('*filter\n-A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 128 -j DROP\nCOMMIT\n', { family: 6 });
    equal(tryPacket(six.ruleset, { path: 'in', proto: 'icmp', src: '2001:db8:5::1' }, world).verdict, 'DROP');
    equal(tryPacket(six.ruleset, { path: 'in', proto: 'icmp' }, world).verdict, 'ACCEPT');
  });

  it('gives its connection a part of its mark, and takes a part back', () => {
    const mangle = (...rules: string[]) => rules.map(rule => `iptables -t mangle -A PREROUTING ${rule}\n`).join('');
    const marked = (rules: string, mark: string, what = 'mark') =>
      verdict(`${rules}iptables -A INPUT -m ${what} --mark ${mark} -j DROP`, smtp) === 'DROP';
    const set = '-j MARK --set-mark 0xabcd';
    const saving = mangle('-j CONNMARK --set-mark 0x1111', set, '-j CONNMARK --save-mark --nfmask 0xff --ctmask 0xf0f');
    equal(marked(saving, '0x10dd', 'connmark'), true);
    equal(marked(saving, '0xabcd'), true);
    const back = mangle(
      '-j CONNMARK --set-mark 0x1234',
      set,
      '-j CONNMARK --restore-mark --nfmask 0xff --ctmask 0xf0f',
    );
    equal(marked(back, '0xa904'), true);
    const both = mangle(
      set,
      '-j CONNMARK --save-mark --mask 0xff00',
      '-j MARK --set-mark 1',
      '-j CONNMARK --restore-mark',
    );
    equal(marked(both, '0xab00'), true);
    equal(marked(mangle('-j CONNMARK --set-mark 7', '-j CONNMARK --set-mark 8 --ctmask 1'), '0xe', 'connmark'), true);
    equal(marked(mangle('-j CONNMARK --set-mark 7', '-j CONNMARK --ctmask 1 --set-mark 8'), '8', 'connmark'), true);
    const shifted = mangle(set, '-j CONNMARK --save-mark --left-shift-mark 4');
    equal(verdict(`${shifted}iptables -A INPUT -m connmark --mark 0xabcd0 -j DROP`, smtp), 'unknown');
  });
  it('is ordinary: it came over no bridge, and nothing of IPsec or between its headers is there', () => {
    const met = (match: string) => verdict(`iptables -A INPUT ${match} -j DROP`, smtp) === 'DROP';
    equal(met('-m physdev --physdev-is-bridged'), false);
    equal(met('-m physdev ! --physdev-is-bridged'), true);
    equal(met('-m physdev --physdev-in eth0'), false);
    equal(met('-m physdev ! --physdev-in eth9 --physdev-is-in'), false);
    equal(met('-m physdev ! --physdev-in eth9'), true);
    equal(met('-m policy --dir in --pol none'), true);
    equal(met('-m policy --dir in --pol ipsec'), false);
    equal(met('-m policy --dir in'), false);
    equal(met('-m length --length 20:10'), false);
    equal(met('-m length --length 0:65535'), true);
    equal(met('-m ttl --ttl-lt 0'), false);
    equal(met('-m statistic --mode random --probability 1'), true);
    equal(met('-m statistic --mode random ! --probability 0'), true);
    equal(met('-m statistic --mode random ! --probability 1'), false);
    equal(met('-m realm --realm 0'), true);
    equal(met('-m realm ! --realm 1/3'), true);
    equal(met('-m realm --realm 1'), false);
    equal(met('-m statistic --mode nth --every 1 --packet 0'), true);
    equal(verdict('iptables -A INPUT -m length --length 0:100 -j DROP', smtp), 'unknown');
  });
  it('over IPv6 has no extension headers, and what asks for them hides nothing', () => {
    const six: Packet = { path: 'in', src: '2001:db8:5::1', dst: '2001:db8::10', dport: 25 };
    for (const match of ['rt --rt-type 0', 'rt ! --rt-type 0', 'frag', 'hbh', 'dst ! --dst-len 8']) {
      const { ruleset } = dumped(`*filter\n-A INPUT -m ${match} -j DROP\n-A INPUT -j REJECT\nCOMMIT\n`, { family: 6 });
      equal(tryPacket(ruleset, six, world).verdict, 'REJECT', match);
    }
    const { ruleset } = dumped('*filter\n-A INPUT -m rt --rt-type 0 -j DROP\n-A INPUT -j ACCEPT\nCOMMIT\n', {
      family: 6,
    });
    equal(reach(ruleset, { family: 6, way: 'in', port: 25 }).open.surely.share, 1);
    deepEqual(decided(ruleset).dead, []);
  });
  it('has a connection that keeps the first addresses, whatever nat makes of them', () => {
    const met = (match: string, more: Partial<Packet> = {}) => {
      const script = `iptables -t nat -A PREROUTING -p tcp --dport 2525 -j REDIRECT --to-ports 25
iptables -A INPUT -m conntrack ${match} -j DROP`;
      return verdict(script, { path: 'in', src: '198.51.100.25', dport: 2525, ...more }) === 'DROP';
    };
    equal(met('--ctorigdstport 2525'), true);
    equal(met('--ctorigdstport 25'), false);
    equal(met('! --ctorigdstport 20:30'), true);
    equal(met('--ctorigdstport 3000:2000'), false);
    equal(met('--ctorigdst 192.0.2.10'), true);
    equal(met('--ctorigdst 198.51.100.0/24'), false);
    equal(met('--ctorigsrc 198.51.100.0/24 --ctproto tcp'), true);
    equal(met('! --ctproto tcp'), false);
    equal(met('--ctdir ORIGINAL'), true);
    equal(met('--ctdir REPLY'), false);
    const later = { state: 'established', dport: 25 } as const;
    equal(met('--ctdir ORIGINAL', later), true);
    const answer = { ...later, reply: true, dport: 40000, sport: 25 } as const;
    equal(met('--ctdir REPLY', answer), true);
    equal(met('--ctorigdst 198.51.100.25 --ctorigdstport 25', answer), true);
    const invalid = { flags: 'FIN,PSH,URG', dport: 25 };
    equal(met('--ctdir ORIGINAL', invalid), false);
    equal(met('! --ctproto udp', invalid), false);
    equal(met('--ctstate INVALID --ctdir REPLY', invalid), true);
    equal(met('--ctstate NEW --ctdir ORIGINAL', invalid), false);
  });

  describe('in front of connection tracking, and without a connection', () => {
    const met = (script: string, packet: Partial<Packet> = {}) =>
      verdict(script, { path: 'in', src: '198.51.100.25', dport: 465, ...packet });
    const raw = (what: string) => `iptables -t raw -A PREROUTING ${what} -j DROP`;
    it('no packet is NEW yet', () => {
      equal(met(raw('-m conntrack --ctstate NEW')), 'ACCEPT');
      equal(met(raw('-m conntrack --ctstate INVALID')), 'DROP');
      equal(met(raw('-m connmark ! --mark 1')), 'ACCEPT');
      equal(
        met('iptables -t raw -A PREROUTING -j CONNMARK --set-mark 1\niptables -A INPUT -m connmark --mark 1 -j DROP'),
        'ACCEPT',
      );
    });
    it('but for those that come back by the loopback', () => {
      const own = { path: 'out', dst: '192.0.2.10' } as const;
      equal(met(raw('-i lo -m conntrack --ctstate NEW'), own), 'DROP');
      equal(
        met('iptables -t raw -A PREROUTING -j NOTRACK\niptables -A INPUT -m connmark --mark 0 -j DROP', own),
        'DROP',
      );
    });
    it('and for the answers that rules give', () => {
      const script = 'iptables -A INPUT -j REJECT\niptables -t raw -A OUTPUT -m conntrack --ctstate RELATED -j DROP';
      equal(tryPacket(scripted(script).ruleset, smtp).answer, 'lost');
    });
    it('there is no mark of one, whatever is asked of it', () => {
      const invalid = { flags: 'FIN,PSH,URG' };
      equal(met('iptables -A INPUT -m connmark ! --mark 1 -j DROP', invalid), 'ACCEPT');
      equal(met('iptables -A INPUT -m connmark --mark 0 -j DROP', invalid), 'ACCEPT');
      const kept =
        'iptables -t mangle -A PREROUTING -j MARK --set-mark 1\niptables -t mangle -A PREROUTING -j CONNMARK --restore-mark\n';
      equal(met(`${kept}iptables -A INPUT -m mark --mark 1 -j DROP`, invalid), 'DROP');
      equal(met(`${kept}iptables -A INPUT -m mark --mark 1 -j DROP`), 'ACCEPT');
    });
    it('and the regions say so too', () => {
      const open = (script: string) =>
        reach(scripted(script).ruleset, { family: 4, way: 'in', port: 465 }).open.surely.share;
      equal(open(raw('-m conntrack --ctstate NEW')), 1);
      equal(open(raw('-m conntrack --ctstate INVALID')), 0);
      deepEqual(
        decided(scripted(raw('-i eth0 -m conntrack --ctstate NEW')).ruleset).dead.map(dead => dead.why),
        ['shadowed'],
      );
    });
  });

  describe('that may have gone on already', () => {
    const half = '-m statistic --mode random --probability 0.5';
    const marked = (...rules: string[]) =>
      verdict([...rules, 'iptables -A INPUT -m mark --mark 0 -p tcp --dport 25 -j DROP'].join('\n'), smtp);
    const set = 'iptables -t mangle -A PREROUTING -j MARK --set-mark 1';
    it('is not surely marked by what follows', () => {
      equal(marked(set), 'ACCEPT');
      for (const leaves of ['RETURN', 'ACCEPT'])
        equal(marked(`iptables -t mangle -A PREROUTING ${half} -j ${leaves}`, set), 'unknown');
      equal(marked(`iptables -t mangle -A PREROUTING ${half} -j DROP`, `${set}`), 'unknown');
    });
    it('is marked again where the ways meet', () => {
      const chain = [
        'iptables -t mangle -N U',
        'iptables -t mangle -A PREROUTING -j U',
        `iptables -t mangle -A U ${half} -j RETURN`,
      ];
      equal(marked(...chain, 'iptables -t mangle -A U -j MARK --set-mark 1'), 'unknown');
      equal(marked(...chain, set), 'ACCEPT');
    });
    it('is tracked or not', () => {
      const raw = [
        'iptables -t raw -N R',
        'iptables -t raw -A PREROUTING -j R',
        `iptables -t raw -A R ${half} -j RETURN`,
      ];
      const script = [
        ...raw,
        'iptables -t raw -A R -j NOTRACK',
        'iptables -A INPUT -m state --state UNTRACKED -j DROP',
      ];
      equal(verdict(script.join('\n'), smtp), 'unknown');
    });
  });

  it('goes to one of several addresses and ports, and is told where all end alike', () => {
    const redirect = 'iptables -t nat -A PREROUTING -p tcp --dport 25 -j REDIRECT --to-ports 587-590\n';
    equal(verdict(`${redirect}iptables -A INPUT -p tcp --dport 580:600 -j DROP`, smtp), 'DROP');
    equal(verdict(`${redirect}iptables -A INPUT -p tcp --dport 588 -j DROP`, smtp), 'unknown');
    const out: Packet = { path: 'out', dst: '8.8.8.8', dport: 25 };
    equal(verdict('iptables -t nat -A POSTROUTING -j SNAT --to-source 192.0.2.40-192.0.2.42', out), 'ACCEPT');
    const many = tryPacket(
      scripted('iptables -t nat -A POSTROUTING -j SNAT --to-source 10.0.0.1-10.0.9.9').ruleset,
      out,
    );
    deepEqual([many.verdict, many.unknown.length], ['unknown', 1]);
  });

  it('does not come from an address that the kernel refuses', () => {
    const open = 'iptables -A INPUT -p tcp --dport 25 -j ACCEPT';
    const from = (src: string) => verdict(open, { ...smtp, src });
    deepEqual(['192.0.2.10', '0.0.0.0', '224.0.0.1', '255.255.255.255', '0.1.2.3'].map(from), [
      'DROP',
      'DROP',
      'DROP',
      'DROP',
      'ACCEPT',
    ]);
  });
});
