/** The file system of Node, read synchronously, each file once until it changes. */
import { statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import type { FileState } from '../text/files';
import { dirname, join, normalize } from '../text/path';
import { listFolder, readState } from './disk-files';
import { candidateName, searchLimit, skippedFolder, type Disk } from './lsp/disk';

interface Known {
  readonly state: FileState;
  /** Size and time of the last change, to see cheaply whether it changed. */
  readonly stamp: string;
}

export class NodeDisk implements Disk {
  private readonly known = new Map<string, Known>();
  private readonly lists = new Map<string, readonly string[] | undefined>();

  read(path: string): FileState {
    const hit = this.known.get(path);
    if (hit) return hit.state;
    const state = readState(path);
    this.known.set(path, { state, stamp: stamp(path) });
    return state;
  }

  list(folder: string): readonly string[] | undefined {
    const key = folder === '' ? '.' : folder;
    if (this.lists.has(key)) return this.lists.get(key);
    const names = listFolder(key);
    this.lists.set(key, names);
    return names;
  }

  forget(paths?: readonly string[]): void {
    if (!paths) {
      this.known.clear();
      this.lists.clear();
      return;
    }
    for (const path of paths) {
      this.known.delete(path);
      this.lists.delete(path);
      this.lists.delete(dirname(path) || '.');
    }
  }

  stale(): readonly string[] {
    const changed = [...this.known].filter(([path, known]) => stamp(path) !== known.stamp).map(([path]) => path);
    this.forget(changed);
    return changed;
  }

  load(): Promise<readonly string[]> {
    return Promise.resolve([]);
  }

  async find(folders: readonly string[]): Promise<readonly string[]> {
    const found: string[] = [];
    let queue = folders.map(folder => ({ folder: normalize(folder), depth: 0 }));
    for (let seen = 0; queue.length > 0 && seen < searchLimit.folders && found.length < searchLimit.files; seen++) {
      const [at, ...rest] = queue;
      queue = rest;
      if (!at) break;
      const entries = await readdir(at.folder, { withFileTypes: true }).catch(() => []);
      for (const entry of entries) {
        const path = join(at.folder, entry.name);
        if (entry.isDirectory() && at.depth < searchLimit.depth && !skippedFolder.test(entry.name)) {
          queue.push({ folder: path, depth: at.depth + 1 });
        } else if (!entry.isDirectory() && candidateName.test(entry.name)) found.push(path);
      }
    }
    return found.slice(0, searchLimit.files);
  }
}

function stamp(path: string): string {
  try {
    const { size, mtimeMs, ino } = statSync(path);
    return `${size} ${mtimeMs} ${ino}`;
  } catch {
    return '';
  }
}
