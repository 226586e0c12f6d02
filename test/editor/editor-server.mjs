// Starts and stops the VS Code server of the npm package code-server (its raw server, no login), and says at which address to open it.
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createSocket } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { nodeBin, vscodeDir } from './editor-home.mjs';

/** Written before the first start, so that no trust prompt, welcome page or chat pane is in the way. */
const settings = {
  'security.workspace.trust.enabled': false,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.disableAIFeatures': true,
  'telemetry.telemetryLevel': 'off',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  'npm.autoDetect': 'off',
};

const sleep = ms => new Promise(done => setTimeout(done, ms));

async function freePort() {
  const socket = createSocket();
  await new Promise((done, fail) => socket.on('error', fail).listen(0, '127.0.0.1', done));
  const { port } = socket.address();
  await new Promise(done => socket.close(done));
  return port;
}

/**
 * Starts a server on a free port of the loopback, with a data folder of its own that goes with it.
 * `stop` ends its process group (the server, its extension hosts, the language servers) and nothing else.
 */
export async function startServer({ env = {}, extraSettings = {} } = {}) {
  const data = mkdtempSync(join(tmpdir(), 'vscode-postfix-editor-'));
  for (const folder of ['User', 'Machine']) {
    mkdirSync(join(data, 'data', folder), { recursive: true });
    writeFileSync(join(data, 'data', folder, 'settings.json'), JSON.stringify({ ...settings, ...extraSettings }));
  }
  const port = await freePort();
  const log = openSync(join(data, 'server.log'), 'w');
  const child = spawn(
    nodeBin,
    [
      join(vscodeDir, 'out/server-main.js'),
      ...['--host', '127.0.0.1', '--port', String(port), '--without-connection-token'],
      ...['--accept-server-license-terms', '--telemetry-level', 'off', '--disable-workspace-trust'],
      '--enable-smoke-test-driver', // without it the address may not name an extension to load
      ...['--server-data-dir', data, '--extensions-dir', join(data, 'extensions')],
    ],
    { stdio: ['ignore', log, log], detached: true, env: { ...process.env, NODE_OPTIONS: '', ...env } },
  );
  closeSync(log);
  const exited = new Promise(done => child.once('exit', done));
  const readLog = () => readFileSync(join(data, 'server.log'), 'utf8');
  const stop = async () => {
    for (const signal of ['SIGTERM', 'SIGKILL']) {
      try {
        process.kill(-child.pid, signal);
      } catch {
        break;
      }
      await Promise.race([exited, sleep(1500)]);
    }
    rmSync(data, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  for (let tries = 0; ; tries++) {
    if (child.exitCode !== null || tries > 300) {
      const tail = readLog().slice(-1500);
      await stop();
      throw new Error(`the editor's server did not start\n${tail}`);
    }
    try {
      if ((await fetch(`http://127.0.0.1:${port}/version`)).ok) break;
    } catch {
      // not listening yet
    }
    await sleep(100);
  }
  return { port, stop, readLog };
}

/** The address of the workbench on a folder, with an extension under development and, for a test run, a suite. */
export function workbenchUrl({ port, folder, extension, tests, open }) {
  const uri = path => `vscode-remote://127.0.0.1:${port}${path}`;
  const payload = [
    ...(extension ? [['extensionDevelopmentPath', uri(extension)]] : []),
    ...(tests ? [['extensionTestsPath', uri(tests)]] : []),
    ...(open ? [['openFile', uri(open)]] : []),
    ['skipWelcome', 'true'],
    ['skipReleaseNotes', 'true'],
  ];
  return `http://127.0.0.1:${port}/?folder=${encodeURIComponent(folder)}&payload=${encodeURIComponent(JSON.stringify(payload))}`;
}

/** Serves one folder to any origin: the web worker extension host loads extensions and suites over http. */
export async function serveFolder(root) {
  const types = {
    '.js': 'text/javascript',
    '.json': 'application/json',
    '.css': 'text/css',
    '.html': 'text/html',
    '.wasm': 'application/wasm',
  };
  const server = createServer((request, response) => {
    const file = join(root, decodeURIComponent(new URL(request.url, 'http://localhost').pathname));
    response.setHeader('Access-Control-Allow-Origin', '*');
    if (!file.startsWith(root)) return response.writeHead(403).end();
    try {
      const body = readFileSync(file);
      response.writeHead(200, { 'Content-Type': types[extname(file)] ?? 'application/octet-stream' }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise(done => server.listen(0, '127.0.0.1', done));
  return {
    port: server.address().port,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
