import assert from 'node:assert/strict';
import { pastedLines } from '@postfix-tools/server/analysis/firewall/prompts';
import { chainsOf, symbolAt, symbolsOf } from '@postfix-tools/server/analysis/firewall/symbols';
import { parseShell } from '@postfix-tools/server/syntax/shell/parse-shell';
import { SourceText } from '@postfix-tools/server/text/source-text';
import { reading } from './reading';

const text = `PORTS="25 587"
for p in $PORTS; do allow "\${p}" ; done
allow() { local n=$1; iptables -A INPUT --dport $n; }
i=$((i + 1)); ((i++)); read -r a b < f
cat <<EOF
$PORTS \`echo $a\`
EOF
trap "echo $i" EXIT; unset PORTS; allow 25
`;

describe('analysis/firewall: names', () => {
  const source = new SourceText('fw.sh', text);
  const script = parseShell(source);
  const symbols = symbolsOf(script);
  const places = (name: string) => {
    const symbol = symbols.find(s => s.name === name);
    const shown = (spans: readonly { start: number; end: number }[]) =>
      spans.map(s => `${source.positionAt(s.start).line}:${source.positionAt(s.start).character} ${source.slice(s)}`);
    return [shown(symbol?.definitions ?? []), shown(symbol?.references ?? [])];
  };

  it('finds where variables are set and where they are used', () => {
    assert.deepEqual(places('PORTS'), [['0:0 PORTS'], ['1:10 PORTS', '5:1 PORTS', '7:27 PORTS']]);
    assert.deepEqual(places('p'), [['1:4 p'], ['1:29 p']]);
    assert.deepEqual(places('n'), [['2:16 n'], ['2:49 n']]);
    assert.deepEqual(places('i'), [
      ['3:0 i', '3:16 i'],
      ['3:5 i', '7:12 i'],
    ]);
    assert.deepEqual(places('a'), [['3:31 a'], ['5:14 a']]);
    assert.deepEqual(places('b'), [['3:33 b'], []]);
  });

  it('finds functions, defined after their first use too', () => {
    assert.deepEqual(places('allow'), [['2:0 allow'], ['1:20 allow', '7:34 allow']]);
    assert.equal(symbolAt(script, text.indexOf('allow') + 2)?.symbol.kind, 'function');
    assert.equal(symbolAt(script, text.indexOf('EOF')), undefined);
  });

  it('finds chains by family and table', () => {
    const { calls } = reading(
      'iptables -N MAIL\niptables -A MAIL -j DROP\nip6tables -A MAIL -j "LOGGED"\niptables -t nat -A OUTPUT -g MAIL\nC=MAIL; iptables -A INPUT -j $C\n',
    );
    assert.deepEqual(
      chainsOf(calls).map(c => [
        c.family,
        c.table,
        c.name,
        c.definitions.length,
        c.references.map(p => p.source.slice(p.span)),
      ]),
      [
        [4, 'filter', 'MAIL', 1, ['MAIL']],
        [6, 'filter', 'MAIL', 0, ['MAIL']],
        [6, 'filter', 'LOGGED', 0, ['LOGGED']],
        [4, 'nat', 'OUTPUT', 0, ['OUTPUT']],
        [4, 'nat', 'MAIL', 0, ['MAIL']],
        [4, 'filter', 'INPUT', 0, ['INPUT']],
      ],
    );
  });

  it('finds lines pasted with their prompt, in runs', () => {
    const pasted = new SourceText(
      'fw.sh',
      '# iptables -F\n#  sudo /sbin/iptables -A INPUT -j DROP\n#iptables -X\n\n$ sudo iptables -F\nroot@mail:~# iptables -X\n# iptables are useful\n',
    );
    assert.deepEqual(
      pastedLines(parseShell(pasted)).map(run => run.map(l => [l.kind, pasted.slice(l.prompt)])),
      [
        [
          ['comment', '# '],
          ['comment', '#  '],
        ],
        [
          ['command', '$ '],
          ['command', 'root@mail:~# '],
        ],
      ],
    );
  });
});
