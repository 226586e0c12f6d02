// Bundles the programs into dist/. Entry points that are not there are left out.
import { build } from 'esbuild';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
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
