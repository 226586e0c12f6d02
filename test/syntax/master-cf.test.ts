import { deepEqual, equal, match } from 'node:assert/strict';
import { optionsOf, parseMasterCf } from '@postfix-tools/server/syntax/master-cf/parse';
import { SourceText } from '@postfix-tools/server/text/source-text';

const parse = (text: string) => parseMasterCf(new SourceText('master.cf', text));

describe('master.cf', () => {
  it('reads options in every form, with comments between them', () => {
    const tree = parse(
      'smtp inet n - y - - smtpd\n' +
        '  -o a=1\n# -o b=2\n  -o { c = 3 4 }\n\n  -od=5 -v -o e=\n' +
        'x unix - n n - - pipe\n  flags=DR user=vmail argv=/bin/x -o ${sender} -- $(recipient)\n',
    );
    const [smtp, pipe] = tree.services;
    deepEqual(smtp && optionsOf(smtp).map(o => [o.name, o.value]), [
      ['a', '1'],
      ['c', '3 4'],
      ['d', '5'],
      ['e', ''],
    ]);
    equal(pipe && optionsOf(pipe).length, 0);
    const option = smtp && optionsOf(smtp)[1];
    equal(option && tree.source.slice(option.valueSpan), '3 4');
    equal(tree.problems.length, 0);
  });

  it('reports what master and postconf refuse', () => {
    equal(parse('smtp inet n - y - smtpd\n').problems[0]?.text, 'line 1: bad field count');
    equal(parse('\nsmtp inet n - y - - smtpd\n-o a=b\n').problems[0]?.text, 'line 3: bad field count');
    const blanks = parse('smtp inet n - y - - smtpd\n  -o a = b\n').services[0];
    match((blanks && optionsOf(blanks)[0]?.problem) ?? '', /missing '=' after attribute name/);
    equal(parse('smtp inet n - y - - smtpd -o { a = b\n').problems[0]?.kind, 'brace');
  });
});
