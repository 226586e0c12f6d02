import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, shared } from '../support/shared';

const page = readFileSync(join(root, 'docs/user-asks.md'), 'utf8');

describe('docs/user-asks.md', () => {
  it('leads to pages that are there', () => {
    const links = [...page.matchAll(/\]\(([^)]+)\)/g)].map(m => m[1] ?? '');
    assert.ok(links.length > 8);
    for (const link of links) assert.ok(existsSync(join(root, 'docs', link)), link);
  });

  it('answers every ask, none with an empty cell', () => {
    const rows = page.split('\n').filter(line => line.startsWith('| ') && !line.startsWith('| ask'));
    assert.ok(rows.length >= 30);
    for (const row of rows) for (const cell of row.split('|').slice(1, -1)) assert.notEqual(cell.trim(), '', row);
  });

  describe('with the list kept beside the repository', () => {
    before(function () {
      if (!shared('corpus/USER-ASKS.md')) this.skip(); // nothing is kept beside the repository
    });
    it('names the issue numbers of all of them', () => {
      const asks = readFileSync(shared('corpus/USER-ASKS.md') ?? '', 'utf8');
      for (const [number] of asks.matchAll(/#\d+/g)) assert.ok(page.includes(number), number);
    });
  });
});
