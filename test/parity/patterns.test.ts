import { deepEqual, equal, ok } from 'node:assert/strict';
import { compiledPattern } from '@postfix-tools/server/analysis/checks/compiled-pattern';
import { slowOf } from '@postfix-tools/server/analysis/checks/slow-pattern';
import { pcreDefaults } from '@postfix-tools/server/syntax/pattern/tree';
import { compareTable } from '../support/compare-tables';
import { randomCase, seeded } from '../support/pattern-generator';
import { hasPostmap, Postmap } from '../support/postmap';
import { slowPatterns } from '../support/slow-patterns';

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

  it('run into the match limit on the headers that we show, and on no other line of 900 bytes that we tried', function () {
    this.timeout(60_000);
    const postmap = new Postmap();
    try {
      for (const [text, expected] of slowPatterns) {
        const slow = slowOf(compiledPattern(text, 'pcre', pcreDefaults));
        const tried = slow
          ? [slow.subject]
          : ['a', ' ', 'a@', '1', 'free '].map(pump => `Subject: ${pump.repeat(900 / pump.length)}!`);
        const { log, actions } = postmap.ask('pcre', `/${text}/ X\n`, tried);
        equal(log.length > 0, expected !== 'quick', text);
        if (slow) equal(actions.get(slow.subject), null, text);
      }
    } finally {
      postmap.close();
    }
  });
});
