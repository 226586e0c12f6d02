// Compares random pcre: and regexp: rules with the real postmap: node scripts/fuzz-patterns.mjs [PAIRS] [SEED]
// Needs a build and postmap. Prints each difference and the counts; exit status 1 where there is a difference.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { compareTable } = require('../test/out/support/compare-tables.js');
const { randomCase, seeded } = require('../test/out/support/pattern-generator.js');
const { Postmap } = require('../test/out/support/postmap.js');

const pairs = Number(process.argv[2] ?? 100_000);
const next = seeded(Number(process.argv[3] ?? 1));
const postmap = new Postmap();
let asked = 0;
let spent = 0;
let different = 0;
try {
  while (asked < pairs) {
    const result = compareTable(postmap, randomCase(next));
    asked += result.asked;
    spent += result.spent;
    for (const difference of result.differences) {
      different++;
      console.log(difference);
    }
  }
} finally {
  postmap.close();
}
console.log(`${asked} pairs, ${different} differences, ${spent} answers beyond our budget`);
process.exitCode = different > 0 ? 1 : 0;
