// npm run bench [-- -g PATTERN]: measures what test/bench/*.bench.ts exports and prints it, a line for each size. Each bench runs in a
// process of its own, started as the editor starts the server, so that none finds the memory as another left it.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Bench } from 'tinybench';

const folder = join(dirname(fileURLToPath(import.meta.url)), '../test/out/bench');
const { values } = parseArgs({
  options: { grep: { type: 'string', short: 'g', default: '' }, only: { type: 'string' } },
});
const require = createRequire(import.meta.url);
const files = existsSync(folder)
  ? readdirSync(folder)
      .filter(name => name.endsWith('.bench.js'))
      .sort()
  : [];

const all = files.flatMap(file => {
  const engine = basename(file, '.bench.js');
  return require(join(folder, file)).benches.map(bench => ({ bench, title: `${engine}: ${bench.name}` }));
});
const only = all.find(({ title }) => title === values.only);
if (only) await print(only);
else {
  row('', 'size', 'first, ms', 'ms a run', 'µs a unit', 'growth', 'promised');
  for (const { title } of all.filter(({ title }) => title.replace(': ', ' ').includes(values.grep))) {
    const self = fileURLToPath(import.meta.url);
    execFileSync(process.execPath, ['--max-semi-space-size=64', self, '--only', title], { stdio: 'inherit' });
  }
}

async function print({ bench, title }) {
  console.log(`\n${title}`);
  let before;
  for (const size of bench.sizes) {
    const { first, median } = await measure(bench.prepare(size));
    const growth = before && (median / before.median / (size / before.size)).toFixed(2);
    const last = size === bench.sizes.at(-1);
    const promise = last && bench.promise ? `${bench.promise} ms: ${median <= bench.promise ? 'kept' : 'BROKEN'}` : '';
    row(
      `  ${bench.unit}`,
      size.toLocaleString('en'),
      figure(first),
      figure(median),
      figure((median / size) * 1000),
      growth ?? '',
      promise,
    );
    before = { median, size };
  }
}

/** The first run, and the median of many once the engine has compiled what they run, in milliseconds: a server is warm after its first minutes. */
async function measure(run) {
  const start = performance.now();
  run();
  const first = performance.now() - start;
  const bench = new Bench({ time: 400, warmupTime: 1500, iterations: 5, warmupIterations: 2, throws: true });
  bench.add('run', () => void run());
  await bench.run();
  return { first, median: bench.tasks[0].result.latency.p50 };
}

function figure(value) {
  return value >= 100 ? value.toFixed(0) : value >= 1 ? value.toFixed(2) : value.toPrecision(2);
}

function row(name, ...cells) {
  console.log([name.padEnd(12), ...cells.map(cell => cell.padStart(11))].join(' ').trimEnd());
}
