import { deepEqual } from 'node:assert/strict';
import { rule } from '@postfix-tools/server/rules/master-cf/submission-accepts-strangers';
import { checkFix, checkRule, findings } from '../../support/rules';

const main = `compatibility_level = 3.6
myhostname = mx.example.com.br
mydestination = example.com.br
mynetworks = 127.0.0.0/8
local_recipient_maps =
`;
const service =
  '587 inet n - y - - smtpd\n  -o smtpd_sasl_auth_enable=yes\n  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject_unauth_destination\n';

describe('submission-accepts-strangers', () => {
  it('shows a local recipient that a stranger reaches', () => {
    const [found] = findings(rule, { 'main.cf': main, 'master.cf': service });
    const session = found?.evidence?.session ?? {};
    deepEqual(
      [found?.severity, session.service, session.verdict, session.recipient],
      ['warning', '587', 'accept', 'postmaster@example.com.br'],
    );
  });
  it('is silent where the recipient list is closed too, and where strangers relay anyway', () => {
    checkRule(rule, {
      'main.cf': main,
      'master.cf': `${service}  -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject\n`,
    });
    checkRule(rule, {
      'main.cf': main,
      'master.cf': '587 inet n - y - - smtpd -o smtpd_relay_restrictions=check_client_access,static:OK,reject\n',
    });
  });
  it('closes the recipient list', () =>
    checkFix(
      rule,
      { 'main.cf': main, 'master.cf': service },
      {
        'master.cf': `${service}  -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject\n`,
      },
    ));
});
