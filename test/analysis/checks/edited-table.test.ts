import assert from 'node:assert/strict';
import fc from 'fast-check';
import { askTable } from '@postfix-tools/server/analysis/checks/ask-table';
import { editOf, placeAfter } from '@postfix-tools/server/analysis/checks/edited-table';
import { loadTable, type LoadedTable } from '@postfix-tools/server/analysis/checks/load-table';
import { shadowsOf } from '@postfix-tools/server/analysis/checks/shadows';
import { tryHeader } from '@postfix-tools/server/analysis/checks/try-header';
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
];
const headers = ['Subject: a big lottery', 'From: a@example.com', 'To: lottery', 'X: y', toBytes('X: ação')];
const line = fc.constantFrom(...lines);

const table = (file: SourceText, texts: readonly string[]): LoadedTable =>
  loadTable(file.edited(texts.join('')), 'pcre');

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
    const far = Array.from({ length: 50 }, (_, i) => i);
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
