import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readScript } from '@postfix-tools/server/analysis/firewall/read-script';
import { parseShell } from '@postfix-tools/server/syntax/shell/parse-shell';
import { Budget } from '@postfix-tools/server/text/budget';
import { SourceText } from '@postfix-tools/server/text/source-text';
import { assertTiles } from './tiles';

/** Pieces of which shell scripts consist, joined without sense. */
const piece = fc.oneof(
  fc.constantFrom(
    ' ',
    '\n',
    '\\\n',
    '"',
    "'",
    '`',
    '$',
    '$(',
    ')',
    '((',
    '))',
    '{',
    '}',
    '${',
    '${x',
    ':-',
    '#',
    '##',
    '%',
    '/',
    '<<E\n',
    '\nE\n',
    '<<<',
    '<',
    '>',
    '2>&1',
    '|',
    '||',
    '&&',
    ';',
    ';;',
    '&',
    'if ',
    'then ',
    'else ',
    'fi ',
    'for i in ',
    'do ',
    'done ',
    'while ',
    'case ',
    ' in ',
    'esac ',
    'function ',
    'f() ',
    '[[ ',
    ' ]]',
    '[ ',
    ' ]',
    '!',
    '=~',
    '-f ',
    'x=',
    'x+=(',
    'a[1]=',
    'iptables ',
    '-A INPUT ',
    '{1..3}',
    '{a,b}',
    '*',
    '?',
    '[a-z]',
    '$1',
    '$@',
    '$((',
    '1+',
    'x++',
    'eval ',
    'read x ',
    'break',
    'continue 2',
    'return',
    'exit 1',
    'set -e',
    'shift',
    'local x=1',
    'é',
    '😀',
    '\r',
    '\0',
    '\u00a0',
  ),
  fc.string({ unit: 'binary', maxLength: 3 }),
);
const script = fc.array(piece, { maxLength: 40 }).map(p => p.join(''));

describe('syntax/shell: any text', () => {
  for (const shell of ['bash', 'dash'] as const) {
    it(`tokens tile it and nothing is thrown (${shell})`, () => {
      fc.assert(
        fc.property(script, text => {
          const source = new SourceText('x.sh', text);
          assertTiles(parseShell(source, shell));
        }),
        { numRuns: 600 },
      );
    });

    it(`reading it ends and nothing is thrown (${shell})`, () => {
      fc.assert(
        fc.property(script, text => {
          const reading = readScript(new SourceText('x.sh', text), {
            args: ['start'],
            shell,
            budget: new Budget(3000),
          });
          for (const call of reading.calls) assert.ok(call.span.end <= call.source.text.length);
        }),
        { numRuns: 600 },
      );
    });
  }
});
