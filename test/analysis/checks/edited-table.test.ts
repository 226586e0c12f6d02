import assert from 'node:assert/strict';
import fc from 'fast-check';
import { tableRules } from '@postfix-tools/server/analysis/checks/as-language';
import { askTable } from '@postfix-tools/server/analysis/checks/ask-table';
import { editOf, placeAfter } from '@postfix-tools/server/analysis/checks/edited-table';
import { entryOf, loadTable, type LoadedTable } from '@postfix-tools/server/analysis/checks/load-table';
import { shadowsOf } from '@postfix-tools/server/analysis/checks/shadows';
import { tryHeader } from '@postfix-tools/server/analysis/checks/try-header';
import { siteOf } from '@postfix-tools/server/model/folder-site';
import { check } from '@postfix-tools/server/rules/driver';
import { rules as allRules } from '@postfix-tools/server/rules/index.generated';
import { MemoryFiles } from '@postfix-tools/server/text/files';
import { SourceText, toBytes } from '@postfix-tools/server/text/source-text';

const lines = [
  '/^Subject:/ WARN\n',
  '/^Subject:.*lottery/ REJECT\n',
  '/^Subject:.*big lottery/ DISCARD\n',
  '/lottery/ HOLD\n',
  '!/^Subject:/ DUNNO\n',
  '/^From:.*(example)/ REJECT $1\n',
  'if /^Subject:/\n',
  'endif\n',
  '/./ INFO\n',
  '/ação/ HOLD\n',
  '/broken(/ REJECT\n',
  '/^From:.*@example.com/ REJECT forged\n',
  '/^Received:/ DISCARD\n',
  '/^X-Mailer:/x REJECT $9\n',
  '/^To: (a+)+$/\n',
  'if !/^From:/ and more\n /nested/ HOLD\n',
  'endif of it\n',
  '!/never|/ REJECT\n',
  '# a comment\n \n',
];
const headers = ['Subject: a big lottery', 'From: a@example.com', 'To: lottery', 'X: y', toBytes('X: ação')];
const line = fc.constantFrom(...lines);

const table = (file: SourceText, texts: readonly string[]): LoadedTable =>
  loadTable(file.edited(texts.join('')), 'pcre');

/** What is known of a table before anything is asked of it. */
function loaded(of: LoadedTable): unknown {
  const { rules, linePlaces, around, ifs, warnings } = of;
  return {
    rules: rules.map((r, i) => [r.kind, r.quiet, r.patterns.map(p => p.part), entryOf(of, i)?.line.span]),
    language: tableRules(of).map(r => [r.tests, r.outcome, r.demands, r.index, rules.indexOf(r.rule)]),
    linePlaces,
    around,
    ifs,
    warnings,
  };
}

const checksRules = allRules.filter(r => r.files.includes('checks'));

/** What all rules say of a table of a site. */
function findings(of: LoadedTable): unknown {
  const mainCf = new SourceText(
    '/etc/postfix/main.cf',
    'myhostname = mx.example.com\nmydestination = example.com\nheader_checks = pcre:/etc/postfix/t\n',
  );
  const sources = [mainCf, of.source];
  const site = siteOf(sources, new MemoryFiles(sources), { postfixVersion: '3.7.11', domains: [] });
  return check(site, checksRules).map(({ source, related, ...f }) => ({
    ...f,
    path: source.path,
    related: related.map(r => [r.span, r.message]),
    fixes: f.fixes.map(fix => [fix.title, fix.safe, fix.edits.map(e => [e.span, e.newText])]),
  }));
}

function shadows(of: LoadedTable): unknown {
  return shadowsOf(of).map(s => [s.later.index, s.earlier.map(e => e.index), s.header]);
}

describe('analysis/checks/edited-table', () => {
  it('finds the one stretch that differs, and where the rest went', () => {
    const edit = editOf([1, 2, 3, 4], [1, 9, 9, 3, 4], (a, b) => a === b);
    assert.deepEqual(edit, { start: 1, oldEnd: 2, newEnd: 3 });
    assert.deepEqual(
      [0, 1, 2, 3].map(p => edit && placeAfter(edit, p)),
      [0, undefined, 3, 4],
    );
    const far = Array.from({ length: 2000 }, (_, i) => i);
    assert.equal(
      editOf(far, [...far].reverse(), (a, b) => a === b),
      undefined,
    );
  });

  it('finds the same shadows where more rules share a stretch than are looked at for one text', () => {
    const file = new SourceText('t', '');
    const many = Array.from({ length: 700 }, (_, i) => `/offer.{${String(i + 1)}}[0-9]$/ WARN\n`);
    shadows(table(file, [...many, '/offer/ WARN\n', '/x/ REJECT\n']));
    const texts = [...many, '/offer/ WARN\n', '/an offer/ REJECT\n'];
    const edited = shadows(table(file, texts));
    assert.deepEqual(edited, shadows(table(new SourceText('t', ''), texts)));
    // With one rule less before it, the wide rule is looked at.
    const close = [...many.slice(0, 500), '/offer/ WARN\n', '/an offer/ REJECT\n'];
    const one = new SourceText('t', '');
    assert.deepEqual(shadows(table(one, close)), []);
    assert.deepEqual(shadows(table(one, close.slice(1))), [[500, [499], 'Subject: an offer']]);
    assert.deepEqual(shadows(table(one, close)), []);
  });

  it('keeps the objects of what stands as it was', () => {
    const file = new SourceText('t', '');
    const [head, tail] = [
      ['/a/ REJECT\n', 'if /b/\n'],
      ['/c/ HOLD\n', '/d/ WARN\n', 'endif\n', '/e/ INFO\n'],
    ];
    const before = table(file, [...head, ...tail]);
    const rules = tableRules(before);
    const after = table(file, [...head, '/x/ HOLD\n', ...tail]);
    // The line behind a new one is read once more.
    assert.deepEqual(
      after.rules.map(rule => before.rules.indexOf(rule)),
      [0, 1, -1, -1, 3, 4, 5],
    );
    assert.equal(tableRules(after)[0], rules[0]);
    assert.equal(tableRules(after)[3]?.tests, rules[2]?.tests);
    assert.deepEqual(after.around, [-1, -1, 1, 1, 1, -1, -1]);
    assert.equal(after.file.entry(3), after.file.entries[3]);
  });

  it('asks anew what stands within an if that is another, and behind a rule that is gone', () => {
    const file = new SourceText('t', '');
    const ask = (texts: readonly string[]): (number | undefined)[] => {
      const of = table(file, texts);
      return ['Subject: x', 'To: x', 'Q: y'].map(header => askTable(of, 'header_checks', header).rule);
    };
    const rest = ['/x/ REJECT\n', 'endif\n', '/x/ WARN\n', '/^Q/ HOLD\n'];
    assert.deepEqual(ask(['if /^Subject:/\n', ...rest]), [1, 3, 4]);
    assert.deepEqual(ask(['if /^To:/\n', ...rest]), [3, 1, 4]);
    assert.deepEqual(ask(['if !/^To:/\n', ...rest]), [1, 3, 4]);
    assert.deepEqual(ask(['if !/^To:/\n', '/z/ REJECT\n', ...rest.slice(1)]), [3, 3, 4]);
    assert.deepEqual(ask(['/z/ REJECT\n', ...rest.slice(2)]), [1, 1, 2]);
    assert.deepEqual(ask(['if /^Q:/\n', ...rest.slice(2)]), [undefined, undefined, 2]);
    assert.deepEqual(ask(['if /^T/\n', ...rest.slice(2)]), [undefined, 1, undefined]);
  });

  it('says after an edit what it says of a table that is read for the first time', () => {
    const edits = fc.array(fc.tuple(fc.nat(9), fc.nat(2), fc.array(line, { maxLength: 2 })), { maxLength: 4 });
    fc.assert(
      fc.property(fc.array(line, { maxLength: 9 }), edits, (start, changes) => {
        const file = new SourceText('/etc/postfix/t', '');
        const texts = [...start];
        for (const [at, out, put] of [[0, 0, []] as const, ...changes]) {
          texts.splice(at, out, ...put);
          const edited = table(file, texts);
          const fresh = table(new SourceText('/etc/postfix/t', ''), texts);
          assert.deepEqual(loaded(edited), loaded(fresh));
          assert.deepEqual(findings(edited), findings(fresh));
        }
      }),
      { numRuns: 40, seed: 7 },
    );
  });

  it('answers after an edit as a table does that is read for the first time', () => {
    const edits = fc.array(fc.tuple(fc.nat(9), fc.nat(2), fc.array(line, { maxLength: 2 })), { maxLength: 4 });
    fc.assert(
      fc.property(fc.array(line, { maxLength: 9 }), edits, (start, changes) => {
        const file = new SourceText('t', '');
        const texts = [...start];
        for (const [at, out, put] of [[0, 0, []] as const, ...changes]) {
          texts.splice(at, out, ...put);
          const edited = table(file, texts);
          const fresh = table(new SourceText('t', ''), texts);
          assert.deepEqual(shadows(edited), shadows(fresh));
          for (const header of headers) {
            const { action, rule, groups } = askTable(edited, 'header_checks', header);
            const full = tryHeader(edited, 'header_checks', header);
            assert.deepEqual({ action, rule, groups }, { action: full.action, rule: full.rule, groups: full.groups });
          }
        }
      }),
      { numRuns: 60, seed: 5 },
    );
  });
});
