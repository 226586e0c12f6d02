// Compares our answers with the installed Postfix's on random configurations: node scripts/fuzz-smtp.mjs [COUNT] [FIRST SEED]
// Needs root, Postfix, and a built tree (npm run build). Prints each difference, the figures so far on standard error after each
// hundred configurations, and the figures; ends with 1 on a difference.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { compare, canAskSmtpd } = require('../test/out/parity/ask-smtpd.js');
const { randomCase } = require('../test/out/parity/smtp-cases.js');

if (!canAskSmtpd()) {
  console.error('needs root and an installed Postfix');
  process.exit(2);
}
const count = Number(process.argv[2] ?? 10000);
const first = Number(process.argv[3] ?? 1);
const sum = { configurations: 0, sessions: 0, unknown: 0, differences: 0 };
for (let seed = first; seed < first + count; seed += 100) {
  const cases = Array.from({ length: Math.min(100, first + count - seed) }, (_, i) => randomCase(seed + i));
  const { sessions, unknown, differences } = compare(cases);
  sum.configurations += cases.length;
  sum.sessions += sessions;
  sum.unknown += unknown;
  sum.differences += differences.length;
  for (const { case: given, session, postfix, ours } of differences) {
    console.log(JSON.stringify({ id: given.id, session, postfix, ours: { ...ours, trace: undefined } }));
  }
  console.error(JSON.stringify(sum));
}
console.log(JSON.stringify(sum));
process.exitCode = sum.differences > 0 ? 1 : 0;
