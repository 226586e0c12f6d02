/** The status bar: what version the site of the open file is checked for, and how much was found in it. */
import {
  DiagnosticSeverity,
  Disposable,
  l10n,
  languages,
  StatusBarAlignment,
  Uri,
  window,
  type TextDocument,
} from 'vscode';
import type { BaseLanguageClient } from 'vscode-languageclient';

interface SiteStatus {
  readonly folder: string;
  readonly targetVersion: string;
}

export function statusBar(client: BaseLanguageClient): Disposable {
  const item = window.createStatusBarItem('postfix.status', StatusBarAlignment.Right, 90);
  item.name = 'Postfix';
  item.command = 'workbench.actions.view.problems';
  const show = async (): Promise<void> => {
    const document = window.activeTextEditor?.document;
    const site = document && client.isRunning() ? await siteOf(client, document) : null;
    if (!document || !site) {
      item.hide();
      return;
    }
    const { errors, warnings, others } = count(site.folder);
    item.text = `$(mail) Postfix ${site.targetVersion}  $(error) ${errors} $(warning) ${warnings}`;
    item.tooltip = l10n.t(
      'Checked for Postfix {0}: {1} errors, {2} warnings, {3} remarks in {4}',
      site.targetVersion,
      errors,
      warnings,
      others,
      Uri.parse(site.folder).fsPath,
    );
    item.show();
  };
  const soon = (): void => void show();
  return Disposable.from(
    item,
    window.onDidChangeActiveTextEditor(soon),
    languages.onDidChangeDiagnostics(soon),
    client.onDidChangeState(soon),
  );
}

async function siteOf(client: BaseLanguageClient, document: TextDocument): Promise<SiteStatus | null> {
  try {
    return await client.sendRequest<SiteStatus | null>('postfix/site', { uri: document.uri.toString() });
  } catch {
    return null;
  }
}

function count(folder: string): { errors: number; warnings: number; others: number } {
  const inside = `${Uri.parse(folder).toString()}/`;
  const severities = languages
    .getDiagnostics()
    .filter(([uri]) => uri.toString().startsWith(inside))
    .flatMap(([, diagnostics]) => diagnostics.filter(d => d.source === 'postfix').map(d => d.severity));
  const errors = severities.filter(s => s === DiagnosticSeverity.Error).length;
  const warnings = severities.filter(s => s === DiagnosticSeverity.Warning).length;
  return { errors, warnings, others: severities.length - errors - warnings };
}
