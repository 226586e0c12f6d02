import { rule } from '@postfix-tools/server/rules/main-cf/undefined-macro';
import { checkFix, checkRule } from '../../support/rules';

describe('undefined-macro', () => {
  it('fires on names that nothing defines, in every spelling', () =>
    checkRule(
      rule,
      `
      relay_domains = $nowhere, \${lost} $(gone)
      #               ^^^^^^^^ list macro=$nowhere name=relay_domains severity=warning
      #                         ^^^^^^^ list macro=$lost
      #                                 ^^^^^^^ list macro=$gone
      mydestination = \${myhostname?{$none}:{x}}
      #                             ^^^^^ list
      `,
    ));
  it('is information in the list of what proxymap may open', () =>
    checkRule(
      rule,
      `
      proxy_read_maps = $virtual_mailbox_maps $virtual_mailbox_limit_maps
      #                                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^ list severity=information
      `,
    ));
  it('is an error where the value is then none', () =>
    checkRule(
      rule,
      `
      smtpd_timeout = \${t}s
      #               ^^^^ breaks value=s severity=error
      --- master.cf
      submission inet n - y - - smtpd
        -o smtpd_sasl_auth_enable=$auth
      #                           ^^^^^ breaks severity=error
        -o smtpd_client_restrictions=$mua_client_restrictions
      #                              ^^^^^^^^^^^^^^^^^^^^^^^^ list
      `,
    ));
  it('is silent on what is set somewhere, asked for, or filled in later', () =>
    checkRule(
      rule,
      `
      ours = example.org
      relay_domains = $ours, $mydestination \${extra?$extra_no}\${extra:none}
      extra_no = x
      mynetworks = $NETWORKS {{ networks }}
      mailbox_command = /usr/bin/procmail -a "$EXTENSION" $extension
      smtpd_reject_footer = \\c. See $client_name
      debugger_command = gdb $daemon_directory/$process_name $process_id
      spawn_limit = $mailman_destination_recipient_limit
      price = $$dollars
      --- master.cf
      mailman unix - n n - - pipe flags=FR argv=/x \${nexthop} $(user)
      `,
    ));
  it('is silent without a main.cf', () =>
    checkRule(rule, { 'master.cf': 'smtp inet n - y - - smtpd -o smtpd_helo_restrictions=$mua_helo\n' }));
  it('mends a slip', () => checkFix(rule, 'relay_domains = $mydestnation\n', 'relay_domains = $mydestination\n'));
});
