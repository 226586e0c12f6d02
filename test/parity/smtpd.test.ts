import { deepEqual } from 'node:assert/strict';
import { canAskSmtpd, compare } from './ask-smtpd';
import { randomCase } from './smtp-cases';

describe('random configurations, as the installed Postfix answers', () => {
  before(function () {
    if (!canAskSmtpd()) {
      console.log('      needs root and an installed Postfix');
      this.skip();
    }
  });
  it('200 configurations, 1,200 sessions', function () {
    this.timeout(900_000);
    const { differences } = compare(Array.from({ length: 200 }, (_, seed) => randomCase(seed + 1)));
    deepEqual(
      differences.map(d => ({ id: d.case.id, session: d.session, postfix: d.postfix, ours: d.ours.text })),
      [],
    );
  });
});
