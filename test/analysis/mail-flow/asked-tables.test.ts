import { deepEqual } from 'node:assert/strict';
import { askedTables } from '@postfix-tools/server/analysis/mail-flow/asked-tables';
import type { CheckParameter } from '@postfix-tools/server/analysis/mail-flow/cleanup';
import { siteOf } from '@postfix-tools/server/model/folder-site';
import { siteSettings } from '@postfix-tools/server/model/settings';
import { MemoryFiles } from '@postfix-tools/server/text/files';
import { format } from '@postfix-tools/server/text/message';
import { SourceText } from '@postfix-tools/server/text/source-text';

/** The tables asked for a line, each by its type and path, or by the reason why it is not. */
function asked(mainCf: string, place: CheckParameter, line: string): string[] {
  const sources = [
    new SourceText('/etc/postfix/main.cf', mainCf),
    new SourceText('/etc/postfix/a', '/a/ WARN\n'),
    new SourceText('/etc/postfix/b', '/b/ WARN\n'),
  ];
  const site = siteOf(sources, new MemoryFiles(sources), { postfixVersion: '3.7.11', domains: [] });
  return askedTables(site, siteSettings(site), place, line).map(t =>
    t.kind === 'table' ? `${t.table.type}:${t.table.source.path}` : `? ${format(t.why, 'en')}`,
  );
}

describe('analysis/mail-flow/asked-tables', () => {
  it('loads the tables of the parameter that a line is looked up in', () => {
    const mainCf =
      'header_checks = pcre:/etc/postfix/a, regexp:/etc/postfix/b\nmime_header_checks = pcre:/etc/postfix/b\n';
    deepEqual(asked(mainCf, 'header_checks', 'Subject: x'), ['pcre:/etc/postfix/a', 'regexp:/etc/postfix/b']);
    deepEqual(asked(mainCf, 'header_checks', 'Content-Type: x'), ['pcre:/etc/postfix/b']);
    deepEqual(asked(mainCf, 'body_checks', 'x'), []);
  });

  it('says of a table that cannot be asked why, in its turn', () => {
    const only = (table: string) =>
      `? ${table}: only pcre: and regexp: tables are asked here, so its answer is not known`;
    deepEqual(asked('header_checks = hash:/etc/postfix/a pcre:/etc/postfix/b nonsense\n', 'header_checks', 'a: b'), [
      only('hash:/etc/postfix/a'),
      'pcre:/etc/postfix/b',
      only('nonsense'),
    ]);
    deepEqual(asked('body_checks = pcre:/etc/postfix/gone\n', 'body_checks', 'a'), [
      '? pcre:/etc/postfix/gone: the file cannot be read here, so its answer is not known',
    ]);
  });

  it('says so where the value itself is not known', () => {
    const [why, ...more] = asked('header_checks = pcre:/etc/postfix/{{ name }}\n', 'header_checks', 'a: b');
    deepEqual([why?.startsWith('? '), more], [true, []]);
  });
});
