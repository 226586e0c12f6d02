/** The entry of the suite: the same for the runner beside this folder and for @vscode/test-electron. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'node:util';
import Mocha from 'mocha';

export function run(): Promise<void> {
  // marked, so that the runner can tell these lines from what the editor itself prints
  Mocha.reporters.Base.consoleLog = (...args: unknown[]) => {
    for (const line of format(...args).split('\n')) console.log(`MOCHA> ${line}`);
  };
  const mocha = new Mocha({ ui: 'bdd', timeout: 30_000, color: false });
  for (const name of readdirSync(__dirname)) if (name.endsWith('.test.js')) mocha.addFile(join(__dirname, name));
  return new Promise((done, fail) => {
    const runner = mocha.run(failures => {
      console.log(`MOCHA ${JSON.stringify(runner.stats)}`);
      if (failures > 0) fail(new Error(`${failures} failed`));
      else done();
    });
  });
}
