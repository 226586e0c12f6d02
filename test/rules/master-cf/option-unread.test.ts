import { rule } from '@postfix-tools/server/rules/master-cf/option-unread';
import { checkFix, checkRule } from '../../support/rules';

describe('option-unread', () => {
  it('names the program that reads it', () =>
    checkRule(
      rule,
      `
      smtp inet n - y - - smtpd
        -o header_checks=pcre:/etc/postfix/hc
      # ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ unread program=smtpd readers=cleanup
        -o mydestination=example.com
      # ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ elsewhere decider=trivial-rewrite
      `,
    ));
  it('is silent about own parameters, macros, and what the program reads', () =>
    checkRule(
      rule,
      `
      smtp inet n - y - - smtpd
        -o my_list=permit
        -o transport_maps=hash:/etc/postfix/t
        -o smtpd_client_restrictions=\${transport_maps?permit},$my_list
        -o mynetworks=127.0.0.0/8 -o syslog_name=postfix/x -o tls_high_cipherlist=HIGH
        -o receive_override_options=no_header_body_checks
      cleanup unix n - y - 0 cleanup -o header_checks= -o milter_default_action=accept
      lmtp unix - - y - - lmtp -o lmtp_tls_security_level=may -o smtp_data_done_timeout=9s
      x unix - n n - - pipe flags=R user=a argv=/bin/b -o header_checks=1
      `,
    ));
  it('takes the option out', () =>
    checkFix(rule, 'smtp inet n - y - - smtpd\n  -o header_checks=\n  -o soft_bounce=no\n', {
      'master.cf': 'smtp inet n - y - - smtpd\n  -o soft_bounce=no\n',
    }));
});
