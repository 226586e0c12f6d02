import { deepEqual, equal, ok } from 'node:assert/strict';
import fc from 'fast-check';
import type { Packet } from '@postfix-tools/server/analysis/packet/packet';
import { decided } from '@postfix-tools/server/analysis/packet/regions/decided';
import { reach } from '@postfix-tools/server/analysis/packet/regions/reach';
import { tryPacket } from '@postfix-tools/server/analysis/packet/try-packet';
import { readDottedIPv4 } from '@postfix-tools/server/syntax/iptables/address';
import { scripted } from '../../support/firewall';

/** Few enough addresses and ports to try every packet. */
const addresses = ['10.0.0.1', '10.0.0.2', '10.0.0.6', '10.0.1.1', '192.0.2.9', '203.0.113.9'];
const ports = [25, 465, 587];
const packets: readonly Packet[] = addresses.flatMap(src =>
  ports.flatMap(dport =>
    (['tcp', 'udp'] as const).map((proto): Packet => ({
      path: 'in',
      proto,
      src,
      dport,
      sport: 40_000,
    })),
  ),
);

interface SmallRule {
  readonly source: string | undefined;
  readonly proto: 'tcp' | 'udp' | undefined;
  readonly port: number | undefined;
  readonly target: 'ACCEPT' | 'DROP' | 'RETURN' | 'A' | 'B' | undefined;
}

const networks: Readonly<Record<string, readonly string[]>> = {
  '10.0.0.0/30': ['10.0.0.1', '10.0.0.2'],
  '10.0.0.0/16': ['10.0.0.1', '10.0.0.2', '10.0.0.6', '10.0.1.1'],
  '203.0.113.9': ['203.0.113.9'],
};

const rule = (targets: readonly SmallRule['target'][]) =>
  fc
    .record({
      source: fc.constantFrom(undefined, ...Object.keys(networks)),
      proto: fc.constantFrom(undefined, 'tcp' as const, 'udp' as const),
      port: fc.constantFrom(undefined, ...ports),
      target: fc.constantFrom(...targets),
    })
    .map((r): SmallRule => ({ ...r, port: r.proto ? r.port : undefined }));
const chains = fc.record({
  INPUT: fc.array(rule(['ACCEPT', 'DROP', 'RETURN', 'A', 'B', undefined]), {
    maxLength: 8,
  }),
  A: fc.array(rule(['ACCEPT', 'DROP', 'RETURN', 'B', undefined]), {
    maxLength: 5,
  }),
  B: fc.array(rule(['ACCEPT', 'DROP', 'RETURN', undefined]), { maxLength: 5 }),
  policy: fc.constantFrom('ACCEPT' as const, 'DROP' as const),
});

function line(chain: string, { source, proto, port, target }: SmallRule): string {
  const words = ['iptables -A', chain];
  if (source !== undefined) words.push('-s', source);
  if (proto) words.push('-p', proto);
  if (port !== undefined) words.push('--dport', String(port));
  if (target) words.push('-j', target);
  return words.join(' ');
}

function script(world: { INPUT: SmallRule[]; A: SmallRule[]; B: SmallRule[]; policy: string }): string {
  const lines = (['INPUT', 'A', 'B'] as const).flatMap(name => world[name].map(r => line(name, r)));
  return ['iptables -N A', 'iptables -N B', `iptables -P INPUT ${world.policy}`, ...lines].join('\n');
}

/** A rule at a time, as the manual tells it: the simplest interpreter there can be. */
function brute(
  world: {
    INPUT: SmallRule[];
    A: SmallRule[];
    B: SmallRule[];
    policy: 'ACCEPT' | 'DROP';
  },
  packet: Packet,
): string {
  const walk = (rules: readonly SmallRule[]): string | undefined => {
    for (const r of rules) {
      if (r.source !== undefined && !networks[r.source]?.includes(packet.src ?? '')) continue;
      if (r.proto && r.proto !== packet.proto) continue;
      if (r.port !== undefined && r.port !== packet.dport) continue;
      if (r.target === 'ACCEPT' || r.target === 'DROP') return r.target;
      if (r.target === 'RETURN') return undefined;
      const inner = r.target ? walk(world[r.target]) : undefined;
      if (inner !== undefined) return inner;
    }
    return undefined;
  };
  return walk(world.INPUT) ?? world.policy;
}

describe('laws of the packet filter', () => {
  it('a brute-force interpreter agrees on small worlds', () => {
    fc.assert(
      fc.property(chains, world => {
        const { ruleset } = scripted(script(world));
        for (const packet of packets)
          equal(tryPacket(ruleset, packet).verdict, brute(world, packet), JSON.stringify(packet));
      }),
      { numRuns: 80 },
    );
  });

  it('regions tell of each address what its packets meet', () => {
    fc.assert(
      fc.property(chains, fc.constantFrom(...ports), (world, port) => {
        const { ruleset } = scripted(script(world));
        const { open } = reach(ruleset, { family: 4, way: 'in', port });
        for (const src of addresses) {
          const value = readDottedIPv4(src)?.[0] ?? 0;
          const inside = open.surely.networks.some(
            n => n.bits === 0 || (value ^ (n.address[0] ?? 0)) >>> (32 - n.bits) === 0,
          );
          equal(inside, brute(world, { path: 'in', proto: 'tcp', src, dport: port }) === 'ACCEPT', src);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('a dead rule changes nothing when it is taken out', () => {
    fc.assert(
      fc.property(chains, world => {
        const text = script(world);
        const lines = text.split('\n');
        const dead = new Set(
          decided(scripted(text).ruleset).dead.map(
            d => d.placed.origin.source.positionAt(d.placed.origin.span.start).line,
          ),
        );
        const kept = lines.filter((_, i) => !dead.has(i)).join('\n');
        const [all, less] = [scripted(text).ruleset, scripted(kept).ruleset];
        for (const packet of packets) equal(tryPacket(less, packet).verdict, tryPacket(all, packet).verdict);
      }),
      { numRuns: 60 },
    );
  });

  it('rules that share no packet may change places', () => {
    const distinct = fc.uniqueArray(
      fc.tuple(fc.constantFrom('10.0.0.1', '10.0.0.2', '10.0.1.0/24', '203.0.113.9'), fc.constantFrom(...ports)),
      {
        selector: pair => pair.join(),
        minLength: 2,
        maxLength: 9,
      },
    );
    const targeted = distinct.chain(pairs =>
      fc.tuple(
        fc.constant(pairs),
        fc.array(fc.constantFrom('ACCEPT', 'DROP'), {
          minLength: pairs.length,
          maxLength: pairs.length,
        }),
        fc.shuffledSubarray(
          pairs.map((_, i) => i),
          { minLength: pairs.length, maxLength: pairs.length },
        ),
      ),
    );
    fc.assert(
      fc.property(targeted, ([pairs, targets, order]) => {
        const rules = pairs.map(
          ([source, port], i) => `iptables -A INPUT -s ${source} -p tcp --dport ${port} -j ${targets[i] ?? 'DROP'}`,
        );
        const [one, other] = [rules, order.map(i => rules[i] ?? '')].map(list => scripted(list.join('\n')).ruleset);
        ok(one && other);
        deepEqual(
          packets.map(p => tryPacket(one, p).verdict),
          packets.map(p => tryPacket(other, p).verdict),
        );
        for (const port of ports) {
          const of = (ruleset: typeof one) => reach(ruleset, { family: 4, way: 'in', port }).open.surely.networks;
          deepEqual(of(one), of(other));
        }
      }),
      { numRuns: 60 },
    );
  });
});
