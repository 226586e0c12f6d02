import assert from 'node:assert/strict';
import { calls, complaints, reading } from './reading';

describe('analysis/firewall: what a script would call', () => {
  it('expands variables as the shell does', () => {
    assert.deepEqual(calls('I="/sbin/iptables -w"; P=25\n$I -A INPUT --dport "$P" -j ${T:-DROP} -s $NO\n"$I" -F\n'), [
      'iptables -w -A INPUT --dport 25 -j DROP -s',
    ]);
    assert.deepEqual(
      calls(
        'x=a.b.c\niptables ${x#*.} ${x##*.} ${x%.*} ${x%%.*} ${x/b/B} ${x//./-} ${x:2:1} ${#x} ${x^^} ${y:=q} $y ${y:+z}\n',
      ),
      ['iptables b.c c a.b a a.B.c a-b-c b 5 A.B.C q q z'],
    );
    assert.deepEqual(calls('a=b; b=c; iptables ${!a} $((1+2*3)) $[2**3]; ((i=4, i++)); let j=i*2; iptables $i $j\n'), [
      'iptables c 7 8',
      'iptables 5 10',
    ]);
  });

  it('keeps unknown things by name, and nothing else is spoilt', () => {
    assert.deepEqual(
      calls('IP=$(hostname -I)\niptables -A INPUT -d "$IP" -j DROP\niptables -A INPUT -d $IP/32\niptables -F\n'),
      ['iptables -A INPUT -d ‹hostname -I› -j DROP', 'iptables -A INPUT -d ‹hostname -I›/32…', 'iptables -F'],
    );
  });

  it('goes both ways at an unknown condition and says so', () => {
    assert.deepEqual(
      calls('if ping -c1 gw; then iptables -A a; X=1; else iptables -A b; X=2; fi\niptables -A c $X\n'),
      ['iptables -A a if ping -c1 gw', 'iptables -A b if not ping -c1 gw', 'iptables -A c ‹$X›…'],
    );
  });

  it('lets what follows an unknown way out hang on it', () => {
    assert.deepEqual(calls('[ -f /etc/fw.conf ] || exit 1\niptables -F\n'), [
      'iptables -F if [ -f /etc/fw.conf ] (guard)',
    ]);
    assert.deepEqual(calls('f() { [ -f /etc/a ] || return; iptables -A x; }\nf\niptables -F\n'), [
      'iptables -A x if [ -f /etc/a ] (guard)',
      'iptables -F',
    ]);
  });

  it('answers the same question the same way twice', () => {
    assert.deepEqual(
      calls('X=$(date)\nif [ "$X" = a ]; then\n if [ "$X" = a ]; then iptables -A y; else iptables -A n; fi\nfi\n'),
      ['iptables -A y if [ "$X" = a ]'],
    );
  });

  it('goes by the status of each call', () => {
    const onCall = (call: { argv: readonly { value?: string }[] }) => (call.argv.some(w => w.value === 'bad') ? 2 : 0);
    assert.deepEqual(
      calls(
        'iptables bad && iptables -A a\niptables bad || iptables -A b\nif iptables bad; then iptables -A c; else iptables -A d; fi\nset -e\niptables bad || true\niptables bad\niptables -A e\n',
        { onCall },
      ),
      [
        'iptables bad',
        'iptables bad',
        'iptables -A b',
        'iptables bad',
        'iptables -A d',
        'iptables bad',
        'iptables bad',
      ],
    );
  });

  it('follows loops over lists, counters, lines and braces', () => {
    assert.deepEqual(calls('for p in 25 {465,587}; do for ((i=0;i<2;i++)); do iptables $p.$i; done; done\n'), [
      'iptables 25.0',
      'iptables 25.1',
      'iptables 465.0',
      'iptables 465.1',
      'iptables 587.0',
      'iptables 587.1',
    ]);
    assert.deepEqual(
      calls('while read -r a b; do case $a in \\#*|"") continue;; stop) break;; esac; iptables $b $a; done < nets\n', {
        files: { nets: '# x\n\n1/8 x y\n2/8 z\nstop\n3/8\n' },
      }),
      ['iptables x y 1/8', 'iptables z 2/8'],
    );
    assert.deepEqual(
      calls(
        'i=3; while [ $i -gt 0 ]; do iptables $i; i=$((i-1)); done; until ((i==2)); do ((i++)); done; iptables $i\n',
      ),
      ['iptables 3', 'iptables 2', 'iptables 1', 'iptables 2'],
    );
    assert.deepEqual(
      calls('printf "%s\\n" a b | while read x; do iptables $x; done; cat <<< "c d" | { read x y; iptables $y; }\n'),
      ['iptables a', 'iptables b', 'iptables d'],
    );
    assert.deepEqual(
      calls('for n in $(curl -s x); do iptables -s $n; L=$n; done\niptables $L\n'),
      ['iptables -s ‹$n›… if for n in ‹› repeated', 'iptables ‹$L›…'].map(l =>
        l.replace('‹$n›', '‹curl -s x›').replace('in ‹›', 'in curl -s x'),
      ),
    );
  });

  it('calls functions with arguments, locals and return', () => {
    assert.deepEqual(
      calls(
        'x=g\nf() { local x=$1; shift; [ $# -gt 0 ] || return 3; iptables $x "$@"; }\nf a "b c" d\nf a; iptables $? $x\n',
      ),
      ['iptables a b c d', 'iptables 3 g'],
    );
    assert.deepEqual(calls('iptables() { /sbin/iptables -w "$@"; }\niptables -F\ncommand iptables -X\n'), [
      'iptables -w -F',
      'iptables -X',
    ]);
  });

  it('knows arrays of both kinds', () => {
    assert.deepEqual(
      calls(
        'a=(x "y z" [5]=w); a+=(v); iptables "${a[@]}" ${#a[@]} ${!a[@]} ${a[-1]}\ndeclare -A m=([k]=1 ["l l"]=2); m[n]=3; iptables ${m[k]} ${m["l l"]} "${m[@]:0:2}" "${#m[@]}"\n',
      ),
      ['iptables x y z w v 4 0 1 5 6 v', 'iptables 1 2 1 2 3'],
    );
  });

  it('reads sourced files and called scripts', () => {
    const files = {
      conf: 'P="25 587"\n',
      'lib/f.sh': 'allow() { iptables -A "$1"; }\n',
      'other.sh': '#!/bin/sh\niptables -A "$1" $P\n',
    };
    assert.deepEqual(
      calls(
        '. ./conf\nsource lib/f.sh\nfor p in $P; do allow $p; done\nexport P\nbash other.sh x\nDIR=$(cd "$(dirname "$0")" && pwd)\n. "$DIR/conf"\n',
        { files },
      ),
      ['iptables -A 25', 'iptables -A 587', 'iptables -A x 25 587'],
    );
    const r = reading('. /etc/default/fw\niptables -F $OPTS\n');
    assert.equal(r.includes[0]?.found, false);
    assert.match(r.unknown[0]?.name ?? '', /default\/fw/);
  });

  it('gives iptables-restore its text, each line with its place', () => {
    const r = reading(
      'P=25\niptables-restore -n <<EOF\n*filter\n-A INPUT -p tcp --dport $P -j DROP\nCOMMIT\nEOF\necho "*nat" | iptables-restore\niptables-restore < rules\nip6tables-restore rules\n',
      { files: { rules: '*raw\nCOMMIT\n' } },
    );
    assert.deepEqual(
      r.calls.map(c => c.input?.lines.map(l => [l.value, l.source.positionAt(l.span.start).line, l.verbatim])),
      [
        [
          ['*filter', 2, true],
          ['-A INPUT -p tcp --dport 25 -j DROP', 3, false],
          ['COMMIT', 4, true],
        ],
        [['*nat', 6, false]],
        [
          ['*raw', 0, true],
          ['COMMIT', 1, true],
        ],
        [
          ['*raw', 0, true],
          ['COMMIT', 1, true],
        ],
      ],
    );
  });

  it('looks through programs that run others', () => {
    assert.deepEqual(
      calls(
        'sudo -n -u root /sbin/iptables -A a\nenv X=1 nice -n 5 iptables-nft -A b\nxtables-legacy-multi ip6tables -A c\neval "iptables -A \\"d e\\""\nsh -c "iptables -A $0 \\$1" zero f\ntimeout 5 iptables -A g\necho h i | xargs -n1 iptables -A\nexec iptables -A j\niptables -A never\n',
      ),
      [
        'iptables -A a',
        'iptables -A b',
        'ip6tables -A c',
        'iptables -A d e',
        'iptables -A script f',
        'iptables -A g',
        'iptables -A h',
        'iptables -A i',
        'iptables -A j',
      ],
    );
  });

  it('complains as bash does', () => {
    assert.deepEqual(
      complaints(
        '$ iptables -F\nfoo() {\n:\n}\n. ./none\nwhile read x; do :; done < none\nset -u\necho $NO\niptables -F\n',
      ),
      [
        '1 127 $: command not found',
        '5 126 ./none: No such file or directory',
        '6 126 none: No such file or directory',
        '8 1 NO: unbound variable',
      ],
    );
    assert.deepEqual(complaints('iptables -F\nif true; then\n iptables -A x )\nfi\n'), [
      "3 2 syntax error near unexpected token `)'",
      "3 1 ` iptables -A x )'",
    ]);
  });

  it('complains as dash does', () => {
    assert.deepEqual(
      calls(
        'for p in {1,2}; do iptables $p; done\n[[ a == a ]] && iptables -A x\n[ a == a ] && iptables -A y\nsource f\n',
        { shell: 'dash' },
      ),
      ['iptables {1,2}'],
    );
    assert.deepEqual(complaints('[[ a == a ]]\n[ a == a ]\nsource f\nfoo=(1)\n', { shell: 'dash' }), [
      '1 127 [[: not found',
      '2 2 [: a: unexpected operator',
      '3 127 source: not found',
      '4 2 Syntax error: "(" unexpected',
    ]);
  });

  it('is bounded', () => {
    assert.ok(reading(':(){ :|:& };:\niptables -F\n').cut);
    assert.deepEqual(reading('f() { f; }; f\n').cut?.span, { start: 6, end: 7 });
    assert.ok(reading('x=a; while true; do x=$x$x; done\n').cut);
    assert.ok(reading('echo {1..99999}{1..99999}\n').cut);
    assert.deepEqual(calls('iptables -A a; while true; do sleep 1; done; iptables -A never\n'), ['iptables -A a']);
    assert.deepEqual(calls('while ! ping -c1 gw; do sleep 1; done; iptables -A a\n'), ['iptables -A a']);
  });
});
