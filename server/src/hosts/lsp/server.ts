/** The language server: one wiring for every host. A host brings a connection and a disk. */
import {
  type Connection,
  type InitializeParams,
  type InitializeResult,
  type ServerCapabilities,
} from 'vscode-languageserver';
import type { Lang } from '../../text/message';
import { configuration } from './methods/configuration';
import { methods } from './methods';
import { publisher } from './methods/diagnostics';
import type { Disk } from './disk';
import { breathe, Scheduler } from './scheduler';
import { background, type Session } from './session';
import { readLang } from './settings';
import { Workspace } from './workspace';

/** Serves a connection until it closes. */
export function serve(connection: Connection, disk: Disk): void {
  connection.onInitialize(params => initialize(connection, disk, params));
  connection.listen();
}

function initialize(connection: Connection, disk: Disk, params: InitializeParams): InitializeResult {
  const options = (params.initializationOptions ?? {}) as { diagnostics?: unknown; commands?: unknown };
  const workspace = new Workspace(disk);
  const pulls = params.capabilities.textDocument?.diagnostic !== undefined && options.diagnostics !== 'push';
  const config = configuration(connection, params, workspace);
  const locale: Lang = readLang(params.locale) ?? 'en';
  const session: Session = {
    connection,
    client: params.capabilities,
    push: !pulls,
    commands: options.commands === true,
    workspace,
    ready: new Promise(done => {
      connection.onInitialized(() => {
        background(connection, config.start(session.refresh).finally(done));
      });
    }),
    lang: () => config.language() ?? locale,
    refresh: () => {
      scheduler.request();
    },
  };
  const watch = (work: Promise<unknown>): void => {
    background(connection, work);
  };
  const publish = publisher(session);
  const scheduler = new Scheduler(async isStale => {
    do {
      for (const _ of workspace.pending()) {
        await breathe();
        if (isStale()) return;
      }
      const loaded = await disk.load();
      if (loaded.length === 0) break;
      workspace.changed(loaded);
    } while (!isStale());
    publish();
  }, watch);

  for (const method of methods) method.register(session);
  connection.onShutdown(() => {
    scheduler.stop();
  });
  return {
    serverInfo: { name: 'postfix-language-server' },
    capabilities: methods.reduce<ServerCapabilities>(
      (all, method) => ({ ...all, ...method.capabilities(session) }),
      config.capabilities,
    ),
  };
}
