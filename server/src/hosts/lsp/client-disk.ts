/**
 * The file system as the editor sees it, for hosts that cannot read synchronously (the web): what is not loaded yet is
 * `unknown`, gets noted, is asked for over the connection, and the question is put again.
 */
import type { Connection } from 'vscode-languageserver';
import type { FileState } from '../../text/files';
import { dirname } from '../../text/path';
import { decode } from '../../text/source-text';
import type { Disk } from './disk';
import { findFiles, readFiles, type ReadFile } from './requests';
import { pathOf, uriOf } from './uri';

export class ClientDisk implements Disk {
  private readonly known = new Map<string, FileState>();
  private readonly lists = new Map<string, readonly string[]>();
  private readonly wanted = new Set<string>();

  constructor(private readonly connection: Connection) {}

  read(path: string): FileState {
    const hit = this.known.get(path);
    if (hit) return hit;
    this.wanted.add(path);
    return { kind: 'unknown' };
  }

  list(folder: string): readonly string[] | undefined {
    const hit = this.lists.get(folder);
    if (hit || this.known.has(folder)) return hit;
    this.wanted.add(folder);
    return undefined;
  }

  forget(paths?: readonly string[]): void {
    if (!paths) {
      this.known.clear();
      this.lists.clear();
      return;
    }
    for (const path of paths.flatMap(p => [p, dirname(p)])) {
      this.known.delete(path);
      this.lists.delete(path);
    }
  }

  /** The editor tells of changes itself. */
  stale(): readonly string[] {
    return [];
  }

  async load(): Promise<readonly string[]> {
    const paths = [...this.wanted].filter(path => !this.known.has(path));
    this.wanted.clear();
    if (paths.length === 0) return [];
    const files = await this.connection.sendRequest(readFiles, { uris: paths.map(uriOf) });
    paths.forEach((path, i) => this.learn(path, files[i] ?? { kind: 'missing' }));
    return paths;
  }

  async find(folders: readonly string[]): Promise<readonly string[]> {
    const uris = await this.connection.sendRequest(findFiles, { uris: folders.map(uriOf) });
    return uris.map(pathOf);
  }

  private learn(path: string, file: ReadFile): void {
    if (file.kind === 'folder') this.lists.set(path, file.names);
    this.known.set(
      path,
      file.kind === 'text'
        ? { kind: 'text', source: decode(path, fromBase64(file.base64)) }
        : file.kind === 'folder'
          ? { kind: 'folder' }
          : file,
    );
  }
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), c => c.charCodeAt(0));
}
