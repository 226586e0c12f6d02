import { extensions, Position, workspace } from 'vscode';
import { closeAll, finding, gone, open, quickFix } from '../editing';

describe('the extension in a web worker', () => {
  afterEach(closeAll);

  it('runs without Node', () => {
    if (typeof process !== 'undefined' && process.versions?.node) throw new Error('this is Node');
  });

  it('finds what is wrong, and mends it', async () => {
    const editor = await open('site/main.cf');
    await extensions.getExtension('postfix-tools.vscode-postfix')?.activate();
    await editor.edit(edit => {
      edit.insert(new Position(0, 0), 'myorigin = example.net\n');
    });
    const { range } = await finding('site/main.cf', 'duplicate-parameter');
    const fix = await quickFix(editor.document.uri, range, /./);
    if (!fix.edit || !(await workspace.applyEdit(fix.edit))) throw new Error('the fix was not applied');
    await gone('site/main.cf', 'duplicate-parameter');
  });
});
