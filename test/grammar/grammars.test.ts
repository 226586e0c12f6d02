import { equal } from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The annotated texts beside this file, each read with the grammars of the manifest; the shell has a stand-in grammar. */
describe('grammars', () => {
  const runner = join(dirname(createRequire(__filename).resolve('vscode-tmgrammar-test/package.json')), 'dist/unit.js');
  for (const name of ['postfix-main', 'postfix-master', 'postfix-checks', 'postfix-table', 'iptables', 'shell']) {
    it(`${name}: scopes are where the marks say`, () => {
      const shell = name === 'shell' ? ['-g', 'test/grammar/texts/shell.tmLanguage.json'] : [];
      const run = spawnSync(
        process.execPath,
        [runner, '--config', 'package.json', ...shell, `test/grammar/texts/${name}.txt`],
        { encoding: 'utf8' },
      );
      equal(run.status, 0, run.stdout + run.stderr);
    });
  }
});
