import { deepEqual, equal, match } from 'node:assert/strict';
import { cli } from '../../support/cli';

const twice = 'myhostname = mx.example.com\nsoft_bounce = no\nmyhostname = mx.example.com\n';
const once = 'soft_bounce = no\nmyhostname = mx.example.com\n';
const only = '--only duplicate-parameter';

describe('postfix-lint fix', () => {
  it('writes what is safe, and says what it did', () => {
    const { status, out, file } = cli(`fix ${only} etc`, { files: { 'etc/main.cf': twice } });
    equal(file('etc/main.cf'), once);
    equal(status, 0);
    match(
      out,
      /^✓ etc\/main\.cf: duplicate-parameter: .+\nFixes applied: 1, files changed: 1\. Left: No problems in 1 file\n$/,
    );
  });

  it('prints a unified diff and writes nothing with --dry-run', () => {
    const { status, out, file } = cli(`fix ${only} --fail-on hint --dry-run etc`, { files: { 'etc/main.cf': twice } });
    equal(file('etc/main.cf'), twice);
    equal(status, 1);
    equal(
      out,
      `--- a/etc/main.cf
+++ b/etc/main.cf
@@ -1,3 +1,2 @@
-myhostname = mx.example.com
 soft_bounce = no
 myhostname = mx.example.com
`,
    );
  });

  it('applies the fixes of the rules named alone', () => {
    const files = { 'main.cf': twice };
    equal(cli('fix --rule missing-equals', { files }).file('main.cf'), twice);
    equal(cli('fix --rule missing-equals,duplicate-parameter', { files }).file('main.cf'), once);
    equal(cli('fix --rule no-such-rule', { files }).status, 2);
  });

  it('gives JSON', () => {
    const report = cli(`fix ${only} --format json`, { files: { 'main.cf': twice } }).json<{
      changed: string[];
      fixed: { code: string }[];
      diagnostics: unknown[];
    }>();
    deepEqual(
      [report.changed, report.fixed.map(f => f.code), report.diagnostics],
      [['main.cf'], ['duplicate-parameter'], []],
    );
  });

  it('turns the standard input into the standard output', () => {
    const { out, err } = cli(`fix ${only} - --stdin-filename main.cf`, { stdin: twice });
    equal(out, once);
    match(err, /Fixes applied: 1/);
  });

  it('keeps the bytes of Latin-1 files and a CR before each line end', () => {
    const bytes = Buffer.from(twice.replaceAll('\n', '\r\n') + '# a\xe7\xe3o\r\n', 'latin1');
    const { file } = cli(`fix ${only}`, { files: { 'main.cf': bytes } });
    equal(file('main.cf'), Buffer.from(once.replaceAll('\n', '\r\n') + '# a\xe7\xe3o\r\n', 'latin1').toString('utf8'));
  });

  it('writes nothing where nothing is to be fixed', () => {
    const { status, out } = cli(`fix ${only}`, { files: { 'main.cf': once } });
    deepEqual([status, out], [0, 'Nothing to fix. No problems in 1 file\n']);
  });
});
