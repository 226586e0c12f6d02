import { deepEqual, equal, ok } from 'node:assert/strict';
import fc from 'fast-check';
import { printNetwork, printShare } from '@postfix-tools/server/analysis/packet/regions/address-set';
import { ChainRegions } from '@postfix-tools/server/analysis/packet/regions/chain-regions';
import { decided } from '@postfix-tools/server/analysis/packet/regions/decided';
import { Diagrams, everything, nothing } from '@postfix-tools/server/analysis/packet/regions/diagram';
import { liveRules } from '@postfix-tools/server/analysis/packet/regions/live-rules';
import type { PortQuery } from '@postfix-tools/server/analysis/packet/regions/port-question';
import { reach } from '@postfix-tools/server/analysis/packet/regions/reach';
import { shadowOf } from '@postfix-tools/server/analysis/packet/regions/shadow';
import { Space, vocabulary } from '@postfix-tools/server/analysis/packet/regions/space';
import { rulesOf } from '@postfix-tools/server/analysis/packet/regions/table-regions';
import { tryPacket } from '@postfix-tools/server/analysis/packet/try-packet';
import { dumped, scripted } from '../../support/firewall';

const submission: PortQuery = { family: 4, way: 'in', port: 587 };

function open(script: string, query: PortQuery = submission): string {
  return reach(scripted(script).ruleset, query).open.surely.networks.map(printNetwork).join(' ');
}

describe('who reaches a port', () => {
  it('answers a question once for a ruleset', () => {
    const { ruleset } = scripted('iptables -A INPUT -p tcp --dport 587 -j DROP');
    equal(reach(ruleset, submission), reach(ruleset, { ...submission }));
    equal(reach(ruleset, submission).stopped?.dport, 587);
    equal(reach(ruleset, { ...submission, port: 25 }).stopped, undefined);
  });
  it('is told as networks, exactly', () => {
    const list = `iptables -A INPUT -p tcp --dport 587 -s 130/8 -j ACCEPT
iptables -A INPUT -p tcp --dport 587 -s 200/7 -j ACCEPT
iptables -A INPUT -p tcp --dport 587 -j DROP`;
    equal(open(list), '130.0.0.0/8 200.0.0.0/7');
    equal(printShare(reach(scripted(list).ruleset, submission).open.surely.share), '1.17 %');
    equal(open(list.replaceAll('-A', '-I')), '');
    equal(
      open('iptables -P INPUT DROP\niptables -A INPUT -m iprange --src-range 192.0.2.3-192.0.2.8 -j ACCEPT'),
      '192.0.2.3 192.0.2.4/30 192.0.2.8',
    );
  });
  it('goes by the port that the packet had before nat', () => {
    const script = `iptables -t nat -A PREROUTING -p tcp --dport 2587 -j REDIRECT --to-ports 587
iptables -A INPUT -p tcp --dport 587 -s 192.0.2.0/24 -j ACCEPT
iptables -A INPUT -p tcp --dport 587 -j DROP`;
    equal(open(script, { ...submission, port: 2587 }), '192.0.2.0/24');
  });
  it('keeps what may be apart from what is sure', () => {
    const answer = reach(
      scripted('iptables -P INPUT DROP\niptables -A INPUT -s 192.0.2.0/24 -m limit -j ACCEPT').ruleset,
      submission,
    );
    equal(answer.open.surely.share, 0);
    deepEqual(answer.open.possibly.networks.map(printNetwork), ['192.0.2.0/24']);
    ok(answer.stopped);
  });
  it('knows what kind of address the host and a stranger have', () => {
    const drop = 'iptables -P INPUT DROP\niptables -N LOCAL_ONLY\niptables -A INPUT -j LOCAL_ONLY\n';
    const rest = 'iptables -A LOCAL_ONLY -j DROP\niptables -A INPUT -s 192.0.2.0/24 -j ACCEPT';
    const only = (types: string) => `${drop}iptables -A LOCAL_ONLY -m addrtype --dst-type ${types} -j RETURN\n${rest}`;
    equal(open(only('LOCAL')), '192.0.2.0/24');
    equal(open(only('MULTICAST,BROADCAST')), '');
    const smurfs = (type: string) => `iptables -A INPUT -m addrtype --src-type ${type} -j DROP`;
    equal(open(smurfs('BROADCAST')), '0.0.0.0/0');
    equal(open(smurfs('LOCAL')), '0.0.0.0/0');
    equal(open(smurfs('MULTICAST')).split(' ')[0], '0.0.0.0/1');
    const { ruleset } = scripted('iptables -A INPUT -p tcp --dport 587 -j DROP');
    equal(reach(ruleset, submission).stopped?.src, '203.0.113.1');
  });
  it('asks for the owner on the way out', () => {
    const { ruleset } = scripted('iptables -A OUTPUT -p tcp --dport 25 -m owner ! --uid-owner postfix -j DROP');
    const out = (user: number): PortQuery => ({ family: 4, way: 'out', port: 25, user });
    equal(reach(ruleset, out(102)).open.surely.share, 1);
    equal(reach(ruleset, out(1000)).open.possibly.share, 0);
  });
  it('shows packets that the packet question confirms', () => {
    const { ruleset } = scripted('iptables -A INPUT -p tcp --dport 587 ! -s 198.51.100.0/24 -j DROP');
    const { passing, stopped } = reach(ruleset, submission);
    equal(passing && tryPacket(ruleset, passing).verdict, 'ACCEPT');
    equal(stopped && tryPacket(ruleset, stopped).verdict, 'DROP');
  });
  it('over IPv6 is a set of its own', () => {
    const { ruleset } = dumped(
      '*filter\n:INPUT DROP\n-A INPUT -s 2001:db8::/32 -p tcp --dport 587 -j ACCEPT\nCOMMIT\n',
      { family: 6 },
    );
    deepEqual(reach(ruleset, { ...submission, family: 6 }).open.surely.networks.map(printNetwork), ['2001:db8::/32']);
    equal(reach(ruleset, submission).open.surely.share, 1);
  });
});

describe('rules that decide nothing', () => {
  it('are shadowed, contradict themselves or are not reached', () => {
    const { ruleset } = scripted(`iptables -N LOST
iptables -A LOST -j DROP
iptables -A INPUT -s 0.0.0.0/1 -j ACCEPT
iptables -A INPUT -s 128.0.0.0/1 -p tcp -j ACCEPT
iptables -A INPUT -p tcp --dport 25 -j DROP
iptables -A INPUT -s 192.0.2.0/24 -m iprange --src-range 198.51.100.1-198.51.100.9 -j DROP
iptables -A INPUT -m limit -j ACCEPT
iptables -A INPUT -j LOG`);
    const { dead } = decided(ruleset);
    deepEqual(
      dead.map(d => `${d.chain} ${d.number} ${d.why}`),
      ['INPUT 3 shadowed', 'INPUT 4 contradiction', 'LOST 1 unreached'],
    );
    deepEqual(
      dead.slice(0, 1).map(d => shadowOf(ruleset, d).takers.map(placed => placed.rule.saved)),
      [['-s 0.0.0.0/1 -j ACCEPT', '-s 128.0.0.0/1 -p tcp -j ACCEPT']],
    );
  });
});

describe('sets as decision diagrams', () => {
  const set = fc.array(fc.tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 0, max: 255 })), { maxLength: 5 });
  const make = (d: Diagrams, ranges: readonly (readonly [number, number])[]) =>
    ranges.reduce((all, [a, b]) => d.or(all, d.between(0, 8, Math.min(a, b), Math.max(a, b))), nothing);
  it('combine as sets do (law)', () => {
    fc.assert(
      fc.property(set, set, (a, b) => {
        const d = new Diagrams();
        const [x, y] = [make(d, a), make(d, b)];
        equal(d.or(d.and(x, y), d.minus(x, y)), x);
        equal(d.not(d.or(x, y)), d.and(d.not(x), d.not(y)));
        equal(d.or(x, d.not(x)), everything);
        equal(Math.round(d.share(x) * 256), new Set(a.flatMap(([p, q]) => range(Math.min(p, q), Math.max(p, q)))).size);
      }),
    );
  });
});

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

describe('the regions of a chain', () => {
  const conditions = [
    '-p tcp',
    '-p udp --dport 53',
    '-p tcp --dport 25',
    '-s 192.0.2.0/24',
    '! -s 198.51.100.0/24',
    '-i eth0',
    '-m state --state ESTABLISHED',
    '-p tcp --syn',
    '-p tcp -m multiport ! --dports 25,587',
  ];
  const rule = fc.record({
    chain: fc.constantFrom('INPUT', 'A'),
    condition: fc.constantFrom(...conditions),
    target: fc.constantFrom('ACCEPT', 'DROP', 'RETURN', 'A', 'LOG'),
  });
  it('are there for just the rules that have a witness (law)', () => {
    const line = fc.tuple(
      fc.constantFrom('INPUT', 'A', 'B'),
      fc.constantFrom(...conditions, '', '-m limit', '-s 192.0.2.0/25 -p tcp', '-p tcp -m multiport --dports 25,80'),
      fc.constantFrom('-j ACCEPT', '-j DROP', '-j RETURN', '-j A', '-g A', '-j B', '-g B', '-j LOG'),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 16 }), lines => {
        const made = lines.filter(
          ([chain, , to]) => chain === 'INPUT' || (chain === 'A' ? !to.endsWith('A') : !/[AB]$/.test(to)),
        );
        const { ruleset } = scripted(
          [
            'iptables -N A',
            'iptables -N B',
            ...made.map(([chain, what, to]) => `iptables -A ${chain} ${what} ${to}`),
          ].join('\n'),
        );
        const table = ruleset.tables[4].get('filter');
        ok(table);
        const space = new Space(new Diagrams(), 4, vocabulary(rulesOf(ruleset.tables[4])));
        const entering = new Map(['INPUT', 'FORWARD', 'OUTPUT'].map(hook => [hook, space.hook(hook)]));
        const walk = new ChainRegions(space, table);
        for (const [hook, all] of entering) walk.partition(hook, { must: all, may: all });
        const witnesses = liveRules(space, table, entering);
        for (const chain of table.chains.values()) {
          for (const [i, placed] of chain.rules.entries()) {
            const witness = witnesses.get(chain.name)?.[i];
            const may = walk.rules.get(placed)?.may ?? nothing;
            equal(witness !== undefined, may !== nothing, `${chain.name} ${i + 1}`);
            ok(!witness || space.diagrams.has(may, witness));
          }
        }
      }),
      { numRuns: 200 },
    );
  });
  it('partition all packets (law)', () => {
    fc.assert(
      fc.property(fc.array(rule, { maxLength: 12 }), rules => {
        const script = [
          'iptables -N A',
          ...rules
            .filter(r => r.chain === 'INPUT' || r.target !== 'A')
            .map(r => `iptables -A ${r.chain} ${r.condition} -j ${r.target}`),
        ];
        const { ruleset } = scripted(script.join('\n'));
        const table = ruleset.tables[4].get('filter');
        ok(table);
        const space = new Space(new Diagrams(), 4, vocabulary(rulesOf(ruleset.tables[4])));
        const d = space.diagrams;
        const all = space.hook('INPUT');
        const { accepted, dropped, rejected } = new ChainRegions(space, table).partition('INPUT', {
          must: all,
          may: all,
        });
        equal(d.or(accepted.must, d.or(dropped.must, rejected.must)), all);
        equal(d.and(accepted.may, dropped.may), nothing);
      }),
      { numRuns: 60 },
    );
  });
});
