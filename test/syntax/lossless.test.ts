import { equal, ok } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { logicalLines, printLines } from '@postfix-tools/server/syntax/logical-lines';
import { parseMainCf } from '@postfix-tools/server/syntax/main-cf/parse';
import { parseMasterCf } from '@postfix-tools/server/syntax/master-cf/parse';
import { decode, SourceText } from '@postfix-tools/server/text/source-text';
import { filesBelow, shared } from '../support/shared';

describe('logical lines', () => {
  it('print after parse gives any text back', () => {
    const alphabet = fc.constantFrom('a', '=', ' ', '\t', '\n', '\r\n', '#', '$', '{', '}', '-o', 'ç', '\0');
    fc.assert(
      fc.property(fc.array(alphabet, { maxLength: 60 }), parts => {
        const source = new SourceText('x', parts.join(''));
        equal(printLines(source, logicalLines(source)), source.text);
        ok(parseMainCf(source).lines.length <= source.starts.length);
        ok(parseMasterCf(source).lines.length <= source.starts.length);
      }),
    );
  });

  it('print after parse gives every real configuration back', function () {
    const corpus = shared('corpus');
    if (!corpus) {
      console.log('      skipped: ../shared/corpus is not there');
      this.skip();
    }
    for (const file of filesBelow(corpus)) {
      const source = decode(file, readFileSync(file));
      equal(printLines(source, logicalLines(source)), source.text, file);
    }
  });

  it('passes over comments and blank lines inside a continued line', () => {
    const source = new SourceText('main.cf', 'a = 1\n# c\n\n   2\n   # d\n\t3\n# e\nb = 4\n');
    const [a, b] = parseMainCf(source).parameters;
    equal(a?.value.replace(/\s+/g, ' '), '1 2 3');
    equal(b?.name, 'b');
    equal(a?.line.comments.length, 2);
  });

  it('takes any number of comment lines, between lines and inside of one', () => {
    const many = '# c\n'.repeat(300_000);
    const { parameters } = parseMainCf(new SourceText('main.cf', `a = 1\n${many} 2\n${many}b = 3\n`));
    equal(parameters[0]?.line.comments.length, 300_000);
    equal(parameters[1]?.name, 'b');
  });
});
