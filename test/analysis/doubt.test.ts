import { deepEqual, equal } from 'node:assert/strict';
import fc from 'fast-check';
import { explore, Remembered, type Ask } from '@postfix-tools/server/analysis/doubt';
import { say } from '@postfix-tools/server/text/message';

const why = say('not known', 'não se sabe');

/** Asks questions that hang on the answers before; the name of the way taken. */
function wander(seed: number, ask: Ask): string {
  let way = String(seed);
  for (let depth = 0; depth < (seed % 4) + (way.endsWith('b') ? 1 : 0); depth++) {
    way += ask.choose(`question ${(seed * 7 + way.length) % 5}`, ['a', 'b', 'c'].slice(0, 2 + (seed % 2)), why);
  }
  return way;
}

describe('what is remembered of questions', () => {
  it('the runs are the same, question by question, as without memory', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(20), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 30 }),
        (seeds, limit) => {
          const memory = new Remembered<string>(3);
          const plain = explore(ask => seeds.map(s => wander(s, ask)).join(), limit);
          for (let again = 0; again < 2; again++) {
            const kept = explore(
              ask => seeds.map(s => memory.get(String(s), ask, asks => wander(s, asks))).join(),
              limit,
            );
            deepEqual(kept, plain);
          }
        },
      ),
    );
  });
  it('computes once for each way through the questions', () => {
    const memory = new Remembered<string>();
    let computed = 0;
    const run = (ask: Ask): string =>
      memory.get('key', ask, asks => {
        computed++;
        return asks.choose('first', ['no', 'yes'], why) + asks.choose('second', ['no', 'yes'], why);
      });
    equal(explore(run, 10).runs.length, 4);
    equal(explore(run, 10).runs.length, 4);
    equal(computed, 4);
  });
});
