import { extensions, workspace } from 'vscode';
import { closeAll, finding, gone, open, quickFix } from '../editing';

describe('the extension in a web worker', () => {
  afterEach(closeAll);

  it('runs without Node', () => {
    if (typeof process !== 'undefined' && process.versions?.node) throw new Error('this is Node');
  });

  it('reads a whole site, and mends main.cf and master.cf with one fix', async () => {
    const master = await open('site/master.cf');
    await extensions.getExtension('postfix-tools.vscode-postfix')?.activate();
    await finding('site/master.cf', 'submission-sasl-off');
    const main = await open('site/main.cf');
    const { range } = await finding('site/main.cf', 'content-checks-everywhere');
    const fix = await quickFix(main.document.uri, range, /cleanup/);
    if (!fix.edit || !(await workspace.applyEdit(fix.edit))) throw new Error('the fix was not applied');
    await gone('site/main.cf', 'content-checks-everywhere');
    if (!/^cleanup-in +unix /m.test(master.document.getText())) throw new Error('master.cf has no cleanup-in');
  });
});
