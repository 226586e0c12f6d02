/** `read` and `mapfile`: lines from the input into variables (POSIX XCU read; bash manual). */
import { say } from '../../text/message';
import type { Interpreter } from './execute';
import { drain } from './filters';
import type { Invocation } from './simple';
import type { Input } from './state';
import { known, linesOf, valueOf } from './value';
import type { Value } from './value';

interface ReadOptions {
  raw: boolean;
  array?: string;
  delimiter: string;
  fd: number;
  names: string[];
}

function readOptions(invocation: Invocation): ReadOptions {
  const out: ReadOptions = { raw: false, delimiter: '\n', fd: 0, names: [] };
  const args = invocation.fields.slice(1).map(f => known(f.value) ?? '');
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (!/^-[A-Za-z]/.test(arg)) {
      out.names.push(arg);
      continue;
    }
    for (let k = 1; k < arg.length; k++) {
      const letter = arg[k] ?? '';
      if (letter === 'r') out.raw = true;
      if (!'adnNptui'.includes(letter)) continue;
      const value = k + 1 < arg.length ? arg.slice(k + 1) : (args[++i] ?? '');
      if (letter === 'a') out.array = value;
      if (letter === 'd') out.delimiter = value === '' ? '\0' : (value[0] ?? '\0');
      if (letter === 'u') out.fd = Number(value);
      break;
    }
  }
  return out;
}

/** Reads one line. Status 1 at the end of the input; unknown input leaves unknown variables and an unknown status. */
export function read(shell: Interpreter, invocation: Invocation): void {
  const options = readOptions(invocation);
  const names = options.names.length > 0 ? options.names : ['REPLY'];
  const input = wholeUnknown(shell.s.inputs.get(options.fd));
  const { span } = invocation.command;
  shell.happened++;
  if (!input || input.unknown || input.value === undefined) {
    const text = shell.sourceOf(span);
    const unknown =
      input?.unknown ??
      shell.unknownAt(
        invocation.place,
        text,
        say(
          'What is typed in is known only when the script runs.',
          'O que for digitado só se sabe quando o script roda.',
        ),
      );
    for (const name of options.array === undefined ? names : []) shell.assign(name, undefined, [unknown], false, span);
    if (options.array !== undefined) shell.s.put(options.array, { unknownArray: unknown });
    for (const name of names) shell.changes?.add(name);
    if (input) shell.s.inputs.set(options.fd, input);
    shell.undecided(shell.doubtAt(invocation.place, text, unknown.why));
    return;
  }
  const line = takeLine(input, options);
  shell.s.inputs.set(options.fd, line.rest);
  shell.decided(line.complete ? 0 : 1);
  const ifs = shell.ifs() ?? ' \t\n';
  if (options.array !== undefined) {
    const fields = cut(line.value, ifs, Infinity, options.raw);
    shell.s.put(options.array, { array: new Map(fields.map((v, i) => [String(i), v])) });
    shell.changes?.add(options.array);
    return;
  }
  if (options.names.length === 0) {
    shell.assign('REPLY', undefined, options.raw ? line.value : unquoted(line.value), false, span);
    return;
  }
  const fields = cut(line.value, ifs, names.length, options.raw);
  names.forEach((name, i) => {
    if (name !== '') shell.assign(name, undefined, fields[i] ?? '', false, span);
  });
}

/** What a command printed of which nothing is known may be many lines or none: it ends in an unknown and has no newline. */
function wholeUnknown(input: Input | undefined): Input | undefined {
  const value = input?.value;
  if (value === undefined || typeof value === 'string') return input;
  const [first] = value;
  const newline = value.some(p => typeof p === 'string' && p.includes('\n'));
  return typeof first === 'object' && !newline ? { unknown: first, offset: 0 } : input;
}

function takeLine(input: Input, options: ReadOptions): { value: Value; rest: Input; complete: boolean } {
  const { value = '' } = input;
  if (typeof value !== 'string') return takeMixedLine(value, input);
  let text = '';
  let at = input.offset;
  for (;;) {
    const end = value.indexOf(options.delimiter, at);
    const stop = end < 0 ? value.length : end;
    const part = value.slice(at, stop);
    at = end < 0 ? value.length : end + 1;
    if (!options.raw && end >= 0 && /(?:^|[^\\])(?:\\\\)*\\$/.test(part)) {
      text += part.slice(0, -1);
      continue;
    }
    return { value: text + part, rest: { ...input, offset: at }, complete: end >= 0 };
  }
}

function takeMixedLine(value: Exclude<Value, string>, input: Input): { value: Value; rest: Input; complete: boolean } {
  const at = value.findIndex(p => typeof p === 'string' && p.includes('\n'));
  if (at < 0) return { value, rest: { value: '', offset: 0 }, complete: false };
  const piece = value[at] as string;
  const end = piece.indexOf('\n');
  const rest = valueOf([piece.slice(end + 1), ...value.slice(at + 1)]);
  return {
    value: valueOf([...value.slice(0, at), piece.slice(0, end)]),
    rest: { ...input, value: rest, offset: 0 },
    complete: true,
  };
}

function unquoted(value: Value): Value {
  return typeof value === 'string' ? value.replace(/\\([^])/g, '$1') : value;
}

/** Cuts a line at IFS into at most `most` values, the last of which keeps the rest. */
function cut(value: Value, ifs: string, most: number, raw: boolean): Value[] {
  if (typeof value !== 'string')
    return most === 1
      ? [value]
      : Array.from({ length: most === Infinity ? 1 : most }, (_, i) =>
          i === 0 || most === Infinity ? value : value.filter(p => typeof p !== 'string'),
        );
  const blanks = [...ifs].filter(c => ' \t\n'.includes(c)).join('');
  const isBlank = (c: string | undefined) => c !== undefined && blanks.includes(c);
  const isEnd = (c: string | undefined) => c !== undefined && ifs.includes(c);
  const out: string[] = [];
  let i = 0;
  while (isBlank(value[i])) i++;
  while (i < value.length) {
    if (out.length === most - 1) {
      out.push(lastField(value.slice(i), isBlank, isEnd, raw));
      return out;
    }
    let field = '';
    while (i < value.length && !isEnd(value[i])) {
      if (!raw && value[i] === '\\') i++;
      field += value[i++] ?? '';
    }
    out.push(field);
    while (isBlank(value[i])) i++;
    if (isEnd(value[i]) && !isBlank(value[i])) {
      i++;
      while (isBlank(value[i])) i++;
    }
  }
  return out;
}

function lastField(
  text: string,
  isBlank: (c: string | undefined) => boolean,
  isEnd: (c: string | undefined) => boolean,
  raw: boolean,
): string {
  let end = text.length;
  while (end > 0 && isBlank(text[end - 1])) end--;
  let rest = text.slice(0, end);
  const last = rest[rest.length - 1];
  const inner = rest.slice(0, -1);
  if (isEnd(last) && !isBlank(last) && ![...inner].some(c => isEnd(c))) {
    rest = inner;
    while (isBlank(rest[rest.length - 1])) rest = rest.slice(0, -1);
  }
  return raw ? rest : rest.replace(/\\([^])/g, '$1');
}

/** `mapfile [-t] name`: all lines of the input as an array. */
export function readArray(shell: Interpreter, invocation: Invocation): void {
  const args = invocation.fields.slice(1).map(f => known(f.value) ?? '');
  const keep = !args.some(a => /^-\w*t/.test(a));
  const name = args.filter((a, i) => !a.startsWith('-') && !/^-[dnOsuCc]$/.test(args[i - 1] ?? '')).pop() ?? 'MAPFILE';
  const input = drain(shell);
  shell.changes?.add(name);
  shell.decided(0);
  const unknown = input
    ? typeof input.value === 'string'
      ? undefined
      : input.value.find(p => typeof p !== 'string')
    : shell.unknownOutput(invocation.place, 'stdin');
  if (
    unknown &&
    typeof unknown !== 'string' &&
    (!input || (typeof input.value !== 'string' && input.value.length === 1))
  ) {
    shell.s.put(name, { unknownArray: unknown });
    return;
  }
  const { lines } = linesOf(input?.value ?? '');
  shell.s.put(name, {
    array: new Map(lines.map((l, i) => [String(i), keep ? valueOf([...(typeof l === 'string' ? [l] : l), '\n']) : l])),
  });
}
