/** Reads a firewall script without running it: which iptables commands it would run, and on what they hang. */
import type { Files } from '../../text/files';
import type { Budget } from '../../text/budget';
import type { SourceText } from '../../text/source-text';
import type { Dialect } from '../../syntax/shell/nodes';
import type { IptablesCall, ScriptReading, Status } from './calls';

export interface ReadOptions {
  /**
   * The script's arguments. Absent: those it is usually called with, `start` where it asks for it, else none.
   */
  readonly args?: readonly string[];
  /** Environment variables; others are unset, but for those that every login has (HOME, PATH …), which are unknown. */
  readonly env?: Readonly<Record<string, string>>;
  /** For files that the script sources, reads or tests; relative ones lie beside the script. */
  readonly files?: Files;
  /** Default: by the script's first line. */
  readonly shell?: Dialect;
  /** What the shell calls the script in its complaints. */
  readonly name?: string;
  /** Steps of execution; default 200,000. */
  readonly budget?: Budget;
  /**
   * Told of each call as it is made, in order; answers its exit status (0: taken). What hangs on it (`set -e`, `&&`,
   * `if iptables …`) goes by the answer. Absent: every call succeeds.
   */
  readonly onCall?: (call: IptablesCall) => Status;
}

/** Reads a script. Pure, bounded by its budget, takes any text. */
export function readScript(source: SourceText, options: ReadOptions = {}): ScriptReading {
  void source;
  void options;
  return { calls: [], shellErrors: [], unknown: [], includes: [], cut: false, status: 0 };
}
