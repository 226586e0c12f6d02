/** What programs that move files about do to those that a script knows: chmod, cp, mv, rm, install. */
import { basename, join } from '../../text/path';
import type { Interpreter } from './execute';
import type { Field } from './expand';
import { known } from './value';

/** Options of these programs with a value of their own. */
const valued = /^(?:-[mogtS]|--(?:mode|owner|group|suffix))$/;

/** Notes what such a program does to files; where an argument is not known, or there are more than two, nothing. */
export function changeFiles(shell: Interpreter, program: string, fields: readonly Field[]): void {
  const paths: string[] = [];
  for (let i = 1; i < fields.length; i++) {
    const text = known(fields[i]?.value ?? '');
    if (text === undefined) return;
    if (valued.test(text)) i++;
    else if (program === 'chmod' ? /^-(?:[RvfcHLP]+$|-)/.test(text) : text.startsWith('-')) continue;
    else paths.push(text);
  }
  const [first = '', second = ''] = paths;
  if (program === 'chmod') changeMode(shell, first, paths.slice(1));
  else if (program === 'rm') for (const path of paths) forget(shell, path);
  else if (paths.length === 2 && !fields.some(f => known(f.value) === '-d')) {
    copy(shell, first, second, program === 'install');
    if (program === 'mv') forget(shell, first);
  }
}

function changeMode(shell: Interpreter, mode: string, paths: readonly string[]): void {
  const gives = /^[0-7]*[1357][0-7]*$|^[ugoa]*[+=][a-zA-Z]*x/.test(mode);
  const takes = /^[0-7]+$|^[ugoa]*-[a-zA-Z]*x/.test(mode);
  for (const path of paths) {
    const full = shell.resolve(path);
    if (full === undefined) continue;
    if (gives) shell.s.runnable.add(full);
    else if (takes) shell.s.runnable.delete(full);
  }
}

function forget(shell: Interpreter, path: string): void {
  const full = shell.resolve(path);
  if (full === undefined) return;
  shell.s.written.delete(full);
  shell.s.runnable.delete(full);
}

function copy(shell: Interpreter, from: string, to: string, runnable: boolean): void {
  const [source, target] = [shell.resolve(from), shell.resolve(to)];
  if (source === undefined || target === undefined) return;
  const place = { source: shell.script, span: { start: 0, end: 0 } };
  const found = shell.readFile(from, 'read', place);
  if (found === 'missing') return;
  const intoFolder = to.endsWith('/') || shell.options.files?.read(target).kind === 'folder';
  const full = intoFolder ? join(target, basename(from)) : target;
  const content = found === 'unknown' ? { value: [shell.unknownFile(place, from)] } : found;
  shell.s.written.set(full, { value: content.value, ...(content.origin && { origin: content.origin }) });
  if (runnable || shell.s.runnable.has(source) || (found !== 'unknown' && found.source)) shell.s.runnable.add(full);
}
