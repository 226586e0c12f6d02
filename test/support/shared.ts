/** Where material that is kept beside the repository lies, for tests that read it where it is there. */
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The repository's root. */
export const root = resolve(__dirname, '../../..');

/** A path beside the repository, or undefined where it is absent. */
export function shared(path: string): string | undefined {
  const full = join(root, '../shared', path);
  return existsSync(full) ? full : undefined;
}

/** Every file below a folder. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter(e => e.isFile())
    .map(e => join(e.parentPath, e.name));
}
