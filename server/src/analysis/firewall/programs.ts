/** Programs whose doings can be told without running them: those that only call others, and simple filters of known text. */
import { SourceText } from '../../text/source-text';
import { slipsBetween } from '../../text/nearest';
import { basename } from '../../text/path';
import { dialectOf } from '../../syntax/shell/parse-shell';
import type { Dialect } from '../../syntax/shell/nodes';
import type { Interpreter } from './execute';
import type { Field } from './expand';
import { callFirewall } from './firewall-call';
import { changeFiles } from './file-programs';
import { filters } from './filters';
import { callIpset } from './ipset-call';
import { invoke } from './simple';
import type { Invocation } from './simple';
import { State } from './state';
import type { Input } from './state';
import { known, label } from './value';
import type { Value } from './value';

/** Whether a command's name is iptables, ip6tables or one of their kin, with or without a path. */
export function isFirewallProgram(name: string): boolean {
  return /^(?:.*\/)?(?:ip6?tables(?:-(?:legacy|nft))?(?:-(?:restore|save))?|xtables-(?:legacy|nft)-multi)$/.test(name);
}

const plainNames = [
  'iptables',
  'ip6tables',
  'iptables-restore',
  'ip6tables-restore',
  'iptables-save',
  'ip6tables-save',
];

/**
 * The program that somebody certainly meant by a name that none has: an option glued to it, or one slip in its letters. Undefined
 * for names that a program of one's own may well have: with a path, other digits, or a letter more in front or behind.
 */
export function misspeltFirewall(name: string): string | undefined {
  const glued = /^(ip6?tables)(?:-[A-Za-z]|--[a-z-]+)$/.exec(name);
  if (glued) return glued[1];
  if (isFirewallProgram(name) || !/^[A-Za-z][\w-]+$/.test(name)) return undefined;
  const digits = name.replace(/\D/g, '');
  const lower = name.toLowerCase();
  return plainNames.find(
    plain =>
      plain.replace(/\D/g, '') === digits &&
      !(lower.length > plain.length && (lower.endsWith(plain) || (lower.startsWith(plain) && lower.at(-1) !== 's'))) &&
      slipsBetween(lower, plain, 1) <= 1,
  );
}

/** Options of programs that run the command behind them: which of them take a value of their own. */
const wrappers: Readonly<
  Record<string, { readonly valued: RegExp; readonly skip?: number; readonly assignments?: boolean }>
> = {
  sudo: { valued: /^(?:-[ugpChrtUTDR]|--(?:user|group|prompt|host|role|type|chdir|chroot))$/, assignments: true },
  doas: { valued: /^-[uC]$/ },
  env: { valued: /^(?:-[uCS]|--(?:unset|chdir|split-string))$/, assignments: true },
  nice: { valued: /^(?:-n|--adjustment)$/ },
  ionice: { valued: /^(?:-[cnp]|--class|--classdata)$/ },
  nohup: { valued: /^$/ },
  setsid: { valued: /^$/ },
  stdbuf: { valued: /^-[ioe]$/ },
  timeout: { valued: /^(?:-[ks]|--kill-after|--signal)$/, skip: 1 },
  time: { valued: /^-[fo]$/ },
  flock: { valued: /^(?:-[wE]|--timeout|--wait)$/, skip: 1 },
  chronic: { valued: /^$/ },
};

/** Says nothing and is taken to work: settings, modules, files. */
const quiet = new Set([
  'modprobe',
  'insmod',
  'rmmod',
  'mkdir',
  'rm',
  'rmdir',
  'cp',
  'mv',
  'ln',
  'chmod',
  'chown',
  'touch',
  'sleep',
  'logger',
  'kill',
  'killall',
  'clear',
  'install',
  'sync',
  'depmod',
]);

/** Runs a program known here; false: it is none. */
export function runProgram(shell: Interpreter, name: string, invocation: Invocation): boolean {
  const base = basename(name);
  const system = name === base || /^\/(?:usr\/)?(?:local\/)?s?bin\//.test(name);
  const wrapper = system && Object.hasOwn(wrappers, base) ? wrappers[base] : undefined;
  if (wrapper) {
    runWrapped(shell, base, wrapper, invocation);
    return true;
  }
  if (system && /^(?:ba|da|a)?sh$/.test(base)) {
    runShell(shell, base === 'bash' ? 'bash' : 'dash', invocation);
    return true;
  }
  if (system && base === 'su') {
    const at = invocation.fields.findIndex(f => /^(?:-c|--command)$/.test(known(f.value) ?? ''));
    const text = invocation.fields[at + 1];
    if (at < 0 || !text) return false;
    inNewShell(shell, shell.options.shell, invocation, () => {
      shell.evaluateText(text.value, invocation.place);
    });
    return true;
  }
  if (system && base === 'xargs') return runXargs(shell, invocation);
  const filter = system && Object.hasOwn(filters, base) ? filters[base] : undefined;
  if (filter) {
    const before = shell.s.inputs.get(0);
    if (filter(shell, invocation)) return true;
    if (before && before !== shell.s.inputs.get(0) && hangsOnInput(shell, before, invocation)) return true;
  }
  if (system && base === 'ipset') {
    callIpset(shell, invocation);
    return true;
  }
  if (system && quiet.has(base)) {
    changeFiles(shell, base, invocation.fields);
    const { span } = invocation.command;
    shell.undecided(shell.doubtAt(invocation.place, shell.sourceOf(span), shell.undecidedWhy(span)));
    return true;
  }
  return name.includes('/') && runScriptFile(shell, name, invocation);
}

/** What a filter prints of an input that is not known is not known for the same reason; false: the input is known. */
function hangsOnInput(shell: Interpreter, { value, unknown }: Input, { place, command }: Invocation): boolean {
  const read = unknown ? [unknown] : (value ?? '');
  if (known(read) !== undefined) return false;
  const output = shell.hangingOn(place, shell.sourceOf(command.span), read);
  shell.write([output]);
  shell.undecided(shell.doubtAt(place, shell.sourceOf(command.span), output.why));
  return true;
}

function runWrapped(
  shell: Interpreter,
  name: string,
  wrapper: (typeof wrappers)[string],
  invocation: Invocation,
): void {
  const { fields } = invocation;
  let at = 1;
  let skip = wrapper?.skip ?? 0;
  for (; at < fields.length; at++) {
    const text = known(fields[at]?.value ?? '');
    if (text === undefined) break;
    if (text === '--') {
      at++;
      break;
    }
    if (name === 'flock' && (text === '-c' || text === '--command')) {
      shell.evaluateText(fields[at + 1]?.value ?? '', invocation.place);
      return;
    }
    if (wrapper?.valued.test(text)) at++;
    else if (text.startsWith('-') && text.length > 1) continue;
    else if (wrapper?.assignments && /^\w+=/.test(text)) continue;
    else if (skip > 0) skip--;
    else break;
  }
  if (name === 'flock' && /^(?:-c|--command)$/.test(known(fields[at]?.value ?? '') ?? '')) {
    shell.evaluateText(fields[at + 1]?.value ?? '', invocation.place);
    return;
  }
  const inner = fields.slice(at);
  if (inner.length === 0) shell.decided(0);
  else invoke(shell, { ...invocation, fields: inner }, true);
}

/** `bash file …`, `sh -c '…'`, `sh` reading commands from its input. */
function runShell(shell: Interpreter, dialect: Dialect, invocation: Invocation): void {
  const { fields, place } = invocation;
  let at = 1;
  let errexit = false;
  for (; at < fields.length; at++) {
    const text = known(fields[at]?.value ?? '');
    if (text === undefined || !/^[-+]/.test(text) || text === '-' || text === '--') break;
    if (/^-\w*e/.test(text)) errexit = true;
    if (/^-\w*c/.test(text)) {
      const script = fields[at + 1];
      inNewShell(shell, dialect, invocation, () => {
        shell.s.options.errexit = errexit;
        shell.s.name = fields[at + 2]?.value;
        shell.s.positional = fields.slice(at + 3).map(f => f.value);
        runText(shell, script?.value ?? '', invocation);
      });
      return;
    }
    if (text === '-s') {
      at++;
      break;
    }
    if (text === '-o' || text === '+o') at++;
  }
  const file = fields[at];
  if (file && known(fields[at - 1]?.value ?? '') !== '-s') {
    const path = known(file.value);
    const found = path === undefined ? 'unknown' : shell.readFile(path, 'call', file);
    if (found === 'unknown' || found === 'missing') {
      unknownScript(shell, path ?? label(file.value), found, invocation);
      return;
    }
    runFound(shell, dialect, found.source, found.value, file.value, fields.slice(at + 1), invocation, errexit);
    return;
  }
  const input = shell.s.inputs.get(0);
  if (!input || input.value === undefined) {
    shell.undecided(
      shell.doubtAt(place, shell.sourceOf(invocation.command.span), shell.undecidedWhy(invocation.command.span)),
    );
    return;
  }
  const { value } = input;
  shell.s.inputs.set(0, { value: '', offset: 0 });
  inNewShell(shell, dialect, invocation, () => {
    shell.s.options.errexit = errexit;
    shell.s.positional = fields.slice(at).map(f => f.value);
    runText(shell, value, invocation);
  });
}

/** `./other.sh`: run by the shell that its first line names, without such a line by the shell that calls it. */
function runScriptFile(shell: Interpreter, name: string, invocation: Invocation): boolean {
  const full = shell.resolve(name);
  if (full === undefined) return false;
  const written = shell.s.written.has(full);
  if (written ? !shell.s.runnable.has(full) : shell.options.files?.read(full).kind !== 'text') return false;
  const found = shell.readFile(name, 'call', invocation.place);
  if (found === 'missing' || found === 'unknown') return false;
  const { source, value } = found;
  const text = label(value);
  if (text.startsWith('#!') && !/^#!.*\b(?:ba|da|a)?sh\b/.test(text)) return false;
  const dialect = text.startsWith('#!') ? dialectOf(source ?? new SourceText(name, text)) : shell.options.shell;
  runFound(shell, dialect, source, value, name, invocation.fields.slice(1), invocation, false);
  return true;
}

function runFound(
  shell: Interpreter,
  dialect: Dialect,
  source: SourceText | undefined,
  value: Value,
  name: Value,
  args: readonly Field[],
  invocation: Invocation,
  errexit: boolean,
): void {
  inNewShell(shell, dialect, invocation, () => {
    shell.s.options.errexit = errexit;
    const positional = args.map(f => f.value);
    shell.s.name = name;
    shell.s.positional = positional;
    if (source) shell.runFile(source, positional, invocation.place);
    else runText(shell, value, invocation);
  });
}

/** Runs text as a script; where part of it is unknown and it speaks of iptables, as a call of which nothing is known. */
function runText(shell: Interpreter, value: Value, invocation: Invocation): void {
  const { place, fields } = invocation;
  const program = known(value) === undefined ? /ip6?tables(?![-\w])/.exec(label(value))?.[0] : undefined;
  shell.evaluateText(value, place);
  if (program === undefined) return;
  const unknown = shell.hangingOn(place, label(value), value);
  const words: Field = { ...place, value: [unknown], splits: true, verbatim: false };
  callFirewall(shell, program, { ...invocation, fields: [...fields.slice(0, 1), words] });
}

function unknownScript(shell: Interpreter, path: string, found: 'missing' | 'unknown', invocation: Invocation): void {
  const unknown = found === 'missing' ? undefined : shell.unknownFile(invocation.place, path);
  if (unknown) shell.undecided(shell.doubtAt(invocation.place, path, unknown.why));
  else shell.decided(127);
}

/** A shell of its own: only exported variables go in, nothing but files comes back. */
function inNewShell(shell: Interpreter, dialect: Dialect, invocation: Invocation, run: () => void): void {
  const { options } = shell;
  shell.subshell(invocation.command.span, () => {
    const parent = shell.s;
    const child = new State();
    for (const scope of parent.scopes)
      for (const [name, variable] of scope) if (variable.exported) child.scopes[0]?.set(name, variable);
    child.cwd = parent.cwd;
    child.inputs = parent.inputs;
    child.written = parent.written;
    child.runnable = parent.runnable;
    child.conditions = parent.conditions;
    shell.s = child;
    shell.watched = 0;
    Object.assign(shell, { options: { ...options, shell: dialect } });
    try {
      run();
    } finally {
      Object.assign(shell, { options });
    }
  });
}

/** `xargs [-n N] [-L N] [-I X] command …` on known input. */
function runXargs(shell: Interpreter, invocation: Invocation): boolean {
  const { fields } = invocation;
  const input = shell.s.inputs.get(0);
  const text = input?.value === undefined ? undefined : known(input.value);
  let at = 1;
  let size = Infinity;
  let lines = false;
  let replace: string | undefined;
  for (; at < fields.length; at++) {
    const option = known(fields[at]?.value ?? '') ?? '';
    const counted = /^-([nLI])(.*)$/.exec(option);
    if (!counted) {
      if (!option.startsWith('-')) break;
      continue;
    }
    const given = counted[2] === '' ? (known(fields[++at]?.value ?? '') ?? '') : (counted[2] ?? '');
    if (counted[1] === 'I') replace = given;
    else size = Number(given);
    lines ||= counted[1] !== 'n';
  }
  if (text === undefined || at >= fields.length) return false;
  shell.s.inputs.set(0, { value: '', offset: 0 });
  const items = (lines ? text.split('\n') : text.split(/[ \t\n]+/)).map(i => i.trim()).filter(i => i !== '');
  const field = (value: string): Field => ({ ...invocation.place, value, splits: false, verbatim: false });
  const base = fields.slice(at);
  shell.decided(0);
  if (replace !== undefined) {
    for (const item of items) {
      const words = base.map(f =>
        typeof f.value === 'string' && replace !== ''
          ? { ...f, value: f.value.replaceAll(replace ?? '', item), verbatim: false }
          : f,
      );
      invoke(shell, { ...invocation, fields: words }, true);
    }
    return true;
  }
  for (let i = 0; i < items.length; i += Math.max(1, size)) {
    const part = items.slice(i, Math.min(items.length, i + Math.max(1, size)));
    const words = lines ? part.flatMap(l => l.split(/[ \t]+/)) : part;
    invoke(shell, { ...invocation, fields: [...base, ...words.map(field)] }, true);
  }
  return true;
}
