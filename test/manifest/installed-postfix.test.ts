import { deepEqual, equal } from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

type Ask = (programs: readonly string[]) => Promise<string | undefined>;
const { installedVersion } = createRequire(join(process.cwd(), 'package.json'))(
  './client/out/installed-postfix.js',
) as { installedVersion: Ask };

describe('the version of the installed Postfix', () => {
  let folder = '';
  before(() => (folder = mkdtempSync(join(tmpdir(), 'postfix-version-'))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  const program = (name: string, answer: string): string => {
    const path = join(folder, name);
    writeFileSync(path, `#!/bin/sh\n[ "$*" = "-dh mail_version" ] && ${answer}\n`);
    chmodSync(path, 0o755);
    return path;
  };

  it('is what postconf says, and nothing where none says it', async () => {
    const release = program('release', 'echo 3.7.11');
    const snapshot = program('snapshot', 'echo 3.11-20260101');
    const broken = program('broken', 'exit 1');
    const other = program('other', 'echo something else');
    equal(await installedVersion([join(folder, 'none'), broken, other, release]), '3.7.11');
    equal(await installedVersion([snapshot]), '3.11');
    equal(await installedVersion([join(folder, 'none'), broken, other]), undefined);
  });

  it('is asked for only on request, in a trusted workspace', () => {
    const { contributes } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      contributes: { commands: { command: string; enablement?: string }[] };
    };
    const offered = contributes.commands.filter(c => c.command === 'postfix.takeInstalledVersion');
    deepEqual(
      offered.map(c => c.enablement),
      ['isWorkspaceTrusted && !isWeb'],
    );
  });
});
