import { deepEqual, equal, ok } from 'node:assert/strict';
import { openTable, type Table, type TableEnv } from '@postfix-tools/server/analysis/lookup/table';
import { readCidr, readTable } from '@postfix-tools/server/analysis/lookup/table-file';
import { SourceText } from '@postfix-tools/server/text/source-text';

function env(files: Readonly<Record<string, string>>): TableEnv {
  return {
    file: path => {
      const text = files[path];
      return text === undefined ? { kind: 'missing' } : { kind: 'text', source: new SourceText(path, text) };
    },
    pattern: () => ({ kind: 'none' }),
    user: name => name === 'alice',
  };
}

function open(spec: string, files: Readonly<Record<string, string>> = {}): Table {
  const table = openTable(spec, env(files));
  if ('fatal' in table) throw new Error(table.fatal);
  return table;
}

/** What a lookup gives: the value, null for nothing, or the kind of trouble. */
function ask(spec: string, key: string, files: Readonly<Record<string, string>> = {}, fold = true): string | null {
  const answer = open(spec, files).lookup(key, fold);
  if (answer.kind === 'found') return answer.value ?? '?';
  return answer.kind === 'none' ? null : answer.kind;
}

describe('tables', () => {
  it('static: answers all, braces and blanks taken off', () => {
    equal(ask('static:OK', 'x'), 'OK');
    equal(ask('static:{ 554 5.7.1 closed }', 'x'), '554 5.7.1 closed');
    equal(ask('static:{OK', 'x'), 'error');
  });
  it('the sign of postalias is in what it compiles, not in a text that is looked through', () => {
    const files = { '/etc/aliases': 'root: alice\n' };
    equal(ask('hash:/etc/aliases', '@', files), '@');
    equal(ask('texthash:/etc/aliases', '@', files), null);
    equal(ask('texthash:/etc/aliases', 'root:', files), 'alice');
  });
  it('inline: takes name=value, braced where there are blanks; the last of two wins', () => {
    equal(ask('inline:{a=1, b=2}', 'B'), '2');
    equal(ask('inline:{{a = x y} {b=2}}', 'a'), 'x y');
    equal(ask('inline:{a=1 a=2}', 'a'), '2');
    equal(ask('inline:{A=1}', 'a', {}, false), null);
    for (const bad of ['inline:a=1', 'inline:{}', 'inline:{a}', 'inline:{=1}x']) equal(ask(bad, 'a'), 'error', bad);
  });
  it('texthash: breaks on a key that comes twice, hash: takes the first', () => {
    const files = { '/t': 'a 1\nb 2\nA 3\n' };
    equal(ask('texthash:/t', 'b', files), 'error');
    equal(ask('texthash:/t', 'A', files, false), '3');
    equal(ask('hash:/t', 'a', files), '1');
  });
  it('missing, unsupported and nested tables', () => {
    equal(ask('hash:/none', 'a'), 'error');
    equal(ask('hsh:/none', 'a'), 'error');
    equal(ask('mysql:/none', 'a'), 'error');
    equal(ask('mysql:/there', 'a', { '/there': '' }), 'unknown');
    equal(ask('unionmap:{static:1,inline:{a=2}}', 'a'), '1,2');
    equal(ask('unionmap:{inline:{b=2}}', 'a'), null);
    equal(ask('pipemap:{inline:{a=b},inline:{b=c}}', 'a'), 'c');
    equal(ask('proxy:unix:passwd.byname', 'Alice'), 'Alice:x:');
    equal(ask('unix:passwd.byname', 'bob'), null);
    for (const fatal of ['/etc/virtual', ':x', 'hash:', 'unix:nothing'])
      ok('fatal' in openTable(fatal, env({})), fatal);
  });
  it('cidr: in order, negated, in if blocks, broken lines skipped', () => {
    const files = {
      '/c': '!203.0.113.0/24 other\nif 203.0.113.0/25\n203.0.113.1 one\nendif\n203.0.113.2/24 bad\n203.0.113.0/24 net\n',
    };
    equal(ask('cidr:/c', '198.51.100.1', files), 'other');
    equal(ask('cidr:/c', '203.0.113.1', files), 'one');
    equal(ask('cidr:/c', '203.0.113.200', files), 'net');
    equal(ask('cidr:/c', '::1', files), null);
    equal(ask('cidr:/c', 'example.com', files), null);
    deepEqual(
      readCidr(new SourceText('/c', files['/c'])).problems.map(p => p.says),
      [
        'non-null host address bits in "203.0.113.2/24", perhaps you should use "203.0.113.0/24" instead: skipping this rule',
      ],
    );
  });
  it('text tables split at the first unquoted blank and go on in indented lines', () => {
    const { entries, problems } = readTable(new SourceText('t', '# c\n"a b"@x  one\n  two\n\nalone\nk: v\nç@x ok\n'));
    deepEqual(
      entries.map(e => [e.key, e.value]),
      [
        ['"a b"@x', 'one  two'],
        ['k:', 'v'],
        ['\xc3\xa7@x', 'ok'],
      ],
    );
    deepEqual(
      problems.map(p => p.says),
      [
        'expected format: key whitespace value -- ignoring this line',
        'record is in "key: value" format; is this an alias file?',
      ],
    );
  });
});
