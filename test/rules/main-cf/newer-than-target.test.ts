import { rule } from '@postfix-tools/server/rules/main-cf/newer-than-target';
import { checkRule } from '../../support/rules';

describe('newer-than-target', () => {
  it('fires on parameters that the target does not have yet', () =>
    checkRule(
      rule,
      `
      smtpd_client_ipv6_prefix_length = 64
      #<^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ parameter since=3.8 target=3.7 severity=warning
      --- master.cf
      smtp inet n - y - - smtpd -o smtpd_hide_client_session=yes
      #                            ^^^^^^^^^^^^^^^^^^^^^^^^^ parameter since=3.10
      `,
      { version: '3.7' },
    ));
  it('goes by patch levels', () => {
    const text = 'smtpd_forbid_bare_newline = yes\nsmtpd_tls_chain_files = x\n';
    checkRule(rule, text, { version: '3.7.11' });
    checkRule(rule, text, { version: '3.7' });
    checkRule(rule, text.replace('\n', '\n#<^^^^^^^^^^^^^^^^^^^^^^^ parameter\n'), { version: '3.7.8' });
  });
  it('fires on tables, restrictions and ways of writing', () =>
    checkRule(
      rule,
      `
      virtual_alias_maps = inline:{a=b}
      #                    ^^^^^^^^^^^^ table since=3.0
      smtpd_recipient_restrictions = check_sasl_access hash:/x, reject
      #                              ^^^^^^^^^^^^^^^^^ restriction since=2.11
      smtpd_tls_protocols = >=TLSv1.2
      #                     ^^^^^^^^^ protocols since=3.6
      --- master.cf
      smtp inet n - y - - smtpd
        -o { smtpd_helo_required = yes }
      # ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ braces
      `.replace('# ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ braces', '# ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ braces'),
      { version: '2.8' },
    ));
  it('fires on actions of header checks', () =>
    checkRule(
      rule,
      `
      header_checks = pcre:/etc/postfix/header_checks
      --- header_checks
      /^From: a/ pass
      #          ^^^^ action since=3.2 target=2.11 severity=warning
      /^From: b/ REDIRECT x@example.com
      /^From: c/ INFO
      `,
      { version: '2.11' },
    ));
  it("is silent on the newest target, and on names of one's own", () => {
    checkRule(rule, 'smtpd_client_ipv6_prefix_length = 64\nsmtp_tlsrpt_enable = yes\n');
    checkRule(rule, 'tls_required_enable = yes\nmyorigin = $tls_required_enable\n', { version: '3.4' });
  });
});
