import { deepEqual, ok } from 'node:assert/strict';
import { trySession } from '@postfix-tools/server/analysis/smtp/try-session';
import { oracleCases, sessionsOf, siteOfCase, worldOf } from './oracle';

/** Recorded answers that hang on DNS alone: an honest unknown is right there. */
const onDns = (unknown: readonly { text: { en: string } }[]): boolean =>
  unknown.length > 0 && unknown.every(m => m.text.en.startsWith('DNS'));

describe('sessions as recorded from Postfix', () => {
  const cases = oracleCases('cases.jsonl');
  before(function () {
    if (cases.length === 0) {
      console.log('      the recorded sessions are not here');
      this.skip();
    }
  });
  for (const given of cases) {
    it(given.id, () => {
      const site = siteOfCase(given);
      for (const session of sessionsOf(given)) {
        const { verdict, code, enhanced, stage } = session.expect ?? { verdict: 'none' };
        const got = trySession(site, session, worldOf(given));
        if (got.verdict === 'unknown') ok(onDns(got.unknown), JSON.stringify(session));
        else {
          deepEqual(
            { verdict: got.verdict, code: got.code, enhanced: got.enhanced, stage: got.stage },
            { verdict, code, enhanced: enhanced ?? undefined, stage },
            `${JSON.stringify(session)} ${got.text ?? ''}`,
          );
        }
      }
    });
  }
});
