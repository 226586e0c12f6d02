import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { rule as attached } from '@postfix-tools/server/rules/checks/attached-mail-checked';
import { rule as hitsOthers } from '@postfix-tools/server/rules/checks/forged-sender-hits-others';
import { rule as hitsOwn } from '@postfix-tools/server/rules/checks/forged-sender-hits-own-mail';
import { rule as missed } from '@postfix-tools/server/rules/checks/forged-sender-missed';
import { rule as missing } from '@postfix-tools/server/rules/checks/forged-sender-missing';
import { forgedSenderNote, forgedSenderRule } from '@postfix-tools/server/facts/recommended';
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
const noted = { pcre: `${forgedSenderNote}\n${proved.pcre}`, regexp: `${forgedSenderNote}\n${proved.regexp}` };

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
    deepEqual(shown(missed, site('/^From:.*@example\\.com\\.br/i REJECT forged\n')), ['from: cliente@example.com.br']);
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
  it('takes a rule by the names that it looks for, not by those in other words, names and places', () => {
    for (const table of [
      '/^Received: from [^ ]*example\\.com\\.br/ REJECT\n',
      '/^From:.*@notexample\\.com\\.br/ REJECT\n',
      '/^From:.*@example\\.com\\.bratz/ REJECT\n',
      '/^From:.*@example\\.com\\.br\\.evil/ REJECT\n',
      '/^From:.*@news\\.example\\.com\\.br/ REJECT\n',
      '/^From:(?!.*@example\\.com\\.br)/ REJECT only we send here\n',
    ]) {
      checkRule(missed, site(table));
    }
    for (const table of [
      '/^(?:From|To):.*[^@]example\\.com\\.br/ REJECT\n',
      '/^[Ff]rom:.*[^@]example\\.com\\.br/ REJECT\n',
      '/^From:.*\\x40{3}example\\.com\\.br/ REJECT\n',
      '/^From:.*\\x{3c}example\\x2ecom\\056br/ REJECT\n',
      '/^(Resent-)?From:.*[^@]\\bexample\\.com\\.br\\b/ REJECT\n',
      '/^(?:From|To):.*[^@](?:example\\.com\\.br|example\\.net)/ REJECT\n',
    ]) {
      deepEqual(shown(missed, site(table)), ['From: cliente@example.com.br'], table);
    }
  });
  it('sees rules that an indent has swallowed', () => {
    for (const table of [
      'if /^From:/\n  /@example\\.com\\.br/ REJECT\nendif\n',
      '/^Subject: x/ REJECT\n  /^From:.*@example\\.com\\.br/ REJECT\n',
    ]) {
      deepEqual(shown(missed, site(table)), ['From: cliente@example.com.br'], table);
    }
  });
  it('warns of a rule that only watches where nothing else stops mail, and of exceptions that a rule makes itself', () => {
    const severities = (table: string, type = 'pcre') => findings(missed, site(table, type)).map(f => f.severity);
    deepEqual(severities('/^From:.*@example\\.com\\.br/ WARN forged\n'), ['warning']);
    deepEqual(severities('/^From:.*@example\\.com\\.br/ OK\n/^Subject: x/ REJECT\n'), []);
    deepEqual(severities('/^From:(?!.*list@).*@example\\.com\\.br/ REJECT\n'), ['warning']);
    deepEqual(severities('/^From:.*@example\\.com\\.br/!/list@/ REJECT\n', 'regexp'), ['warning']);
  });
  it('puts the rule above what would keep forgeries from it', () => {
    const watch = '/^(From|To):/ WARN\n';
    const broken = '/^From:.*[^@]example\\.com\\.br/ REJECT 5.7.1 forged sender\n';
    checkFix(missed, site(watch + broken), { header_checks: noted.pcre + watch });
    checkFix(missed, site(`if /^Subject:/\n/x/ REJECT\n${broken}`), {
      header_checks: `${noted.pcre}if /^Subject:/\n/x/ REJECT\n`,
    });
    const [overruled] = findings(missed, site(`/^From: "/ DUNNO\n${proved.pcre}`));
    deepEqual(
      overruled?.fixes.map(f => f.safe),
      [false],
    );
  });
  it('writes the rule that is proved, in the dialect of the table, with the action that was there', () => {
    for (const type of ['pcre', 'regexp'] as const) {
      const before = site('/^From:.*[^@]example\\.com\\.br/ REJECT 5.7.1 not you\n', type);
      checkFix(missed, before, { header_checks: noted[type].replace(/forged sender$/m, 'not you') });
    }
  });
});

describe('the fix of forged-sender-missed and forged-sender-hits-others', () => {
  const fixed = (rule: Rule, line: string, type: 'pcre' | 'regexp') => {
    const [found] = findings(rule, site(line, type));
    const [edit] = found?.fixes[0]?.edits ?? [];
    return edit?.newText.split('\n    ')[1];
  };
  it('takes the groups out of the action, for the recommended pattern has others or none', () => {
    for (const [action, left] of [
      ['REJECT forged $1', 'REJECT forged'],
      ['REJECT 5.7.1 forged: ${1} of $(2)', 'REJECT 5.7.1 forged: of'],
      ['DISCARD $1', 'DISCARD'],
      ['HOLD forged ($1)', 'HOLD forged'],
      ['reject 5.7.1 $1', 'REJECT 5.7.1 forged sender'],
      ['REJECT not "you, $1"', 'REJECT 5.7.1 forged sender'],
      ['REJECT fined $$5', 'REJECT fined $$5'],
      ['REJECT fined $$5 $1', 'REJECT fined $$5'],
      ['REJECT não é daqui', 'REJECT não é daqui'],
    ]) {
      for (const type of ['pcre', 'regexp'] as const) {
        equal(fixed(missed, `/^(From|Sender):.*@(example)\\.com\\.br$/ ${action}\n`, type), left, action);
        equal(fixed(hitsOthers, `/^(From|Sender):.*(example)\\.com\\.br/ ${action}\n`, type), left, action);
      }
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
  it('shows the Received header of mail from the host’s own programs', () => {
    const [found] = findings(hitsOwn, site('/^Received: by [a-z.]*example\\.com\\.br/ REJECT\n'));
    match(String(found?.evidence?.header?.header), /^Received: by mx\.example\.com\.br \(Postfix, from userid 0\)/);
  });
  it('asks for Received to be taken out only where the pattern names it', () => {
    const message = (table: string) => findings(hitsOwn, site(table))[0]?.message.text.en ?? '';
    match(message('/^(From|Received):.*example\\.com\\.br/ REJECT\n'), /Take Received out/);
    match(message('/^X-Received:|example\\.com\\.br/ REJECT\n'), /Name the headers/);
    match(message('/example\\.com\\.br/ REJECT\n'), /every mail .* Name the headers/);
    match(message('/from userid/ REJECT\n'), /cron.* Name the headers/);
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
  it('sees them also where the own domain is not even stopped, but not where everybody else is meant', () => {
    deepEqual(shown(hitsOthers, site('/^From:.*[^@]example\\.com\\.br/ REJECT\n')), ['From: a@notexample.com.br']);
    checkRule(hitsOthers, site('/^From:(?!.*@example\\.com\\.br)/ REJECT only we send here\n'));
  });
  it('asks a table of senders for senders, and other tables for nothing', () => {
    const senders = (table: string, list = 'smtpd_sender_restrictions = check_sender_access') => ({
      'main.cf': `mydestination = example.com.br\n${list} pcre:/etc/postfix/header_checks\n`,
      header_checks: table,
    });
    deepEqual(shown(hitsOthers, senders('/@example.com\\.br$/ 550 not you\n')), ['a@examplexcom.br']);
    checkRule(hitsOthers, senders('/@example\\.com\\.br$/ REJECT\n'));
    checkRule(hitsOthers, senders('/@example.com\\.br$/ joe\n', 'virtual_alias_maps ='));
    const edgeless = '/example\\.com\\.br/ REJECT\n';
    const asked = (list: string) => shown(hitsOthers, senders(edgeless, list));
    for (const check of ['check_client_access', 'check_helo_access', 'check_recipient_access'])
      deepEqual(asked(`smtpd_sender_restrictions = ${check}`), [], check);
    deepEqual(asked('smtpd_recipient_restrictions = check_sender_access'), ['a@notexample.com.br']);
    deepEqual(asked('smtpd_sender_restrictions ='), ['a@notexample.com.br']);
    deepEqual(shown(hitsOthers, senders('/@example.com\\.br$/ DEFER\n')), ['a@examplexcom.br']);
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
      header_checks: noted.pcre,
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
    ok(edits.some(e => e.source.path === 'header_checks' && e.newText === noted.pcre));
    ok(edits.some(e => e.newText.includes('nested_header_checks=')));
  });
  const withTable = (table: string, destination = 'example.com.br', more = '') => ({
    'main.cf': `myhostname = mx.example.org\nmydestination = ${destination}\nheader_checks = pcre:/etc/postfix/header_checks${more}\n`,
    'master.cf': master,
    header_checks: table,
  });
  it('adds the rule where it gets to see the forgeries', () => {
    const plain = '/^Subject: x/ REJECT';
    checkFix(missing, withTable(plain), { header_checks: `${plain}\n${noted.pcre}` });
    for (const table of ['/^From:/ WARN x\n/foo/ REJECT\n', '/^/ DUNNO\n', 'if /^Subject:/\n/foo/ REJECT\n'])
      checkFix(missing, withTable(table), { header_checks: noted.pcre + table });
    const exception = `/^List-Id:/ DUNNO\n`;
    checkFix(missing, withTable(`${exception}/^F/ INFO\n`), { header_checks: `${exception}${noted.pcre}/^F/ INFO\n` });
  });
  it('offers nothing where the rule would be too long for PCRE', () => {
    const many = Array.from(
      { length: 1300 },
      (_, i) => `a-very-long-name-of-a-domain-of-somebody-with-many-of-them-${i}.example`,
    ).join(' ');
    const [found] = findings(missing, withTable('/^X/ REJECT\n', many));
    deepEqual(found?.fixes, []);
  });
  it('names a domain that no rule is for, beside one that is guarded', () => {
    const before = withTable(proved.pcre, 'example.com.br, example.net');
    const [found] = findings(missing, before);
    deepEqual(found?.evidence?.header, {
      table: 'pcre:header_checks',
      header: 'From: cliente@example.net',
      action: null,
    });
    const added = forgedSenderRule('pcre', ['example.net']);
    checkFix(missing, before, { header_checks: `${proved.pcre}${forgedSenderNote}\n${added}` });
  });
  it('asks for no hosts, nor for domains that are stopped or let by on purpose', () => {
    checkRule(missing, withTable(proved.pcre, '$myhostname, www.example.com.br, localhost, example.com.br'));
    checkRule(missing, withTable(`${proved.pcre}/^From:.*@[^.]*\\.net/ REJECT\n`, 'example.com.br, example.net'));
    checkRule(missing, withTable(`${proved.pcre}/^From:.*@example\\.net/ DUNNO\n`, 'example.com.br, example.net'));
    equal(findings(missing, withTable('/^X/ REJECT\n', '$myhostname, localhost')).length, 1);
  });
  it('asks all tables in their order, and is silent where one is not known', () => {
    const two = (first: string, second: string) => ({
      ...withTable(first, undefined, ' pcre:/etc/postfix/more'),
      more: second,
    });
    checkRule(missing, two('/^X/ REJECT\n', '/^From:.*example/ REJECT\n'));
    equal(findings(missing, two('/^From:/ WARN x\n', '/^From:.*example/ REJECT\n')).length, 1);
    checkRule(missing, withTable('/^X/ REJECT\n', undefined, ' pcre:/etc/postfix/elsewhere'));
  });
});
