/** The extension where Node is: desktop, Remote-SSH, code-server. The server is a process of its own. */
import type { ExtensionContext } from 'vscode';
import { LanguageClient, TransportKind, type ServerOptions } from 'vscode-languageclient/node';
import { activateWith, clientOptions, deactivateClient } from './extension';
import { takeInstalledVersion } from './take-version';

export function activate(context: ExtensionContext): Promise<void> {
  context.subscriptions.push(takeInstalledVersion());
  return activateWith(context, () => {
    // An edit of a large file leaves much behind for a moment only: in a larger nursery it is gone before it counts as old.
    const nursery = '--max-semi-space-size=64';
    const run = {
      module: context.asAbsolutePath('dist/server.js'),
      transport: TransportKind.ipc,
      options: { execArgv: [nursery] },
    };
    const server: ServerOptions = {
      run,
      debug: { ...run, options: { execArgv: [nursery, '--nolazy', '--inspect=6009'] } },
    };
    return new LanguageClient('postfix', 'Postfix', server, clientOptions());
  });
}

export const deactivate = deactivateClient;
