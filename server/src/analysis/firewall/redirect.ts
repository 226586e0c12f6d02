/** Redirections: where a command reads from and where what it prints goes (POSIX XCU 2.7). */
import { say } from '../../text/message';
import type { Span } from '../../text/span';
import type { HereDocument, Redirection } from '../../syntax/shell/nodes';
import type { Interpreter } from './execute';
import { Sink } from './runtime';
import type { Input, InputOrigin } from './state';
import { concat, known, label } from './value';
import type { Value } from './value';

interface Target {
  readonly sink: Sink;
  readonly path: string;
  readonly append: boolean;
}

/** Runs something with its redirections; where a file to read from is missing, it is not run and fails with 1. */
export function withRedirections(shell: Interpreter, redirections: readonly Redirection[], run: () => void): void {
  if (redirections.length === 0) {
    run();
    return;
  }
  const { out, silenced } = shell;
  const before = new Map(shell.s.inputs);
  const opened = applyRedirections(shell, redirections);
  if (opened) {
    run();
    store(shell, opened.targets);
  }
  Object.assign(shell, { out, silenced });
  for (const [copy, original] of opened?.copies ?? []) {
    const read = shell.s.inputs.get(copy);
    if (read && copy !== original) shell.s.inputs.set(original, read);
  }
  for (const fd of opened?.fds ?? []) {
    const old = before.get(fd);
    if (old) shell.s.inputs.set(fd, old);
    else shell.s.inputs.delete(fd);
  }
}

/** Applies redirections for good (`exec >file`). Undefined: one failed, and the shell has said so. */
export function applyRedirections(
  shell: Interpreter,
  redirections: readonly Redirection[],
): { targets: Target[]; fds: Set<number>; copies: [number, number][] } | undefined {
  const targets: Target[] = [];
  const fds = new Set<number>();
  const copies: [number, number][] = [];
  for (const one of redirections) {
    const place = shell.place(one.span);
    if (one.operator.startsWith('<<')) {
      fds.add(one.fd);
      const input = one.operator === '<<<' ? hereString(shell, one) : hereDocument(shell, one);
      shell.s.inputs.set(one.fd, input);
      continue;
    }
    const value = shell.expandValue(one.target);
    const path = known(value);
    if (one.operator === '<&' || (one.operator === '>&' && path !== undefined && /^(?:\d+|-)$/.test(path))) {
      if (one.fd === 2)
        shell.silenced ||=
          path === '1' &&
          (shell.out !== undefined ||
            redirections.slice(0, redirections.indexOf(one)).some(r => r.fd === 1 && r.operator.startsWith('>')));
      else duplicate(shell, one, path ?? '', fds, copies);
      continue;
    }
    if (one.operator === '<' || one.operator === '<>') {
      fds.add(one.fd);
      const input =
        path === undefined
          ? { unknown: shell.hangingOn(place, shell.sourceOf(one.target.span), value), offset: 0 }
          : open(shell, path, one);
      if (!input) return undefined;
      shell.s.inputs.set(one.fd, input);
      continue;
    }
    if (one.fd === 2 || one.operator.startsWith('&') || one.operator === '>&') shell.silenced = true;
    if (one.fd !== 1 && !one.operator.startsWith('&') && one.operator !== '>&') continue;
    shell.out = undefined;
    if (path === undefined || /^\/(?:dev|proc|sys)\//.test(path)) continue;
    const full = shell.resolve(path);
    if (full === undefined) continue;
    const sink = new Sink();
    shell.out = sink;
    targets.push({ sink, path: full, append: one.operator === '>>' || one.operator === '&>>' });
    if (!targets[targets.length - 1]?.append) shell.s.written.set(full, { value: '' });
  }
  return { targets, fds, copies };
}

function store(shell: Interpreter, targets: readonly Target[]): void {
  for (const { sink, path, append } of targets) writeFile(shell, path, sink, append);
}

/** Writes a file, or adds to what is in it; `path` as {@link Interpreter.resolve} gives it. */
export function writeFile(
  shell: Interpreter,
  path: string,
  { value, origin }: Pick<Sink, 'value' | 'origin'>,
  append: boolean,
): void {
  if (!append) {
    shell.s.written.set(path, { value, ...(origin && { origin }) });
    return;
  }
  const there = shell.s.written.get(path);
  if (there) {
    shell.s.written.set(path, {
      value: concat(there.value, value),
      ...(there.value === '' && origin && { origin }),
    });
    return;
  }
  const place = { source: shell.script, span: { start: 0, end: 0 } };
  const old = shell.readFile(path, 'read', place);
  const before = old === 'missing' ? '' : old === 'unknown' ? [shell.unknownFile(place, path)] : old.value;
  shell.s.written.set(path, { value: concat(before, value) });
}

function duplicate(
  shell: Interpreter,
  one: Redirection,
  path: string,
  fds: Set<number>,
  copies: [number, number][],
): void {
  if (one.operator === '<&') {
    fds.add(one.fd);
    const from = /^\d+$/.test(path) ? shell.s.inputs.get(Number(path)) : undefined;
    if (from) {
      shell.s.inputs.set(one.fd, from);
      copies.push([one.fd, Number(path)]);
    } else shell.s.inputs.delete(one.fd);
  } else if (one.fd === 1) shell.out = undefined;
}

function open(shell: Interpreter, path: string, one: Redirection): Input | undefined {
  const place = shell.place(one.target.span);
  const file = shell.readFile(path, 'read', place);
  if (file === 'missing') {
    shell.complain(
      place,
      shell.bash ? `${path}: No such file or directory` : `cannot open ${path}: No such file`,
      say(
        '{path} does not exist, so the command that reads it is not run.',
        '{path} não existe; o comando que o leria não é executado.',
        { path },
      ),
    );
    shell.decided(shell.bash ? 1 : 2);
    return undefined;
  }
  if (file === 'unknown') return { unknown: shell.unknownFile(place, path), offset: 0 };
  return { value: file.value, offset: 0, ...(file.origin && { origin: file.origin }) };
}

function hereString(shell: Interpreter, one: Redirection): Input {
  const value = concat(shell.expandValue(one.target), '\n');
  return { value, offset: 0, origin: { ...shell.place(one.target.span), verbatim: false } };
}

function hereDocument(shell: Interpreter, one: Redirection): Input {
  const { document } = one;
  if (!document) return { value: '', offset: 0 };
  if (document.open && shell.bash) neverClosed(shell, one, document);
  const value = document.quoted ? plain(document) : shell.expandParts(document.parts, true);
  const place = shell.place(document.span);
  const verbatim = place.source === shell.frame.source && known(value) === shell.sourceOf(document.span);
  const lines = verbatim || shell.frame.fixed ? undefined : documentLines(shell, document);
  return { value, offset: 0, origin: { ...place, verbatim, ...(lines && { lines }) } };
}

function neverClosed(shell: Interpreter, one: Redirection, document: HereDocument): void {
  const place = shell.place(one.span);
  const wanted = shell.expandValue(one.target);
  const line = place.source.positionAt(place.span.start).line + 1;
  shell.complain(
    place,
    `warning: here-document at line ${line} delimited by end-of-file (wanted \`${label(wanted)}')`,
    say(
      'The line {wanted} that ends this text is missing: all the rest of the file belongs to it.',
      'Falta a linha {wanted} que encerra este texto: todo o resto do arquivo faz parte dele.',
      { wanted: label(wanted) },
    ),
    Math.max(0, document.span.end - 1),
  );
}

function plain(document: HereDocument): Value {
  return document.parts.map(p => ('value' in p ? p.value : '')).join('');
}

/** Where each line of a here-document stands, if no expansion in it brings newlines of its own. */
function documentLines(shell: Interpreter, document: HereDocument): InputOrigin['lines'] {
  const text = shell.frame.source.text;
  const lines: Span[] = [];
  let at = document.span.start;
  while (at < document.span.end) {
    const end = text.indexOf('\n', at);
    const lineEnd = end < 0 || end > document.span.end ? document.span.end : end;
    lines.push({ start: at, end: lineEnd });
    at = lineEnd + 1;
  }
  return lines;
}
