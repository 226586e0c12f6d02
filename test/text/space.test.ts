import { equal } from 'node:assert/strict';
import { parseMainCf } from '@postfix-tools/server/syntax/main-cf/parse';
import { parseMasterCf } from '@postfix-tools/server/syntax/master-cf/parse';
import { SourceText } from '@postfix-tools/server/text/source-text';
import { isSpace, trim } from '@postfix-tools/server/text/space';

describe('white space', () => {
  it('is what C knows, and no other character of Unicode', () => {
    for (const c of ' \t\n\v\f\r') equal(isSpace(c), true);
    for (const c of ['', '\u00a0', '\ufeff', '\u2003', 'a', undefined]) equal(isSpace(c), false);
    equal(trim(' \t\u00a0x\u00a0\r\n'), '\u00a0x\u00a0');
  });
  it('does not hide a non-breaking space or a byte order mark from the parsers', () => {
    equal(
      parseMainCf(new SourceText('main.cf', '\ufeffsoft_bounce = no\u00a0\n')).parameters[0]?.name,
      '\ufeffsoft_bounce',
    );
    equal(parseMainCf(new SourceText('main.cf', 'soft_bounce = no\u00a0\n')).parameters[0]?.value, 'no\u00a0');
    equal(
      parseMasterCf(new SourceText('master.cf', 'smtp inet n - y - - smtpd\n\u00a0-o a=b\n')).problems[0]?.kind,
      'field-count',
    );
  });
});
