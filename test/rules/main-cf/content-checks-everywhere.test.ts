import { rule } from '@postfix-tools/server/rules/main-cf/content-checks-everywhere';
import { checkFix, checkRule } from '../../support/rules';

const master = `smtp      inet  n       -       y       -       -       smtpd
submission inet n - y - - smtpd
  -o smtpd_sasl_auth_enable=yes
cleanup   unix  n       -       y       -       0       cleanup
`;

describe('content-checks-everywhere', () => {
  it('fires once, at the first of the checks', () =>
    checkRule(rule, {
      'main.cf': `mime_header_checks = regexp:/etc/postfix/mime
body_checks = regexp:/etc/postfix/body
#<^^^^^^^^^ users name=body_checks service=submission severity=information
header_checks = regexp:/etc/postfix/head
`,
      'master.cf': master,
    }));
  it('is silent where users pass another way, where there are none, and where nothing is checked', () => {
    const main = 'header_checks = regexp:/etc/postfix/head\n';
    checkRule(rule, { 'main.cf': main, 'master.cf': 'smtp inet n - y - - smtpd\ncleanup unix n - y - 0 cleanup\n' });
    checkRule(rule, {
      'main.cf': main,
      'master.cf': master.replace(
        'auth_enable=yes',
        'auth_enable=yes\n  -o receive_override_options=no_header_body_checks',
      ),
    });
    checkRule(rule, {
      'main.cf': main,
      'master.cf': `${master}  -o header_checks=\n`,
    });
    checkRule(rule, { 'main.cf': 'header_checks =\n', 'master.cf': master });
  });
  it('moves them across both files', () =>
    checkFix(
      rule,
      {
        'main.cf':
          '# checks\nheader_checks = regexp:/etc/postfix/a,\n  regexp:/etc/postfix/b\nbody_checks = regexp:/etc/postfix/body\nmydestination =\n',
        'master.cf': master,
      },
      {
        'main.cf': '# checks\nmydestination =\n',
        'master.cf': `smtp      inet  n       -       y       -       -       smtpd
  -o cleanup_service_name=cleanup-in
submission inet n - y - - smtpd
  -o smtpd_sasl_auth_enable=yes
cleanup   unix  n       -       y       -       0       cleanup
cleanup-in unix  n       -       y       -       0       cleanup
  -o { header_checks = regexp:/etc/postfix/a, regexp:/etc/postfix/b }
  -o body_checks=regexp:/etc/postfix/body
  -o nested_header_checks=
  -o mime_header_checks=
`,
      },
    ));
  it('completes the cleanup service that port 25 has', () =>
    checkFix(
      rule,
      {
        'main.cf': 'header_checks = regexp:/etc/postfix/a\n',
        'master.cf': `smtp inet n - y - - smtpd\n  -o cleanup_service_name=c25\n587 inet n - y - - smtpd\nc25 unix n - y - 0 cleanup\n  -o mime_header_checks=\ncleanup unix n - y - 0 cleanup\n`,
      },
      {
        'main.cf': '',
        'master.cf': `smtp inet n - y - - smtpd\n  -o cleanup_service_name=c25\n587 inet n - y - - smtpd\nc25 unix n - y - 0 cleanup\n  -o mime_header_checks=\n  -o header_checks=regexp:/etc/postfix/a\n  -o nested_header_checks=\ncleanup unix n - y - 0 cleanup\n`,
      },
    ));
});
