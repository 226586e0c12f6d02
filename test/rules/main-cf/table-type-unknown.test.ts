import { rule } from '@postfix-tools/server/rules/main-cf/table-type-unknown';
import { checkFix, checkRule } from '../../support/rules';

describe('table-type-unknown', () => {
  it('fires on types that are not there, and on tables without one', () =>
    checkRule(
      rule,
      `
      virtual_alias_maps = hsah:/etc/postfix/virtual, proxy:myslq:/x
      #                    ^^^^^^^^^^^^^^^^^^^^^^^^^ unknown type=hsah severity=error
      #                                               ^^^^^^^^^^^^^^ unknown type=myslq
      transport_maps = /etc/postfix/transport
      #                ^^^^^^^^^^^^^^^^^^^^^^ untyped instead=hash:/etc/postfix/transport severity=error
      smtpd_sender_restrictions = check_sender_access hsh:/etc/postfix/x, permit
      #                                               ^^^^^^^^^^^^^^^^^^ unknown type=hsh
      relay_domains = example.com pcer:/x
      #                           ^^^^^^^ unknown
      canonical_maps = netinfo:/x
      #                ^^^^^^^^^^ gone severity=warning
      `,
    ));
  it('looks into tables that are made of tables', () =>
    checkRule(
      rule,
      `
      canonical_maps = proxy:unionmap:{static:x, pipemap:{hahs:/x, inline:{a=b}}}
      #                                                   ^^^^ unknown type=hahs severity=error
      virtual_alias_maps = unionmap:{hash:/x, $other}
      `,
    ));
  it('names a package once', () =>
    checkRule(
      rule,
      `
      alias_maps = ldap:/etc/postfix/a
      #            ^^^^^^^^^^^^^^^^^^^ package type=ldap severity=information
      transport_maps = ldap:/etc/postfix/b regexp:/c pcre:/d
      `,
    ));
  it('is silent on tables, networks, policies, and what is no table', () =>
    checkRule(
      rule,
      `
      virtual_alias_maps = hash:/a unionmap:{btree:/b,cidr:/c} $alias_maps
      alias_maps = hash:/etc/aliases, nis:mail.aliases
      mynetworks = [2001:db8::]/32 127.0.0.0/8 /etc/postfix/nets !hash:/x
      smtpd_recipient_restrictions = check_policy_service unix:private/policy, check_policy_service inet:127.0.0.1:10023,
        check_recipient_access inline:{ {a@b = REJECT x y} }, reject_rbl_client zen.example.net
      smtpd_milters = inet:localhost:8891, local:/run/x
      local_recipient_maps = unix:passwd.byname $alias_maps
      virtual_mailbox_domains = example.com, {{ domains }}
      content_filter = smtp-amavis:[127.0.0.1]:10024
      relocated_maps =
      `,
    ));
  it('writes the type that was meant', () => {
    checkFix(rule, 'virtual_alias_maps = hsah:/x\n', 'virtual_alias_maps = hash:/x\n');
    checkFix(rule, 'transport_maps = /x\n', 'transport_maps = hash:/x\n');
  });
});
