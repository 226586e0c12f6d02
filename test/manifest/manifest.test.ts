import { deepEqual, equal, ok } from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { blocks, snippetBody } from '@postfix-tools/server/facts/recommended';

interface Manifest {
  readonly contributes: {
    readonly languages: readonly { id: string; configuration: string }[];
    readonly grammars: readonly { language?: string; scopeName: string; path: string }[];
    readonly snippets: readonly { language: string; path: string }[];
    readonly commands: readonly { command: string }[];
    readonly configuration: { readonly properties: Readonly<Record<string, unknown>> };
  };
}
interface Snippet {
  readonly prefix: string;
  readonly description: string;
  readonly body: readonly string[];
}

const json = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

describe('manifest', () => {
  const text = readFileSync('package.json', 'utf8');
  const { contributes } = JSON.parse(text) as Manifest;

  it('names files that are there and can be read', () => {
    const files = [...contributes.grammars, ...contributes.snippets].map(c => c.path);
    for (const path of [...files, ...contributes.languages.map(l => l.configuration)]) {
      ok(existsSync(path), path);
      equal(typeof json(path), 'object');
    }
  });

  it('has each of its sentences in English and Portuguese, and no others', () => {
    const used = [...new Set([...text.matchAll(/"%([\w.-]+)%"/g)].map(m => m[1] ?? ''))].sort();
    for (const file of ['package.nls.json', 'package.nls.pt-br.json']) {
      deepEqual(Object.keys(json(file) as object).sort(), used, file);
    }
  });

  it('has a grammar for each language under its own scope name', () => {
    for (const { id } of contributes.languages) {
      const grammar = contributes.grammars.find(g => g.language === id);
      ok(grammar, id);
      equal((json(grammar.path) as { scopeName: string }).scopeName, grammar.scopeName);
    }
  });

  it('offers the recommended blocks as snippets, word for word', () => {
    const offered = readdirSync('snippets').flatMap(f =>
      Object.values(json(`snippets/${f}`) as Record<string, Snippet>),
    );
    deepEqual(
      offered.map(s => [s.prefix, s.body]).sort(),
      blocks.map(b => [b.id, snippetBody(b)]).sort(),
      'run: node scripts/snippets.mjs',
    );
  });
});
