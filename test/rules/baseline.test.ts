import { deepEqual, equal } from 'node:assert/strict';
import { baselineText, beyondBaseline, fingerprint, parseBaseline } from '@postfix-tools/server/rules/baseline';
import type { Finding } from '@postfix-tools/server/rules/rule';
import { say } from '@postfix-tools/server/text/message';
import { relative } from '@postfix-tools/server/text/path';
import { SourceText } from '@postfix-tools/server/text/source-text';

/** One finding of a rule on each line that holds a word. */
function findings(path: string, text: string, word: string, rule = word): Finding[] {
  const source = new SourceText(path, text);
  return [...text.matchAll(new RegExp(word, 'g'))].map(({ index }) => ({
    rule,
    severity: 'warning',
    source,
    span: { start: index, end: index + word.length },
    message: say('x', 'x'),
    related: [],
    fixes: [],
  }));
}

function left(recorded: readonly Finding[], now: readonly Finding[]): string[] {
  const file = new SourceText('/r/ci/baseline.json', baselineText(recorded, '/r/ci'));
  return beyondBaseline(now, parseBaseline(file).baseline).map(
    f => `${f.rule} ${f.source.positionAt(f.span.start).line}`,
  );
}

describe('the baseline', () => {
  const before = findings('/r/etc/main.cf', 'a = bad\nb = bad\nb = bad\n', 'bad');

  it('hides what it records, wherever the lines have gone', () => {
    deepEqual(left(before, before), []);
    const moved = 'b  =  bad\n# new\nb = bad \n\na = bad\n';
    deepEqual(left(before, findings('/r/etc/main.cf', moved, 'bad')), []);
  });

  it('tells what is new: another text, another file, another rule, one more of the same', () => {
    deepEqual(left(before, findings('/r/etc/main.cf', 'a = bad bad\n', 'bad')), ['bad 0', 'bad 0']);
    deepEqual(left(before, findings('/r/etc/master.cf', 'a = bad\n', 'bad')), ['bad 0']);
    deepEqual(left(before, findings('/r/etc/main.cf', 'a = bad\n', 'bad', 'other')), ['other 0']);
    deepEqual(left(before, findings('/r/etc/main.cf', 'b = bad\n'.repeat(3), 'bad')), ['bad 2']);
  });

  it('is written with paths from its own folder, in an order that stays', () => {
    deepEqual(JSON.parse(baselineText(before, '/r/ci')), {
      version: 1,
      files: { '../etc/main.cf': { bad: { [fingerprint('a = bad')]: 1, [fingerprint('b = bad')]: 2 } } },
    });
    equal(baselineText([...before].reverse(), '/r/ci'), baselineText(before, '/r/ci'));
    equal(fingerprint(' a\t =  b\r\n'), fingerprint('a = b'));
  });

  it('hides nothing where it is no baseline, and says so', () => {
    for (const text of ['', '{', '[]', 'null', '{"version":2,"files":{}}']) {
      const { baseline, problem } = parseBaseline(new SourceText('/r/b.json', text));
      deepEqual([baseline.counts.size, problem?.args], [0, { version: 1 }], text);
    }
    const odd = '{"version":1,"files":{"a":null,"b":[],"c":{"r":{"x":"many","y":-1,"z":2}},"__proto__":{"r":{"x":1}}}}';
    const { baseline } = parseBaseline(new SourceText('/r/b.json', odd));
    deepEqual(
      [...baseline.counts],
      [
        ['["c","r","z"]', 2],
        ['["__proto__","r","x"]', 1],
      ],
    );
  });
});

describe('a relative path', () => {
  it('leads from a folder to a path', () => {
    equal(relative('/r/ci', '/r/ci/a/b'), 'a/b');
    equal(relative('/r/ci/', '/r/etc/b'), '../etc/b');
    equal(relative('/r', '/r'), '.');
    equal(relative('/', '/a'), 'a');
  });
});
