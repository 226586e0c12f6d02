import { deepEqual, ok } from 'node:assert/strict';
import { resolve } from 'node:path';
import { discover } from '@postfix-tools/server/model/discover';
import { DiskFiles } from '@postfix-tools/server/hosts/disk-files';
import { readPolicy } from '@postfix-tools/server/hosts/cli/policy/document';
import { testDocument } from '@postfix-tools/server/hosts/cli/test';
import { check } from '@postfix-tools/server/rules/driver';
import { rules } from '@postfix-tools/server/rules/index.generated';

const findingsIn = (folder: string) => {
  const files = new DiskFiles();
  return discover(files, [resolve(folder)]).sites.flatMap(site => check(site, rules));
};

describe('samples', () => {
  it('site: has the faults that it is there to show', () => {
    const found = new Set(findingsIn('samples/site').map(f => f.rule));
    const wanted = [
      'content-checks-everywhere',
      'login-mismatch-without-maps',
      'pasted-punctuation',
      'submission-sasl-off',
      'submission-without-tls',
    ];
    deepEqual(
      wanted.filter(rule => !found.has(rule)),
      [],
    );
  });

  it('repaired: has none', () => {
    deepEqual(
      findingsIn('samples/repaired').map(f => [f.rule, f.source.positionAt(f.span.start).line + 1]),
      [],
    );
  });

  it('policy.yaml: holds for the repaired site', () => {
    const files = new DiskFiles();
    const path = resolve('samples/policy.yaml');
    const state = files.read(path);
    ok(state.kind === 'text');
    const results = readPolicy(path, state.source.text).flatMap((document, i) =>
      testDocument(document, i, resolve('samples'), files, {}),
    );
    ok(results.length > 0);
    deepEqual(
      results.filter(r => !r.pass).map(r => [r.name, r.got]),
      [],
    );
  });
});
