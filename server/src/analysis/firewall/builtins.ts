/** The commands built into the shell (POSIX XCU 2.14, bash manual "Shell Builtin Commands"), as far as scripts of this kind use them. */
import { say } from '../../text/message';
import { isAbsolute } from '../../text/path';
import { evaluateTest } from './conditions';
import type { Interpreter } from './execute';
import type { Field } from './expand';
import { declare, unset } from './declare';
import { getopts } from './getopts';
import { printf, unescape } from './printf';
import { read, readArray } from './read';
import { absolute } from './parameters';
import { isFirewallProgram } from './programs';
import { applyRedirections } from './redirect';
import { invoke } from './simple';
import type { Invocation } from './simple';
import type { State } from './state';
import { concat, known, label } from './value';

export interface Builtin {
  readonly bashOnly?: true;
  run(shell: Interpreter, invocation: Invocation): void;
}

const words = (invocation: Invocation): readonly Field[] => invocation.fields.slice(1);
const done = (shell: Interpreter): void => {
  shell.decided(0);
};

function echo(shell: Interpreter, invocation: Invocation): void {
  let args = words(invocation);
  let newline = true;
  let escapes = !shell.bash;
  for (;;) {
    const option = known(args[0]?.value ?? '') ?? '';
    if (!(shell.bash ? /^-[neE]+$/ : /^-n$/).test(option)) break;
    if (option.includes('n')) newline = false;
    if (option.includes('e')) escapes = true;
    if (option.includes('E')) escapes = false;
    args = args.slice(1);
  }
  const value = concat(...args.flatMap((a, i) => (i === 0 ? [a.value] : [' ', a.value])));
  const text = known(value);
  const shown = escapes && text !== undefined ? unescape(text) : value;
  shell.write(newline ? concat(shown, '\n') : shown, { ...invocation.place, verbatim: false });
  shell.decided(0);
}

function leave(kind: 'breaks' | 'continues'): Builtin['run'] {
  return (shell, invocation) => {
    const n = Number(known(words(invocation)[0]?.value ?? '1') ?? 1) || 1;
    const { loops } = shell.exits;
    shell.decided(0);
    const target = loops[Math.max(0, loops.length - n)];
    if (!target) {
      const word = kind === 'breaks' ? 'break' : 'continue';
      if (shell.bash)
        shell.complain(
          invocation.place,
          `${word}: only meaningful in a \`for', \`while', or \`until' loop`,
          say('{word} stands outside any loop and does nothing.', '{word} está fora de qualquer laço e não faz nada.', {
            word,
          }),
        );
      return;
    }
    target[kind].push(shell.s);
    shell.live = false;
  };
}

function statusArgument(shell: Interpreter, invocation: Invocation): void {
  const field = words(invocation)[0];
  if (!field) return;
  const text = known(field.value);
  if (text === undefined) {
    shell.s.status = 'unknown';
    shell.s.doubt = undefined;
  } else shell.decided(((Number(text) % 256) + 256) % 256 || 0);
}

function leaveFunction(shell: Interpreter, invocation: Invocation): void {
  statusArgument(shell, invocation);
  const { returns, exits } = shell.exits;
  if (!returns && shell.bash) {
    shell.complain(
      invocation.place,
      "return: can only `return' from a function or sourced script",
      say(
        'return stands outside any function: the script goes on.',
        'return está fora de qualquer função: o script continua.',
      ),
    );
    shell.decided(2);
    return;
  }
  (returns ?? exits).push(shell.s);
  shell.live = false;
}

function set(shell: Interpreter, invocation: Invocation): void {
  const args = words(invocation);
  const { options } = shell.s;
  shell.decided(0);
  for (let i = 0; i < args.length; i++) {
    const text = known(args[i]?.value ?? '');
    const option = text === undefined ? null : /^([-+])([A-Za-z]+)$/.exec(text);
    if (text === '--' || text === '-') return setPositional(shell, args.slice(i + 1));
    if (!option) return setPositional(shell, args.slice(i));
    const on = option[1] === '-';
    for (const letter of option[2] ?? '') {
      if (letter === 'e') options.errexit = on;
      else if (letter === 'u') options.nounset = on;
      else if (letter === 'f') options.noglob = on;
      else if (letter === 'n') options.noexec = on;
      else if (letter === 'o') {
        const name = known(args[++i]?.value ?? '');
        if (name === 'errexit' || name === 'nounset' || name === 'noglob' || name === 'pipefail') options[name] = on;
      }
    }
  }
}

function setPositional(shell: Interpreter, args: readonly Field[]): void {
  if (!shell.bash) shell.s.remove('OPTIND');
  shell.s.positional = args.some(a => a.splits) ? undefined : args.map(a => a.value);
  shell.happened++;
}

function shift(shell: Interpreter, invocation: Invocation): void {
  const n = Number(known(words(invocation)[0]?.value ?? '1') ?? 1);
  const { positional } = shell.s;
  shell.decided(0);
  if (!positional) return;
  if (n > positional.length) {
    shell.decided(1);
    if (!shell.bash) {
      shell.complain(
        invocation.place,
        "shift: can't shift that many",
        say('There are not so many arguments to shift away.', 'Não há tantos argumentos para deslocar.'),
      );
      shell.exit(2);
    }
    return;
  }
  if (n > 0) shell.happened++;
  shell.s.positional = positional.slice(n);
}

function source(shell: Interpreter, invocation: Invocation): void {
  const [file, ...args] = words(invocation);
  const path = file && known(file.value);
  if (!file) return shell.decided(2);
  if (path === undefined) {
    shell.undecided(
      shell.doubtAt(invocation.place, label(file.value), shell.hangingOn(file, label(file.value), file.value).why),
    );
    return;
  }
  const found = shell.readFile(path, 'source', file);
  if (found === 'unknown') {
    const unknown = shell.unknownFile(file, path);
    shell.s.sourced = unknown;
    shell.undecided(shell.doubtAt(invocation.place, shell.sourceOf(invocation.command.span), unknown.why));
  } else if (found === 'missing') missingSource(shell, path, invocation);
  else if (found.source)
    shell.runFile(found.source, args.length > 0 && shell.bash ? args.map(a => a.value) : undefined, invocation.place);
  else shell.evaluateText(found.value, invocation.place);
}

function missingSource(shell: Interpreter, path: string, invocation: Invocation): void {
  const says = shell.bash
    ? `${path}: No such file or directory`
    : path.includes('/')
      ? `.: cannot open ${path}: No such file`
      : `.: ${path}: not found`;
  shell.complain(
    invocation.place,
    says,
    say('{path} is not there, so nothing of it is run.', '{path} não existe; nada dele é executado.', { path }),
  );
  if (shell.bash) shell.decided(1);
  else shell.exit(2);
}

function command(shell: Interpreter, invocation: Invocation): void {
  const args = words(invocation);
  const option = known(args[0]?.value ?? '') ?? '';
  if (/^-\w*[vV]/.test(option)) {
    find(shell, invocation, args.slice(1));
    return;
  }
  const rest = option === '-p' || option === '--' ? args.slice(1) : args;
  invoke(shell, { ...invocation, fields: rest }, true);
}

/** `command -v`, `type`, `hash`: what the shell itself has is known, and that iptables is there is taken for granted. */
function find(shell: Interpreter, invocation: Invocation, args: readonly Field[]): void {
  const name = known(args[args.length - 1]?.value ?? '');
  if (name !== undefined && (shell.s.functions.has(name) || builtinOf(shell, name) || isFirewallProgram(name))) {
    shell.write(
      `${isFirewallProgram(name) && !shell.s.functions.has(name) && !name.includes('/') ? `/usr/sbin/${name}` : name}\n`,
    );
    shell.decided(0);
    return;
  }
  const { span } = invocation.command;
  shell.write([shell.unknownOutput(invocation.place, shell.sourceOf(span))]);
  shell.undecided(
    shell.doubtAt(invocation.place, shell.sourceOf(span), shell.undecidedWhy(span), `which ${name ?? ''}`),
  );
}

function cd(shell: Interpreter, invocation: Invocation): void {
  const args = words(invocation).filter(f => !/^-[LP]$/.test(known(f.value) ?? ''));
  const path = args.length === 0 ? undefined : known(args[0]?.value ?? '');
  const full = path === undefined || path === '-' ? undefined : path === '' ? shell.s.cwd : shell.resolve(path);
  shell.happened++;
  const state =
    full !== undefined && isAbsolute(full) && shell.decides(full) ? shell.options.files?.read(full).kind : undefined;
  if (state === 'missing' && full !== undefined && path !== undefined) {
    shell.complain(
      invocation.place,
      shell.bash ? `cd: ${path}: No such file or directory` : `cd: can't cd to ${path}`,
      say('There is no folder {path}.', 'Não existe a pasta {path}.', { path }),
    );
    shell.decided(shell.bash ? 1 : 2);
    return;
  }
  shell.s.cwd = full;
  shell.decided(0);
}

function letCommand(shell: Interpreter, invocation: Invocation): void {
  if (invocation.fields.length === 1) {
    shell.complain(
      invocation.place,
      'let: expression expected',
      say('let wants an expression.', 'let pede uma expressão.'),
    );
    shell.decided(1);
    return;
  }
  let value: bigint | undefined = 0n;
  for (const arg of words(invocation)) value = shell.arithmeticValue(arg.value, arg.span);
  const { span } = invocation.command;
  if (value === undefined) shell.doubtful(span);
  else shell.decided(value === 0n ? 1 : 0);
}

function trap(shell: Interpreter, invocation: Invocation): void {
  const [action, ...signals] = words(invocation);
  shell.decided(0);
  if (!action) return;
  const text = known(action.value);
  for (const signal of text === '-' || signals.length > 0 ? signals : [action]) {
    const name = (known(signal.value) ?? '').replace(/^SIG/, '').replace(/^0$/, 'EXIT');
    if (text === '-' || signals.length === 0) shell.s.traps.delete(name);
    else shell.s.traps.set(name, action.value);
  }
}

function alias(shell: Interpreter, invocation: Invocation): void {
  for (const arg of words(invocation)) {
    const pair = /^([^=]+)=([^]*)$/.exec(known(arg.value) ?? '');
    if (pair) shell.s.aliases.set(pair[1] ?? '', pair[2] ?? '');
  }
  shell.decided(0);
}

function shopt(shell: Interpreter, invocation: Invocation): void {
  const args = words(invocation).map(w => known(w.value) ?? '');
  if (args.includes('expand_aliases')) {
    if (args.includes('-s')) shell.s.aliases.set(' on', '');
    else if (args.includes('-u')) shell.s.aliases.delete(' on');
  }
  shell.decided(0);
}

function exec(shell: Interpreter, invocation: Invocation): void {
  let args = words(invocation);
  while (/^-[cla]$/.test(known(args[0]?.value ?? '') ?? ''))
    args = args.slice(known(args[0]?.value ?? '') === '-a' ? 2 : 1);
  if (args.length === 0) {
    shell.decided(applyRedirections(shell, invocation.command.redirections) ? 0 : 1);
    return;
  }
  invoke(shell, { ...invocation, fields: args }, true);
  if (!shell.live) return;
  const end: State = shell.s;
  shell.exit(end.status);
}

const test: Builtin = {
  run(shell, invocation) {
    const { fields, place, command: node } = invocation;
    const name = known(fields[0]?.value ?? '') ?? 'test';
    let args = words(invocation);
    if (name === '[') {
      if (known(args[args.length - 1]?.value ?? '') !== ']') {
        const says = shell.bash ? "[: missing `]'" : '[: missing ]';
        shell.complain(
          place,
          says,
          say(
            'The condition has no ] at its end and counts as false.',
            'A condição não termina em ] e conta como falsa.',
          ),
        );
        shell.decided(2);
        return;
      }
      args = args.slice(0, -1);
    }
    evaluateTest(shell, name, args, place, shell.sourceOf(node.span));
  },
};

const ignored: Builtin = { run: done };

const table: Readonly<Record<string, Builtin>> = {
  ':': ignored,
  true: ignored,
  false: {
    run: shell => {
      shell.decided(1);
    },
  },
  echo: { run: echo },
  printf: { run: printf },
  read: { run: read },
  mapfile: { bashOnly: true, run: readArray },
  readarray: { bashOnly: true, run: readArray },
  test,
  '[': test,
  cd: { run: cd },
  pwd: {
    run: (shell, invocation) => {
      const { cwd } = shell.s;
      shell.write(cwd === undefined ? [shell.unknownOutput(invocation.place, 'pwd')] : `${absolute(cwd)}\n`);
      shell.decided(0);
    },
  },
  set: { run: set },
  shift: { run: shift },
  unset: { run: unset },
  export: { run: declare('export') },
  readonly: { run: declare('readonly') },
  declare: { bashOnly: true, run: declare('declare') },
  typeset: { bashOnly: true, run: declare('declare') },
  local: { run: declare('local') },
  let: { bashOnly: true, run: letCommand },
  eval: {
    run: (shell, invocation) => {
      shell.evaluateText(
        concat(...words(invocation).flatMap((a, i) => (i === 0 ? [a.value] : [' ', a.value]))),
        invocation.place,
      );
    },
  },
  source: { bashOnly: true, run: source },
  '.': { run: source },
  exit: {
    run: (shell, invocation) => {
      statusArgument(shell, invocation);
      shell.exit(shell.s.status);
    },
  },
  return: { run: leaveFunction },
  break: { run: leave('breaks') },
  continue: { run: leave('continues') },
  exec: { run: exec },
  command: { run: command },
  builtin: {
    bashOnly: true,
    run: (shell, invocation) => {
      invoke(shell, { ...invocation, fields: words(invocation) }, true);
    },
  },
  type: {
    run: (shell, invocation) => {
      find(shell, invocation, words(invocation));
    },
  },
  hash: {
    run: (shell, invocation) => {
      if (invocation.fields.length > 1) find(shell, invocation, words(invocation));
      else done(shell);
    },
  },
  trap: { run: trap },
  alias: { run: alias },
  unalias: {
    run: (shell, invocation) => {
      for (const w of words(invocation)) shell.s.aliases.delete(known(w.value) ?? '');
      done(shell);
    },
  },
  shopt: { bashOnly: true, run: shopt },
  getopts: { run: getopts },
  wait: ignored,
  umask: ignored,
  ulimit: ignored,
  times: ignored,
  jobs: ignored,
  bg: ignored,
  fg: ignored,
  disown: { bashOnly: true, run: done },
  enable: { bashOnly: true, run: done },
  history: { bashOnly: true, run: done },
  caller: { bashOnly: true, run: done },
  pushd: { bashOnly: true, run: cd },
  popd: {
    bashOnly: true,
    run: shell => {
      shell.s.cwd = undefined;
      shell.decided(0);
    },
  },
};

/** The builtin of a name, if the shell has one. */
export function builtinOf(shell: Interpreter, name: string): Builtin | undefined {
  const found = Object.hasOwn(table, name) ? table[name] : undefined;
  return found?.bashOnly && !shell.bash ? undefined : found;
}
