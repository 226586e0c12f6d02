// npm run bench [-- -g PATTERN]: measures what test/bench/*.bench.ts exports and prints it, a line for each size.
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Bench } from 'tinybench';

const folder = join(dirname(fileURLToPath(import.meta.url)), '../test/out/bench');
const { values } = parseArgs({ options: { grep: { type: 'string', short: 'g', default: '' } } });
const require = createRequire(import.meta.url);
const files = existsSync(folder)
  ? readdirSync(folder)
      .filter(name => name.endsWith('.bench.js'))
      .sort()
  : [];

row('', 'size', 'first, ms', 'ms a run', 'µs a unit', 'growth', 'promised');
for (const file of files) {
  const engine = basename(file, '.bench.js');
  const { benches } = require(join(folder, file));
  for (const bench of benches.filter(b => `${engine} ${b.name}`.includes(values.grep))) {
    console.log(`\n${engine}: ${bench.name}`);
    let before;
    for (const size of bench.sizes) {
      const { first, median } = await measure(bench.prepare(size));
      const growth = before && (median / before.median / (size / before.size)).toFixed(2);
      const last = size === bench.sizes.at(-1);
      const promise =
        last && bench.promise ? `${bench.promise} ms: ${median <= bench.promise ? 'kept' : 'BROKEN'}` : '';
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
