// Compares our answers with the installed iptables and the kernel on random firewalls: node scripts/fuzz-iptables.mjs [COUNT] [FIRST SEED]
// Needs root, iptables, iproute2, python3 and a built tree (npm run build). Prints each difference and the figures; ends with 1 on a difference.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { compare, canAskKernel } = require('../test/out/parity/iptables/ask-kernel.js');
const { randomCase } = require('../test/out/parity/iptables/random-rules.js');

if (!canAskKernel()) {
  console.error('needs root, iptables, iproute2 and python3');
  process.exit(2);
}
const count = Number(process.argv[2] ?? 5000);
const first = Number(process.argv[3] ?? 1);
const sum = { firewalls: 0, packets: 0, unknown: 0, differences: 0 };
for (let seed = first; seed < first + count; seed += 100) {
  const cases = Array.from({ length: Math.min(100, first + count - seed) }, (_, i) => randomCase(seed + i));
  const { packets, unknown, differences } = compare(cases);
  sum.firewalls += cases.length;
  sum.packets += packets;
  sum.unknown += unknown;
  sum.differences += differences.length;
  for (const difference of differences) console.log(difference);
}
console.log(JSON.stringify(sum));
process.exitCode = sum.differences > 0 ? 1 : 0;
