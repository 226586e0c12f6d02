/** Workspace folders and settings: read when the session starts, and again whenever they change; no restart. */
import {
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  type Connection,
  type InitializeParams,
  type ServerCapabilities,
} from 'vscode-languageserver';
import type { Lang } from '../../../text/message';
import { background } from '../session';
import { readSettings, type Settings } from '../settings';
import { pathOf, uriOf } from '../uri';
import type { Workspace } from '../workspace';

export interface Configuration {
  readonly capabilities: ServerCapabilities;
  /** The language that the settings ask for; undefined where they leave it to the client. */
  language(): Lang | undefined;
  /** Reads settings, searches the folders, and calls `refresh` then and after every change. */
  start(refresh: () => void): Promise<void>;
}

export function configuration(connection: Connection, params: InitializeParams, workspace: Workspace): Configuration {
  const { workspace: can } = params.capabilities;
  const folders = new Set(openedFolders(params));
  let pushed: unknown = (params.initializationOptions as { settings?: unknown } | undefined)?.settings;
  let language: Lang | undefined;

  const section = async (folder: string | undefined): Promise<unknown> => {
    if (!can?.configuration) return pushed;
    const item = { section: 'postfix', ...(folder !== undefined && { scopeUri: uriOf(folder) }) };
    return (await connection.workspace.getConfiguration(item)) as unknown;
  };

  const configure = async (): Promise<void> => {
    const settings = new Map<string, Settings>();
    for (const folder of [undefined, ...folders]) {
      settings.set(folder ?? '', readSettings(await section(folder), folder));
    }
    language = settings.get('')?.language;
    workspace.configure(settings);
  };

  return {
    capabilities: { workspace: { workspaceFolders: { supported: true, changeNotifications: true } } },
    language: () => language,

    async start(refresh) {
      connection.onDidChangeConfiguration(({ settings }) => {
        pushed = (settings as { postfix?: unknown } | null | undefined)?.postfix ?? pushed;
        background(connection, configure().then(refresh));
      });
      if (can?.didChangeConfiguration?.dynamicRegistration) {
        await connection.client.register(DidChangeConfigurationNotification.type, { section: 'postfix' });
      }
      if (can?.didChangeWatchedFiles?.dynamicRegistration) {
        await connection.client.register(DidChangeWatchedFilesNotification.type, {
          watchers: [{ globPattern: '**/*' }],
        });
      }
      if (can?.workspaceFolders) {
        connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
          for (const { uri } of removed) folders.delete(pathOf(uri));
          for (const { uri } of added) folders.add(pathOf(uri));
          background(
            connection,
            configure()
              .then(() => workspace.search())
              .then(refresh),
          );
        });
      }
      await configure();
      refresh();
      await workspace.search();
      refresh();
    },
  };
}

/** The folders that a client opens with. */
function openedFolders(params: InitializeParams): string[] {
  const uris = params.workspaceFolders?.map(f => f.uri) ?? (params.rootUri ? [params.rootUri] : []);
  return uris.map(pathOf);
}
