/** Reads a script text and shows what it would call, for tests. */
import type { IptablesCall } from '@postfix-tools/server/analysis/firewall/calls';
import { readScript } from '@postfix-tools/server/analysis/firewall/read-script';
import type { ReadOptions } from '@postfix-tools/server/analysis/firewall/read-script';
import { MemoryFiles } from '@postfix-tools/server/text/files';
import { SourceText } from '@postfix-tools/server/text/source-text';

export interface ReadingOptions extends Omit<ReadOptions, 'files'> {
  readonly files?: Readonly<Record<string, string>>;
  readonly path?: string;
}

/** Reads a script that lies beside some files; without arguments unless they are given. */
export function reading(text: string, options: ReadingOptions = {}) {
  const { files: others = {}, path = 'script', ...rest } = options;
  const source = new SourceText(path, text);
  const files = new MemoryFiles([source, ...Object.entries(others).map(([name, body]) => new SourceText(name, body))]);
  return { source, ...readScript(source, { args: [], shell: 'bash', files, ...rest }) };
}

/** A call as one line: unknown parts in ‹›, `…` behind what may be several words, conditions behind ` if `. */
export function shown(call: IptablesCall): string {
  const words = call.argv.map(
    w => w.pieces.map(p => (typeof p === 'string' ? p : `‹${p.name}›`)).join('') + (w.splits === true ? '…' : ''),
  );
  const conditions = call.conditional.map(c => `${c.holds ? '' : 'not '}${c.text}${c.guard ? ' (guard)' : ''}`);
  return (
    [call.program, ...words].join(' ') +
    (conditions.length > 0 ? ` if ${conditions.join(' and ')}` : '') +
    (call.repeated ? ' repeated' : '')
  );
}

/** The calls of a script, each as one line. */
export function calls(text: string, options: ReadingOptions = {}): string[] {
  return reading(text, options).calls.map(shown);
}

/** What the shell complains about: line, status, words. */
export function complaints(text: string, options: ReadingOptions = {}): string[] {
  return reading(text, options).shellErrors.map(e => `${e.line} ${e.rc} ${e.says}`);
}
