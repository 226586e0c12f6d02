/** The language server in a web worker: the editor lends it the file system. */
import { BrowserMessageReader, BrowserMessageWriter, createConnection } from 'vscode-languageserver/browser';
import { ClientDisk } from './lsp/client-disk';
import { serve } from './lsp/server';

declare const self: ConstructorParameters<typeof BrowserMessageReader>[0];

const connection = createConnection(new BrowserMessageReader(self), new BrowserMessageWriter(self));
serve(connection, new ClientDisk(connection));
