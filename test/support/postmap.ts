/** Asks the real postmap, where it is installed. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What postmap said of a table and its keys; all bytes. */
export interface PostmapAnswer {
  readonly warnings: readonly string[];
  /** By key: the action, or null; undefined where the lookup made postmap say something of its own. */
  readonly actions: ReadonlyMap<string, string | null>;
  /** What lookups said. */
  readonly log: readonly string[];
}

/** A folder with a small main.cf of its own. */
export class Postmap {
  private readonly folder = mkdtempSync(join(tmpdir(), 'postmap-'));
  private readonly path = join(this.folder, 'table');

  constructor() {
    const lines = [
      'compatibility_level = 3.6',
      'smtputf8_enable = yes',
      'myhostname = host.invalid',
      'mydomain = invalid',
      'meta_directory = /etc/postfix',
      'alias_maps =',
    ];
    writeFileSync(join(this.folder, 'main.cf'), `${lines.join('\n')}\n`);
  }

  /** Asks about all keys (bytes, no newline, none empty) in one run. */
  ask(type: 'pcre' | 'regexp', table: string, keys: readonly string[]): PostmapAnswer {
    writeFileSync(this.path, table, 'latin1');
    const run = spawnSync('postmap', ['-c', this.folder, '-u', '-q', '-', `${type}:${this.path}`], {
      input: Buffer.from(keys.map(key => `${key}\n`).join(''), 'latin1'),
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' },
      timeout: 60_000,
      maxBuffer: 1 << 26,
    });
    const said = run.stderr
      .toString('latin1')
      .replaceAll(this.path, '$table')
      .split('\n')
      .filter(line => line !== '')
      .map(line => line.replace(/^postmap: /, ''));
    const isLog = (line: string): boolean =>
      /: (?:match limit exceeded|nested recursion|empty string result)|should return NO RESULT/.test(line);
    const actions = new Map<string, string | null>();
    const out = run.stdout.toString('latin1');
    let at = 0;
    for (const key of keys) {
      if (!out.startsWith(`${key}\t`, at)) {
        actions.set(key, null);
        continue;
      }
      const end = out.indexOf('\n', at);
      actions.set(key, out.slice(at + key.length + 1, end));
      at = end + 1;
    }
    return { warnings: said.filter(line => !isLog(line)), actions, log: said.filter(isLog) };
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Whether postmap with the table type is there. */
export function hasPostmap(type: 'pcre' | 'regexp'): boolean {
  const postmap = new Postmap();
  try {
    return postmap.ask(type, '/a/ X\n', ['a']).actions.get('a') === 'X';
  } catch {
    return false;
  } finally {
    postmap.close();
  }
}
