import { deepEqual, equal, ok } from 'node:assert/strict';
import { loadTable } from '@postfix-tools/server/analysis/checks/load-table';
import { MimeState } from '@postfix-tools/server/analysis/checks/mime-state';
import { tryHeader } from '@postfix-tools/server/analysis/checks/try-header';
import { tryMessage } from '@postfix-tools/server/analysis/checks/try-message';
import { SourceText } from '@postfix-tools/server/text/source-text';

const table = (text: string, type: 'pcre' | 'regexp' = 'pcre') => loadTable(new SourceText('/etc/t', text), type);
const action = (text: string, header: string, type: 'pcre' | 'regexp' = 'pcre'): string | null =>
  tryHeader(table(text, type), 'header_checks', header).action;

describe('a header asked of a table', () => {
  it('is answered by the first rule that matches', () => {
    equal(action('/a/ DUNNO\n/ab/ REJECT\n', 'ab'), 'DUNNO');
    equal(action('!/^From:/ X\n', 'To: a'), 'X');
    equal(action('/From: (\\w+)@(\\w+)/ PREPEND X: $2-${1}$$\n', 'From: joe@example'), 'PREPEND X: example-joe$');
  });

  it('is led past if blocks that do not hold, and stops at one without endif', () => {
    const text = 'if /a/\nif !/b/\n/c/ AC\nendif\n/d/ AD\nendif\n/./ REST\n';
    equal(action(text, 'acd'), 'AC');
    equal(action(text, 'abcd'), 'AD');
    equal(action(text, 'cd'), 'REST');
    equal(action('if /a/\n/b/ X\n/c/ Y\n', 'bc'), null);
  });

  it('tells which rule, its groups and the way', () => {
    const answer = tryHeader(table('if /^From/\n/(x)|(a)/ HIT $2\nendif\n'), 'header_checks', 'From: a');
    equal(answer.rule, 1);
    deepEqual(answer.groups, [6, 7, -1, -1, 6, 7]);
    deepEqual(
      answer.trace.map(step => [step.text, step.outcome]),
      [
        ['if /^From/', 'match'],
        ['/(x)|(a)/ HIT $2', 'HIT a'],
      ],
    );
  });

  it('goes unmatched where the library gives up, and says so', () => {
    const answer = tryHeader(table('!/^(a+)+$/ X\n/./ REST\n'), 'header_checks', `${'a'.repeat(40)}!`);
    equal(answer.action, 'REST');
    deepEqual(answer.log, ['warning: pcre map /etc/t, line 1: match limit exceeded']);
    equal(action('/^(?:a|(?R))+$/ X\n', 'b'), null);
    equal(action('/.a|(?!){0}a/ X\n', 'ba'), 'X');
    equal(action('/^(?!){0}a/ X\n', 'a'), 'X');
  });

  it('is unknown, with the reason, where our budget ends first', () => {
    const answer = tryHeader(table('/^(?=(a+)+$)/ X\n'), 'header_checks', `${'a'.repeat(40)}!`);
    equal(answer.action, null);
    equal(answer.unknown.length, 1);
  });

  it('is decided up to the greatest length of a header', () => {
    const long = (end: string): string => `From: ${'x.'.repeat(51_190)}@example.${end}`;
    for (const pattern of ['/^From:.*@example\\.com$/', '/^(From|To):.*[^@]x{2}/', '/^[^:]*:[^a]*$/']) {
      equal(tryHeader(table(`${pattern} X\n`, 'regexp'), 'header_checks', long('net')).unknown.length, 0, pattern);
    }
    equal(action('/^From:.*@example\\.(com|org)$/ $1\n', long('org'), 'regexp'), 'org');
  });

  it('is decided by length alone where a POSIX pattern is too large', () => {
    equal(action(`/${'(a)'.repeat(50_000)}/ X\n/b/ Y\n`, 'ab', 'regexp'), 'Y');
    equal(action('/a{32767}b/ X\n/b/ Y\n', 'ab', 'regexp'), 'Y');
  });

  it('is asked byte by byte of a pattern of characters where both are ASCII, else not claimed', () => {
    equal(action('/(*UTF)^[^a].$/ X\n', 'bc'), 'X');
    equal(action('/(*UTF8)(*UCP)^\\w+$/ X\n', 'bc'), 'X');
    for (const [pattern, key] of [
      ['(*UTF)^.$', '\xc3\xa9'],
      ['(*UTF)\\x{e9}?a', 'a'],
    ] as const) {
      equal(tryHeader(table(`/${pattern}/ X\n`), 'header_checks', key).unknown.length, 1);
    }
  });

  it('minds limits and conditions that a pattern sets itself', () => {
    equal(action('/(*NOTEMPTY_ATSTART)x*/ X\n', 'ab'), 'X');
    equal(action('/(*NOTEMPTY)x*/ X\n', 'ab'), null);
    const log = (pattern: string) => tryHeader(table(`/${pattern}/ X\n`), 'header_checks', 'ab').log;
    deepEqual(log('(*LIMIT_DEPTH=1)a'), ['warning: pcre map /etc/t, line 1: matching depth limit exceeded']);
    deepEqual(log('(*LIMIT_DEPTH=2)a'), []);
  });

  it('is cut at a NUL; keys of other tables must be UTF-8', () => {
    equal(action('/b/ X\n', 'a\0b'), null);
    equal(tryHeader(table('/./ X\n'), 'access', '\xe9').action, null);
    equal(tryHeader(table('/./ X\n'), 'access', '\xc3\xa9').action, 'X');
    equal(tryHeader(table('/./ X\n'), 'header_checks', '\xe9').action, 'X');
  });

  it('meets the oddities of glibc in regexp: tables', () => {
    equal(action('/a.^b/ X\n', 'a\nb', 'regexp'), 'X', '^ holds behind a newline that was taken');
    equal(action('/a$.b/ X\n', 'a\nb', 'regexp'), 'X', '$ holds before a newline that is taken');
    equal(action('/^b/ X\n', 'a\nb', 'regexp'), null);
    equal(action('/(a*){0,2}b/ [$1]\n', 'aab', 'regexp'), '[]');
    equal(action('/(a*)*b/ [$1]\n', 'aab', 'regexp'), '[aa]');
    equal(action('/x*(a|ab)(c|bcd)(d*)/ $1-$2-$3\n', 'abcd', 'regexp'), 'a-bcd-');
    equal(action('/(a)(b)\\2?/ $1\n', 'ab', 'regexp'), 'a');
  });
});

describe('a message asked of a table', () => {
  const mail =
    'From: a\n b\nSubject : s\nContent-Type: multipart/mixed; boundary="x y"\n\npreamble\n--x y\nContent-Type: message/rfc822\n\nFrom: inner\n\ntext\n--x y--\nend\n';

  it('gives its headers and body lines as cleanup sees them', () => {
    const seen: string[] = [];
    const state = new MimeState(true, {
      header: (header, block) => seen.push(`${block} ${header}`),
      body: line => seen.push(`| ${line}`),
    });
    for (const line of mail.split('\n').slice(0, -1)) state.line(line);
    state.end();
    deepEqual(seen, [
      'primary From: a\n b',
      'primary Subject: s',
      'primary Content-Type: multipart/mixed; boundary="x y"',
      '| ',
      '| preamble',
      '| --x y',
      'multipart Content-Type: message/rfc822',
      '| ',
      'nested From: inner',
      '| ',
      '| text',
      '| --x y--',
      '| end',
    ]);
  });

  it('is answered as postmap -h, -hm, -b print it', () => {
    const checks = table('/^From:/ F\n/^(text|Content)/ C\n');
    equal(tryMessage(checks, 'h', mail).output, 'From: a\n b\tF\nContent-Type: multipart/mixed; boundary="x y"\tC\n');
    ok(tryMessage(checks, 'hm', mail).output.endsWith('From: inner\tF\n'));
    equal(tryMessage(checks, 'bm', mail).output, 'text\tC\n');
    ok(tryMessage(checks, 'b', mail).output.includes('Content-Type: message/rfc822\tC\n'));
  });
});
