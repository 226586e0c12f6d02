// Bundles the programs into dist/ and copies the wasm files they load. Entry points that are not there are left out.
import { build } from 'esbuild';
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const require = createRequire(import.meta.url);
const minify = process.argv.includes('--minify');

const node = { platform: 'node', format: 'cjs', target: 'node20' };
const browser = { platform: 'browser', target: 'es2022', mainFields: ['browser', 'module', 'main'] };
const bundles = [
  { out: 'cli.js', entry: 'server/src/hosts/cli/main.ts', ...node },
  { out: 'server.js', entry: 'server/src/hosts/node.ts', ...node },
  { out: 'server.web.js', entry: 'server/src/hosts/web.ts', ...browser, format: 'iife' },
  { out: 'client.js', entry: 'client/src/client.ts', ...node, external: ['vscode'] },
  { out: 'client.web.js', entry: 'client/src/client.web.ts', ...browser, format: 'cjs', external: ['vscode'] },
];

await Promise.all(
  bundles
    .filter(({ entry }) => existsSync(join(root, entry)))
    .map(({ out, entry, ...options }) =>
      build({
        absWorkingDir: root,
        entryPoints: [entry],
        outfile: join('dist', out),
        bundle: true,
        sourcemap: 'linked',
        minify,
        legalComments: 'none',
        logLevel: 'warning',
        ...options,
      }),
    ),
);

mkdirSync(join(root, 'dist'), { recursive: true });
const wasm = {
  'tree-sitter.wasm': join(dirname(require.resolve('web-tree-sitter')), 'tree-sitter.wasm'),
  'tree-sitter-bash.wasm': require.resolve('@vscode/tree-sitter-wasm/wasm/tree-sitter-bash.wasm'),
};
for (const [name, from] of Object.entries(wasm)) copyFileSync(from, join(root, 'dist', name));
