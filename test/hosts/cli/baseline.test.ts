import { deepEqual, equal, match } from 'node:assert/strict';
import { cli } from '../../support/cli';

const main = 'compatibility_level = 3.6\nmynetworks = 127.0.0.0/8\nmyhostname = mx.example.com\n';
const bad = `${main}soft_bounce = yes\n`;
const only = '--only soft-bounce-on';

/** The baseline of a folder `etc` with one bad line. */
function recorded(): string {
  const { status, out, file } = cli(`check ${only} --write-baseline base.json etc`, {
    files: { 'etc/main.cf': bad, 'base.json': 'old' },
  });
  deepEqual([status, out], [0, 'base.json: findings recorded: 1. They are not told with --baseline base.json.\n']);
  return file('base.json');
}

describe('postfix-lint check with a baseline', () => {
  it('records what is found, and tells only what is new', () => {
    const base = recorded();
    const check = (text: string) =>
      cli(`check ${only} --baseline base.json --format json etc`, {
        files: { 'etc/main.cf': text, 'base.json': base },
      });
    equal(check(bad).status, 0);
    equal(check(`# moved\n\n${bad}`).status, 0);
    equal(check(bad.replace('= yes', '=  yes')).status, 0);
    equal(check(bad.replace('= yes', '= $x\nx = yes')).status, 1);
    equal(check(`${bad}soft_bounce = yes\n`).json<{ diagnostics: unknown[] }>().diagnostics.length, 0);
  });

  it('goes by the project file, which may lie above; the option wins', () => {
    const project = 'baseline: base.json\n';
    const files = { '.postfix-lint.yaml': project, 'base.json': recorded(), 'etc/main.cf': bad };
    equal(cli(`check ${only} etc`, { files }).status, 0);
    equal(cli(`check ${only} main.cf`, { files, cwd: 'etc' }).status, 0);
    const empty = { ...files, 'none.json': '{"version":1,"files":{}}' };
    equal(cli(`check ${only} --baseline none.json etc`, { files: empty }).status, 1);
    equal(cli(`fix ${only} --rule soft-bounce-on --dry-run etc`, { files }).status, 0);
  });

  it('makes the baseline that the project file names', () => {
    const files = { '.postfix-lint.yaml': 'baseline: base.json\n', 'etc/main.cf': bad };
    const missing = cli(`check ${only} etc`, { files });
    deepEqual([missing.status, /base\.json: "postfix-lint check --write-baseline/.test(missing.err)], [2, true]);
    const made = cli(`check ${only} --write-baseline base.json --format json etc`, { files });
    deepEqual([made.status, made.json<{ diagnostics: unknown[] }>().diagnostics], [0, []]);
  });

  it('refuses what is no baseline, and says what cannot be written', () => {
    const files = { 'etc/main.cf': bad, 'base.json': '[]' };
    match(cli('check --baseline base.json etc', { files }).err, /no baseline of version 1/);
    equal(cli('check --baseline gone.json etc', { files }).status, 2);
    match(
      cli('check --write-baseline gone/base.json etc', { files }).err,
      /gone\/base\.json cannot be written: ENOENT/,
    );
    equal(cli('show --baseline base.json', { files }).status, 2);
  });

  it('is named by --help in both languages', () => {
    match(cli('--help').out, /--baseline FILE[^]*--write-baseline FILE/);
    match(cli('--help --lang pt-BR').out, /--baseline ARQUIVO[^]*--write-baseline ARQUIVO/);
  });
});
