import { deepEqual } from 'node:assert/strict';
import { loadFirewall } from '@postfix-tools/server/analysis/packet/firewall';
import type { Packet } from '@postfix-tools/server/analysis/packet/packet';
import { rulesThat } from '@postfix-tools/server/analysis/packet/rules-that';
import { tryPacket } from '@postfix-tools/server/analysis/packet/try-packet';
import { anyHost } from '@postfix-tools/server/syntax/iptables/host-names';
import { dialectOf, parseShell } from '@postfix-tools/server/syntax/shell/parse-shell';
import { SourceText } from '@postfix-tools/server/text/source-text';
import { numbers } from '../../support/numbers';
import { dump, edited, script, told } from '../../support/random-firewall';

function load(kind: 'shell' | 'iptables-save', source: SourceText) {
  return loadFirewall([{ kind, source }]);
}

/** What is read of a script before anything is run. */
function parsed(source: SourceText) {
  const { units, comments, problems } = parseShell(source, dialectOf(source));
  return { units: units.map(({ list, problem, span }) => ({ list, problem, span })), comments, problems };
}

const [onMailPorts, accepted] = [
  rulesThat(rule => rule.saved.includes('25')),
  rulesThat(rule => rule.action.kind === 'accept'),
];

const rounds = { edits: 25, shell: 60, 'iptables-save': 60 };

describe('a firewall loaded again after edits', () => {
  for (const kind of ['shell', 'iptables-save'] as const) {
    it(`is the one that the text alone makes: ${kind}`, () => {
      for (let seed = 1; seed <= rounds[kind]; seed++) {
        const next = numbers(seed);
        const path = kind === 'shell' ? 'fw.sh' : 'rules.v4';
        let source = new SourceText(path, kind === 'shell' ? script(next, 12) : dump(next, 20));
        for (let edit = 0; edit < rounds.edits; edit++) {
          const text = edited(source.text, next, kind);
          // Now and then somebody only asks what an edit would do.
          const asked = next(4) === 0 ? source.tried(text) : (source = source.edited(text));
          const alone = new SourceText(path, text);
          const where = `seed ${seed}, edit ${edit}:\n${text}`;
          const firewall = load(kind, asked);
          deepEqual(told(firewall), told(load(kind, alone)), where);
          const of = (found: typeof accepted) =>
            found({ kind, source: asked, firewall }).map(placed => placed.rule.saved);
          deepEqual(
            of(onMailPorts),
            of(rulesThat(() => true)).filter(saved => saved.includes('25')),
            where,
          );
          if (next(2)) deepEqual(of(accepted), of(rulesThat(rule => rule.action.kind === 'accept')), where);
          if (kind === 'shell') deepEqual(parsed(asked), parsed(alone), where);
        }
      }
    });
  }

  it('leads packets through long chains as one does that nobody has seen', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const next = numbers(seed);
      const rule = () => {
        const from = ['', ` -s 10.${next(3)}.0.0/16`, ' ! -s 10.0.0.0/8', ` -d 10.0.0.${next(4)}`][next(4)] ?? '';
        const what =
          ['', ' -p tcp', ' -p udp', ` -p tcp --dport ${next(3)}`, ' -m mark --mark 1 -p tcp'][next(5)] ?? '';
        return `-A INPUT${from}${what} -j ${['ACCEPT', 'DROP', 'RETURN'][next(3)] ?? ''}`;
      };
      const lines = Array.from({ length: 50 }, () => `-A INPUT -s 10.9.${next(99)}.0/24 -j DROP`);
      let source = new SourceText('rules.v4', '');
      for (let edit = 0; edit < 30; edit++) {
        const at = next(lines.length);
        lines.splice(at, next(3), ...Array.from({ length: next(3) }, rule));
        source = source.edited(`*filter\n:INPUT DROP [0:0]\n${lines.join('\n')}\nCOMMIT\n`);
        const [again, unseen] = [anyHost, { ...anyHost }].map(
          names => loadFirewall([{ kind: 'iptables-save', source }], { names }).ruleset,
        );
        for (const src of ['10.0.1.2', '10.1.1.2', '10.9.7.7', '192.0.2.1'])
          for (const proto of ['tcp', 'udp'] as const) {
            const packet: Packet = { path: 'in', src, proto, dport: next(3) };
            deepEqual(again && tryPacket(again, packet), unseen && tryPacket(unseen, packet));
          }
      }
    }
  });

  it('is read anew from a command on that an edit far behind it closes', () => {
    const text = '((echo a # ((\n); echo b)\niptables -F\niptables -X\niptables -N MAIL\n';
    const source = new SourceText('fw.sh', text);
    deepEqual(parsed(source).problems, []);
    const [before, after] = [parsed(source), parsed(source.edited(`${text}))\n`))];
    deepEqual([before.units.length, after.units.length], [4, 1]);
    deepEqual(after, parsed(new SourceText('fw.sh', `${text}))\n`)));
  });

  it('keeps the rules of lines that nobody touched', () => {
    for (const [kind, program] of [
      ['shell', 'iptables '],
      ['iptables-save', ''],
    ] as const) {
      const line = (host: number, more = '') => `${program}-A INPUT -s 192.0.2.${host}${more} -j DROP\n`;
      const text = (more: string) => {
        const lines = line(1) + line(2, more) + line(3);
        return kind === 'shell' ? lines : `*filter\n${lines}COMMIT\n`;
      };
      const source = new SourceText('fw', text(''));
      const rules = [source, source.edited(text(' -p udp'))].map(
        one => load(kind, one).ruleset.tables[4].get('filter')?.chains.get('INPUT')?.rules ?? [],
      );
      deepEqual(
        rules[0]?.map(({ rule }, i) => rule === rules[1]?.[i]?.rule),
        [true, false, true],
      );
    }
  });

  it('carries out anew what an edited line may have refused', () => {
    const dump = (line: string) =>
      `*filter\n:INPUT DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n:A - [0:0]\n:B - [0:0]\n-A INPUT -j A\n${line}\n-A B -p tcp -j DROP\nCOMMIT\n`;
    const lines = [
      ...['-A A -p tcp -j B', '-A A -p udp -j B', '-A A -j A', '-A A -j NOWHERE', '-A B -j A', '-A A -p tcp -g B'],
      ...[
        '-A A -m owner --uid-owner 0 -j DROP',
        '-A B -m owner --uid-owner 0 -j DROP',
        '-A OUTPUT -j B',
        '-P INPUT ACCEPT',
      ],
      ...[':C - [0:0]', '-I A -j B', '-D INPUT -j A', '-A A -s 192.0.2.1,192.0.2.2 -j ACCEPT'],
    ];
    const behind = new SourceText('fw.sh', 'iptables -A B -j A\niptables -X A\niptables -E B E\niptables -A E -j A\n');
    let source = new SourceText('rules.v4', dump(''));
    for (const first of lines) {
      for (const second of lines) {
        for (const line of [first, second]) {
          source = source.edited(dump(line));
          const alone = () => new SourceText('rules.v4', source.text);
          deepEqual(
            told(load('iptables-save', source)),
            told(load('iptables-save', alone())),
            `${first}, then ${line}`,
          );
          const both = (dumped: SourceText) =>
            told(
              loadFirewall([
                { kind: 'iptables-save', source: dumped },
                { kind: 'shell', source: behind },
              ]),
            );
          deepEqual(both(source), both(alone()), `${line}, and a script behind it`);
        }
      }
    }
  });

  it('empties a chain that is opened twice, and leaves one alone whose policy is -', () => {
    const twice = (source: string) =>
      `*filter\n:INPUT - [0:0]\n:OWN - [0:0]\n-A OWN -s ${source} -j ACCEPT\n:OWN - [0:0]\n-A OWN -j DROP\nCOMMIT\n`;
    const once = (source: string) => `*filter\n:INPUT - [0:0]\n:OWN - [0:0]\n-A OWN -s ${source} -j ACCEPT\nCOMMIT\n`;
    for (const text of [twice, once]) {
      let source = new SourceText('rules.v4', text('192.0.2.1'));
      for (const address of ['192.0.2.1', '192.0.2.2', '192.0.2.3']) {
        source = source.edited(text(address));
        const alone = new SourceText('rules.v4', text(address));
        deepEqual(told(load('iptables-save', source)), told(load('iptables-save', alone)));
      }
    }
  });
});
