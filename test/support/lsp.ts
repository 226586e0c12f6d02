/** A session with the language server over stdio, as an editor has it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  createProtocolConnection,
  PublishDiagnosticsNotification,
  StreamMessageReader,
  StreamMessageWriter,
  type ClientCapabilities,
  type Diagnostic,
  type InitializeResult,
  type ProtocolConnection,
  type TextDocumentContentChangeEvent,
} from 'vscode-languageserver-protocol/node';

/** A folder of its own for one test, deleted by {@link TestFolder.remove}. */
export class TestFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'postfix-lsp-'));

  constructor(files: Readonly<Record<string, string>>) {
    for (const [name, text] of Object.entries(files)) this.write(name, text);
  }

  write(name: string, text: string): void {
    const path = join(this.path, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }

  uri(name: string): string {
    return pathToFileURL(join(this.path, name)).href;
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

interface Options {
  readonly capabilities?: ClientCapabilities;
  readonly initializationOptions?: unknown;
  readonly locale?: string;
  /** Answers workspace/configuration. */
  readonly settings?: () => unknown;
}

export class LspSession {
  readonly diagnostics = new Map<string, Diagnostic[]>();
  private readonly listeners = new Set<() => void>();
  private versions = new Map<string, number>();

  private constructor(
    readonly connection: ProtocolConnection,
    readonly result: InitializeResult,
    private readonly server: ChildProcess,
  ) {}

  static async start(folder: TestFolder, options: Options = {}): Promise<LspSession> {
    const server = spawn(process.execPath, ['server/out/hosts/node.js', '--stdio'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const connection = createProtocolConnection(
      new StreamMessageReader(server.stdout),
      new StreamMessageWriter(server.stdin),
    );
    const diagnostics: { uri: string; diagnostics: Diagnostic[] }[] = [];
    let publish = (params: { uri: string; diagnostics: Diagnostic[] }): void => void diagnostics.push(params);
    connection.onNotification(PublishDiagnosticsNotification.type, params => publish(params));
    connection.onRequest('workspace/configuration', (params: { items: unknown[] }) =>
      params.items.map(() => options.settings?.() ?? null),
    );
    connection.onRequest('client/registerCapability', () => null);
    connection.onRequest('workspace/diagnostic/refresh', () => null);
    connection.listen();
    const result = await connection.sendRequest<InitializeResult>('initialize', {
      processId: process.pid,
      rootUri: null,
      workspaceFolders: [{ uri: folder.uri('.').replace(/\/$/, ''), name: 'test' }],
      capabilities: options.capabilities ?? {},
      initializationOptions: options.initializationOptions ?? {},
      ...(options.locale && { locale: options.locale }),
    });
    const session = new LspSession(connection, result, server);
    publish = params => {
      session.diagnostics.set(params.uri, params.diagnostics);
      for (const listener of session.listeners) listener();
    };
    diagnostics.forEach(publish);
    await connection.sendNotification('initialized', {});
    return session;
  }

  open(uri: string, languageId: string, text: string): Promise<void> {
    this.versions.set(uri, 1);
    return this.connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri, languageId, version: 1, text },
    });
  }

  change(uri: string, ...contentChanges: TextDocumentContentChangeEvent[]): Promise<void> {
    const version = (this.versions.get(uri) ?? 0) + 1;
    this.versions.set(uri, version);
    return this.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version },
      contentChanges,
    });
  }

  /** Waits until the codes of a document's diagnostics are as wanted. */
  async until(uri: string, wanted: (codes: readonly unknown[]) => boolean): Promise<Diagnostic[]> {
    const now = (): Diagnostic[] => this.diagnostics.get(uri) ?? [];
    const codes = (): unknown[] => now().map(d => d.code);
    return new Promise((done, fail) => {
      const look = (): void => {
        if (!wanted(codes())) return;
        clearTimeout(limit);
        this.listeners.delete(look);
        done(now());
      };
      const limit = setTimeout(() => {
        fail(new Error(`the diagnostics of ${uri} stayed ${JSON.stringify(codes())}`));
      }, 15_000);
      this.listeners.add(look);
      look();
    });
  }

  /** Says goodbye and waits for the server to end; its exit status. */
  async stop(): Promise<number | null> {
    await this.connection.sendRequest('shutdown');
    const ended = new Promise<number | null>(done => this.server.once('exit', done));
    await this.connection.sendNotification('exit');
    const status = await ended;
    this.connection.dispose();
    return status;
  }
}
