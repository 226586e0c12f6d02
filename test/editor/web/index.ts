/** The entry of the web suite: mocha's browser build in the worker extension host. Bundled by the runner. */
import 'mocha/mocha';
import type { Runner } from 'mocha';

declare const mocha: { setup(options: object): void; run(done: (failures: number) => void): Runner };
declare const Mocha: { reporters: { Base: { consoleLog: (...args: unknown[]) => void } } };

/** Fills in `%s` and `%d` as the console would. */
function filled(text: unknown, ...args: unknown[]): string {
  const rest = [...args];
  const done = String(text).replace(/%[sd]/g, hole => (rest.length > 0 ? String(rest.shift()) : hole));
  return [done, ...rest.map(String)].join(' ');
}

export function run(): Promise<void> {
  Mocha.reporters.Base.consoleLog = (text = '', ...args) => {
    for (const line of filled(text, ...args).split('\n')) console.log(`MOCHA> ${line}`);
  };
  mocha.setup({ ui: 'bdd', timeout: 30_000, reporter: 'spec' });
  // the tests register themselves on loading, so mocha has to be there first
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  require('./web.test');
  return new Promise((done, fail) => {
    const runner = mocha.run(failures => {
      console.log(`MOCHA ${JSON.stringify(runner.stats)}`);
      if (failures > 0) fail(new Error(`${failures} failed`));
      else done();
    });
  });
}
