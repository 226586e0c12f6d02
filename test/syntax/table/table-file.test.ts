import { deepEqual, equal, ok } from 'node:assert/strict';
import fc from 'fast-check';
import { SourceText } from '@postfix-tools/server/text/source-text';
import { parseTableFile } from '@postfix-tools/server/syntax/table/table-file';
import type { TableType } from '@postfix-tools/server/syntax/table/table-line';
import { readReplacement } from '@postfix-tools/server/syntax/table/replacement';
import { loadTable } from '@postfix-tools/server/analysis/checks/load-table';

const parse = (text: string, type: TableType = 'pcre') => parseTableFile(new SourceText('t', text), type);
const warnings = (text: string, type: TableType = 'pcre'): string[] =>
  loadTable(new SourceText('t', text), type).warnings.map(w =>
    w.text.replace(/^warning: (?:pcre|regexp) map t, line /, ''),
  );

describe('a pcre: or regexp: table', () => {
  it('reads the number of a group as atoi() does', () => {
    deepEqual(warnings('/(a)/ $4294967297\n'), []);
    deepEqual(warnings('/(a)/ $4294967296\n').slice(0, 1), ['1: out of range replacement index "4294967296"']);
    deepEqual(warnings('/(a)/ ${99999999999}\n'), [
      '1: out of range replacement index "1215752191": skipping this rule',
    ]);
    deepEqual(warnings('/(a)/ $99999999999999999999\n'), [
      '1: out of range replacement index "-1": skipping this rule',
    ]);
  });

  it('has logical lines as readllines joins them', () => {
    const text = '# note\n/a/ REJECT one\n# between\n\n  two\n/b/ B';
    const { entries, physical } = parse(text);
    deepEqual(
      entries.map(entry => [entry.line.number, entry.line.bytes]),
      [
        [2, '/a/ REJECT one  two'],
        [6, '/b/ B'],
      ],
    );
    equal(physical.map(line => text.slice(line.span.start, line.span.end)).join('\n'), text);
  });

  it('finds the parts of a rule in the file, bytes or not', () => {
    const text = '!!/ção\n x/im\tREJECT não $1\n';
    const source = new SourceText('t', text);
    const entry = parseTableFile(source, 'pcre').entries[0];
    ok(entry?.says.kind === 'rule');
    const [pattern] = entry.says.patterns;
    ok(pattern);
    equal(pattern.negated, false);
    equal(source.slice(entry.line.place(pattern.body)), 'ção\n x');
    deepEqual(
      pattern.marks.map(mark => source.slice(entry.line.place(mark.span))),
      ['i', 'm'],
    );
    equal(source.slice(entry.line.place(entry.says.action)), 'REJECT não $1');
    equal(entry.line.byteAt(text.indexOf('x')), 9);
    deepEqual([pattern.flags.caseless, pattern.flags.multiline], [false, true]);
  });

  it('knows the two patterns, the basic flag and the last backslash of regexp:', () => {
    const says = parse('/a/!/b/i X', 'regexp').entries[0]?.says;
    ok(says?.kind === 'rule');
    deepEqual(
      says.patterns.map(p => [p.bytes, p.negated]),
      [
        ['a', false],
        ['b', true],
      ],
    );
    const basic = parse('/a/x X', 'regexp').entries[0]?.says;
    ok(basic?.kind === 'rule' && basic.patterns[0]?.dialect === 'bre');
    deepEqual(warnings('/foo\\', 'regexp'), ['1: no replacement text: using empty string']);
    deepEqual(warnings('/foo\\', 'pcre'), ['1: no closing regexp delimiter "/": ignoring this rule']);
  });

  it('warns in the order and words of Postfix', () => {
    deepEqual(warnings('/(a/ X\nif /a/ then\n/b/g X\nendif now\nendif\nfoo X\n/a/ $2 $x\n! \n'), [
      '1: error in regex at offset 2: missing closing parenthesis',
      '2: ignoring extra text after IF statement: "then"',
      '2: do not prepend whitespace to statements between IF and ENDIF',
      '3: unknown regexp option "g": skipping this rule',
      '4: ignoring extra text after ENDIF',
      '5: ignoring ENDIF without matching IF',
      '6: ignoring unrecognized request',
      '7: non-numeric replacement index "x"',
      '7: bad replacement syntax: skipping this rule',
      '8: no regexp: skipping this rule',
    ]);
  });

  it('places a fault of the pattern at the character', () => {
    const source = new SourceText('t', 'if /a/\n/b[z-a]/ X\n');
    const table = loadTable(source, 'pcre');
    const [first] = table.warnings;
    equal(first?.kind, 'pattern');
    equal(first && source.slice(first.span), 'a');
    deepEqual(
      table.warnings.map(w => w.kind),
      ['pattern', 'if-without-endif'],
    );
  });

  it('reads replacements as mac_parse does', () => {
    deepEqual(
      readReplacement('a$1 b$$c${2}d$(3)').parts.map(part => (part.kind === 'text' ? part.text : `<${part.name}>`)),
      ['a', '<1>', ' b$c', '<2>', 'd', '<3>'],
    );
    deepEqual(
      readReplacement('$a ${1 x').faults.map(fault => fault.kind),
      ['no-number', 'truncated'],
    );
    equal(readReplacement('cost $').faults[0]?.kind, 'empty-name');
  });

  it('is lossless and never throws, whatever it is given', () => {
    const piece = fc.constantFrom(
      '/',
      '!',
      'if ',
      'endif',
      '\n',
      ' ',
      '\t',
      '#',
      '\\',
      'a',
      '(',
      ')',
      '[',
      '$1',
      '${',
      '\0',
      '\r',
      'é',
      '\ufeff',
      'i',
      '*',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), fc.constantFrom<TableType>('pcre', 'regexp'), (pieces, type) => {
        const text = pieces.join('');
        const source = new SourceText('t', text);
        const { physical } = loadTable(source, type).file;
        const printed = physical.map(line => text.slice(line.span.start, line.span.end)).join('\n');
        equal(text.endsWith('\n') ? `${printed}\n` : printed, text);
      }),
      { seed: 5, numRuns: 500 },
    );
  });

  it('takes bad input: bytes, a large pattern, many groups, an if left open', () => {
    deepEqual(warnings(`/${'('.repeat(100_000)}/ X`).length, 1);
    deepEqual(warnings(`/${'a'.repeat(1_000_000)}/ X`), [
      '1: error in regex at offset 1000000: regular expression is too large',
    ]);
    const latin = loadTable(new SourceText('t', '/\xe9/ X\nif /a/\n', 'latin1'), 'pcre');
    equal(latin.rules.length, 2);
    deepEqual(
      latin.warnings.map(w => w.kind),
      ['if-without-endif'],
    );
  });
});
