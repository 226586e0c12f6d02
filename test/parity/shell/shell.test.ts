import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Dialect } from '@postfix-tools/server/syntax/shell/nodes';
import { randomScript } from './random-script';
import { bashOnly, common, dashOnly } from './scripts';
import { hasShell, readAsRun, RealShell } from './shell';

/** Where bash leaves with another status than the complaint lets expect; the calls and complaints are compared. */
const oddStatus = /\[\[ x|arr=\(1 2\n/;

for (const shell of ['bash', 'dash'] as const) {
  describe(`firewall scripts as ${shell} runs them`, () => {
    let real: RealShell;

    before(function () {
      if (!hasShell(shell)) this.skip();
      real = new RealShell();
    });

    after(() => {
      (real as RealShell | undefined)?.remove();
    });

    for (const script of [...common, ...(shell === 'bash' ? bashOnly : dashOnly)]) {
      it(script.trimEnd().replaceAll('\n', ' ⏎ '), () => {
        compare(script, shell, real);
      });
    }

    it('random scripts, seeded', function () {
      this.timeout(60_000);
      fc.assert(
        fc.property(randomScript, script => {
          compare(script, shell, real);
        }),
        { seed: 25, numRuns: Number(process.env['SHELL_RUNS'] ?? 150), interruptAfterTimeLimit: 50_000 },
      );
    });
  });
}

function compare(script: string, shell: Dialect, real: RealShell): void {
  const ours = readAsRun(script, shell);
  const run = real.run(script, shell);
  assert.deepEqual(
    { calls: ours.calls, complaints: ours.complaints },
    { calls: run.calls, complaints: run.complaints },
  );
  if (ours.status !== 'unknown' && !oddStatus.test(script)) assert.equal(ours.status, run.status);
}
