/** What the command line sees of the outside: arguments, streams, the current folder. Tests put their own in. */
import { resolve } from 'node:path';
import { format, type Lang, type Message } from '../../text/message';
import { relative } from '../../text/path';

export interface Terminal {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether the standard output is a terminal that shows colours. */
  readonly colour: boolean;
  out(text: string): void;
  err(text: string): void;
  /** All bytes of the standard input. */
  stdin(): Uint8Array;
}

/** Wrong use: exit status 2, with a sentence on the standard error. */
export class WrongUse extends Error {
  constructor(readonly say: Message) {
    super(format(say, 'en'));
  }
}

/** A path as the core knows it: absolute, with forward slashes. */
export function absolute(terminal: Terminal, path: string): string {
  return resolve(terminal.cwd, path).replaceAll('\\', '/');
}

/** A path as people see it: relative to the current folder where it lies in or near it, with forward slashes. */
export function shown(terminal: Terminal, path: string): string {
  return relative(terminal.cwd.replaceAll('\\', '/'), path);
}

/** The language of the environment, as gettext reads it: Portuguese of Brazil or English. */
export function languageOf(env: Terminal['env']): Lang {
  const set = env.LC_ALL || env.LC_MESSAGES || env.LANG || '';
  return /^pt\b|^pt_/i.test(set) ? 'pt-BR' : 'en';
}
