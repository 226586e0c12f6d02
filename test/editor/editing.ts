/** What both suites do with the editor. */
import {
  commands,
  languages,
  Uri,
  window,
  workspace,
  type CodeAction,
  type Diagnostic,
  type Range,
  type TextEditor,
} from 'vscode';

/** The URI of a file of the samples. */
export function sample(name: string): Uri {
  const root = workspace.workspaceFolders?.[0]?.uri;
  if (!root) throw new Error('no folder is open');
  return Uri.joinPath(root, name);
}

export async function open(name: string): Promise<TextEditor> {
  return window.showTextDocument(await workspace.openTextDocument(sample(name)), { preview: false });
}

/** Polls until there is something; names what did not come. */
export async function until<T>(
  what: string,
  probe: () => T | false | undefined | null | Thenable<T | false | undefined | null>,
  limit = 15_000,
): Promise<T> {
  for (const end = Date.now() + limit; Date.now() < end; await new Promise(done => setTimeout(done, 20))) {
    const value = await probe();
    if (value !== false && value !== undefined && value !== null) return value;
  }
  throw new Error(`waited in vain for ${what}`);
}

export function findings(name: string): Diagnostic[] {
  return languages.getDiagnostics(sample(name)).filter(d => d.source === 'postfix');
}

/** The first finding of a rule in a file, as soon as it is there. */
export function finding(name: string, rule: string): Promise<Diagnostic> {
  return until(`${rule} in ${name}`, () => findings(name).find(d => d.code === rule));
}

/** Waits until a rule finds nothing more in a file. */
export function gone(name: string, rule: string): Promise<boolean> {
  return until(`${rule} to be gone from ${name}`, () => findings(name).every(d => d.code !== rule));
}

/** The quick fix with such a title; polled for, as the editor learns of findings and of actions on separate ways. */
export function quickFix(uri: Uri, range: Range, title: RegExp): Promise<CodeAction> {
  return until(`a quick fix ${title}`, async () => {
    const actions = await commands.executeCommand<CodeAction[]>(
      'vscode.executeCodeActionProvider',
      uri,
      range,
      'quickfix',
    );
    return actions.find(action => title.test(action.title));
  });
}

/** Throws away every change and closes every editor. */
export async function closeAll(): Promise<void> {
  for (const document of workspace.textDocuments.filter(d => d.isDirty)) {
    await window.showTextDocument(document, { preview: false });
    await commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  }
  await commands.executeCommand('workbench.action.closeAllEditors');
}
