import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { getL10nJson } from '@vscode/l10n-dev';
import { tokenModifiers, tokenTypes } from '@postfix-tools/server/features/tokens/token';
import { placeholders } from '@postfix-tools/server/text/message';
import { blocks, snippetBody } from '@postfix-tools/server/facts/recommended';

interface Manifest {
  readonly contributes: {
    readonly languages: readonly { id: string; configuration: string }[];
    readonly grammars: readonly { language?: string; scopeName: string; path: string }[];
    readonly snippets: readonly { language: string; path: string }[];
    readonly semanticTokenModifiers: readonly { id: string }[];
    readonly semanticTokenScopes: readonly { scopes: Readonly<Record<string, readonly string[]>> }[];
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

  it('explains and colours the modifiers of tokens that are its own', () => {
    const own = tokenModifiers.filter(m => !['declaration', 'defaultLibrary', 'deprecated'].includes(m));
    deepEqual(
      contributes.semanticTokenModifiers.map(m => m.id),
      own,
    );
    for (const { scopes } of contributes.semanticTokenScopes) {
      for (const selector of Object.keys(scopes)) {
        const [type, ...modifiers] = selector.split('.');
        ok((tokenTypes as readonly string[]).includes(type ?? ''), selector);
        for (const modifier of modifiers) ok((own as readonly string[]).includes(modifier), selector);
      }
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

  it('says everything that the client says in Portuguese too', async () => {
    const sources = readdirSync('client/src').map(name => ({
      extension: '.ts' as const,
      contents: readFileSync(`client/src/${name}`, 'utf8'),
    }));
    const said = Object.keys(await getL10nJson(sources));
    const portuguese = json('l10n/bundle.l10n.pt-br.json') as Record<string, string>;
    deepEqual(Object.keys(portuguese).sort(), said.sort());
    for (const [en, pt] of Object.entries(portuguese)) deepEqual(placeholders(pt), placeholders(en), en);
  });

  it('ships in the package what it needs, and nothing else', () => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['node_modules/@vscode/vsce/vsce', 'ls', '--no-dependencies'],
      { encoding: 'utf8' },
    );
    equal(status, 0, stderr);
    const shipped = stdout.trim().split('\n');
    const folders = new Set(shipped.filter(f => f.includes('/')).map(f => f.split('/')[0]));
    folders.delete('dist');
    deepEqual([...folders].sort(), ['docs', 'l10n', 'language', 'schemas', 'snippets', 'syntaxes']);
    deepEqual(shipped.filter(f => !f.includes('/')).sort(), [
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'package.json',
      'package.nls.json',
      'package.nls.pt-br.json',
    ]);
    for (const path of shipped.filter(f => f.startsWith('dist/'))) {
      match(path, /^dist\/(?:client|client\.web|server|server\.web)\.js$/);
    }
    for (const path of shipped.filter(f => f.startsWith('docs/'))) match(path, /^docs\/images\/[\w-]+\.png$/);
  });
});
