import { deepEqual, ok } from 'node:assert/strict';
import { compareTable } from '../support/compare-tables';
import { randomCase, seeded } from '../support/pattern-generator';
import { hasPostmap, Postmap } from '../support/postmap';

describe('random patterns', () => {
  before(function () {
    // Needs postmap with pcre: and regexp: tables.
    if (!hasPostmap('pcre') || !hasPostmap('regexp')) this.skip();
  });

  it('get from us the answers, warnings and log lines of postmap: 1,000 pairs', function () {
    this.timeout(60_000);
    const postmap = new Postmap();
    try {
      const next = seeded(20);
      const differences: string[] = [];
      let asked = 0;
      let spent = 0;
      while (asked < 1000) {
        const result = compareTable(postmap, randomCase(next));
        asked += result.asked;
        spent += result.spent;
        differences.push(...result.differences);
      }
      deepEqual(differences, []);
      ok(spent < asked / 100, `${spent} answers not reached`);
    } finally {
      postmap.close();
    }
  });
});
