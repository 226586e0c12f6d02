// Writes snippets/*.json from the recommended blocks (server/src/facts/recommended.ts); --check only says whether they are up to date.
// Needs a build before it.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const { blocks, snippetBody } = createRequire(import.meta.url)(join(root, 'server/out/facts/recommended.js'));
const languages = {
  'main.cf': 'postfix-main',
  'master.cf': 'postfix-master',
  checks: 'postfix-checks',
  shell: 'shellscript',
};

const check = process.argv.includes('--check');
let stale = 0;
mkdirSync(join(root, 'snippets'), { recursive: true });
for (const [kind, language] of Object.entries(languages)) {
  const of = blocks.filter(block => block.file === kind);
  const entry = block => ({ prefix: block.id, description: block.title.en, body: snippetBody(block) });
  const text = `${JSON.stringify(Object.fromEntries(of.map(b => [b.title.en, entry(b)])), null, 2)}\n`;
  const file = join(root, 'snippets', `${language}.json`);
  let known = '';
  try {
    known = readFileSync(file, 'utf8');
  } catch {
    // not written yet
  }
  if (known === text) continue;
  stale++;
  if (check)
    console.error(
      `snippets/${language}.json is not what server/src/facts/recommended.ts says: node scripts/snippets.mjs`,
    );
  else writeFileSync(file, text);
}
process.exitCode = check && stale > 0 ? 1 : 0;
