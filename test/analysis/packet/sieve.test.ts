import { equal, ok } from 'node:assert/strict';
import fc from 'fast-check';
import { meetsAll, type Probe } from '@postfix-tools/server/analysis/packet/match-packet';
import { sieveOf } from '@postfix-tools/server/analysis/packet/sieve';
import { settingOf } from '@postfix-tools/server/analysis/packet/world';
import { scripted } from '../../support/firewall';

const part = fc.constantFrom(
  ...[
    '',
    '-p tcp',
    '! -p tcp',
    '-p udp',
    '-s 192.0.2.0/24',
    '! -s 192.0.2.7',
    '-s 192.0.2.7',
    '-d 203.0.113.5',
    '-i eth0',
  ],
  ...['-d 203.0.113.0/255.255.255.1', '-p tcp --dport 25', '-m limit', '-m state --state NEW'],
);
const rule = fc.uniqueArray(part, {
  maxLength: 3,
  selector: text => text.split(' ').find(word => word.startsWith('-')),
});
const word = fc.constantFrom(0xc0000207, 0xc0000208, 0xcb007105, 0xcb007106, 0x01020304);
const probe = fc
  .record({ src: word, dst: word, protocol: fc.constantFrom(6, 17, 1) })
  .map(({ src, dst, protocol }): Probe => ({
    ...{ family: 4, src: [src], dst: [dst], protocol, sport: 1024, dport: 25, flags: 2, icmp: undefined },
    ...{
      inFace: 'eth0',
      outFace: undefined,
      states: 2,
      connection: undefined,
      owner: undefined,
      mac: undefined,
      mark: 0,
      connectionMark: 0,
    },
  }));

describe('the sieve of a long chain', () => {
  it('passes over no rule that a packet may meet (law)', () => {
    let passed = 0;
    fc.assert(
      fc.property(
        fc.array(rule, { minLength: 32, maxLength: 60 }),
        fc.array(probe, { minLength: 4 }),
        (list, probes) => {
          const { ruleset } = scripted(list.map(parts => `iptables -A INPUT ${parts.join(' ')} -j LOG`).join('\n'));
          const rules = ruleset.tables[4].get('filter')?.chains.get('INPUT')?.rules ?? [];
          const sieve = sieveOf(rules);
          equal(sieve !== undefined, rules.length >= 32);
          for (const packet of probes) {
            for (const [
              i,
              {
                rule: { conditions },
              },
            ] of rules.entries()) {
              if (!sieve || sieve.next(i, packet) === i) continue;
              passed++;
              equal(meetsAll(conditions, packet, settingOf({}), undefined, []), false);
            }
          }
        },
      ),
      { numRuns: 60 },
    );
    ok(passed > 0);
  });
});
