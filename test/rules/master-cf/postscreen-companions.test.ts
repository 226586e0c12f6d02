import { rule } from '@postfix-tools/server/rules/master-cf/postscreen-companions';
import { checkFix, checkRule } from '../../support/rules';

describe('postscreen-companions', () => {
  it('asks for each service that postscreen needs here', () =>
    checkRule(
      rule,
      `
      --- main.cf
      postscreen_dnsbl_sites = zen.example.net
      smtpd_tls_security_level = may
      --- master.cf
      smtp inet n - y - 1 postscreen
      #<^^ dnsblog
      #<^^ smtpd
      #<^^ tlsproxy
      `,
    ));
  it('is silent where they are, or not needed', () =>
    checkRule(
      rule,
      `
      smtp inet n - y - 1 postscreen
      smtpd pass - - y - - smtpd
      `,
    ));
  it('adds the service', () =>
    checkFix(rule, 'smtp inet n - n - 1 postscreen\n', {
      'master.cf': 'smtp inet n - n - 1 postscreen\nsmtpd     pass  -       -       n       -       -       smtpd\n',
    }));
});
