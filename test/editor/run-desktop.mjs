// The suite of the Node host in a desktop VS Code: npm run test:desktop. Tests that need the page skip themselves there.
//   VSCODE_PATH=/path/to/code uses an installed one; without it VS Code is downloaded, for which its own servers have to be reached.
import { runTests } from '@vscode/test-electron';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'vscode-postfix-desktop-'));
cpSync(join(root, 'samples'), folder, { recursive: true });
try {
  await runTests({
    extensionDevelopmentPath: root,
    extensionTestsPath: join(root, 'test/out/editor/suite/index.js'),
    launchArgs: [folder, '--disable-extensions', '--disable-workspace-trust'],
    ...(process.env.VSCODE_PATH && { vscodeExecutablePath: process.env.VSCODE_PATH }),
  });
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
