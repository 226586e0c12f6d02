// Where the editor for tests and for `npm start` lives, and how it gets there: from npm packages alone, outside the repository.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** code-server 4.139.1 carries VS Code 1.139.1, which needs Node 24. */
const codeServer = 'code-server@4.139.1';
const node = 'node@24.21.0';

/** The folder that holds the editor; `VSCODE_POSTFIX_EDITOR` overrides the cache folder of the user. */
export const home =
  process.env.VSCODE_POSTFIX_EDITOR ||
  join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'vscode-postfix-editor');
export const vscodeDir = join(home, 'code-server/node_modules/code-server/lib/vscode');
export const nodeBin = join(home, 'node/node_modules/node/bin/node');
const done = join(home, 'installed');

/** Whether the editor is there, whole. */
export const editorInstalled = () =>
  existsSync(done) && readFileSync(done, 'utf8') === `${codeServer} ${node}\n` && existsSync(nodeBin);

/** The VS Code version of the installed editor. */
export const version = () => JSON.parse(readFileSync(join(vscodeDir, 'product.json'), 'utf8')).version;

/** The browser that the tests drive, or undefined; `VSCODE_POSTFIX_CHROMIUM` overrides. */
export function chromiumPath() {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  const folders = (process.env.PATH || '').split(delimiter);
  return [process.env.VSCODE_POSTFIX_CHROMIUM, ...folders.flatMap(f => names.map(n => join(f, n)))].find(
    p => p && existsSync(p),
  );
}

function npm(cwd, ...args) {
  mkdirSync(cwd, { recursive: true });
  const manifest = join(cwd, 'package.json');
  if (!existsSync(manifest)) writeFileSync(manifest, '{"private":true}\n');
  const env = { ...process.env };
  // npm hands its own settings down to what it starts; here they would make a workspace install of this one
  for (const key of Object.keys(env))
    if (/^npm_(?:config_(?!registry|userconfig|cache|nodedir)|package_|lifecycle_)/i.test(key)) delete env[key];
  if (existsSync(nodeBin)) env.PATH = join(nodeBin, '..') + delimiter + env.PATH;
  const r = spawnSync('npm', args, { cwd, env, encoding: 'utf8', shell: process.platform === 'win32' });
  if (r.error) throw r.error;
  if (r.status !== 0)
    throw new Error(`npm ${args.join(' ')} in ${cwd} failed:\n${(r.stderr || r.stdout).slice(-2000)}`);
}

/** Installs the editor into its folder: about 800 MB and a minute. Throws with npm's own words where it fails. */
export function installEditor(say = console.log) {
  if (editorInstalled()) return;
  say(`Fetching an editor (${codeServer}, ${node}) into ${home} …`);
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  npm(join(home, 'node'), 'install', '--no-save', ...quiet, node);
  // Without scripts: one of code-server's packages would download from outside the registry. The two native modules that are
  // then not built (a log writer, a watchdog) the editor does without, and no compiler is needed.
  npm(join(home, 'code-server'), 'install', '--no-save', '--ignore-scripts', ...quiet, codeServer);
  npm(vscodeDir, 'install', '--omit=dev', '--ignore-scripts', ...quiet);
  npm(join(vscodeDir, 'extensions'), 'install', '--omit=dev', '--ignore-scripts', ...quiet);
  writeFileSync(done, `${codeServer} ${node}\n`);
}

/** Installs a browser for the tests by apt where that can be done; says whether one is there now. */
export function installChromium(say = console.log) {
  if (chromiumPath()) return true;
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  say('Installing chromium with apt-get …');
  try {
    execFileSync('apt-get', ['update'], { stdio: 'ignore' });
    execFileSync('apt-get', ['install', '-y', '--no-install-recommends', 'chromium', 'fonts-dejavu-core'], {
      stdio: 'ignore',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
  } catch {
    return false;
  }
  return Boolean(chromiumPath());
}
