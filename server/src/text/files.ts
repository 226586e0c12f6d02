/** How the core sees files: it asks by path and gets a text or the reason why there is none. Hosts implement it. */
import type { SourceText } from './source-text';

/** What a host knows of a path. `unknown`: not loaded yet, or the host cannot see there. */
export type FileState =
  | { readonly kind: 'text'; readonly source: SourceText }
  | { readonly kind: 'folder' }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unreadable'; readonly why: string }
  | { readonly kind: 'unknown' };

/** A view of the files at one moment, open buffers over disk. Asking twice gives the same SourceText object. */
export interface Files {
  /** What is at a path. Never throws. */
  read(path: string): FileState;
  /** The names in a folder, or undefined where it cannot be seen. */
  list(folder: string): readonly string[] | undefined;
  /** When a file was last changed on disk, in milliseconds; undefined where that is not known. Only compared. */
  modified?(path: string): number | undefined;
}

/** A view on texts in memory: for tests, for `-` on the command line, for samples. */
export class MemoryFiles implements Files {
  private readonly texts: ReadonlyMap<string, SourceText>;

  constructor(texts: Iterable<SourceText>) {
    this.texts = new Map([...texts].map(t => [t.path, t]));
  }

  read(path: string): FileState {
    const source = this.texts.get(path);
    if (source) return { kind: 'text', source };
    return this.list(path) ? { kind: 'folder' } : { kind: 'missing' };
  }

  list(folder: string): readonly string[] | undefined {
    const prefix = folder === '' || folder === '.' ? '' : folder.endsWith('/') ? folder : `${folder}/`;
    const names = new Set<string>();
    for (const path of this.texts.keys()) {
      if (path.startsWith(prefix)) names.add(path.slice(prefix.length).split('/')[0] ?? '');
    }
    return names.size > 0 ? [...names] : undefined;
  }
}
