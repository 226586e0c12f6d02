import { deepEqual } from 'node:assert/strict';
import { trySession } from '@postfix-tools/server/analysis/smtp/try-session';
import { oddCases } from '../../parity/odd-cases';
import { sessionsOf, siteOfCase, worldOf } from './oracle';

/** Cases that hang on what no file and no DNS tells: a policy server, a probe, a password file that a jail hides, another's name. */
const open = new Set([
  'policy braces',
  'reject_unverified unknown',
  'chroot hash',
  'mx of a bad name',
  'a of a bad name',
]);

describe('odd configurations', () => {
  it('are answered as Postfix answered them', () => {
    const wrong = [];
    for (const given of oddCases()) {
      const site = siteOfCase(given);
      for (const session of sessionsOf(given)) {
        const ours = trySession(site, session, worldOf(given));
        if (ours.verdict === 'unknown' && open.has(given.id)) continue;
        const { verdict, stage, code, enhanced } = ours;
        const got = {
          verdict,
          ...(code !== undefined && { code }),
          ...(enhanced !== undefined && { enhanced }),
          stage,
        };
        try {
          deepEqual(got, session.expect);
        } catch {
          wrong.push({ id: given.id, session, got });
        }
      }
    }
    deepEqual(wrong, []);
  });
});
