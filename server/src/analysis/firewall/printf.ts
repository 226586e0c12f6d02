/** `printf` (POSIX XCU printf, bash manual): the format again and again until the arguments are used up. */
import type { Interpreter } from './execute';
import type { Invocation } from './simple';
import { concat, known } from './value';
import type { Value } from './value';

/** Runs printf; `-v name` (bash) puts the text into a variable. */
export function printf(shell: Interpreter, invocation: Invocation): void {
  let fields = invocation.fields.slice(1);
  let variable: string | undefined;
  if (shell.bash && known(fields[0]?.value ?? '') === '-v') {
    variable = known(fields[1]?.value ?? '');
    fields = fields.slice(2);
  }
  if (known(fields[0]?.value ?? '') === '--') fields = fields.slice(1);
  const format = known(fields[0]?.value ?? '');
  const value: Value =
    format === undefined
      ? [shell.hangingOn(invocation.place, 'printf', fields[0]?.value ?? '')]
      : formatted(
          format,
          fields.slice(1).map(f => f.value),
        );
  if (variable === undefined) shell.write(value, { ...invocation.place, verbatim: false });
  else shell.assign(variable, undefined, value, false, invocation.command.span);
  shell.decided(0);
}

function formatted(format: string, args: readonly Value[]): Value {
  const out: Value[] = [];
  let next = 0;
  do {
    const start = next;
    let at = 0;
    for (const found of format.matchAll(/%([-+ 0#]*)(\d+|\*)?(?:\.(\d+))?([a-zA-Z%])/g)) {
      out.push(unescape(format.slice(at, found.index)));
      at = found.index + found[0].length;
      if (found[4] === '%') {
        out.push('%');
        continue;
      }
      const arg = args[next++] ?? '';
      out.push(typeof arg === 'string' ? one(arg, found[1] ?? '', found[2], found[3], found[4] ?? '') : arg);
    }
    out.push(unescape(format.slice(at)));
    if (next === start) break;
  } while (next < args.length && out.length < 100_000);
  return concat(...out);
}

function one(
  text: string,
  flags: string,
  width: string | undefined,
  precision: string | undefined,
  kind: string,
): string {
  let shown = text;
  if (/[diu]/.test(kind)) shown = String(parseInt(text, /^0x/i.test(text) ? 16 : /^0\d/.test(text) ? 8 : 10) || 0);
  else if (/[xX]/.test(kind)) shown = (parseInt(text, 10) || 0).toString(16);
  else if (kind === 'o') shown = (parseInt(text, 10) || 0).toString(8);
  else if (kind === 'b') shown = unescape(text);
  else if (kind === 'c') shown = text.slice(0, 1);
  else if (kind === 'q') shown = /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
  if (kind === 'X') shown = shown.toUpperCase();
  if (precision !== undefined && kind === 's') shown = shown.slice(0, Number(precision));
  const size = Number(width ?? 0);
  if (flags.includes('-')) return shown.padEnd(size);
  return flags.includes('0') && /[diuxXo]/.test(kind) ? shown.padStart(size, '0') : shown.padStart(size);
}

/** The backslash sequences of `echo -e`, of dash's echo and of printf's format. */
export function unescape(text: string): string {
  const simple: Readonly<Record<string, string>> = {
    a: '\x07',
    b: '\b',
    e: '\x1b',
    f: '\f',
    n: '\n',
    r: '\r',
    t: '\t',
    v: '\v',
    '\\': '\\',
  };
  return text.replace(
    /\\(?:([abefnrtv\\])|0?([0-7]{1,3})|x([0-9A-Fa-f]{1,2}))/g,
    (_, c?: string, octal?: string, hex?: string) => {
      if (c !== undefined) return simple[c] ?? c;
      return String.fromCharCode(parseInt(octal ?? hex ?? '0', octal === undefined ? 16 : 8) & 255);
    },
  );
}
