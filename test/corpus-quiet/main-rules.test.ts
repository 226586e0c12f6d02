/**
 * The rules on real configurations, kept beside the repository: nothing is called an error but what an expert calls one
 * (listed here with the reason), and the stock files of Postfix and Debian are quiet.
 */
import { deepEqual } from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { siteOf } from '@postfix-tools/server/model/folder-site';
import { newestPostfix } from '@postfix-tools/server/model/site';
import { atLeast, check } from '@postfix-tools/server/rules/driver';
import { rules } from '@postfix-tools/server/rules/index.generated';
import type { Finding } from '@postfix-tools/server/rules/rule';
import { MemoryFiles } from '@postfix-tools/server/text/files';
import { decode } from '@postfix-tools/server/text/source-text';
import { filesBelow, root, shared } from '../support/shared';

/** The folders of rules that this test answers for. */
const own = new Set(
  ['any', 'main-cf'].flatMap(kind =>
    readdirSync(join(root, 'server/src/rules', kind)).map(name => name.replace(/\.ts$/, '')),
  ),
);

/** `file rule`: why it is an error. */
const justified: ReadonlyMap<string, string> = new Map([]);

function findings(paths: readonly string[], base: string, version: string): readonly Finding[] {
  const sources = paths.map(path => decode(relative(base, path), readFileSync(path)));
  const site = siteOf(sources, new MemoryFiles(sources), { postfixVersion: version, domains: [] });
  return check(
    site,
    rules.filter(r => own.has(r.id)),
  );
}

const line = (f: Finding): string =>
  `${f.source.path}:${f.source.positionAt(f.span.start).line + 1} ${f.rule} ${f.message.text.en}`;

describe('real configurations', function () {
  this.timeout(60_000);
  const corpus = shared('corpus');
  before(function () {
    if (!corpus) {
      console.log('      skipped: no ../shared/corpus beside the repository');
      this.skip();
    }
  });

  for (const version of [newestPostfix, '3.7']) {
    it(`hold no error for Postfix ${version} that is not one`, () => {
      if (!corpus) return;
      const sites = readdirSync(join(corpus, 'sites')).map(name => filesBelow(join(corpus, 'sites', name)));
      const lone = ['main.cf', 'master.cf'].flatMap(kind => filesBelow(join(corpus, kind)).map(path => [path]));
      const errors = [...sites, ...lone]
        .flatMap(paths => findings(paths, corpus, version))
        .filter(f => atLeast(f.severity, 'error') && !justified.has(`${f.source.path} ${f.rule}`));
      deepEqual(errors.map(line), []);
    });
  }

  it('of the installed package, unchanged, hold no error and no warning', function () {
    const paths = ['/usr/share/postfix/main.cf.debian', '/usr/share/postfix/master.cf.dist'];
    if (!paths.every(existsSync)) {
      console.log('      skipped: Postfix is not installed');
      this.skip();
    }
    const sources = paths.map(path => decode(path.includes('main') ? 'main.cf' : 'master.cf', readFileSync(path)));
    const site = siteOf(sources, new MemoryFiles(sources), { postfixVersion: newestPostfix, domains: [] });
    deepEqual(
      check(site, rules)
        .filter(f => atLeast(f.severity, 'warning'))
        .map(line),
      [],
    );
  });
});
