import { deepEqual, equal, ok } from 'node:assert/strict';
import { parsePattern } from '@postfix-tools/server/syntax/pattern/parse-pattern';
import { pcreDefaults } from '@postfix-tools/server/syntax/pattern/tree';
import type { Node, Pattern, PatternFlags } from '@postfix-tools/server/syntax/pattern/tree';

function parsed(text: string, flags: Partial<PatternFlags> = {}): Pattern {
  const result = parsePattern(text, 'pcre', { ...pcreDefaults, ...flags });
  ok(result.ok, `refused: ${result.ok ? '' : result.problem.library}`);
  return result.pattern;
}

function refusal(text: string): string {
  const result = parsePattern(text, 'pcre', pcreDefaults);
  return result.ok ? 'taken' : `${result.problem.library} @${result.problem.offset}`;
}

const kinds = (node: Node): string => (node.kind === 'sequence' ? node.items.map(kinds).join(' ') : node.kind);

describe('PCRE patterns', () => {
  it('become trees whose spans cover what stands there', () => {
    const text = '^From:.*@(a|b)+$';
    const { root } = parsed(text);
    equal(kinds(root), 'anchor byte byte byte byte byte repeat byte repeat anchor');
    ok(root.kind === 'sequence');
    deepEqual(
      root.items.map(item => text.slice(item.span.start, item.span.end)),
      ['^', 'F', 'r', 'o', 'm', ':', '.*', '@', '(a|b)+', '$'],
    );
  });

  it('have their flags resolved where they stand', () => {
    const { root } = parsed('a(?-i)b(?s-s:.)(?m)$');
    ok(root.kind === 'sequence');
    const [a, b, group, end] = root.items;
    ok(a?.kind === 'byte' && a.caseless);
    ok(b?.kind === 'byte' && !b.caseless);
    ok(group?.kind === 'group' && group.body.kind === 'set' && !group.body.set.has(10));
    ok(end?.kind === 'anchor' && end.at === 'line-end');
  });

  it('count their groups, with a branch reset and names', () => {
    equal(parsed('(a)(?|(b)|(c)(d))(?<last>e)').groups, 4);
    deepEqual([...parsed('(?<n>a)(?J)(?<n>b)').names], [['n', [1, 2]]]);
  });

  it('leave out quoting, comments and blanks', () => {
    equal(kinds(parsed(' a #x\n \\Qb*\\E(?#no)c', { extended: true }).root), 'byte byte byte byte');
    equal(parsed('(?x) a # note').trivia.length, 4);
  });

  it('know what each class and escape takes', () => {
    const set = (text: string): number[] => {
      const { root } = parsed(text);
      ok(root.kind === 'set', root.kind);
      return root.set.bytes();
    };
    deepEqual(
      set('[]a-c]'),
      [...'AB', 'C', ']', ...'abc'].map(c => c.charCodeAt(0)),
    );
    deepEqual(set('[\\b\\x{41}]'), [8, 0x41, 0x61]);
    deepEqual(set('\\h'), [9, 32, 160]);
    deepEqual(set('[^\\x00-\\xfe]'), [255]);
    equal(set('[[:^upper:]]').length, 204, 'upper is alpha where case does not count');
    equal(set('\\p{Lu}').length, 56);
  });

  it('are refused with the text and offset of libpcre2', () => {
    equal(refusal('(a'), 'missing closing parenthesis @2');
    equal(refusal('a)'), 'unmatched closing parenthesis @1');
    equal(refusal('a**'), 'quantifier does not follow a repeatable item @2');
    equal(refusal('a{3,1}'), 'numbers out of order in {} quantifier @5');
    equal(refusal('[c-a]'), 'range out of order in character class @3');
    equal(refusal('[abc'), 'missing terminating ] for character class @4');
    equal(refusal('(?<=a+)b'), 'lookbehind assertion is not fixed length @0');
    equal(refusal('(a)\\2'), 'reference to non-existent subpattern @4');
    equal(refusal('\\x{100}'), 'character code point value in \\x{} or \\o{} is too large @6');
    equal(refusal('(?(1)a|b|c)(d)'), 'conditional subpattern contains more than two branches @0');
    equal(refusal('(?=\\K)'), '\\K is not allowed in lookarounds (but see PCRE2_EXTRA_ALLOW_LOOKAROUND_BSK) @6');
    equal(refusal('(?:a{1000}){1000}b{2,3}'), 'taken');
    equal(refusal('(?:ab){40000}'), 'regular expression is too large @13');
  });

  it('are bounded, however large', () => {
    equal(refusal('('.repeat(100_000)), 'parentheses are too deeply nested @251');
    equal(refusal('()'.repeat(100_000)), 'too many capturing groups (maximum 65535) @131071');
    equal(refusal('a'.repeat(1_000_000)), 'regular expression is too large @1000000');
    equal(refusal('['.repeat(1_000_000)), 'missing terminating ] for character class @1000000');
  });
});
