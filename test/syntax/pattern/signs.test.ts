import assert from 'node:assert/strict';
import { parsePattern } from '@postfix-tools/server/syntax/pattern/parse-pattern';
import { patternSigns } from '@postfix-tools/server/syntax/pattern/signs';
import { readTableLine } from '@postfix-tools/server/syntax/table/table-line';
import {
  pcreDefaults,
  posixDefaults,
  type Dialect,
  type Node,
  type PatternFlags,
} from '@postfix-tools/server/syntax/pattern/tree';
import { randomCase, seeded } from '../../support/pattern-generator';

const flagsOf = (dialect: Dialect): PatternFlags => (dialect === 'pcre' ? pcreDefaults : posixDefaults);
/** `group ( | literal a …`, in order. */
const told = (text: string, dialect: Dialect = 'pcre', flags = flagsOf(dialect)): string[] =>
  patternSigns(text, dialect, flags).map(({ kind, span }) => `${kind} ${text.slice(span.start, span.end)}`);

describe('signs of a pattern', () => {
  it('pcre: groups with names and flags, quantifiers, classes, anchors, references', () => {
    assert.deepEqual(told('^From:.*?@(?:a|b\\.c)++$'), [
      'anchor ^',
      'literal From:',
      'class .',
      'quantifier *?',
      'literal @',
      'group (?:',
      'literal a',
      'alternation |',
      'literal b',
      'escape \\.',
      'literal c',
      'group )',
      'quantifier ++',
      'anchor $',
    ]);
    assert.deepEqual(told('(?<who>\\w)(?i-s:x)(?P=who)\\1(?R)(?(who)y)'), [
      'group (?<',
      'name who',
      'group >',
      'class \\w',
      'group )',
      'group (?',
      'flags i-s',
      'group :',
      'literal x',
      'group )',
      'reference (?P=who)',
      'reference \\1',
      'reference (?R)',
      'group (?(',
      'reference who',
      'group )',
      'literal y',
      'group )',
    ]);
    assert.deepEqual(told('[^]a-f\\d\\]\\x41[:alpha:]]'), [
      'class [^',
      'member ]',
      'member a-f',
      'class \\d',
      'escape \\]',
      'escape \\x41',
      'class [:alpha:]',
      'class ]',
    ]);
  });

  it('pcre: comments and blanks of extended mode, quoted text, verbs, look-around, inline flags', () => {
    assert.deepEqual(told('a b # two\n(?#c)\\Q.*\\E', 'pcre', { ...pcreDefaults, extended: true }), [
      'literal a',
      'literal b',
      'comment # two\n',
      'comment (?#c)',
      'escape \\Q',
      'literal .*',
      'escape \\E',
    ]);
    assert.deepEqual(told('(*UTF)(?i)(?<!x)\\K(*FAIL)'), [
      'verb (*UTF)',
      'group (?',
      'flags i',
      'group )',
      'group (?<!',
      'literal x',
      'group )',
      'anchor \\K',
      'verb (*FAIL)',
    ]);
  });

  it('POSIX: extended and basic, with the GNU operators', () => {
    assert.deepEqual(told('^(a|b{2,3}|)[^]x]**\\<\\.', 'ere'), [
      'anchor ^',
      'group (',
      'literal a',
      'alternation |',
      'literal b',
      'quantifier {2,3}',
      'alternation |',
      'group )',
      'class [^',
      'member ]',
      'member x',
      'class ]',
      'quantifier *',
      'quantifier *',
      'anchor \\<',
      'escape \\.',
    ]);
    assert.deepEqual(told('(a\\(b\\|c\\)\\1\\{2\\}', 'bre'), [
      'literal (a',
      'group \\(',
      'literal b',
      'alternation \\|',
      'literal c',
      'group \\)',
      'reference \\1',
      'quantifier \\{2\\}',
    ]);
  });

  it('what a library refuses is told as far as it was read', () => {
    assert.deepEqual(told('^(a|b'), ['anchor ^', 'group (', 'literal a', 'alternation |', 'literal b']);
    assert.deepEqual(told('^x[a-'), ['anchor ^', 'literal x']);
    assert.deepEqual(told('^(a|b', 'ere'), ['anchor ^', 'group (', 'literal a', 'alternation |', 'literal b']);
    assert.deepEqual(told('^(x)|*(', 'ere'), [
      'anchor ^',
      'group (',
      'literal x',
      'group )',
      'alternation |',
      'quantifier *',
    ]);
  });

  it('a very long pattern is left as it is', () => {
    assert.deepEqual(patternSigns('(a)'.repeat(300_000), 'pcre', pcreDefaults), []);
  });

  it('random patterns: in order, apart, and what the tree says stands where the tree says it', () => {
    let compared = 0;
    const next = seeded(7);
    for (let n = 0; n < 3000; n++) {
      const { type, table } = randomCase(next);
      const says = readTableLine(table.replace(/\n$/, ''), type);
      const [part] = says.kind === 'rule' ? says.patterns : [];
      if (!part) continue;
      const { bytes: text, dialect, flags } = part;
      const signs = patternSigns(text, dialect, flags);
      let at = 0;
      for (const { span } of signs) {
        assert.ok(span.start >= at && span.end > span.start && span.end <= text.length, text);
        at = span.end;
      }
      const parsed = parsePattern(text, dialect, flags);
      if (!parsed.ok) continue;
      let left = text;
      for (const { span } of [...signs].reverse()) left = left.slice(0, span.start) + left.slice(span.end);
      assert.equal(left.trim(), '', text);
      for (const { start, kind } of leaves(parsed.pattern.root)) {
        const sign = signs.find(s => s.span.start <= start && start < s.span.end);
        assert.equal(sign?.kind, kind, `${text} at ${start}`);
        compared++;
      }
    }
    assert.ok(compared > 3000, String(compared));
  });
});

/** Where anchors, quantifiers and back-references of a tree begin. */
function leaves(node: Node): { start: number; kind: string }[] {
  switch (node.kind) {
    case 'anchor':
      return [{ start: node.span.start, kind: 'anchor' }];
    case 'backreference':
      return [{ start: node.span.start, kind: 'reference' }];
    case 'sequence':
      return node.items.flatMap(leaves);
    case 'choice':
      return node.branches.flatMap(leaves);
    case 'group':
    case 'look':
      return leaves(node.body);
    case 'repeat':
      return [{ start: node.quantifier.start, kind: 'quantifier' }, ...leaves(node.body)];
    default:
      return [];
  }
}
