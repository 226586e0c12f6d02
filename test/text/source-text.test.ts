import { deepEqual, equal } from 'node:assert/strict';
import { decode, fromBytes, SourceText, toBytes } from '@postfix-tools/server/text/source-text';
import { applyEdits } from '@postfix-tools/server/text/span';
import { dirname, join, normalize } from '@postfix-tools/server/text/path';

describe('source text', () => {
  it('turns offsets into lines and back', () => {
    const text = new SourceText('a', 'ab\r\nç\n');
    deepEqual(text.positionAt(4), { line: 1, character: 0 });
    deepEqual(text.positionAt(99), { line: 2, character: 0 });
    equal(text.offsetAt({ line: 0, character: 99 }), 3);
    equal(text.offsetAt({ line: 1, character: 1 }), 5);
  });
  it('reads UTF-8 where it is, else one character a byte', () => {
    equal(decode('a', new Uint8Array([0xc3, 0xa7])).text, 'ç');
    const latin = decode('a', new Uint8Array([0xe7, 0x61]));
    equal(latin.text, 'ça');
    equal(latin.bytes, '\xe7a');
    equal(toBytes('ç'), '\xc3\xa7');
    equal(fromBytes('\xc3\xa7'), 'ç');
  });
  it('applies edits against one text and leaves out what overlaps', () => {
    const edit = (start: number, end: number, newText: string) => ({ span: { start, end }, newText });
    equal(applyEdits('abcdef', [edit(4, 5, 'E'), edit(0, 2, 'x'), edit(1, 3, 'y')]).text, 'xcdEf');
  });
  it('joins paths as text', () => {
    equal(join('etc/postfix', '../firewall.sh'), 'etc/firewall.sh');
    equal(join('etc', '/a//b/./c'), '/a/b/c');
    equal(normalize('../x'), '../x');
    equal(dirname('/main.cf'), '/');
  });
});
