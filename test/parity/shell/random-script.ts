/** Random small scripts of what both shells have, each of which comes to an end. */
import fc from 'fast-check';

const names = ['a', 'b', 'c'] as const;
const name = fc.constantFrom(...names);
const plain = fc.constantFrom('x', 'y z', '1', '25', '', 'a.b.c', ' p  q ', '10/8', "it's", '*', '$');
const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

const expansion = fc.oneof(
  name.map(n => `$${n}`),
  name.map(n => `"$${n}"`),
  fc
    .tuple(name, fc.constantFrom(':-', '-', ':+', '+', ':='), fc.constantFrom('d', '"e f"', 'g h', '$b'))
    .map(([n, o, w]) => `\${${n}${o}${w}}`),
  fc
    .tuple(name, fc.constantFrom('#', '##', '%', '%%'), fc.constantFrom('*.', '.*', '?', '[a-x]', '"*"', '\\*'))
    .map(([n, o, p]) => `"\${${n}${o}${p}}"`),
  name.map(n => `\${#${n}}`),
  fc.constantFrom('$1', '"$@"', '$*', '"$*"', '$#', '${1-none}', '"x$@"', '$?'),
  fc
    .tuple(
      fc.integer({ min: -9, max: 30 }),
      fc.constantFrom('+', '-', '*', '/', '%', '<', '==', '&&', '|'),
      fc.integer({ min: 1, max: 9 }),
    )
    .map(([l, o, r]) => `$((${l} ${o} ${r}))`),
  plain.map(text => `$(printf '%s\\n' ${quote(text)})`),
  plain.map(text => `"$(echo ${quote(text)})"`),
);
const word = fc.oneof(
  { weight: 2, arbitrary: plain.map(quote) },
  { weight: 1, arbitrary: fc.constantFrom('w', 'v\\ w', '"u"', 'a"b c"d', '-A') },
  { weight: 4, arbitrary: expansion },
  { weight: 1, arbitrary: fc.tuple(expansion, expansion).map(([l, r]) => l + r) },
);
const words = fc.array(word, { maxLength: 4 }).map(w => w.join(' '));
const call = fc.oneof(
  { weight: 5, arbitrary: words.map(w => `iptables ${w}`) },
  { weight: 1, arbitrary: words.map(w => `iptables bad ${w}`) },
);
const assignment = fc.tuple(name, word).map(([n, w]) => `${n}=${w}`);
const test = fc.oneof(
  fc.tuple(word, fc.constantFrom('=', '!='), word).map(([l, o, r]) => `[ "x"${l} ${o} "x"${r} ]`),
  fc.tuple(fc.constantFrom('-n', '-z'), name).map(([o, n]) => `[ ${o} "$${n}" ]`),
  fc.tuple(fc.integer({ max: 3, min: 0 }), fc.constantFrom('-lt', '-ge', '-eq')).map(([n, o]) => `[ $# ${o} ${n} ]`),
  fc.constantFrom(
    'true',
    'false',
    'iptables bad',
    '! true',
    '[ -f nets.txt ]',
    'case $a in [xy]*) true ;; *) false ;; esac',
  ),
);

const statement = fc.letrec<{ one: string; block: string }>(tie => ({
  block: fc.array(tie('one'), { minLength: 1, maxLength: 3 }).map(lines => lines.join('\n')),
  one: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    call,
    assignment,
    fc.tuple(assignment, call).map(([a, c]) => `${a} ${c}`),
    words.map(w => `set -- ${w}`),
    words.map(w => `f ${w}`),
    fc.constantFrom('shift 2>/dev/null', 'set -e', 'set +e', 'unset a', 'IFS=.', 'unset IFS'),
    fc.tuple(test, tie('block'), tie('block')).map(([t, y, n]) => `if ${t}; then\n${y}\nelse\n${n}\nfi`),
    fc.tuple(test, fc.constantFrom('&&', '||'), call).map(([t, o, c]) => `${t} ${o} ${c}`),
    fc.tuple(name, words, tie('block')).map(([n, w, b]) => `for ${n} in ${w}; do\n${b}\ndone`),
    fc
      .tuple(test, fc.constantFrom('break', 'continue'), tie('block'))
      .map(([t, j, b]) => `for i in 1 2 3; do\n${t} && ${j}\n${b}\ndone`),
    fc
      .tuple(word, tie('block'), tie('block'))
      .map(([w, x, y]) => `case ${w} in\nx*|[0-9])\n${x}\n;;\n"") ;;\n*)\n${y}\n;;\nesac`),
    tie('block').map(b => `( ${b}\n)`),
    tie('block').map(b => `while read a b; do\n${b}\ndone < nets.txt`),
    fc.tuple(words, tie('block')).map(([w, b]) => `echo ${w} | while read b c; do\n${b}\ndone`),
    fc.tuple(expansion, tie('block')).map(([e, b]) => `while read a; do\n${b}\ndone <<EOF\n${e} t\n u \nEOF`),
    fc.tuple(test, tie('block')).map(([t, b]) => `g() {\n${t} || return 3\n${b}\n}\ng x "y z" && iptables "$?"`),
    fc.tuple(test, word).map(([t, w]) => `${t}; iptables $? ${w}`),
  ),
}));

/** A script with a function `f` and some statements. */
export const randomScript: fc.Arbitrary<string> = fc
  .tuple(fc.array(assignment, { maxLength: 3 }), call, fc.array(statement.one, { minLength: 1, maxLength: 6 }))
  .map(
    ([first, inner, body]) =>
      `${first.join('\n')}\nf() {\n${inner}\n}\n${body.join('\n')}\niptables end "$a" "$b" "$c" "$#"\n`,
  );
