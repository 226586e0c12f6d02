import { rule } from '@postfix-tools/server/rules/main-cf/invalid-value';
import { checkFix, checkRule } from '../../support/rules';

describe('invalid-value', () => {
  it('fires on what is no boolean, number or time', () =>
    checkRule(
      rule,
      `
      smtpd_delay_reject = maybe
      #                    ^^^^^ bool value=maybe severity=error
      message_size_limit = 10240000 # ten
      #                    ^^^^^^^^^^^^^^ number value="10240000 # ten"
      smtpd_timeout = 1.5m
      #               ^^^^ time unit=s
      maximal_queue_lifetime = five
      #                        ^^^^ time unit=d
      soft_bounce =
      #<^^^^^^^^^ bool
      `,
    ));
  it('knows bounds and empty texts', () =>
    checkRule(
      rule,
      `
      max_use = 0
      #         ^ low min=1
      in_flow_delay = 20
      #               ^^ high max=10
      smtpd_timeout = 0s
      #               ^^ low min=1
      myorigin =
      #<^^^^^^ empty
      `,
    ));
  it('lets an installer fill in paths and owners that must not be empty, and nobody else', () => {
    checkRule(
      rule,
      `
      myhostname = mx.example.com
      mail_owner =
      #<^^^^^^^^ empty name=mail_owner
      setgid_group =
      #<^^^^^^^^^^ empty
      command_directory =
      #<^^^^^^^^^^^^^^^ empty
      manpage_directory =
      sendmail_path =
      `,
    );
    checkRule(
      rule,
      `
      queue_directory =
      #<^^^^^^^^^^^^^ empty
      sendmail_path =
      mailq_path =
      setgid_group =
      shlib_directory =
      `,
    );
    checkRule(rule, 'setgid_group =\n');
    checkRule(rule, 'myhostname = {{ name }}\nmail_owner =\n');
  });
  it('knows words, one or several', () =>
    checkRule(
      rule,
      `
      inet_protocols = ipv4, ipv5
      #                      ^^^^ keyword value=ipv5 words="all, ipv4, ipv6"
      mynetworks_style = lan
      #                  ^^^ keyword
      smtpd_tls_security_level = always
      #                          ^^^^^^ keyword value=always
      smtpd_tls_protocols = !SSLv2, !SSL3
      #                             ^^^^^ protocol severity=warning
      postscreen_greet_action = enforced
      #                         ^^^^^^^^ keyword severity=warning
      smtpd_discard_ehlo_keywords = chunkin
      #                             ^^^^^^^ logged severity=warning
      `,
    ));
  it('knows levels and names', () =>
    checkRule(
      rule,
      `
      compatibility_level = three
      #                     ^^^^^ level
      myhostname = 192.0.2.10
      #            ^^^^^^^^^^ hostname
      `,
    ));
  it('knows what master(8) compares at its start', () =>
    checkRule(
      rule,
      `
      myhostname = mail.example.com
      myorigin = example.com, example.net
      #          ^^^^^^^^^^^^^^^^^^^^^^^^ origin severity=error
      relayhost = Mail.example.com
      #           ^^^^^^^^^^^^^^^^ itself severity=error
      `,
    ));
  it('looks at services, and says where the word stands', () =>
    checkRule(
      rule,
      `
      level = sometimes
      --- master.cf
      smtp inet n - n - - smtpd
        -o smtpd_tls_security_level=$level
      #                             ^^^^^^ keyword value=sometimes severity=error
      `,
    ));
  it('is silent on what Postfix takes', () =>
    checkRule(
      rule,
      `
      smtpd_delay_reject = YES
      message_size_limit = +10240000
      smtpd_timeout = \${stress?{10}:{300}}s
      delay_warning_time = 4
      smtpd_tls_security_level = May
      smtpd_tls_mandatory_protocols = >=TLSv1.2
      smtp_tls_protocols = !SSLv2,!SSLV3:!TLSV1
      smtpd_tls_security_level =
      relayhost =
      compatibility_level = 3.6
      postscreen_greet_action = ENFORCE
      my_own = whatever
      myhostname = mail_1.example.com
      soft_bounce = {{ soft }}
      lmtp_tls_security_level = $TLS
      notify_classes =
      smtpd_sasl_security_options = noanonymous, noplaintext
      `,
    ));
  it('writes what was meant', () => {
    checkFix(rule, 'message_size_limit = 10M\n', 'message_size_limit = 10485760\n');
    checkFix(rule, 'smtpd_timeout = 1.5m\n', 'smtpd_timeout = 90s\n');
    checkFix(rule, 'soft_bounce = off\n', 'soft_bounce = no\n');
    checkFix(rule, 'mynetworks_style = hots\n', 'mynetworks_style = host\n');
  });
});
