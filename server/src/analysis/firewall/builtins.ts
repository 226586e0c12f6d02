/** The commands built into the shell (POSIX XCU 2.14, bash manual "Shell Builtin Commands"), as far as scripts of this kind use them. */
import { say } from '../../text/message';
import { isAbsolute } from '../../text/path';
import { evaluateTest } from './conditions';
import type { Interpreter } from './execute';
import type { Field } from './expand';
import { printf } from './printf';
import { read, readArray } from './read';
import { absolute } from './parameters';
import { isFirewallProgram } from './programs';
import { applyRedirections } from './redirect';
import { assign, AssignmentField, invoke } from './simple';
import type { Invocation } from './simple';
import type { State, Variable } from './state';
import { concat, known, label } from './value';
import type { Value } from './value';

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

function unset(shell: Interpreter, invocation: Invocation): void {
  const args = words(invocation);
  const functions = args.some(a => known(a.value) === '-f');
  for (const arg of args) {
    const name = known(arg.value) ?? '';
    if (name.startsWith('-')) continue;
    const element = /^(\w+)\[(.+)\]$/.exec(name);
    if (functions) shell.s.functions.delete(name);
    else if (element) {
      const variable = shell.s.find(element[1] ?? '');
      const array = new Map(variable?.array);
      array.delete(element[2] ?? '');
      if (variable) shell.s.put(element[1] ?? '', { ...variable, array });
    } else if (shell.s.find(name)?.readonly) {
      shell.complain(
        invocation.place,
        `unset: ${name}: cannot unset: readonly variable`,
        say('{name} is read-only.', '{name} é somente leitura.', { name }),
      );
      shell.decided(1);
      return;
    } else {
      shell.changes?.add(name);
      if (shell.s.find(name)) shell.happened++;
      if (shell.s.find(name)) shell.s.remove(name);
      else shell.s.functions.delete(name);
      if (/^(?:HOME|PATH|USER|LANG|TERM|UID|EUID|PWD|HOSTNAME|SHELL|LOGNAME|RANDOM|SECONDS)$/.test(name))
        shell.s.put(name, {});
    }
  }
  shell.decided(0);
}

/** `export`, `readonly`, `declare`, `typeset`, `local`. */
function declare(kind: 'export' | 'readonly' | 'declare' | 'local'): Builtin['run'] {
  return (shell, invocation) => {
    const flags: { -readonly [K in keyof Variable]?: Variable[K] } =
      kind === 'export' ? { exported: true } : kind === 'readonly' ? { readonly: true } : {};
    let global = kind === 'export' || kind === 'readonly';
    let array = false;
    let reference = false;
    let functions = false;
    let failed = false;
    if (kind === 'local' && !shell.exits.returns) {
      shell.complain(
        invocation.place,
        shell.bash ? 'local: can only be used in a function' : 'local: not in a function',
        say('local works in functions only.', 'local só funciona em funções.'),
      );
      shell.decided(1);
      if (!shell.bash) shell.exit(2);
      return;
    }
    for (const arg of words(invocation)) {
      const text = arg instanceof AssignmentField ? undefined : known(arg.value);
      if (text !== undefined && /^[-+][A-Za-z]+$/.test(text)) {
        const on = text.startsWith('-');
        if (text.includes('x')) flags.exported = on;
        if (text.includes('r')) flags.readonly = on;
        if (text.includes('i')) flags.integer = on;
        if (text.includes('l')) flags.lower = on;
        if (text.includes('u')) flags.upper = on;
        if (text.includes('A')) flags.associative = on;
        if (text.includes('a')) array = on;
        if (text.includes('n') && kind !== 'export') reference = on;
        if (text.includes('g')) global = true;
        if (/[fFp]/.test(text)) functions = true;
        continue;
      }
      if (functions) continue;
      if (!declareOne(shell, arg, text, { flags, global, array: array || flags.associative === true, reference }, kind))
        failed = true;
    }
    if (!failed) shell.decided(0);
  };
}

function declareOne(
  shell: Interpreter,
  arg: Field,
  text: string | undefined,
  how: { flags: Partial<Variable>; global: boolean; array: boolean; reference: boolean },
  kind: string,
): boolean {
  const pair = text === undefined ? undefined : /^(\w+)(\+?)=([^]*)$/.exec(text);
  const name = arg instanceof AssignmentField ? arg.assignment.name : (pair?.[1] ?? text);
  if (name === undefined || !/^[A-Za-z_]\w*$/.test(name)) {
    const unknown = arg instanceof AssignmentField ? undefined : /^(\w+)=/.exec(label(arg.value));
    if (unknown?.[1] !== undefined && text === undefined)
      shell.assign(unknown[1], undefined, withoutHead(arg.value, unknown[0].length), false, arg.span);
    else if (text !== undefined) {
      shell.complain(
        shell.place(arg.span),
        `${kind}: \`${text}': not a valid identifier`,
        say('{name} is no name for a variable.', '{name} não é nome de variável.', { name: text }),
      );
      shell.decided(1);
      return false;
    }
    return true;
  }
  const local = !how.global && shell.s.scopes.length > 1;
  const { readonly: lock, ...flags } = how.flags;
  const inner = shell.s.scopes[shell.s.scopes.length - 1]?.get(name);
  const old = local ? (inner ?? (shell.bash ? undefined : shell.s.find(name))) : shell.s.find(name);
  const base: Variable = {
    ...old,
    ...flags,
    ...(how.array &&
      !old?.array && { array: new Map<string, Value>(old?.value === undefined ? [] : [['0', old.value]]) }),
  };
  if (how.array) delete (base as { value?: Value }).value;
  if (local) shell.s.putLocal(name, base);
  else shell.s.put(name, base);
  shell.changes?.add(name);
  if (how.reference) {
    const target =
      arg instanceof AssignmentField && arg.assignment.value
        ? known(shell.expandValue(arg.assignment.value))
        : undefined;
    if (target !== undefined) shell.s.putLocal(name, { refersTo: target });
    return true;
  }
  if (arg instanceof AssignmentField) assign(shell, arg.assignment);
  else if (pair) shell.assign(name, undefined, pair[3] ?? '', pair[2] === '+', arg.span);
  const now = shell.s.find(name);
  if (lock && now) shell.s.put(name, { ...now, readonly: true });
  return true;
}

function withoutHead(value: Value, size: number): Value {
  if (typeof value === 'string') return value.slice(size);
  const [first, ...rest] = value;
  return typeof first === 'string' ? concat(first.slice(size), rest) : value;
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

function getopts(shell: Interpreter, invocation: Invocation): void {
  const [spec, name, ...given] = words(invocation);
  const letters = known(spec?.value ?? '') ?? '';
  const variable = known(name?.value ?? '') ?? '';
  const { span } = invocation.command;
  const set_ = (n: string, value: Value): void => {
    shell.assign(n, undefined, value, false, span);
  };
  const position = known(shell.variable('OPTIND', span) ?? '1') ?? '1';
  const [at = 1, letter = 1] = position.split(':').map(Number);
  const args = given.length > 0 ? given.map(f => f.value) : shell.s.positional;
  const arg = args?.[at - 1];
  const text = arg === undefined ? '' : known(arg);
  if (!args || text === undefined) {
    set_(variable, [shell.environment(invocation.place, `$${variable}`)]);
    shell.doubtful(span);
    return;
  }
  if (!/^-./.test(text) || text === '--') {
    set_(variable, '?');
    set_('OPTIND', String(text === '--' ? at + 1 : at));
    shell.decided(1);
    return;
  }
  const option = text[letter] ?? '';
  const where = letters.indexOf(option);
  const more = letter + 1 < text.length;
  set_(variable, where < 0 || option === ':' ? '?' : option);
  if (where >= 0 && letters[where + 1] === ':') {
    set_('OPTARG', more ? text.slice(letter + 1) : (args[at] ?? ''));
    set_('OPTIND', String(more ? at + 1 : at + 2));
  } else {
    shell.s.remove('OPTARG');
    set_('OPTIND', more ? `${at}:${letter + 1}` : String(at + 1));
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
