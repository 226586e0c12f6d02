import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { rule as attached } from '@postfix-tools/server/rules/checks/attached-mail-checked';
import { rule as hitsOthers } from '@postfix-tools/server/rules/checks/forged-sender-hits-others';
import { rule as hitsOwn } from '@postfix-tools/server/rules/checks/forged-sender-hits-own-mail';
import { rule as missed } from '@postfix-tools/server/rules/checks/forged-sender-missed';
import { rule as missing } from '@postfix-tools/server/rules/checks/forged-sender-missing';
import { forgedSenderRule } from '@postfix-tools/server/facts/recommended';
import type { Rule } from '@postfix-tools/server/rules/rule';
import { checkFix, checkRule, findings } from '../../support/rules';

const site = (table: string, type = 'pcre', more = '') => ({
  'main.cf': `myhostname = mx.example.com.br\nmydestination = example.com.br, localhost\nheader_checks = ${type}:/etc/postfix/header_checks\n${more}`,
  header_checks: table,
});
const shown = (rule: Rule, files: Record<string, string>) => findings(rule, files).map(f => f.evidence?.header?.header);
const proved = {
  pcre: forgedSenderRule('pcre', ['example.com.br']),
  regexp: forgedSenderRule('regexp', ['example.com.br']),
};

describe('forged-sender-missed', () => {
  it('shows the plainest forgery that passes, for rules that work and rules that do not', () => {
    for (const table of [
      '/^(From|Message-ID|Received):.*[^@](example)\\.com\\.br/\n    REJECT forged sender\n',
      '@^From:.*@example\\.com\\.br@ REJECT forged\n',
      '/^From:.*@example\\.com\\.br/ DENY forged\n',
      '/^From:.*<.*@example\\.com\\.br>/ REJECT forged\n',
    ]) {
      deepEqual(shown(missed, site(table)), ['From: cliente@example.com.br'], table);
    }
  });
  it('sees other letters, and says of comments alone that they are only likely', () => {
    deepEqual(shown(missed, site('/^From:.*@example\\.com\\.br/i REJECT forged\n')), ['from: a@example.com.br']);
    const [comment] = findings(missed, site('/^From:.*@example\\.com\\.br>?$/ REJECT forged\n'));
    deepEqual(
      [comment?.severity, comment?.evidence?.header?.header],
      ['warning', 'From: cliente@example.com.br (Cliente)'],
    );
  });
  it('is silent about rules that hold, exceptions on purpose, and domains that are not one’s own', () => {
    for (const type of ['pcre', 'regexp'] as const) {
      checkRule(missed, site(proved[type], type));
      checkRule(missed, site(`/^From:.*list@example\\.com\\.br/ DUNNO\n${proved[type]}`, type));
    }
    checkRule(missed, site('/^From:.*[^@]example\\.net/ REJECT\n/^Subject:.*example\\.com\\.br/ REJECT\n'));
  });
  it('writes the rule that is proved, in the dialect of the table, with the action that was there', () => {
    for (const type of ['pcre', 'regexp'] as const) {
      const before = site('/^From:.*[^@]example\\.com\\.br/ REJECT 5.7.1 not you\n', type);
      checkFix(missed, before, { header_checks: proved[type].replace('forged sender', 'not you') });
    }
  });
});

describe('forged-sender-hits-own-mail', () => {
  it('shows the Received header that smtpd itself adds', () => {
    const [found] = findings(hitsOwn, site('/^(From|Received):.*example\\.com\\.br/ REJECT\n'));
    equal(found?.severity, 'error');
    match(String(found?.evidence?.header?.header), /^Received: from .*\n\tby mx\.example\.com\.br \(Postfix\)/s);
  });
  it('warns of users whose submissions pass the rule', () => {
    const master = `smtp inet n - y - - smtpd\nsubmission inet n - y - - smtpd\ncleanup unix n - y - 0 cleanup\n`;
    const [found] = findings(hitsOwn, { ...site(proved.pcre), 'master.cf': master });
    deepEqual([found?.severity, found?.evidence?.header?.header], ['warning', 'From: cliente@example.com.br']);
    const kept = `smtp inet n - y - - smtpd -o cleanup_service_name=in\nsubmission inet n - y - - smtpd\ncleanup unix n - y - 0 cleanup\nin unix n - y - 0 cleanup -o header_checks=pcre:/etc/postfix/header_checks\n`;
    checkRule(hitsOwn, {
      'main.cf': 'mydestination = example.com.br\n',
      'master.cf': kept,
      header_checks: proved.pcre,
    });
  });
  it('takes Received out', () =>
    checkFix(hitsOwn, site('/^(From|Received):.*example\\.com\\.br/ REJECT\n'), {
      header_checks: '/^(From):.*example\\.com\\.br/ REJECT\n',
    }));
});

describe('forged-sender-hits-others', () => {
  it('shows a foreign domain that is refused', () => {
    deepEqual(shown(hitsOthers, site('/^From:.*@example\\.com\\.br/ REJECT\n')), [
      'From: a@example.com.br.evil.example',
    ]);
    deepEqual(shown(hitsOthers, site('/example\\.com\\.br/ REJECT\n')), ['From: a@notexample.com.br']);
  });
  it('is silent about edges that hold, and look-alikes that are own domains', () => {
    checkRule(hitsOthers, site(proved.pcre));
    checkRule(hitsOthers, {
      ...site(proved.pcre),
      'main.cf': 'mydestination = example.com.br, notexample.com.br\nheader_checks = pcre:/etc/postfix/header_checks\n',
    });
  });
  it('writes the proved rule', () =>
    checkFix(hitsOthers, site('/^From:.*@example\\.com\\.br/ REJECT 5.7.1 forged sender\n'), {
      header_checks: proved.pcre,
    }));
});

describe('attached-mail-checked', () => {
  it('sees checks that nested headers inherit', () => {
    deepEqual(shown(attached, site(proved.pcre)), ['From: cliente@example.com.br']);
    checkRule(attached, site(proved.pcre, 'pcre', 'nested_header_checks =\n'));
    checkRule(attached, site('/^Subject: x/ REJECT\n'));
  });
  it('empties them where the checks are set', () => {
    const before = site(proved.pcre);
    checkFix(attached, before, { 'main.cf': `${before['main.cf']}nested_header_checks =\n` });
  });
});

describe('forged-sender-missing', () => {
  const master = 'smtp inet n - y - - smtpd\nsubmission inet n - y - - smtpd\ncleanup unix n - y - 0 cleanup\n';
  const main = 'mydestination = example.com.br\n';
  it('speaks only where users have a port of their own, and nothing guards', () => {
    equal(findings(missing, { 'main.cf': main, 'master.cf': master }).length, 1);
    checkRule(missing, { 'main.cf': main, 'master.cf': 'smtp inet n - y - - smtpd\n' });
    checkRule(missing, { ...site(proved.pcre), 'master.cf': master });
    checkRule(missing, { 'main.cf': `${main}header_checks = ldap:/etc/postfix/hc\n`, 'master.cf': master });
  });
  it('adds a cleanup service with a new table', () => {
    const [found] = findings(missing, { 'main.cf': main, 'master.cf': master });
    const edits = found?.fixes[0]?.edits ?? [];
    ok(edits.some(e => e.source.path === 'header_checks' && e.newText === proved.pcre));
    ok(edits.some(e => e.newText.includes('nested_header_checks=')));
  });
});
