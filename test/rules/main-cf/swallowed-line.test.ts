import { rule } from '@postfix-tools/server/rules/main-cf/swallowed-line';
import { checkFix, checkRule } from '../../support/rules';

describe('swallowed-line', () => {
  it('fires on an indented setting, behind comments and other lines too', () =>
    checkRule(
      rule,
      `
      relay_domains = example.info
       smtpd_client_restrictions = reject
      #^^^^^^^^^^^^^^^^^^^^^^^^^ swallowed owner=relay_domains name=smtpd_client_restrictions severity=warning
      # more
      \tmailman_destination_recipient_limit=1
      #^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ swallowed
      mydestination =
        localhost
        myown = x
      # ^^^^^ swallowed name=myown
      myown = 1
      `,
    ));
  it('is silent on lists and on values that hold such pairs', () =>
    checkRule(
      rule,
      `
      smtpd_milters =
        { inet:localhost:8891,
          smtpd_timeout = 10s, default_action = accept }
      export_environment = TZ
        mail_name = x
      virtual_alias_maps = inline:{
        myorigin = x }
      mynetworks = 127.0.0.0/8
        TZ=UTC
        [::1]/128
      mydestination
        = localhost
      `,
    ));
  it('takes the white space away', () =>
    checkFix(rule, 'relay_domains = a\n  soft_bounce = no\n', 'relay_domains = a\nsoft_bounce = no\n'));
});
