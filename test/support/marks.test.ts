import { deepEqual, equal } from 'node:assert/strict';
import { readMarks, splitFiles, writeMarks } from './marks';

describe('marks in test texts', () => {
  const text = `smtp inet n
#<^^ first
#    ^^^^ second family=IPv4 note="two words"
  -o x=y
# ^^ third
`;
  it('point at the line above and are no part of the text', () => {
    const marked = readMarks(text);
    equal(marked.text, 'smtp inet n\n  -o x=y\n');
    deepEqual(marked.marks, [
      { start: 0, end: 4, key: 'first', args: {} },
      { start: 5, end: 9, key: 'second', args: { family: 'IPv4', note: 'two words' } },
      { start: 14, end: 16, key: 'third', args: {} },
    ]);
  });
  it('are written as they are read', () => {
    const marked = readMarks(text);
    equal(writeMarks(marked.text, marked.marks), text);
  });
  it('leave the cursor, and split files', () => {
    deepEqual(readMarks('a <|>b'), { text: 'a b', marks: [], cursor: 2 });
    deepEqual(splitFiles('\n    a = b\n      c\n    --- master.cf\n    x\n  ', 'main.cf'), {
      'main.cf': 'a = b\n  c\n',
      'master.cf': 'x\n',
    });
  });
});
