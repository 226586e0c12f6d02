import { equal } from 'node:assert/strict';
import { rule } from '@postfix-tools/server/rules/any/leading-white-space';
import { checkFix, checkRule, findings } from '../../support/rules';

describe('leading-white-space', () => {
  it('fires on the first logical line alone', () => {
    const found = findings(rule, {
      'main.cf': '# mail\n\n  myhostname = a.example.com\n  b\nsoft_bounce = no\n',
      'master.cf': '\tsmtp inet n - n - - smtpd\n',
    });
    equal(found.length, 2);
    equal(found[0]?.source.positionAt(found[0].span.start).line, 2);
  });
  it('is silent on continued lines', () => checkRule(rule, 'mynetworks =\n  127.0.0.0/8\n'));
  it('says that the rule of a table is not there', () => {
    const files = { 'main.cf': 'header_checks = pcre:/etc/postfix/hc\n', hc: '# checks\n /a/ REJECT\n/b/ REJECT\n' };
    const [found] = findings(rule, files);
    equal(found?.severity, 'error');
    checkFix(rule, files, { hc: '# checks\n/a/ REJECT\n/b/ REJECT\n' });
  });
  it('takes the white space away', () => checkFix(rule, { 'main.cf': '  a = b\n' }, { 'main.cf': 'a = b\n' }));
});
