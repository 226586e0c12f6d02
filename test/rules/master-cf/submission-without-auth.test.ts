import { equal } from 'node:assert/strict';
import { rule } from '@postfix-tools/server/rules/master-cf/submission-without-auth';
import { checkFix, checkRule, findings } from '../../support/rules';

const main = 'compatibility_level = 3.6\nmyhostname = mx.example.com.br\nmynetworks = 127.0.0.0/8\n';

describe('submission-without-auth', () => {
  it('shows the stranger’s session', () => {
    const master = '587 inet n - y - - smtpd\n  -o smtpd_relay_restrictions=check_client_access,static:OK,reject\n';
    const [found] = findings(rule, { 'main.cf': main, 'master.cf': master });
    equal(found?.severity, 'error');
    equal(found.evidence?.session?.service, '587');
    equal(found.evidence?.session?.verdict, 'accept');
  });
  it('sees a login that is of no use', () =>
    checkRule(rule, {
      'main.cf': main,
      'master.cf':
        '587 inet n - y - - smtpd -o smtpd_sasl_auth_enable=yes -o smtpd_relay_restrictions=permit_mynetworks,reject\n#<^ useless severity=warning\n',
    }));
  it('is silent where the port is closed to strangers, by login, network or certificate', () => {
    for (const list of [
      'permit_sasl_authenticated,reject',
      'permit_mynetworks,reject',
      'permit_tls_clientcerts,reject',
    ]) {
      checkRule(rule, {
        'main.cf': main,
        'master.cf': `587 inet n - y - - smtpd -o smtpd_relay_restrictions=${list}\n`,
      });
    }
    checkRule(rule, {
      'main.cf': main,
      'master.cf': '25 inet n - y - - smtpd -o smtpd_relay_restrictions=check_client_access,static:OK,reject\n',
    });
  });
  it('closes it, and switches on the login that it then asks for', () =>
    checkFix(
      rule,
      {
        'main.cf': main,
        'master.cf': '587 inet n - y - - smtpd\n  -o smtpd_relay_restrictions=check_client_access,static:OK,reject\n',
      },
      {
        'master.cf':
          '587 inet n - y - - smtpd\n  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject\n  -o smtpd_sasl_auth_enable=yes\n',
      },
    ));
});
