import assert from 'node:assert/strict';
import { ruleLensLines } from '@postfix-tools/server/features/checks-lens';
import { lensesOf, lensText } from '@postfix-tools/server/features/code-lens';
import { entryOf, loadTable } from '@postfix-tools/server/analysis/checks/load-table';
import { tryHeader } from '@postfix-tools/server/analysis/checks/try-header';
import { forgedSenderRule } from '@postfix-tools/server/facts/recommended';
import { format, type Lang } from '@postfix-tools/server/text/message';
import { toBytes } from '@postfix-tools/server/text/source-text';
import { cursorIn, type Cursor } from '../support/features';
import { randomCase, seeded } from '../support/pattern-generator';

const site = (text: string, type = 'pcre', parameter = 'header_checks'): Cursor =>
  cursorIn({
    'etc/postfix/main.cf': `myhostname = mx.example.com\nmydestination = example.com\n${parameter} = ${type}:/etc/postfix/t\n`,
    'etc/postfix/t': `‸${text}`,
  });
/** What stands above each rule, without the way to try others. */
const above = (text: string, type?: string, parameter?: string, lang: Lang = 'en'): string[] => {
  const { site: at, source } = site(text, type, parameter);
  return lensesOf(at, source)
    .filter(lens => lens.kind === 'catches')
    .map(lens => format(lensText(at, source, lens), lang));
};

describe('checks: what stands above a rule', () => {
  it('a rule against forged senders: own forgeries, and the one that it misses', () => {
    assert.deepEqual(above('/^From:.*[^@]example\\.com/ REJECT\n'), [
      'catches: From: someone@aexample.com · lets through: From: cliente@example.com',
    ]);
    assert.deepEqual(above('/^From:.*@example\\.com/ REJECT\n/^Subject: x/ HOLD\n', 'pcre', 'header_checks', 'pt-BR'), [
      'pega: From: cliente@example.com e mais 5 · deixa passar: From: a@notexample.com',
      'pega: Subject: x · deixa passar: Subject:x',
    ]);
  });

  it('a look-alike that is an own domain too is none that passes', () => {
    const rule = forgedSenderRule('pcre', ['example.com', 'notexample.com']);
    const { site: at, source } = cursorIn({
      'etc/postfix/main.cf': 'mydestination = example.com, notexample.com\nheader_checks = pcre:/etc/postfix/t\n',
      'etc/postfix/t': `‸${rule}`,
    });
    const [lens] = lensesOf(at, source);
    assert.ok(lens);
    assert.equal(
      format(lensText(at, source, lens), 'en'),
      'catches: From: cliente@example.com and 11 more · lets through: From: a@example.com.evil.example',
    );
  });

  it('the nearest line that passes: case, blanks, a fold, an encoded word, a letter', () => {
    assert.deepEqual(
      above(
        [
          '/^Subject:.*viagra/ REJECT',
          '/^Subject:.*cialis/i REJECT',
          '/^X-Mailer: The Bat!/ REJECT',
          '/^To:\\s*a b/ REJECT',
          '/^To:.*undisclosed/ WARN',
          '/^From: a@b\\.example$/ DISCARD',
          '!/^[\\w-]+:/ REJECT',
          'if /^Date:/',
          '!/20[0-9][0-9]/ REJECT',
          'endif',
        ].join('\n'),
      ),
      [
        'catches: Subject: viagra · lets through: Subject: =?UTF-8?Q?via=67ra?=',
        'catches: Subject: cialis · lets through: subject: cialis',
        'catches: X-Mailer: The Bat! · lets through: X-Mailer:The Bat!',
        'catches: To: a b · lets through: To: a ⏎ b',
        'catches: To: undisclosed · misses: To: und1sclosed',
        'catches: From: a@b.example · lets through: From:a@b.example',
        'catches: a · lets through: A: x',
        'catches: Date: a · lets through: Date: 2000',
      ],
    );
  });

  it('a rule that never gets its turn, one that all passes by, one whose example is not known', () => {
    assert.deepEqual(
      above(
        '/^X:.*a/ REJECT\n/^X:.*ab/ REJECT\n/^X:.*(ac|b)/ OK\n/^X: (y+)\\1z/ OK\n/^X: (y)?(?(1)w|v)u/ OK\n/^/ OK\n',
      ).slice(0, 5),
      [
        'catches: X: a · lets through: X: 4',
        'never gets its turn: line 1 answers first',
        'catches: X: b · misses: X: x',
        'catches: X: yyz · misses: X:yyz',
        'no example found',
      ],
    );
    assert.deepEqual(
      above('/^/ REJECT\n').map(text => text.replace(/:.*more/, ': …')),
      ['catches: …'],
    );
  });

  it('body checks and access tables: their own kind of line', () => {
    assert.deepEqual(above('/viagra/ REJECT\n', 'regexp', 'body_checks'), ['catches: viagra · lets through: v1agra']);
    assert.deepEqual(
      above('/^[^@]+@spam\\.example$/ 550 no\n', 'pcre', 'smtpd_sender_restrictions = check_sender_access'),
      ['catches: a@spam.example · lets through: a@5pam.example'],
    );
  });

  it('every line shown is replayed: the first is answered by the rule, the second passes it', () => {
    const next = seeded(5);
    let caught = 0;
    let passed = 0;
    for (let n = 0; n < 150; n++) {
      const tables = [randomCase(next), randomCase(next)];
      const type = tables[0]?.type ?? 'pcre';
      const text = tables
        .filter(t => t.type === type)
        .map(t => t.table.replace('/./ REST\n', ''))
        .join('');
      const { site: at, source } = site(text, type);
      const table = loadTable(source, type);
      for (const lens of lensesOf(at, source).filter(l => l.kind === 'catches')) {
        const place = table.rules.findIndex((_, rule) => entryOf(table, rule)?.line.span.start === lens.span.start);
        const says = format(lensText(at, source, lens), 'en');
        const lines = ruleLensLines(at, source, lens.span.start).map(line =>
          tryHeader(table, 'header_checks', toBytes(line)),
        );
        if (says.startsWith('catches')) {
          assert.equal(lines[0]?.rule, place, `${text}${says}`);
          caught++;
        }
        if (says.includes(' · ')) {
          assert.notEqual(lines[1]?.rule, place, `${text}${says}`);
          passed++;
        }
      }
    }
    assert.ok(caught > 60 && passed > 40, `${caught} ${passed}`);
  });

  it('a table of 10,000 rules has one lens a rule, and none is worked out before it is shown', () => {
    const text = Array.from({ length: 10_000 }, (_, i) => `/^Subject:.*word${i}x/ REJECT\n`).join('');
    const { site: at, source } = site(text);
    const lenses = lensesOf(at, source);
    assert.equal(lenses.length, 10_000);
    const last = lenses[9_999];
    assert.ok(last);
    assert.match(format(lensText(at, source, last), 'en'), /^catches: Subject: word9999x · lets through: Subject: =\?/);
  });
});
