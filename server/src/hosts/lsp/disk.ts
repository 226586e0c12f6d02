/** What a host must offer of its file system, and which files of a workspace are worth looking at. */
import type { Files } from '../../text/files';

/** The files on disk as far as they are known; remembers what it has read until told to forget. */
export interface Disk extends Files {
  /** Forgets what is known of these paths (all of them without an argument), and of the folders they lie in. */
  forget(paths?: readonly string[]): void;
  /** Paths that were asked for, are known, and are no longer what they were; forgets them. */
  stale(): readonly string[];
  /** Loads what was answered `unknown` since the last call; the paths that are known now. Empty where all reading is synchronous. */
  load(): Promise<readonly string[]>;
  /** Files under these folders that may be configuration or firewall scripts, by name. Bounded. */
  find(folders: readonly string[]): Promise<readonly string[]>;
}

/** File names that are worth opening to see whether they are ours; the contents have the last word on scripts. */
export const candidateName =
  /^(?:[\w.-]*[-_])?(?:main|master)\.cf(?:\.[\w.-]+)?$|_checks(?:[._-][\w.-]+)?$|\.(?:pcre|regexp|regex|sh|bash|fw|firewall|iptables)$|iptables|firewall|^rules\.v[46]$|^rc\.(?:local|fw)|^\.postfix-lint\.yaml$/;

/** Folders that hold no configuration of one's own. */
export const skippedFolder = /^(?:node_modules|\.(?!postfix)[\w-].*|proc|sys|dev)$/;

/** Bounds of a search: a whole home folder must not be read. */
export const searchLimit = { folders: 4000, files: 2000, depth: 12 } as const;
