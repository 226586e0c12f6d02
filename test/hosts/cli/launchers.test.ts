import { deepEqual, equal, match } from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../support/shared';

const launcher = (name: string) => join(root, `server/bin/${name}.js`);
const lint = (args: readonly string[], input = '') =>
  spawnSync(process.execPath, [launcher('postfix-lint'), ...args], { input, encoding: 'utf8', maxBuffer: 2 ** 26 });

describe('the program postfix-lint', () => {
  before(function () {
    if (!existsSync(join(root, 'dist/cli.js'))) this.skip();
  });

  it('answers on its streams with its exit status', () => {
    const version = lint(['--version']);
    deepEqual([version.status, version.stderr], [0, '']);
    match(version.stdout, /^postfix-lint \d/);
    const wrong = lint(['--nonsense']);
    deepEqual([wrong.status, wrong.stdout], [2, '']);
  });

  it('writes all of a long answer to a pipe', () => {
    const text = '# postfix-lint: ignore x\n'.repeat(3000);
    const { status, stdout } = lint(['-', '--stdin-filename', 'main.cf', '--format', 'json'], text);
    equal(status, 1);
    equal((JSON.parse(stdout) as { diagnostics: unknown[] }).diagnostics.length >= 3000, true);
  });
});

describe('the launchers', () => {
  for (const name of ['postfix-lint', 'postfix-language-server']) {
    it(`${name} says so where nothing is built`, () => {
      const folder = mkdtempSync(join(tmpdir(), 'postfix-lint-'));
      try {
        mkdirSync(join(folder, 'server/bin'), { recursive: true });
        writeFileSync(join(folder, 'package.json'), '{}');
        copyFileSync(launcher(name), join(folder, `server/bin/${name}.js`));
        const { status, stderr } = spawnSync(process.execPath, [join(folder, `server/bin/${name}.js`)], {
          encoding: 'utf8',
        });
        deepEqual([status, stderr], [2, `${name} is not built yet: run "npm run build" first\n`]);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  }
});
