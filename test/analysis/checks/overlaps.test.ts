import { deepEqual, equal } from 'node:assert/strict';
import { lineNumberOf, loadTable } from '@postfix-tools/server/analysis/checks/load-table';
import { overlapsOf } from '@postfix-tools/server/analysis/checks/overlaps';
import { tryHeader } from '@postfix-tools/server/analysis/checks/try-header';
import { fromBytes, SourceText } from '@postfix-tools/server/text/source-text';

/** The pairs by their lines, each witness replayed. */
function overlaps(text: string): { pairs: unknown; complete: boolean } {
  const table = loadTable(new SourceText('t', text), 'pcre');
  const { pairs, complete } = overlapsOf(table);
  for (const { earlier, later, header } of pairs) {
    equal(tryHeader(table, 'header_checks', header).rule, earlier.index, header);
    const alone = loadTable(new SourceText('t', `${fromBytes(later.rule.line.read.bytes)}\n`), 'pcre');
    equal(tryHeader(alone, 'header_checks', header).rule, 0, header);
  }
  return { pairs: pairs.map(p => [p.earlier, p.later].map(r => lineNumberOf(table, r.index))), complete };
}

describe('rules that overlap with different actions', () => {
  it('are found with a text that both fit', () => {
    const text =
      '/^From:.*@a/ OK\n/^From:.*spam/ REJECT\n/^To:/ WARN\n/^Subject: [a-f]+$/ HOLD\n/^subject: [d-z]+$/ DISCARD\n';
    deepEqual(overlaps(text), {
      pairs: [
        [1, 2],
        [4, 5],
      ],
      complete: true,
    });
  });

  it('in letters beyond ASCII too', () => {
    deepEqual(overlaps('/^Subject: .*ação/ REJECT\n/ação/ DISCARD\n'), { pairs: [[1, 2]], complete: true });
  });

  it('not where the action is the same, the texts differ, or a rule before takes all that both fit', () => {
    deepEqual(overlaps('/a/ reject\n/b/ REJECT\n'), { pairs: [], complete: true });
    deepEqual(overlaps('/^a/ OK\n/^b/ REJECT\n'), { pairs: [], complete: true });
    deepEqual(overlaps('/ab/ OK\n/^ab$/ HOLD\n/^ab/ WARN\n'), {
      pairs: [
        [1, 2],
        [1, 3],
      ],
      complete: true,
    });
  });

  it('what no automaton has is not decided', () => {
    equal(overlaps('/^(a+)x\\1$/ OK\n/^b*c{2}y/ REJECT\n').complete, false);
  });
});
