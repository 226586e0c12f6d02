/** Runs small scripts with the real bash or dash, `iptables` being a stub that writes down what it is called with. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readScript } from '@postfix-tools/server/analysis/firewall/read-script';
import type { Dialect } from '@postfix-tools/server/syntax/shell/nodes';
import { MemoryFiles } from '@postfix-tools/server/text/files';
import { SourceText } from '@postfix-tools/server/text/source-text';
import { files } from './scripts';

/** What a run comes to: the calls (program, arguments, input of -restore), the shell's complaints, the exit status. */
export interface Run {
  readonly calls: readonly (readonly string[])[];
  readonly complaints: readonly string[];
  readonly status: number | 'unknown' | null;
}

/** Whether a shell of that name is installed. */
export function hasShell(shell: Dialect): boolean {
  return spawnSync(shell, ['-c', 'exit 7']).status === 7;
}

const stub = `#!/bin/sh
{ printf '%s\\036' "\${0##*/}"; for a; do printf '%s\\036' "$a"; done; case $0 in *restore) printf '\\034'; cat ;; esac; printf '\\035'; } >> LOG
case "$*" in *bad*) exit 2 ;; esac
exit 0
`;

export class RealShell {
  private readonly folder = mkdtempSync(join(tmpdir(), 'shell-'));
  private readonly work = join(this.folder, 'work');
  private readonly bin = join(this.folder, 'bin');
  private readonly log = join(this.folder, 'log');

  constructor() {
    mkdirSync(this.bin);
    for (const name of ['iptables', 'ip6tables', 'iptables-restore']) {
      writeFileSync(join(this.bin, name), stub.replace('LOG', this.log), { mode: 0o755 });
    }
  }

  run(script: string, shell: Dialect): Run {
    rmSync(this.work, { recursive: true, force: true });
    mkdirSync(this.work);
    for (const [name, text] of Object.entries(files)) writeFileSync(join(this.work, name), text);
    writeFileSync(join(this.work, 'script'), script);
    writeFileSync(this.log, '');
    const result = spawnSync(shell, ['script'], {
      cwd: this.work,
      env: { PATH: `${this.bin}:/usr/bin:/bin:/usr/sbin`, LC_ALL: 'C.UTF-8' },
      input: '',
      encoding: 'utf8',
      timeout: 5000,
    });
    const calls = readFileSync(this.log, 'utf8').split('\x1d').slice(0, -1);
    return {
      calls: calls.map(call => {
        const [words = '', input] = call.split('\x1c');
        return [...words.split('\x1e').slice(0, -1), ...(input === undefined ? [] : [`<${input}`])];
      }),
      complaints: result.stderr.split('\n').flatMap(line => {
        const found = /^script: (?:line )?(\d+): (.*)/.exec(line);
        return found ? [`${found[1] ?? ''} ${found[2] ?? ''}`] : [];
      }),
      status: result.status,
    };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The same as we read it. */
export function readAsRun(script: string, shell: Dialect): Run & { readonly conditional: boolean } {
  const source = new SourceText('script', script);
  const reading = readScript(source, {
    args: [],
    shell,
    files: new MemoryFiles([source, ...Object.entries(files).map(([name, text]) => new SourceText(name, text))]),
    onCall: call => (call.argv.some(w => w.value?.includes('bad')) ? 2 : 0),
  });
  return {
    calls: reading.calls.map(call => [
      call.program,
      ...call.argv.map(w => w.value ?? `‹${w.pieces.map(p => (typeof p === 'string' ? p : p.name)).join('')}›`),
      ...(call.input
        ? [
            `<${call.input.lines.map(l => l.value ?? '‹›').join('\n')}${call.input.closed && call.input.lines.length > 0 ? '\n' : ''}`,
          ]
        : []),
    ]),
    complaints: reading.shellErrors.map(e => `${e.line} ${e.says}`),
    status: reading.status,
    conditional: reading.calls.some(c => c.conditional.length > 0),
  };
}
