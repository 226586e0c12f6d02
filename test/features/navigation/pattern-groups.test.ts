import assert from 'node:assert/strict';
import { definitionsAt, highlightsAt } from '@postfix-tools/server/features/navigation/occurrences';
import { siteOf } from '@postfix-tools/server/model/folder-site';
import { newestPostfix } from '@postfix-tools/server/model/site';
import { MemoryFiles } from '@postfix-tools/server/text/files';
import { SourceText } from '@postfix-tools/server/text/source-text';

const rule = '/^(From|To): (?:a|(b)) \\1 \\2$/ REJECT $1 and ${2}\n';
const source = new SourceText('/etc/postfix/header_checks', rule);
const sources = [new SourceText('/etc/postfix/main.cf', 'header_checks = pcre:/etc/postfix/header_checks\n'), source];
const site = siteOf(sources, new MemoryFiles(sources), { postfixVersion: newestPostfix, domains: [] });

const marked = (at: string): string[] =>
  highlightsAt(site, source, rule.indexOf(at)).map(o => `${o.span.start}:${rule.slice(o.span.start, o.span.end)}`);
const defined = (at: string): string[] =>
  definitionsAt(site, source, rule.indexOf(at)).map(o => rule.slice(o.span.start, o.span.end));

describe('features/navigation/pattern-groups', () => {
  it('marks the partner of a bracket and the uses of its group', () => {
    assert.deepEqual(marked('(From'), ['2:(', '10:)', `${rule.indexOf('\\1')}:\\1`, `${rule.indexOf('$1')}:$1`]);
    assert.deepEqual(marked('(?:'), ['13:(', '21:)']);
    assert.deepEqual(marked('${2}'), ['18:(', '20:)', `${rule.indexOf('\\2')}:\\2`, `${rule.indexOf('${2}')}:\${2}`]);
    assert.deepEqual(marked('rom'), []);
  });

  it('leads from a use to the group', () => {
    assert.deepEqual(defined('$1 and'), ['(From|To)']);
    assert.deepEqual(defined('\\2'), ['(b)']);
  });
});
