import { deepEqual } from 'node:assert/strict';
import { canAskSmtpd, compare } from './ask-smtpd';
import { oddCases } from './odd-cases';
import { randomCase } from './smtp-cases';

describe('sessions, as the installed Postfix answers them', () => {
  before(function () {
    if (!canAskSmtpd()) {
      console.log('      needs root and an installed Postfix');
      this.skip();
    }
  });
  const agree = (cases: Parameters<typeof compare>[0]): void => {
    const { differences } = compare(cases);
    deepEqual(
      differences.map(d => ({ id: d.case.id, session: d.session, postfix: d.postfix, ours: d.ours.text })),
      [],
    );
  };
  it('200 random configurations, 1,200 sessions', function () {
    this.timeout(900_000);
    agree(Array.from({ length: 200 }, (_, seed) => randomCase(seed + 1)));
  });
  it('odd configurations, made by hand', function () {
    this.timeout(900_000);
    agree(oddCases());
  });
});
