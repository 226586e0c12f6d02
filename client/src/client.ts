/** The extension where Node is: desktop, Remote-SSH, code-server. The server is a process of its own. */
import type { ExtensionContext } from 'vscode';
import { LanguageClient, TransportKind, type ServerOptions } from 'vscode-languageclient/node';
import { activateWith, clientOptions, deactivateClient } from './extension';
import { takeInstalledVersion } from './take-version';

export function activate(context: ExtensionContext): Promise<void> {
  context.subscriptions.push(takeInstalledVersion());
  return activateWith(context, () => {
    const run = { module: context.asAbsolutePath('dist/server.js'), transport: TransportKind.ipc };
    const server: ServerOptions = { run, debug: { ...run, options: { execArgv: ['--nolazy', '--inspect=6009'] } } };
    return new LanguageClient('postfix', 'Postfix', server, clientOptions());
  });
}

export const deactivate = deactivateClient;
