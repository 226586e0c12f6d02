import { deepEqual, equal, ok } from 'node:assert/strict';
import { parsePattern } from '@postfix-tools/server/syntax/pattern/parse-pattern';
import { posixDefaults } from '@postfix-tools/server/syntax/pattern/tree';
import type { Node, PatternFlags } from '@postfix-tools/server/syntax/pattern/tree';

function parse(text: string, dialect: 'ere' | 'bre' = 'ere', flags: Partial<PatternFlags> = {}): Node | string {
  const result = parsePattern(text, dialect, { ...posixDefaults, ...flags });
  return result.ok ? result.pattern.root : result.problem.library;
}

const bytes = (text: string, flags: Partial<PatternFlags> = {}): string => {
  const node = parse(text, 'ere', flags);
  ok(typeof node !== 'string' && node.kind === 'set');
  return String.fromCharCode(...node.set.bytes());
};

const kinds = (node: Node | string): string =>
  typeof node === 'string' ? node : node.kind === 'sequence' ? node.items.map(kinds).join(' ') : node.kind;

describe('POSIX patterns', () => {
  it('know the GNU operators', () => {
    equal(
      kinds(parse("\\<a\\>\\b\\B\\w\\W\\s\\S\\`\\'")),
      'anchor byte anchor anchor anchor set set set set anchor anchor',
    );
  });

  it('take brackets as glibc does', () => {
    equal(bytes('[]a]', { caseless: false }), ']a');
    equal(bytes('[a\\]', { caseless: false }), '\\a');
    equal(bytes('[[.-.]x]', { caseless: false }), '-x');
    equal(bytes('[[=a=]b-]'), '-ABab');
    equal(bytes('[[:lower:]]').length, 52);
    ok(!bytes('[^a]', { multiline: true }).includes('\n'));
  });

  it('compare capitals, so that a range between the cases runs backwards', () => {
    equal(parse('[_-z]'), 'Invalid range end');
    equal(bytes('[_-z]', { caseless: false }).length, 28);
  });

  it('never match an escaped small letter without case', () => {
    equal(bytes('\\d'), '');
    const upper = parse('\\Z');
    ok(typeof upper !== 'string' && upper.kind === 'byte' && upper.caseless);
  });

  it('read ) and quantifiers by context', () => {
    equal(kinds(parse('a)')), 'byte byte');
    equal(kinds(parse('a**')), 'repeat');
    equal(parse('*a'), 'Invalid preceding regular expression');
    equal(parse('^*'), 'Invalid preceding regular expression');
    equal(kinds(parse('^*', 'bre')), 'anchor byte');
    equal(kinds(parse('a\\{2\\}\\(b\\|c\\)+', 'bre')), 'repeat group byte');
    equal(kinds(parse('a^b$c', 'bre')), 'byte byte byte byte byte');
    const any = parse('a{,3}');
    ok(typeof any !== 'string' && any.kind === 'repeat');
    deepEqual([any.min, any.max], [0, 3]);
  });

  it('are refused in the words of glibc', () => {
    equal(parse('(a'), 'Unmatched ( or \\(');
    equal(parse('\\)', 'bre'), 'Unmatched ( or \\(');
    equal(parse('[abc'), 'Unmatched [, [^, [:, [., or [=');
    equal(parse('['), 'Invalid regular expression');
    equal(parse('[[:foo:]]'), 'Invalid character class name');
    equal(parse('[[.ab.]]'), 'Invalid collation character');
    equal(parse('a\\'), 'Trailing backslash');
    equal(parse('(a)|\\1'), 'Invalid back reference');
    equal(parse('a{1'), 'Unmatched \\{');
    equal(parse('a{x}'), 'Invalid content of \\{\\}');
    equal(parse('a{32768}'), 'Regular expression too big');
  });

  it('are bounded, however large', () => {
    equal(parse('('.repeat(100_000)), 'Memory exhausted');
    equal(kinds(parse('a' + '*'.repeat(100_000))), 'repeat');
    equal(parse('['.repeat(200_000)), 'Unmatched [, [^, [:, [., or [=');
    ok(typeof parse('()'.repeat(100_000)) !== 'string');
  });
});
