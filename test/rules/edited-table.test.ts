import { deepEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { siteOf } from '@postfix-tools/server/model/folder-site';
import { newestPostfix } from '@postfix-tools/server/model/site';
import { check } from '@postfix-tools/server/rules/driver';
import { rules } from '@postfix-tools/server/rules/index.generated';
import { MemoryFiles } from '@postfix-tools/server/text/files';
import { SourceText } from '@postfix-tools/server/text/source-text';

const lines = [
  '/^From:.*@example\\.com/ REJECT forged',
  '/^Received:.*example.com/ REJECT',
  '/^Subject:.*lottery/i DISCARD',
  '/^Subject:/ WARN',
  '/^Subject:.*big lottery/ REJECT',
  '/^Subject: ([a-z]+ ?)+!$/ REJECT',
  '/lottery^Subject:/ REJECT',
  '/\\<word/ DENY it',
  '/^X:/ FILTER nowhere',
  '/(/ REJECT',
  '/^X-é: ç/ REJECT $2',
  'if /^From:/',
  'if !/^Subject:/',
  'endif',
  '  /indented/ OK',
  '# postfix-lint: ignore action-unknown -- why not',
  '',
];

const main = 'mydestination = example.com\nheader_checks = pcre:/etc/checks\n';

/** What the rules on tables say about a table. */
function findings(table: SourceText): unknown {
  const sources = [new SourceText('/etc/main.cf', main), table];
  const site = siteOf(sources, new MemoryFiles(sources), { postfixVersion: newestPostfix, domains: [] });
  return check(
    site,
    rules.filter(r => r.files.includes('checks')),
  ).map(f => [f.rule, f.severity, f.span, f.message.args, f.fixes.map(x => x.edits.map(e => [e.span, e.newText]))]);
}

describe('rules on a table that is edited', () => {
  it('say what they say of a table that is new', () => {
    const line = fc.constantFrom(...lines);
    const edits = fc.array(fc.tuple(fc.nat(9), fc.nat(2), fc.array(line, { maxLength: 2 })), { maxLength: 4 });
    fc.assert(
      fc.property(fc.array(line, { maxLength: 9 }), edits, (start, changes) => {
        const file = new SourceText('/etc/checks', '');
        const texts = [...start];
        for (const [at, out, put] of [[0, 0, []] as const, ...changes]) {
          texts.splice(at, out, ...put);
          const text = texts.join('\n');
          deepEqual(findings(file.edited(text)), findings(new SourceText('/etc/checks', text)));
        }
      }),
      { seed: 5, numRuns: 60 },
    );
  });
});
