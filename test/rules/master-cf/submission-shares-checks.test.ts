import { rule } from '@postfix-tools/server/rules/master-cf/submission-shares-checks';
import { checkFix, checkRule } from '../../support/rules';

describe('submission-shares-checks', () => {
  it('sees the common cleanup service with checks of its own', () =>
    checkRule(
      rule,
      `
      smtp inet n - y - - smtpd
      submission inet n - y - - smtpd
      #<^^^^^^^^ shared cleanup=cleanup parameter=header_checks
      cleanup unix n - y - 0 cleanup -o header_checks=pcre:/etc/postfix/hc
      `,
    ));
  it('is silent where port 25 has its own, or the checks are switched off', () => {
    checkRule(rule, {
      'master.cf':
        'smtp inet n - y - - smtpd -o cleanup_service_name=c\n587 inet n - y - - smtpd\nc unix n - y - 0 cleanup -o header_checks=pcre:/x\ncleanup unix n - y - 0 cleanup\n',
    });
    checkRule(rule, {
      'master.cf':
        'smtp inet n - y - - smtpd\n587 inet n - y - - smtpd -o receive_override_options=no_header_body_checks\ncleanup unix n - y - 0 cleanup -o body_checks=pcre:/x\n',
    });
  });
  it('gives port 25 its own', () =>
    checkFix(
      rule,
      'smtp inet n - y - - smtpd\n587 inet n - y - - smtpd\ncleanup unix n - y - 0 cleanup\n  -o header_checks=pcre:/x\n',
      {
        'master.cf': `smtp inet n - y - - smtpd
  -o cleanup_service_name=cleanup-in
587 inet n - y - - smtpd
cleanup unix n - y - 0 cleanup
cleanup-in unix  n       -       y       -       0       cleanup
  -o header_checks=pcre:/x
  -o mime_header_checks=
  -o nested_header_checks=
`,
      },
    ));
});
