import { deepEqual, equal } from 'node:assert/strict';
import fc from 'fast-check';
import { checksLines } from '@postfix-tools/server/features/tokens/checks';
import { shellLines, shellTokens } from '@postfix-tools/server/features/tokens/shell';
import { tokenAt, tokensOf } from '@postfix-tools/server/features/tokens/of-file';
import { logicalLines } from '@postfix-tools/server/syntax/logical-lines';
import { parseMainCf } from '@postfix-tools/server/syntax/main-cf/parse';
import { parseMasterCf } from '@postfix-tools/server/syntax/master-cf/parse';
import { parseShell } from '@postfix-tools/server/syntax/shell/parse-shell';
import { parseTableFile } from '@postfix-tools/server/syntax/table/table-file';
import { chunked, cutAtLines, inLines, unchanged } from '@postfix-tools/server/text/chunks';
import { SourceText } from '@postfix-tools/server/text/source-text';
import { siteOf } from '../support/site';

/** The words that decide where pieces begin and end, so that random edits hit the seams. */
const bits = [
  ...[
    '\n',
    ' ',
    '\t',
    '#',
    'a = $b',
    'smtp inet n - y - - smtpd',
    '-o x=y',
    '/a/ OK',
    'if /b/',
    '\\',
    '\r\n',
    'é',
    '=',
  ],
  ...[
    '"',
    "'",
    '{',
    '}',
    'if true; then',
    'fi',
    'f() {',
    '<<E',
    'E',
    '|',
    '&&',
    'iptables -A IN -j X',
    'IPT=iptables',
    '$IPT',
  ],
];
const text = fc.array(fc.constantFrom(...bits), { maxLength: 40 }).map(parts => parts.join(''));
const edits = fc.array(fc.tuple(fc.nat(200), fc.nat(30), fc.array(fc.constantFrom(...bits), { maxLength: 3 })), {
  maxLength: 6,
});

/** Sees the same of each version of a file, whether it was reached by edits or is read for the first time. */
function holdsAfterEdits(path: string, seen: (source: SourceText) => unknown): void {
  fc.assert(
    fc.property(text, edits, (start, changes) => {
      let source = new SourceText(path, start);
      seen(source);
      for (const [at, length, parts] of changes) {
        const now = source.text.slice(0, at) + parts.join('') + source.text.slice(at + length);
        source = source.edited(now);
        deepEqual(seen(source), seen(new SourceText(path, now)), JSON.stringify(now));
      }
    }),
    { numRuns: 400 },
  );
}

const lineOf = (line: ReturnType<typeof logicalLines>[number]) =>
  line.kind === 'line'
    ? [line.span, line.joined.text, line.joined.pieces, line.comments, line.indented]
    : [line.kind, line.span];

const tokens = (source: SourceText) => {
  const site = siteOf({ 'etc/postfix/main.cf': '' });
  const shown = (at: number) => tokenAt(site, source, at)?.span;
  return [tokensOf(site, source), [...source.text].map((_, at) => shown(at))];
};

/** A reader of lines, the lines that it has read since, and a text that it knows. */
function watched() {
  const read: string[] = [];
  const lines = chunked(
    cutAtLines(
      () => true,
      line => read.push(line),
    ),
  );
  const source = new SourceText('f', 'one\ntwo\nthree\nfour\nfive\n');
  lines(source);
  read.length = 0;
  return { read, lines, source };
}

describe('reading again after an edit', () => {
  it('takes the parts that stand at both ends', () => {
    deepEqual(unchanged('abcdef', 'abXef'), { head: 2, tail: 2 });
    deepEqual(unchanged('aaa', 'aaaa'), { head: 3, tail: 0 });
    deepEqual(unchanged('', 'x'), { head: 0, tail: 0 });
    const long = 'x'.repeat(10_000);
    deepEqual(unchanged(`${long}a${long}`, `${long}b${long}`), { head: 10_000, tail: 10_000 });
  });

  it('reads only the lines that the edit touched', () => {
    const { read, lines, source } = watched();
    lines(source.edited('one\ntwo\nthrEe\nfour\nfive\n'));
    deepEqual(read, ['thrEe\n']);
    equal(lines(source.edited('')).items.length, 0);
  });

  it('finds what stands in single lines', () => {
    const found = inLines(line => [...line.matchAll(/\w+/g)].map(({ index, 0: word }) => ({ at: index, word })));
    const whole = ({ text: all }: SourceText) =>
      [...all.matchAll(/\w+/g)].map(({ index, 0: word }) => ({ at: index, word }));
    holdsAfterEdits('f', source => {
      deepEqual(found(source), whole(source));
      return found(source);
    });
  });

  for (const dialect of ['bash', 'dash'] as const)
    it(`reads the commands of a script: ${dialect}`, () => {
      holdsAfterEdits('fw.sh', source => {
        const { units, comments, problems } = parseShell(source, dialect);
        return { units: units.map(({ list, problem, span }) => ({ list, problem, span })), comments, problems };
      });
    });

  it('is not put off by what was only tried', () => {
    const { read, lines, source } = watched();
    lines(source.tried('One\ntwo\nthree\nfour\nfive\n'));
    lines(source.edited('one\ntwo\nthree\nfour\nfiVe\n'));
    deepEqual(read, ['One\n', 'fiVe\n']);
  });

  it('gives the logical lines that reading the whole gives', () => {
    holdsAfterEdits('f', source => logicalLines(source).map(lineOf));
  });

  it('gives the settings of main.cf', () => {
    holdsAfterEdits('main.cf', source => {
      const { lines, parameters, problems } = parseMainCf(source);
      const settings = parameters.map(p => [
        p.name,
        p.value,
        p.valueStart,
        p.nameSpan,
        p.valueSpan,
        lines.indexOf(p.line),
      ]);
      return [lines.map(lineOf), settings, problems.map(p => [p.kind, p.span, p.text, lines.indexOf(p.line)])];
    });
  });

  it('gives the services of master.cf', () => {
    holdsAfterEdits('master.cf', source => {
      const { lines, services, problems } = parseMasterCf(source);
      const shown = services.map(s => [s.name, s.type, s.command, s.arguments, lines.indexOf(s.line)]);
      return [shown, problems.map(p => [p.kind, p.span, p.text, lines.indexOf(p.line)])];
    });
  });

  it('gives the rules of pattern tables', () => {
    holdsAfterEdits('header_checks', source => {
      const { physical, entries, comments } = parseTableFile(source, 'pcre');
      const rules = entries.map(({ line, says }) => [line.span, line.bytes, line.number, says]);
      return [physical, rules, comments, checksLines(source, siteOf({})).map(l => l.span)];
    });
  });

  for (const path of ['main.cf', 'master.cf', 'header_checks', 'access', 'rules.v4']) {
    it(`gives the tokens of ${path}`, () => holdsAfterEdits(path, tokens));
  }

  it('gives the tokens of scripts', () => {
    holdsAfterEdits('firewall.sh', source => shellLines(source).flatMap(line => shellTokens(source, line)));
  });
});
