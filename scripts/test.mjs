// npm test: installs what the project needs, builds, and runs everything there is, part by part.
//   --install (or CI=true)  also installs missing programs with apt-get, and the editor for its suite
//   -g PATTERN              only the tests whose names match
// Ends with "N passed, N failed, N skipped"; exit status 1 when something failed.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { values: options } = parseArgs({
  options: { install: { type: 'boolean', default: process.env.CI === 'true' }, grep: { type: 'string', short: 'g' } },
});
const scratch = mkdtempSync(join(tmpdir(), 'vscode-postfix-test-'));
const total = { passed: 0, failed: 0, skipped: 0 };
const bin = name => join(root, 'node_modules/.bin', name);
const minute = 60_000;

/** What the real programs come from, in Debian's names. */
const programs = {
  postmap: 'postfix',
  iptables: 'iptables',
  nft: 'nftables',
  ip: 'iproute2',
  ipset: 'ipset',
  sudo: 'sudo',
  python3: 'python3',
  openssl: 'openssl',
};

try {
  main();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 ? 1 : 0;

function main() {
  if (!installed() && !command('npm packages', 'npm', ['ci'], { minutes: 5 })) return;
  if (!command('build', 'npm', ['run', 'build'])) return;
  if (!options.grep) {
    command('format', bin('prettier'), ['--check', '.']);
    command('lint', bin('eslint'), ['.'], { minutes: 5 });
    command('layers', 'npm', ['run', 'lint:layers']);
    command('generated files', process.execPath, ['scripts/gen.mjs', '--check']);
    command('unused code', bin('knip'), []);
  }
  mocha('unit tests', ['--ignore', 'test/out/{parity,editor,electron}/**', 'test/out/**/*.test.js']);
  programsReady();
  mocha('parity with the real programs', ['test/out/parity/**/*.test.js'], 8);
  if (!options.grep) counted('the real editor', ['test/editor/run.mjs', ...(options.install ? ['--install'] : [])], 8);
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

/** A part that is one thing: it passes or fails. */
function command(name, program, args, { minutes = 3 } = {}) {
  const { status, output, seconds } = spawn(program, args, minutes);
  total[status === 0 ? 'passed' : 'failed']++;
  report(name, status === 0, seconds, status === 0 ? '' : output);
  return status === 0;
}

/** A part of mocha tests, counted from mocha's own figures. */
function mocha(name, files, minutes = 5) {
  const json = join(scratch, 'mocha.json');
  rmSync(json, { force: true });
  const grep = options.grep ? ['--grep', options.grep] : [];
  const args = [...files, '--reporter', 'json', '--reporter-option', `output=${json}`, ...grep];
  const { status, output, seconds } = spawn(bin('mocha'), args, minutes);
  if (!existsSync(json)) {
    const none = /No test files found/.test(output);
    if (!none) total.failed++;
    report(name, none, seconds, none ? 'no tests' : output);
    return;
  }
  const { stats, failures } = JSON.parse(readFileSync(json, 'utf8'));
  const broken = status !== 0 && stats.failures === 0;
  add({ passed: stats.passes, failed: stats.failures + (broken ? 1 : 0), skipped: stats.pending });
  const notes = output.split('\n').filter(line => /^(?:Skipped|Parity|Recorded)\b/.test(line.trim()));
  const details = failures.map(f => `${f.fullTitle}\n${f.err.stack ?? f.err.message ?? ''}`).join('\n\n');
  const figures = `${stats.passes} passed${stats.pending ? `, ${stats.pending} skipped` : ''}`;
  report(
    `${name} (${figures})`,
    status === 0,
    seconds,
    [...new Set(notes), details, broken ? output : ''].filter(Boolean).join('\n'),
  );
}

/** A part whose last line says "N passed, N failed, N skipped". */
function counted(name, args, minutes) {
  if (!existsSync(join(root, args[0]))) return;
  const { status, output, seconds } = spawn(process.execPath, args, minutes);
  const figures = /(\d+) passed, (\d+) failed, (\d+) skipped\s*$/.exec(output);
  if (figures) {
    const [passed = 0, failed = 0, skipped = 0] = figures.slice(1).map(Number);
    add({ passed, failed: failed || (status === 0 ? 0 : 1), skipped });
  } else total.failed++;
  const fine = status === 0 && figures;
  const notes = output.split('\n').filter(line => line.startsWith('Skipped'));
  report(figures ? `${name} (${figures[0].trim()})` : name, fine, seconds, fine ? notes.join('\n') : output);
}

function spawn(program, args, minutes) {
  const start = performance.now();
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd: root,
    encoding: 'utf8',
    timeout: minutes * minute,
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, FORCE_COLOR: '0' },
  });
  const output = [stdout, stderr, error?.message].filter(Boolean).join('\n');
  return { status, output, seconds: (performance.now() - start) / 1000 };
}

function report(name, fine, seconds, details) {
  console.log(`${fine ? 'ok    ' : 'FAILED'}  ${name}  ${seconds.toFixed(1)} s`);
  if (details) console.log(details.trimEnd().replace(/^/gm, '        '));
}

function add({ passed, failed, skipped }) {
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped;
}

/** Installs the programs that are missing where that is allowed; else says in a line each how to get them. */
function programsReady() {
  const missing = () => [
    ...Object.entries(programs).flatMap(([program, name]) => (onPath(program) ? [] : [name])),
    ...(existsSync('/usr/lib/postfix/postfix-pcre.so') || existsSync('/usr/lib/postfix/dict_pcre.so')
      ? []
      : ['postfix-pcre']),
  ];
  const before = missing();
  if (before.length === 0) return;
  const mayInstall = options.install && process.getuid?.() === 0 && onPath('apt-get');
  if (mayInstall) aptInstall(before);
  for (const name of missing()) {
    const how = process.getuid?.() === 0 ? 'npm test -- --install' : `apt-get install ${name} (as root)`;
    console.log(`skip    ${name} is not installed, what needs it is skipped. Get it: ${how}`);
  }
}

function aptInstall(packages) {
  const env = { DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const run = (program, args, input) =>
    spawnSync(program, args, { input, encoding: 'utf8', timeout: 8 * minute, env: { ...process.env, ...env } });
  // No service may start because a test wants its programs.
  const policy = '/usr/sbin/policy-rc.d';
  const ours = !existsSync(policy);
  if (ours) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    run('debconf-set-selections', [], 'postfix postfix/main_mailer_type select No configuration\n');
    run('apt-get', ['update', '-q']);
    const { status, stderr } = run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...packages]);
    console.log(
      status === 0 ? `ok      installed ${packages.join(' ')}` : `skip    apt-get: ${stderr.trim().split('\n').at(-1)}`,
    );
  } finally {
    if (ours) rmSync(policy, { force: true });
  }
}

function onPath(program) {
  const folders = `${process.env.PATH ?? ''}${delimiter}/usr/sbin${delimiter}/sbin`.split(delimiter);
  return folders.some(folder => existsSync(join(folder, program)));
}
