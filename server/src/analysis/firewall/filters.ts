/** Programs that print what follows from their arguments and their input: cat, seq, grep, cut … on known text. */
import { say } from '../../text/message';
import { basename, dirname } from '../../text/path';
import type { Interpreter } from './execute';
import type { Field } from './expand';
import { findInLine, readLinePattern } from './line-pattern';
import { isFirewallProgram } from './programs';
import { absolute } from './parameters';
import { writeFile } from './redirect';
import type { Invocation } from './simple';
import type { Input, InputOrigin } from './state';
import { concat, known, label, linesOf } from './value';
import type { Value } from './value';

/** Runs a filter; false: with these arguments it is not known what it prints. */
export type Filter = (shell: Interpreter, invocation: Invocation) => boolean;

/** Reads all of an input's rest. */
export function drain(shell: Interpreter, fd = 0): { value: Value; origin?: InputOrigin } | undefined {
  const input: Input | undefined = shell.s.inputs.get(fd);
  if (!input) return undefined;
  shell.s.inputs.set(fd, { value: '', offset: 0 });
  shell.happened++;
  if (input.unknown) return { value: [input.unknown] };
  const value = typeof input.value === 'string' ? input.value.slice(input.offset) : (input.value ?? '');
  return { value, ...(input.offset === 0 && input.origin && { origin: input.origin }) };
}

const cat: Filter = (shell, { fields, place }) => {
  const paths = fields.slice(1).filter(f => !/^-[A-Za-z]+$/.test(known(f.value) ?? ''));
  if (fields.some(f => /^-[A-Za-z]*[nbETAvest]/.test(known(f.value) ?? ''))) return false;
  let status: 0 | 1 = 0;
  if (paths.length === 0) {
    const input = drain(shell);
    if (!input) return false;
    shell.write(input.value, input.origin);
  }
  for (const field of paths) {
    const path = known(field.value);
    const found = path === '-' ? drain(shell) : path === undefined ? 'unknown' : shell.readFile(path, 'read', field);
    if (found === 'missing') status = 1;
    else if (found === 'unknown' || !found)
      shell.write([
        path === undefined ? shell.hangingOn(place, label(field.value), field.value) : shell.unknownFile(field, path),
      ]);
    else shell.write(found.value, found.origin);
  }
  if (
    status === 0 &&
    paths.some(f => known(f.value) === undefined || shell.readFile(known(f.value) ?? '', 'read', f) === 'unknown')
  ) {
    const { span } = place;
    shell.undecided(shell.doubtAt(place, shell.sourceOf(span), shell.undecidedWhy(span)));
  } else shell.decided(status);
  return true;
};

/** What it reads goes into files as well as to the standard output. */
const tee: Filter = (shell, { fields }) => {
  const args = texts(fields);
  const input = args && drain(shell);
  if (!input) return false;
  const append = args.some(a => /^(?:-\w*a|--append)/.test(a));
  for (const path of args.filter(a => !a.startsWith('-'))) {
    const full = /^\/(?:dev|proc|sys)\//.test(path) ? undefined : shell.resolve(path);
    if (full !== undefined) writeFile(shell, full, { value: input.value, origin: input.origin }, append);
  }
  shell.write(input.value, input.origin);
  shell.decided(0);
  return true;
};

/** Known plain arguments, or undefined where one is not known. */
function texts(fields: readonly Field[]): string[] | undefined {
  const out: string[] = [];
  for (const field of fields.slice(1)) {
    const text = known(field.value);
    if (text === undefined) return undefined;
    out.push(text);
  }
  return out;
}

function print(shell: Interpreter, text: string): true {
  shell.write(`${text}\n`);
  shell.decided(0);
  return true;
}

/** The lines of the named files, or of the standard input; undefined where they are not known. */
function inputLines(shell: Interpreter, invocation: Invocation, files: readonly string[]): string[] | undefined {
  let value: Value = '';
  if (files.length === 0) {
    const input = drain(shell);
    if (!input) return undefined;
    value = input.value;
  }
  for (const path of files) {
    const found = path === '-' ? drain(shell) : shell.readFile(path, 'read', invocation.place);
    if (found === 'missing') continue;
    if (found === 'unknown' || !found) return undefined;
    value = concat(value, found.value);
  }
  const text = known(value);
  return text === undefined ? undefined : linesOf(text).lines.map(l => label(l));
}

function printLines(shell: Interpreter, lines: readonly string[], status: 0 | 1 = 0): true {
  if (lines.length > 0) shell.write(lines.map(l => `${l}\n`).join(''));
  shell.decided(status);
  return true;
}

/** Arguments cut into options (each letter for itself, with the value of those in `valued`) and the rest. */
function options(args: readonly string[], valued: string): { given: Map<string, string>; rest: string[] } {
  const given = new Map<string, string>();
  const rest: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (arg === '--') {
      rest.push(...args.slice(i + 1));
      break;
    }
    if (!arg.startsWith('-') || arg === '-') {
      rest.push(arg);
      continue;
    }
    if (arg.startsWith('--')) {
      given.set(arg, '');
      continue;
    }
    for (let k = 1; k < arg.length; k++) {
      const letter = arg[k] ?? '';
      if (!valued.includes(letter)) given.set(letter, '');
      else {
        given.set(letter, k + 1 < arg.length ? arg.slice(k + 1) : (args[++i] ?? ''));
        break;
      }
    }
  }
  return { given, rest };
}

const grep: Filter = (shell, invocation) => {
  const args = texts(invocation.fields);
  if (!args) return false;
  const { given, rest } = options(args, 'emABC');
  const text = given.get('e') ?? rest.shift();
  if (text === undefined || [...given.keys()].some(k => !'eEFivqsh'.includes(k))) return false;
  const name = basename(known(invocation.fields[0]?.value ?? '') ?? '');
  const fixed = given.has('F') || name === 'fgrep';
  const extended = given.has('E') || name === 'egrep';
  const pattern = fixed
    ? readLinePattern(text.replace(/[\\^$.*[\]]/g, '\\$&'), false, given.has('i'))
    : readLinePattern(text, extended, given.has('i'));
  const lines = pattern && inputLines(shell, invocation, rest);
  if (!lines) return false;
  const found = lines.filter(l => (findInLine(pattern, l) !== undefined) !== given.has('v'));
  return printLines(shell, given.has('q') ? [] : found, found.length > 0 ? 0 : 1);
};

const cut: Filter = (shell, invocation) => {
  const args = texts(invocation.fields);
  if (!args) return false;
  const { given, rest } = options(args, 'dfcb');
  const list = given.get('f') ?? given.get('c');
  const ranges = (list ?? '').split(',').map(r => /^(\d*)(-?)(\d*)$/.exec(r));
  if (list === undefined || ranges.includes(null) || [...given.keys()].some(k => !'dfcs'.includes(k))) return false;
  const wanted = (n: number) =>
    ranges.some(r => r && (r[2] ? n >= Number(r[1] ?? 1) && (r[3] === '' || n <= Number(r[3])) : n === Number(r[1])));
  const lines = inputLines(shell, invocation, rest);
  if (!lines) return false;
  const delimiter = given.get('d') ?? '\t';
  if (!given.has('f'))
    return printLines(
      shell,
      lines.map(l => [...l].filter((_, i) => wanted(i + 1)).join('')),
    );
  const out: string[] = [];
  for (const line of lines) {
    if (line.includes(delimiter))
      out.push(
        line
          .split(delimiter)
          .filter((_, i) => wanted(i + 1))
          .join(delimiter),
      );
    else if (!given.has('s')) out.push(line);
  }
  return printLines(shell, out);
};

const sort: Filter = (shell, invocation) => {
  const args = texts(invocation.fields);
  if (!args) return false;
  const { given, rest } = options(args, 'kto');
  if ([...given.keys()].some(k => !'unr'.includes(k))) return false;
  const lines = inputLines(shell, invocation, rest);
  if (!lines) return false;
  const numeric = given.has('n');
  lines.sort((a, b) => (numeric ? (parseFloat(a) || 0) - (parseFloat(b) || 0) : 0) || (a < b ? -1 : a > b ? 1 : 0));
  if (given.has('r')) lines.reverse();
  return printLines(shell, given.has('u') ? lines.filter((l, i) => l !== lines[i - 1]) : lines);
};

const uniq: Filter = (shell, invocation) => {
  const args = texts(invocation.fields);
  const lines = args?.every(a => !a.startsWith('-')) ? inputLines(shell, invocation, args) : undefined;
  return (
    lines !== undefined &&
    printLines(
      shell,
      lines.filter((l, i) => l !== lines[i - 1]),
    )
  );
};

const headOrTail: Filter = (shell, invocation) => {
  const args = texts(invocation.fields)?.map(a => a.replace(/^-(\d+)$/, '-n$1'));
  if (!args) return false;
  const { given, rest } = options(args, 'nc');
  const count = given.get('n') ?? '10';
  if (!/^\+?\d+$/.test(count) || [...given.keys()].some(k => k !== 'n')) return false;
  const lines = inputLines(shell, invocation, rest);
  if (!lines) return false;
  const n = Number(count);
  if (basename(known(invocation.fields[0]?.value ?? '') ?? '') === 'head') return printLines(shell, lines.slice(0, n));
  return printLines(shell, count.startsWith('+') ? lines.slice(n - 1) : lines.slice(Math.max(0, lines.length - n)));
};

const tr: Filter = (shell, invocation) => {
  const args = texts(invocation.fields);
  const input = args && drain(shell);
  const text = input && known(input.value);
  if (text === undefined || !args) return false;
  const { given, rest } = options(args, '');
  const from = characters(rest[0] ?? '');
  const to = characters(rest[1] ?? '');
  if (!from || !to || [...given.keys()].some(k => !'ds'.includes(k))) return false;
  let out = '';
  for (const c of text) {
    const at = from.lastIndexOf(c);
    if (given.has('d') && at >= 0) continue;
    const mapped = at < 0 || to.length === 0 ? c : (to[Math.min(at, to.length - 1)] ?? c);
    const squeezed = given.has('s') && (to.length > 0 ? to : from).includes(mapped) && out.endsWith(mapped);
    if (!squeezed) out += mapped;
  }
  shell.write(out);
  shell.decided(0);
  return true;
};

function characters(set: string): string[] | undefined {
  const named: Readonly<Record<string, string>> = {
    '[:upper:]': 'A-Z',
    '[:lower:]': 'a-z',
    '[:digit:]': '0-9',
    '[:space:]': ' \\t\\n\\r',
    '[:blank:]': ' \\t',
  };
  const text = set
    .replace(/\[:\w+:\]/g, n => named[n] ?? n)
    .replace(/\\([nrt\\])/g, (_, c: string) => ({ n: '\n', r: '\r', t: '\t' })[c] ?? c);
  if (text.includes('[:')) return undefined;
  const out: string[] = [];
  for (let i = 0; i < text.length; i++) {
    const c = text[i] ?? '';
    const high = text[i + 1] === '-' ? text[i + 2] : undefined;
    if (high === undefined) out.push(c);
    else {
      for (let code = c.charCodeAt(0); code <= high.charCodeAt(0) && out.length < 300; code++)
        out.push(String.fromCharCode(code));
      i += 2;
    }
  }
  return out;
}

/** `s/x/y/[g]`, `/x/d` and `/x/!d`, several with `-e` or `;`. */
const sed: Filter = (shell, invocation) => {
  const args = texts(invocation.fields);
  if (!args) return false;
  const scripts: string[] = [];
  const rest: string[] = [];
  let extended = false;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (arg === '-e') scripts.push(args[++i] ?? '');
    else if (arg === '-E' || arg === '-r') extended = true;
    else if (arg.startsWith('-')) return false;
    else rest.push(arg);
  }
  if (scripts.length === 0) scripts.push(rest.shift() ?? '');
  const steps = scripts.flatMap(s => s.split(/;\s*(?=[s/])/)).map(s => sedStep(s.trim(), extended));
  if (steps.includes(undefined)) return false;
  const lines = inputLines(shell, invocation, rest);
  if (!lines) return false;
  const out: string[] = [];
  for (const line of lines) {
    let text: string | undefined = line;
    for (const step of steps) text = text === undefined ? undefined : step?.(text);
    if (text !== undefined) out.push(text);
  }
  return printLines(shell, out);
};

function sedStep(script: string, extended: boolean): ((line: string) => string | undefined) | undefined {
  const drop = /^\/((?:[^/\\]|\\.)*)\/(!?)d$/.exec(script);
  if (drop) {
    const pattern = readLinePattern((drop[1] ?? '').replaceAll('\\/', '/'), extended);
    return pattern && (line => ((findInLine(pattern, line) !== undefined) !== (drop[2] === '!') ? undefined : line));
  }
  const delimiter = script.startsWith('s') ? script[1] : undefined;
  if (delimiter === undefined || /[\w\s\\]/.test(delimiter)) return undefined;
  const parts = script.slice(2).split(delimiter);
  const [from = '', to = '', flags] = parts;
  if (parts.length !== 3 || !/^g?$/.test(flags ?? '') || /[\\&]/.test(to)) return undefined;
  const pattern = readLinePattern(from, extended);
  if (!pattern) return undefined;
  return line => {
    let out = '';
    let at = 0;
    for (let found = findInLine(pattern, line); found; found = findInLine(pattern, line, at)) {
      out += line.slice(at, found.start) + to;
      at = found.end;
      if (found.end === found.start) out += line[at++] ?? '';
      if (flags !== 'g' || at > line.length) break;
    }
    return out + line.slice(at);
  };
}

/** `awk '{print $N}'`, with `-F c`. */
const awk: Filter = (shell, invocation) => {
  const args = texts(invocation.fields);
  if (!args) return false;
  const { given, rest } = options(args, 'F');
  const found = /^\s*\{\s*print\s+\$(\d+)\s*;?\s*\}\s*$/.exec(rest.shift() ?? '');
  const separator = given.get('F');
  if (!found || [...given.keys()].some(k => k !== 'F') || (separator !== undefined && separator.length !== 1))
    return false;
  const lines = inputLines(shell, invocation, rest);
  if (!lines) return false;
  const n = Number(found[1]);
  return printLines(
    shell,
    lines.map(line => {
      if (n === 0) return line;
      const words = separator === undefined || separator === ' ' ? line.trim().split(/[ \t]+/) : line.split(separator);
      return words[n - 1] ?? '';
    }),
  );
};

const wc: Filter = (shell, invocation) => {
  const args = texts(invocation.fields);
  const lines = args?.[0] === '-l' && args.length === 1 ? inputLines(shell, invocation, []) : undefined;
  return lines !== undefined && print(shell, String(lines.length));
};

const seq: Filter = (shell, { fields }) => {
  const args = texts(fields);
  if (!args || args.length < 1 || args.length > 3 || !args.every(a => /^-?\d{1,9}$/.test(a))) return false;
  const numbers = args.map(Number);
  const first = numbers.length > 1 ? (numbers[0] ?? 1) : 1;
  const last = numbers[numbers.length - 1] ?? 0;
  const step = numbers.length === 3 ? (numbers[1] ?? 1) : 1;
  if (step === 0 || Math.abs(last - first) / Math.abs(step) > 100_000) return false;
  const out: string[] = [];
  for (let i = first; step > 0 ? i <= last : i >= last; i += step) out.push(String(i));
  return printLines(shell, out);
};

const path: Filter = (shell, { fields }) => {
  const args = texts(fields);
  const name = basename(known(fields[0]?.value ?? '') ?? '');
  const rest = args?.filter(a => !/^-[femns]+$/.test(a));
  const [first, suffix] = rest ?? [];
  if (first === undefined) return false;
  if (name === 'dirname') return print(shell, dirname(first.replace(/(.)\/+$/, '$1')) || '.');
  if (name === 'basename') {
    const last = basename(first.replace(/(.)\/+$/, '$1'));
    return print(
      shell,
      suffix !== undefined && last !== suffix && last.endsWith(suffix) ? last.slice(0, -suffix.length) : last,
    );
  }
  const full = shell.resolve(first);
  return full !== undefined && shell.decides(full) ? print(shell, absolute(full)) : false;
};

/** `which iptables`: where Debian has it. Others are not known. */
const which: Filter = (shell, { fields, place, command }) => {
  const name = known(fields[fields.length - 1]?.value ?? '');
  if (name === undefined || fields.length < 2) return false;
  if (isFirewallProgram(name)) return print(shell, name.includes('/') ? name : `/usr/sbin/${name}`);
  const text = shell.sourceOf(command.span);
  shell.write([
    shell.unknownAt(
      place,
      text,
      say('Where {name} is installed, if at all, is not known.', 'Onde {name} está instalado, se está, não se sabe.', {
        name,
      }),
    ),
  ]);
  shell.undecided(shell.doubtAt(place, text, shell.undecidedWhy(command.span), `which ${name}`));
  return true;
};

/** A firewall is set up by root. */
const who: Filter = (shell, { fields }) => {
  const args = texts(fields);
  if (!args || args.some(a => !/^-[unrgG]+$/.test(a))) return false;
  const name = basename(known(fields[0]?.value ?? '') ?? '');
  if (name === 'id' && args.length === 0) return false;
  return print(shell, name === 'whoami' || args.join('').includes('n') ? 'root' : '0');
};

const expr: Filter = (shell, { fields }) => {
  const args = texts(fields);
  if (
    args?.length !== 3 ||
    !args[1] ||
    !/^[-+*/%]$/.test(args[1]) ||
    !/^-?\d+$/.test(args[0] ?? '') ||
    !/^-?\d+$/.test(args[2] ?? '')
  )
    return false;
  const value = shell.arithmeticValue(args.join(' '), { start: 0, end: 0 });
  if (value === undefined) return false;
  shell.write(`${value}\n`);
  shell.decided(value === 0n ? 1 : 0);
  return true;
};

export const filters: Readonly<Record<string, Filter>> = {
  cat,
  tee,
  grep,
  egrep: grep,
  fgrep: grep,
  cut,
  sort,
  uniq,
  head: headOrTail,
  tail: headOrTail,
  tr,
  sed,
  awk,
  gawk: awk,
  mawk: awk,
  wc,
  seq,
  dirname: path,
  basename: path,
  readlink: path,
  realpath: path,
  which,
  id: who,
  whoami: who,
  expr,
};
