/** The extension in a web worker: the server is another worker, and reads files through this side. */
import { Uri, type ExtensionContext } from 'vscode';
import { LanguageClient } from 'vscode-languageclient/browser';
import { activateWith, clientOptions, deactivateClient } from './extension';
import { lendFiles } from './lend-files';

export function activate(context: ExtensionContext): Promise<void> {
  return activateWith(context, () => {
    const worker = new Worker(Uri.joinPath(context.extensionUri, 'dist/server.web.js').toString(true));
    const client = new LanguageClient('postfix', 'Postfix', worker, clientOptions());
    context.subscriptions.push(lendFiles(client));
    return client;
  });
}

export const deactivate = deactivateClient;
