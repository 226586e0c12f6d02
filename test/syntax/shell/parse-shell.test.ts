import assert from 'node:assert/strict';
import { parseShell } from '@postfix-tools/server/syntax/shell/parse-shell';
import type { Dialect, SimpleCommand, Word } from '@postfix-tools/server/syntax/shell/nodes';
import { literal } from '@postfix-tools/server/syntax/shell/words';
import { SourceText } from '@postfix-tools/server/text/source-text';
import { assertTiles } from './tiles';

function parse(text: string, dialect: Dialect = 'bash') {
  const source = new SourceText('fw.sh', text);
  const script = parseShell(source, dialect);
  const commands = script.units.flatMap(u => u.list?.items.map(i => i.command) ?? []);
  return { source, script, commands };
}

/** The words of all simple commands, outermost ones only, each as its source. */
function simple(text: string, dialect: Dialect = 'bash'): string[][] {
  const { source, commands } = parse(text, dialect);
  return commands
    .filter((c): c is SimpleCommand => c.kind === 'simple')
    .map(c => c.words.map(w => source.slice(w.span)));
}

describe('syntax/shell', () => {
  it('keeps a carriage return in the word it sticks to', () => {
    assert.deepEqual(simple('iptables -P INPUT DROP\r\niptables -F\r\n'), [
      ['iptables', '-P', 'INPUT', 'DROP\r'],
      ['iptables', '-F\r'],
    ]);
  });

  it('keeps a blank after a backslash as a word of its own', () => {
    const { commands } = parse('iptables -A INPUT -p tcp \\ \n  --dport 587\n');
    const words = (commands[0] as SimpleCommand).words.map((w: Word) => literal(w));
    assert.deepEqual(words, ['iptables', '-A', 'INPUT', '-p', 'tcp', ' ']);
    assert.equal((commands[1] as SimpleCommand).words.length, 2);
  });

  it('counts offsets in UTF-16 units', () => {
    const text = 'echo ção 😀 –dport $x\n';
    const { source, commands } = parse(text);
    const words = (commands[0] as SimpleCommand).words;
    assert.deepEqual(
      words.map(w => source.slice(w.span)),
      ['echo', 'ção', '😀', '–dport', '$x'],
    );
  });

  it('reads a prompt as the command it is, and one in a comment as a comment', () => {
    assert.deepEqual(simple('$ sudo iptables -F\nroot@mail:~# iptables -F\n'), [
      ['$', 'sudo', 'iptables', '-F'],
      ['root@mail:~#', 'iptables', '-F'],
    ]);
    assert.equal(parse('# iptables -F\n').script.comments.length, 1);
  });

  it('reads two here-documents of one line, one with tabs taken off', () => {
    const text = 'cat <<A - <<-"B" | grep x\n1 $y\nA\n\t2 $x\n\tB\necho z\n';
    const { commands } = parse(text);
    const pipeline = commands[0];
    assert.equal(pipeline?.kind, 'pipeline');
    const cat = pipeline.commands[0] as SimpleCommand;
    assert.deepEqual(
      cat.redirections.map(r =>
        r.document?.parts.map(p => (p.kind === 'parameter' ? `{${p.name}}` : 'value' in p ? p.value : p.kind)).join(''),
      ),
      ['1 {y}\n', '2 $x\n'],
    );
    assert.deepEqual(simple(text), [['echo', 'z']]);
  });

  it('takes commands line by line, as the shell does', () => {
    const { script, source } = parse('iptables -F\niptables -X; )\niptables -Z\n');
    assert.deepEqual(
      script.units.map(u => [u.list ? 'read' : u.problem?.says, source.slice(u.span)]),
      [
        ['read', 'iptables -F'],
        ["syntax error near unexpected token `)'", 'iptables -X; )\n'],
        ['read', 'iptables -Z'],
      ],
    );
  });

  for (const [text, kinds] of [
    ['for i do echo; done', ['for']],
    ['for ((i=0;i<3;i++)); do echo $i; done', ['for-arithmetic']],
    ['case "$1" in start|"x y"|[0-9]*) a;; *) b ;& (stop) c ;;& esac', ['case']],
    ['((i++)); ( (a); b )\n((a); b)', ['arithmetic', 'subshell', 'subshell']],
    ['if [ ; then iptables -F; fi', ['if']],
    ['{a,b}', ['simple']],
    ['! a | b', ['pipeline']],
    ['[[ $a == b* && ( -f x || $c =~ ^a(b)$ ) ]]', ['condition']],
    ['f() ( b )\nfunction g { c; } >x\nfunction h() { d; }', ['function', 'function', 'function']],
    ['while read a b; do x; done <<< "$l" | y &\nwait', ['pipeline', 'simple']],
    ['echo > "$f" y <&- {fd}>w 2>&1', ['simple']],
  ] as const) {
    it(`reads ${text.replaceAll('\n', ' ⏎ ')}`, () => {
      const { script, commands } = parse(text);
      assert.deepEqual(script.problems, []);
      assert.deepEqual(
        commands.map(c => c.kind),
        kinds,
      );
      assertTiles(script);
    });
  }

  it('keeps what dash does not know as plain words', () => {
    assert.deepEqual(simple('[[ a == b ]]\na=(1)\n', 'dash'), [['[[', 'a', '==', 'b', ']]']]);
    assert.equal(parse('a=(1)\n', 'dash').script.problems[0]?.says, 'Syntax error: "(" unexpected');
  });

  it('bounds the depth of what it reads', () => {
    for (const text of [
      '$('.repeat(50_000),
      '{ '.repeat(50_000),
      '"$('.repeat(20_000),
      '`'.repeat(9999),
      '[[ ('.repeat(9999),
      '${a:-'.repeat(9999),
    ]) {
      for (const dialect of ['bash', 'dash'] as const) {
        const { script } = parse(text, dialect);
        assert.ok(script.problems.length > 0);
        assertTiles(script);
      }
    }
  });
});
