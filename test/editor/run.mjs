// Runs the suites in a real VS Code, headless: suite/ in the extension host on Node, web/ in the web worker host.
//   node test/editor/run.mjs [--install] [--host node|web] [--shots FOLDER] [--verbose]
// Prints what mocha prints and ends with "N passed, N failed, N skipped". Without an editor or a browser it skips, and says how to get
// them; with --install or CI=true it fetches them. Exit status: 0 none failed, 1 some did or did not finish.
import { build } from 'esbuild';
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { chromiumPath, editorInstalled, home, installChromium, installEditor, version } from './editor-home.mjs';
import { serveFolder, startServer, workbenchUrl } from './editor-server.mjs';
import * as actions from './ui-actions.mjs';

const { values: options } = parseArgs({
  options: {
    install: { type: 'boolean', default: process.env.CI === 'true' },
    host: { type: 'string' },
    shots: { type: 'string' },
    verbose: { type: 'boolean', default: false },
  },
});
const root = resolve(import.meta.dirname, '../..');
const work = mkdtempSync(join(tmpdir(), 'vscode-postfix-run-'));
const shots = resolve(options.shots ?? join(work, 'shots'));
const total = { passed: 0, failed: 0, skipped: 0 };
const limit = 180_000;
const extraSettings = {
  'files.autoSave': 'off', // in a browser VS Code saves by itself: the next test would find what this one wrote
  'editor.minimap.enabled': false,
  'editor.inlayHints.enabled': 'off',
  'window.commandCenter': false,
};
let cleanUp = async () => {};
let stopped = false;

async function main() {
  if (options.install) {
    installEditor();
    installChromium();
  }
  const missing = [!editorInstalled() && `an editor in ${home}`, !chromiumPath() && 'chromium'].filter(Boolean);
  if (missing.length > 0) {
    console.log(`Skipped: the suite in a real editor needs ${missing.join(' and ')}. Get it: npm test -- --install`);
    total.skipped++;
    return;
  }
  mkdirSync(shots, { recursive: true });
  if (!existsSync(join(root, 'dist/client.js')) || !existsSync(join(root, 'test/out/editor/suite/index.js'))) {
    execFileSync('npm', ['run', 'build'], { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
  }
  for (const host of options.host ? [options.host] : ['node', 'web']) await run(host);
}

async function run(host) {
  const folder = join(work, host, 'samples');
  cpSync(join(root, 'samples'), folder, { recursive: true });
  const stops = [];
  cleanUp = async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  };
  try {
    let page;
    const shot = async name => {
      await page.screenshot({ path: join(shots, `${name}.png`) });
    };
    const bridge = await startBridge(({ action, args }) =>
      action === 'screenshot' ? shot(args.name) : actions[action](page, args ?? {}, shot),
    );
    stops.push(bridge.stop);
    const server = await startServer({ env: { E2E_BRIDGE: bridge.url }, extraSettings });
    stops.push(server.stop);
    console.log(`\n  VS Code ${version()}, extension host: ${host === 'web' ? 'web worker' : 'Node'}`);
    const browser = await launch();
    stops.push(() => browser.close());
    const context = await browser.newContext({ viewport: { width: 1200, height: 720 }, bypassCSP: host === 'web' });
    context.setDefaultTimeout(15_000); // below the suite's own, so that a failed action names itself
    page = await context.newPage();
    const finished = new Promise(done => {
      page.exposeFunction('codeAutomationExit', code => done(code));
      setTimeout(done, limit, undefined).unref();
      page.on('crash', () => done(undefined));
    });
    let counted = false;
    await page.exposeFunction('codeAutomationLog', (_level, args) => {
      const text = args.map(String).join(' ');
      const stats = /^MOCHA (\{.*\})$/.exec(text)?.[1];
      if (!stats) {
        if (text.startsWith('MOCHA> ')) console.log(text.slice(7));
        else if (options.verbose) console.log('[editor]', text);
        return;
      }
      counted = true;
      const { passes, failures, pending } = JSON.parse(stats);
      total.passed += passes;
      total.failed += failures;
      total.skipped += pending;
    });
    if (options.verbose) page.on('console', message => console.log('[page]', message.text()));
    if (host === 'web') await openWeb(page, server, folder, stops);
    else {
      const tests = join(root, 'test/out/editor/suite/index.js');
      await page.goto(workbenchUrl({ port: server.port, folder, extension: root, tests }));
    }
    const code = await finished;
    if (counted && code !== undefined) return;
    await shot(`did-not-finish-${host}`).catch(() => {});
    total.failed++;
    console.error(`  the suite in the ${host} host did not finish (${code ?? 'time is up'}); screenshots: ${shots}`);
    console.error(server.readLog().slice(-2000));
  } finally {
    await cleanUp();
  }
}

/** The extension's browser entry in the worker host: what test-web does, put into the workbench page of this server. */
async function openWeb(page, server, folder, stops) {
  const bundle = 'test/out/editor/web.bundle.js';
  await build({
    absWorkingDir: root,
    entryPoints: ['test/out/editor/web/index.js'],
    outfile: bundle,
    bundle: true,
    platform: 'browser',
    format: 'cjs',
    external: ['vscode'],
    logLevel: 'error',
  });
  const files = await serveFolder(root);
  stops.push(files.stop);
  const at = path => ({ scheme: 'http', authority: `127.0.0.1:${files.port}`, path });
  await page.route(
    url => url.pathname === '/' && Number(url.port) === server.port,
    async route => {
      const response = await route.fetch();
      const body = (await response.text()).replace(
        /(id="vscode-workbench-web-configuration" data-settings=")([^"]*)"/,
        (_, head, json) => {
          const config = JSON.parse(json.replaceAll('&quot;', '"'));
          config.developmentOptions = {
            ...config.developmentOptions,
            extensions: [at('/')],
            extensionTestsPath: at(`/${bundle}`),
          };
          return `${head}${JSON.stringify(config).replaceAll('"', '&quot;')}"`;
        },
      );
      await route.fulfill({ response, body });
    },
  );
  await page.goto(workbenchUrl({ port: server.port, folder }));
}

function launch() {
  return chromium.launch({
    executablePath: chromiumPath(),
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--disable-features=LocalNetworkAccessChecks', // a page that was changed on its way counts as not local
      '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost , EXCLUDE *.localhost',
    ],
  });
}

/** The suite runs in the extension host and has no hold of the page: over this it asks for a click or a screenshot. */
async function startBridge(answer) {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', part => (body += part));
    request.on('end', async () => {
      try {
        response.end(JSON.stringify({ ok: true, result: (await answer(JSON.parse(body))) ?? null }));
      } catch (error) {
        response.end(JSON.stringify({ ok: false, error: String(error.message) }));
      }
    });
  });
  await new Promise(done => server.listen(0, '127.0.0.1', done));
  return { url: `http://127.0.0.1:${server.address().port}/`, stop: () => server.close() };
}

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, async () => {
    if (stopped) return;
    stopped = true;
    await cleanUp();
    rmSync(work, { recursive: true, force: true });
    process.exit(130);
  });
}

try {
  await main();
} catch (error) {
  total.failed++;
  console.error(error);
}
if (total.failed === 0) rmSync(work, { recursive: true, force: true });
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed > 0 ? 1 : 0);
