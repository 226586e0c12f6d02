import { deepEqual } from 'node:assert/strict';
import { rule } from '@postfix-tools/server/rules/main-cf/missing-equals';
import { checkFix, checkRule, findings } from '../../support/rules';

describe('missing-equals', () => {
  it('fires on a line without an equals sign', () =>
    checkRule(
      rule,
      `
      myhostname = mail.example.com
      relay_domains
      #<^^^^^^^^^^^ equals name=relay_domains severity=error
      smtpd relay restrictions = permit
      #<^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ equals name=smtpd
      `,
    ));
  it('fires on a line without a name', () => {
    const found = findings(rule, 'relay_domains = example.org\n= permit\n');
    deepEqual(
      found.map(f => [f.severity, f.message.args['says'], f.source.slice(f.span)]),
      [['error', 'missing attribute name: "= permit"', '=']],
    );
  });
  it('is silent on settings, continued lines, comments, and control lines of templates', () =>
    checkRule(
      rule,
      `
      mydestination=localhost
      mynetworks = 127.0.0.0/8,
        # not ours
        192.0.2.0/24
      empty =
      {% if tls %}
      smtpd_tls_security_level = may
      {% endif %}
      `,
    ));
  it('inserts the sign behind a known name', () =>
    checkFix(rule, 'relay_domains example.org\n', 'relay_domains = example.org\n'));
  it('writes "=" for another operator; "+=" adds to nothing, so that is for a person to judge', () => {
    checkFix(rule, 'relay_domains: example.org\n', 'relay_domains = example.org\n');
    checkFix(rule, 'relay_domains := example.org\n', 'relay_domains = example.org\n');
    checkFix(rule, 'relay_domains += example.org\n', 'relay_domains = example.org\n', { title: /^Write/ });
    deepEqual(findings(rule, 'relay_domains += example.org\n')[0]?.fixes?.[0]?.safe, false);
  });
  it('joins a name that was written with blanks', () =>
    checkFix(rule, 'smtpd relay restrictions = permit\n', 'smtpd_relay_restrictions = permit\n'));
  it('makes anything else a comment', () =>
    checkFix(rule, 'our rules\n  go here\n', '# our rules\n#   go here\n', { title: /comment/ }));
});
