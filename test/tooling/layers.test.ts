import { deepEqual, notEqual } from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

const root = resolve(__dirname, '../../..');
const cruiser = resolve(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');

interface Cruise {
  readonly summary: {
    readonly violations: readonly { readonly rule: { readonly name: string }; readonly from: string }[];
  };
}

describe('the layer check', () => {
  it('catches each kind of violation in a fixture', function () {
    this.timeout(30_000);
    const { stdout } = spawnSync(
      process.execPath,
      [cruiser, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'test/fixtures/layers'],
      { cwd: root, encoding: 'utf8' },
    );
    const { summary } = JSON.parse(stdout) as Cruise;
    const seen = summary.violations.map(v => `${v.rule.name} ${v.from.replace(/^.*server\/src\//, '')}`);
    deepEqual([...new Set(seen)].sort(), [
      'analysis-imports-only-to-its-left analysis/verdict.ts',
      'core-knows-no-host analysis/verdict.ts',
      'core-knows-no-node analysis/verdict.ts',
      'no-cycles analysis/verdict.ts',
      'rules-stand-alone rules/main-cf/one.ts',
      'text-imports-only-to-its-left text/reads-analysis.ts',
    ]);
  });

  it('has a command that fails on it', () => {
    const run = (path: string) =>
      spawnSync(process.execPath, [cruiser, '--config', '.dependency-cruiser.cjs', path], { cwd: root }).status;
    notEqual(run('test/fixtures/layers'), 0);
  }).timeout(30_000);
});
