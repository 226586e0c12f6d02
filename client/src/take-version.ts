/** Makes the version of the installed Postfix the one that files are checked for: on request, in a trusted workspace. */
import { commands, ConfigurationTarget, l10n, window, workspace, type Disposable } from 'vscode';
import { installedVersion } from './installed-postfix';

export function takeInstalledVersion(): Disposable {
  return commands.registerCommand('postfix.takeInstalledVersion', async () => {
    if (!workspace.isTrusted) {
      void window.showErrorMessage(l10n.t('Programs are run in trusted workspaces only.'));
      return;
    }
    const version = await installedVersion();
    if (version === undefined) {
      void window.showErrorMessage(l10n.t('There is no postconf here that tells its version.'));
      return;
    }
    const target = workspace.workspaceFolders ? ConfigurationTarget.Workspace : ConfigurationTarget.Global;
    await workspace.getConfiguration('postfix').update('targetVersion', version, target);
    void window.showInformationMessage(l10n.t('Files are now checked for Postfix {0}.', version));
  });
}
