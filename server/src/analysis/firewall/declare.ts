/** `export`, `readonly`, `declare`, `typeset`, `local`, `unset`: variables and what is particular about them. */
import { say } from '../../text/message';
import type { Builtin } from './builtins';
import type { Interpreter } from './execute';
import type { Field } from './expand';
import { assign, AssignmentField } from './simple';
import type { Invocation } from './simple';
import type { Variable } from './state';
import { concat, known, label } from './value';
import type { Value } from './value';

export function unset(shell: Interpreter, invocation: Invocation): void {
  const args = invocation.fields.slice(1);
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
export function declare(kind: 'export' | 'readonly' | 'declare' | 'local'): Builtin['run'] {
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
    for (const arg of invocation.fields.slice(1)) {
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
