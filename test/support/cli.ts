/** Runs the command line in this process, in a folder of its own that is gone afterwards. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { run } from '@postfix-tools/server/hosts/cli/run';

export interface Outcome {
  readonly status: number;
  readonly out: string;
  readonly err: string;
  /** The standard output as JSON. */
  readonly json: <T>() => T;
  /** A file as the run left it. */
  readonly file: (name: string) => string;
}

export interface Around {
  /** Files by name, in the current folder. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The current folder within the files' folder. */
  readonly cwd?: string;
  readonly colour?: boolean;
}

/** Runs `postfix-lint ARGV`; arguments are separated by blanks where a string is given. */
export function cli(argv: string | readonly string[], around: Around = {}): Outcome {
  const folder = mkdtempSync(join(tmpdir(), 'postfix-lint-'));
  try {
    for (const [name, text] of Object.entries(around.files ?? {})) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    let out = '';
    let err = '';
    const status = run(typeof argv === 'string' ? argv.split(' ').filter(Boolean) : argv, {
      cwd: join(folder, around.cwd ?? '.'),
      env: around.env ?? {},
      colour: around.colour ?? false,
      out: text => (out += text),
      err: text => (err += text),
      stdin: () => new TextEncoder().encode(around.stdin ?? ''),
    });
    const left = Object.fromEntries(
      Object.keys(around.files ?? {}).map(name => [name, readFileSync(join(folder, name), 'utf8')]),
    );
    return { status, out, err, json: <T>() => JSON.parse(out) as T, file: name => left[name] ?? '' };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
