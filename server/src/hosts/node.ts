/** The language server on Node: `--stdio`, `--node-ipc` or `--socket=N`, as the arguments say. */
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { serve } from './lsp/server';
import { NodeDisk } from './node-disk';

const transports = /^--(?:stdio|node-ipc|socket(?:=\d+)?|pipe(?:=.+)?)$/;

if (process.argv.slice(2).some(argument => transports.test(argument))) {
  serve(createConnection(ProposedFeatures.all), new NodeDisk());
} else {
  process.stderr.write('Usage: postfix-language-server --stdio | --node-ipc | --socket=PORT\n');
  process.exitCode = 2;
}
