import { rule } from '@postfix-tools/server/rules/main-cf/unknown-parameter';
import { checkFix, checkRule } from '../../support/rules';

const master = 'smtp inet n - y - - smtpd\ndovecot unix - n n - - pipe flags=DRhu\n';

describe('unknown-parameter', () => {
  it('suggests what was meant', () =>
    checkRule(
      rule,
      `
      smtpd_relay_restriction = permit
      #<^^^^^^^^^^^^^^^^^^^^^ near near=smtpd_relay_restrictions severity=warning
      smtpd_tls_secuirty_level = may
      #<^^^^^^^^^^^^^^^^^^^^^^ near near="smtpd_tls_security_level, smtp_tls_security_level"
      reject_unauth_destinations = yes
      #<^^^^^^^^^^^^^^^^^^^^^^^^ restriction near=reject_unauth_destination
      virtual_mailbox_limit_maps = hash:/etc/postfix/quota
      #<^^^^^^^^^^^^^^^^^^^^^^^^ vda
      smtpd_bind_address = 192.0.2.1
      #<^^^^^^^^^^^^^^^^ invention near=inet_interfaces
      `,
    ));
  it('looks at services, and for transports that are not there', () =>
    checkRule(
      rule,
      `
      dovecot_destination_recipient_limit = 1
      mailman_destination_recipient_limit = 1
      #<^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ transport transport=mailman
      smtpd_own_thing = 1
      #<^^^^^^^^^^^^^ none
      --- master.cf
      ${master.replace('\n', '\n      ').trimEnd()}
      submission inet n - y - - smtpd
        -o smtpd_client_restriction=reject
      #    ^^^^^^^^^^^^^^^^^^^^^^^^ near near=smtpd_client_restrictions
      `,
    ));
  it('is silent on names that something uses, classes, own names, transports without a master.cf, and templates', () => {
    checkRule(
      rule,
      `
      smtpd_relay_restriction = permit
      smtpd_relay_restrictions = $smtpd_relay_restriction, reject_unauth_destination
      smtpd_restriction_classes = smtpd_class
      smtpd_class = permit
      mailman_destination_recipient_limit = 1
      submission_restrictions = reject
      local_table_server_host = ldap.example.com
      alias_maps = ldap:local_table
      SMTPD_X = 1
      smtpd_{{ x }} = 1
      postscreen_tls_chain_files = x
      program_directory = /usr/libexec
      `,
    );
    checkRule(rule, { 'main.cf': 'mua_x = reject\n', 'master.cf': `${master}x inet n - y - - smtpd -o a=\${mua_x}\n` });
  });
  it('writes the name', () =>
    checkFix(
      rule,
      'smtp_relayhost_auth = x\nmyhostnam = a.example.com\n',
      'smtp_relayhost_auth = x\nmyhostname = a.example.com\n',
    ));
});
