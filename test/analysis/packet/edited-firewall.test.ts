/** What is known of a firewall is carried over an edit; it must be what a fresh look finds. */
import { deepEqual, equal } from 'node:assert/strict';
import fc from 'fast-check';
import type { Ruleset } from '@postfix-tools/server/analysis/packet/ruleset';
import { loadFirewall } from '@postfix-tools/server/analysis/packet/firewall';
import { printNetwork } from '@postfix-tools/server/analysis/packet/regions/address-set';
import { decided } from '@postfix-tools/server/analysis/packet/regions/decided';
import type { PortQuery } from '@postfix-tools/server/analysis/packet/regions/port-question';
import { reach } from '@postfix-tools/server/analysis/packet/regions/reach';
import { sharesAt } from '@postfix-tools/server/analysis/packet/regions/rule-share';
import { shadowOf } from '@postfix-tools/server/analysis/packet/regions/shadow';
import { SourceText } from '@postfix-tools/server/text/source-text';

const conditions = [
  '-p tcp',
  '-p tcp --dport 25',
  '-p udp --dport 53',
  '-p tcp -m multiport --dports 25,587',
  '-s 192.0.2.0/24',
  '-s 192.0.2.7 -p tcp --dport 25',
  '! -s 198.51.100.0/24',
  '-d 203.0.113.5',
  '-i eth0',
  '-i lo',
  '-m state --state ESTABLISHED',
  '-m limit --limit 1/s',
  '-p tcp --syn -s 198.51.100.0/25',
  '',
];
const filterRule = fc
  .tuple(
    fc.constantFrom('INPUT', 'A', 'B', 'OUTPUT', 'FORWARD'),
    fc.constantFrom(...conditions),
    fc.constantFrom('ACCEPT', 'DROP', 'REJECT', 'RETURN', 'A', 'B', 'LOG'),
  )
  .filter(([chain, , target]) => !(chain === 'B' && 'AB'.includes(target)) && chain !== target)
  .map(([chain, condition, target]) => `-A ${chain} ${condition} -j ${target}`);
const natRule = fc.constantFrom(
  '-A PREROUTING -p tcp --dport 2525 -j REDIRECT --to-ports 25',
  '-A PREROUTING -p tcp --dport 25 -s 192.0.2.0/25 -j DNAT --to-destination 10.0.0.5:587',
  '-A OUTPUT -p tcp --dport 25 -j DNAT --to-destination 10.0.0.6',
  '# nothing',
);
const mangleRule = fc.constantFrom('-A PREROUTING -s 192.0.2.128/25 -j DROP', '-A INPUT -p tcp -j ACCEPT', '# nothing');
const rawRule = fc.constantFrom(
  '-A PREROUTING -s 192.0.2.128/25 -m conntrack --ctstate INVALID -j DROP',
  '-A PREROUTING -p tcp -m conntrack --ctstate NEW -j DROP',
  '-A OUTPUT -p tcp --dport 25 -j DROP',
  '# nothing',
);

interface Rules {
  readonly filter: readonly string[];
  readonly nat: readonly string[];
  readonly mangle: readonly string[];
  readonly raw: readonly string[];
}

const rules: fc.Arbitrary<Rules> = fc.record({
  filter: fc.array(filterRule, { minLength: 1, maxLength: 14 }),
  nat: fc.array(natRule, { maxLength: 2 }),
  mangle: fc.array(mangleRule, { maxLength: 2 }),
  raw: fc.array(rawRule, { maxLength: 2 }),
});
const edit = fc.record({
  /** Several edits may be seen as one. */
  seen: fc.boolean(),
  table: fc.constantFrom(
    'filter' as const,
    'filter' as const,
    'filter' as const,
    'nat' as const,
    'mangle' as const,
    'raw' as const,
  ),
  at: fc.nat(13),
  kind: fc.constantFrom('replace', 'insert', 'remove'),
  filter: filterRule,
  nat: natRule,
  mangle: mangleRule,
  raw: rawRule,
});

const text = ({ filter, nat, mangle, raw }: Rules): string =>
  [
    ...['*raw', ...raw, 'COMMIT'],
    ...['*mangle', ...mangle, 'COMMIT', '*nat', ...nat, 'COMMIT'],
    ...['*filter', ':INPUT DROP [0:0]', ':OUTPUT ACCEPT [0:0]', ':A - [0:0]', ':B - [0:0]', ...filter, 'COMMIT', ''],
  ].join('\n');

const queries: readonly PortQuery[] = [
  { family: 4, way: 'in', port: 25 },
  { family: 4, way: 'in', port: 587 },
  { family: 4, way: 'in', port: 2525 },
  { family: 4, way: 'out', port: 25, user: 102 },
  { family: 4, way: 'forward', port: 25 },
];

/** All that is told of a ruleset, in a form that does not tell how it was found. */
function told(ruleset: Ruleset, source: SourceText): unknown {
  return {
    dead: decided(ruleset).dead.map(each => {
      const { takers, whole } = shadowOf(ruleset, each);
      return [each.table, each.chain, each.number, each.why, whole, ...takers.map(t => t.origin.span.start)];
    }),
    reach: queries.map(query => {
      const { open, closed, passing, stopped } = reach(ruleset, query);
      const sets = [open.surely, open.possibly, closed].map(set => set.networks.map(printNetwork).join(' '));
      return [...sets, open.surely.share, passing !== undefined, stopped !== undefined];
    }),
    shares: source.starts.flatMap(start =>
      sharesAt(ruleset, source, start).map(share => [
        share.chain,
        share.dead,
        share.open,
        ...share.ports,
        share.far.networks.map(printNetwork).join(' '),
      ]),
    ),
  };
}

function load(source: SourceText): Ruleset {
  return loadFirewall([{ kind: 'iptables-save', source }]).ruleset;
}

describe('a firewall after an edit', () => {
  it('is told as one that nobody saw before (law)', () => {
    fc.assert(
      fc.property(rules, fc.array(edit, { minLength: 1, maxLength: 6 }), (first, edits) => {
        let now = first;
        let source = new SourceText('rules.v4', text(now));
        told(load(source), source);
        for (const { table, at, kind, seen, ...lines } of edits) {
          const list = [...now[table]];
          const place = Math.min(at, list.length);
          list.splice(place, kind === 'insert' ? 0 : 1, ...(kind === 'remove' ? [] : [lines[table]]));
          now = { ...now, [table]: list };
          if (!seen) continue;
          source = source.edited(text(now));
          const fresh = new SourceText('rules.v4', text(now));
          deepEqual(told(load(source), source), told(load(fresh), fresh));
        }
      }),
      { numRuns: 150 },
    );
  });
  it('keeps nothing of an edit that was only tried', () => {
    const source = new SourceText('rules.v4', '*filter\n:INPUT DROP\n-A INPUT -s 192.0.2.0/24 -j ACCEPT\nCOMMIT\n');
    const query: PortQuery = { family: 4, way: 'in', port: 25 };
    const open = (of: SourceText) => reach(load(of), query).open.surely.networks.map(printNetwork).join(' ');
    equal(open(source), '192.0.2.0/24');
    equal(open(source.tried(source.text.replace('192.0.2.0', '203.0.113.0'))), '203.0.113.0/24');
    equal(open(source.edited(source.text.replace('-j ACCEPT', '-p tcp -j ACCEPT'))), '192.0.2.0/24');
  });
});
