/** The {@link Files} view on the disk of the machine. Each file is read once; what is kept in memory lies over it. */
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { FileState, Files } from '../text/files';
import { basename, dirname } from '../text/path';
import { decode, type SourceText } from '../text/source-text';

/** Files larger than this are not read. */
const largest = 64 * 1024 * 1024;

/** Paths are absolute, with forward slashes. */
export class DiskFiles implements Files {
  private readonly states = new Map<string, FileState>();
  private readonly lists = new Map<string, readonly string[] | undefined>();

  /** Texts that lie over the disk, by path; they may stand where the disk has nothing. */
  constructor(private readonly over: ReadonlyMap<string, SourceText> = new Map()) {}

  read(path: string): FileState {
    const over = this.over.get(path);
    if (over) return { kind: 'text', source: over };
    const known = this.states.get(path);
    if (known) return known;
    const state = readState(path);
    this.states.set(path, state);
    return state;
  }

  list(folder: string): readonly string[] | undefined {
    if (this.lists.has(folder)) return this.lists.get(folder);
    const added = [...this.over.keys()].filter(path => dirname(path) === folder).map(basename);
    const onDisk = listFolder(folder);
    const names = added.length > 0 ? [...new Set([...(onDisk ?? []), ...added])] : onDisk;
    this.lists.set(folder, names);
    return names;
  }

  modified(path: string): number | undefined {
    try {
      return this.over.has(path) ? undefined : statSync(path).mtimeMs;
    } catch {
      return undefined;
    }
  }

  /** The same view with more texts over it. */
  with(texts: ReadonlyMap<string, SourceText>): DiskFiles {
    const view = new DiskFiles(new Map([...this.over, ...texts]));
    for (const [path, state] of this.states) view.states.set(path, state);
    return view;
  }
}

/** What is at a path of the disk, read now. Never throws. */
export function readState(path: string): FileState {
  try {
    const stat = statSync(path);
    if (stat.isDirectory()) {
      readdirSync(path);
      return { kind: 'folder' };
    }
    // A pipe or a device would block, or never end.
    if (!stat.isFile()) return { kind: 'unreadable', why: 'not a regular file' };
    if (stat.size > largest) return { kind: 'unreadable', why: `larger than ${largest / 1024 / 1024} MB` };
    const raw = readFileSync(path);
    const why = whyNoText(raw);
    return why === undefined ? { kind: 'text', source: decode(path, raw) } : { kind: 'unreadable', why };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    return code === 'ENOENT' || code === 'ENOTDIR' ? { kind: 'missing' } : { kind: 'unreadable', why: code };
  }
}

/** So many NULs may have got into a text by mistake; Postfix reads a line of it up to there. */
const strayZeros = 3;

/** Why bytes are no text that Postfix or a shell would read, or undefined where they are one. */
export function whyNoText(raw: Uint8Array): string | undefined {
  if ((raw[0] === 0xff && raw[1] === 0xfe) || (raw[0] === 0xfe && raw[1] === 0xff)) return 'UTF-16 text';
  let zeros = 0;
  for (const byte of raw.subarray(0, 8192)) if (byte === 0 && ++zeros > strayZeros) return 'binary file';
  return undefined;
}

/** The names in a folder of the disk, without links that lead back to a folder above it; undefined where it cannot be read. */
export function listFolder(folder: string): readonly string[] | undefined {
  try {
    const here = realpathSync(folder);
    return readdirSync(folder, { withFileTypes: true })
      .filter(entry => !entry.isSymbolicLink() || !leadsBack(join(here, entry.name), here))
      .map(entry => entry.name);
  } catch {
    return undefined;
  }
}

function leadsBack(link: string, here: string): boolean {
  try {
    const target = realpathSync(link);
    return here === target || here.startsWith(target.endsWith(sep) ? target : target + sep);
  } catch {
    return false;
  }
}
