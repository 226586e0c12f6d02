import { equal, match } from 'node:assert/strict';
import { spawnSync } from 'node:child_process';

describe('the runner of the suite in a real editor', () => {
  it('skips where there is no editor, and says in one line how to get one', () => {
    const { status, stdout } = spawnSync(process.execPath, ['test/editor/run.mjs'], {
      encoding: 'utf8',
      env: { ...process.env, CI: '', VSCODE_POSTFIX_EDITOR: '/nonexistent/editor' },
    });
    equal(status, 0);
    match(stdout, /^Skipped: .*an editor in \/nonexistent\/editor.* npm test -- --install\n/);
    match(stdout, /\n0 passed, 0 failed, 1 skipped\n$/);
  });
});
