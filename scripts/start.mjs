// npm start: installs, builds, prints what is wrong with the sample site, and opens it in an editor with this extension loaded.
//   --check     stops after the findings
//   --browser   an editor in the browser even where a desktop one is installed
import { spawn, spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { editorInstalled, home, installEditor, version } from '../test/editor/editor-home.mjs';
import { startServer, workbenchUrl } from '../test/editor/editor-server.mjs';

const root = resolve(import.meta.dirname, '..');
const samples = join(root, 'samples');
const windows = process.platform === 'win32';
const { values: options } = parseArgs({
  options: { check: { type: 'boolean', default: false }, browser: { type: 'boolean', default: false } },
});

try {
  prepare();
  findings();
  if (options.check) next('npm start opens the sample in an editor; npm test runs everything.');
  else await openEditor();
} catch (error) {
  console.error(`\n${error.message}`);
  process.exitCode = 1;
}

function prepare() {
  if (!installed()) step('Installing packages …', 'npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  step('Building …', 'npm', ['run', '--silent', 'build']);
}

function step(title, program, args) {
  console.log(title);
  const run = spawnSync(program, args, { cwd: root, encoding: 'utf8', shell: windows });
  if (run.status !== 0) throw new Error(`${program} ${args.join(' ')} failed:\n${run.stdout ?? ''}${run.stderr ?? ''}`);
}

/** Whether node_modules holds what package-lock.json says. */
function installed() {
  const hidden = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(hidden)) return false;
  const read = path => JSON.parse(readFileSync(path, 'utf8')).packages;
  const there = read(hidden);
  return Object.entries(read(join(root, 'package-lock.json'))).every(
    ([path, { version, optional, link }]) =>
      !path.startsWith('node_modules/') || optional || link || there[path]?.version === version,
  );
}

function findings() {
  console.log('\npostfix-lint samples/site\n');
  spawnSync(process.execPath, ['server/bin/postfix-lint.js', 'samples/site'], { cwd: root, stdio: 'inherit' });
  console.log(
    '\nsamples/repaired is the same site as it should be. To repair a copy yourself: postfix-lint fix FOLDER',
  );
}

function next(text) {
  console.log(`\nNext: ${text}`);
}

async function openEditor() {
  const desktop = options.browser ? undefined : onPath(windows ? ['code.cmd', 'codium.cmd'] : ['code', 'codium']);
  if (desktop) {
    const args = [`--extensionDevelopmentPath=${root}`, '--new-window', samples, join(samples, 'site/master.cf')];
    console.log(`\n${desktop} ${args.join(' ')}`);
    const quoted = windows ? args.map(arg => `"${arg}"`) : args;
    const editor = spawn(windows ? `"${desktop}"` : desktop, quoted, { stdio: 'inherit', shell: windows });
    await new Promise((done, fail) => editor.on('error', fail).on('exit', done));
    whatToDo('In the window that opens');
    return;
  }
  if (!editorInstalled()) {
    console.log(
      '\nThere is no code or codium on the PATH, so an editor for the browser is fetched (once, about 800 MB).',
    );
    installEditor();
  }
  const server = await startServer({ extraSettings: { 'files.autoSave': 'off' } });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => void server.stop().then(() => process.exit(0)));
  const url = workbenchUrl({
    port: server.port,
    folder: samples,
    extension: root,
    open: join(samples, 'site/master.cf'),
  });
  console.log(
    `\nVS Code ${version()} (from ${home}) is running. Open this address as it stands in a browser on this machine:\n`,
  );
  console.log(`  ${url}\n`);
  whatToDo('There');
  console.log('Ctrl+C here ends it.');
}

function whatToDo(where) {
  next(`${where}, open site/master.cf, put the cursor into a marked line, and click the lightbulb (Ctrl+.).`);
}

function onPath(names) {
  const candidates = (process.env.PATH ?? '').split(delimiter).flatMap(folder => names.map(name => join(folder, name)));
  return candidates.find(path => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
