/** What both hosts share: when the server starts, what it is told, and what people can ask of it. */
import { l10n, window, workspace, type Disposable, type ExtensionContext, type TextDocument } from 'vscode';
import type { BaseLanguageClient, LanguageClientOptions } from 'vscode-languageclient';
import { answerDocuments } from './answers';
import { registerCommands } from './commands';
import { statusBar } from './status-bar';

/** The languages that are this extension's own. */
export const ownLanguages: readonly string[] = [
  'postfix-main',
  'postfix-master',
  'postfix-checks',
  'postfix-table',
  'iptables',
];

const configurationFiles = '**/{main.cf,master.cf,.postfix-lint.yaml}';
let client: BaseLanguageClient | undefined;

export function clientOptions(): LanguageClientOptions {
  return {
    documentSelector: [
      ...[...ownLanguages, 'shellscript'].map(language => ({ language })),
      { pattern: '**/.postfix-lint.yaml' },
      { pattern: '**/{Dockerfile,Containerfile}*' },
    ],
    // Findings come unasked, for every file of a site at once: a fix in one file shows in the other without delay.
    initializationOptions: { diagnostics: 'push', commands: true },
  };
}

/** Starts the client as soon as there is something for it: a configuration, or a shell script that calls iptables. */
export async function activateWith(context: ExtensionContext, create: () => BaseLanguageClient): Promise<void> {
  const start = async (): Promise<BaseLanguageClient> => {
    if (client) return client;
    client = create();
    context.subscriptions.push(statusBar(client));
    await client.start();
    return client;
  };
  context.subscriptions.push(answerDocuments(), ...registerCommands(start));
  const there = workspace.textDocuments.some(isOurs) || (await workspace.findFiles(configurationFiles, null, 1)).length;
  if (there) await reported(start());
  else context.subscriptions.push(whenOpened(() => void reported(start())));
}

export async function deactivateClient(): Promise<void> {
  await client?.stop();
  client = undefined;
}

function isOurs(document: TextDocument): boolean {
  if (ownLanguages.includes(document.languageId)) return true;
  return (
    /^(?:shellscript|dockerfile)$/.test(document.languageId) && /ip6?tables|IPT|postconf\s+-e/.test(document.getText())
  );
}

function whenOpened(start: () => void): Disposable {
  const listener = workspace.onDidOpenTextDocument(document => {
    if (!isOurs(document)) return;
    listener.dispose();
    start();
  });
  return listener;
}

async function reported(starting: Promise<unknown>): Promise<void> {
  try {
    await starting;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    void window.showErrorMessage(l10n.t('The Postfix language server did not start: {0}', why));
  }
}
