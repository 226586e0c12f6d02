import { deepEqual } from 'node:assert/strict';
import { parseProject } from '@postfix-tools/server/model/project';
import { format } from '@postfix-tools/server/text/message';
import { SourceText } from '@postfix-tools/server/text/source-text';

const parse = (text: string) => parseProject(new SourceText('/r/.postfix-lint.yaml', text));
const problems = (text: string) =>
  parse(text).problems.map(p => `${text.slice(p.span.start, p.span.end)}: ${format(p.message, 'en')}`);

describe('the project file', () => {
  it('is read with paths from its own folder', () => {
    const { postfixVersion, domains, severities, skip, baseline, sites } = parse(`
postfix-version: '3.7'
domains: example.com
severity:
  same-as-default: off
  soft-bounce-on: error
skip: [unused-parameter]
baseline: ci/base.json
sites:
  - folder: etc/postfix
    firewall: [firewall.sh, ../rules.v4]
  - other
`);
    deepEqual(
      [postfixVersion, domains, [...severities], [...skip], baseline],
      [
        '3.7',
        ['example.com'],
        [
          ['same-as-default', 'off'],
          ['soft-bounce-on', 'error'],
        ],
        ['unused-parameter'],
        '/r/ci/base.json',
      ],
    );
    deepEqual(sites, [
      { folder: '/r/etc/postfix', firewalls: ['/r/firewall.sh', '/rules.v4'], domains: [] },
      { folder: '/r/other', domains: [] },
    ]);
  });

  it('says what is wrong, where it stands', () => {
    deepEqual(problems('postfix-version: newest\ndomain: x\nsites: x\nseverity: { a: bad }\n'), [
      'domain: There is no setting domain; there are: postfix-version, domains, severity, skip, sites, baseline',
      'newest: Here belongs a Postfix version such as 3.7',
      'a: Here belongs one of error, warning, information, hint, off',
      'x: Here belongs a list of sites',
    ]);
    deepEqual(parse('').problems, []);
    deepEqual(parse('[1, {').problems.length > 0, true);
  });
});
