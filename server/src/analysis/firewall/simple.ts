/** Simple commands: assignments, then what the first word names: a function, a builtin, a program (POSIX XCU 2.9.1). */
import { say } from '../../text/message';
import type { Assignment, SimpleCommand, Word } from '../../syntax/shell/nodes';
import { builtinOf } from './builtins';
import type { Interpreter } from './execute';
import type { Field } from './expand';
import { callFirewall } from './firewall-call';
import { applyRedirections } from './redirect';
import { isFirewallProgram, misspeltFirewall, runProgram } from './programs';
import type { Misspelt, Place, ShellError, Unknown } from './calls';
import type { Variable } from './state';
import { known, label } from './value';
import type { Value } from './value';

/** A command on its way to be run: its words after expansion and where it stands. */
export interface Invocation {
  readonly fields: readonly Field[];
  readonly place: Place;
  readonly command: SimpleCommand;
}

/** In dash assignments before these hold on (POSIX XCU 2.14). */
const specialBuiltin = /^(?:[.:]|break|continue|eval|exec|exit|export|readonly|return|set|shift|times|trap|unset)$/;

export function runSimple(shell: Interpreter, command: SimpleCommand): void {
  const place = shell.place(command.span);
  const previous = shell.captured;
  shell.captured = undefined;
  const fields = expandAll(shell, command.words);
  const first = fields[0];
  if (!first) {
    shell.redirected(command.redirections, () => {
      for (const one of command.assignments) assign(shell, one);
      const { captured } = shell;
      shell.decided(0);
      if (captured) Object.assign(shell.s, captured);
    });
    shell.captured = previous;
    return;
  }
  shell.captured = previous;
  if (known(first.value) === 'exec' && fields.length === 1) {
    shell.decided(applyRedirections(shell, command.redirections) ? 0 : 1);
    return;
  }
  const invocation = { fields, place, command };
  shell.redirected(command.redirections, () => {
    const restore = command.assignments.length > 0 ? assignForNow(shell, command.assignments) : undefined;
    invoke(shell, invocation);
    if (shell.live && !(!shell.bash && specialBuiltin.test(known(first.value) ?? ''))) restore?.();
  });
}

function expandAll(shell: Interpreter, words: readonly Word[]): readonly Field[] {
  if (!words.some(w => w.assignment)) return shell.expandWords(words);
  return words.flatMap(word => {
    const { assignment } = word;
    if (!assignment) return shell.expandWords([word]);
    const place = shell.place(word.span);
    return [new AssignmentField(shell.sourceOf(word.span), place.source, place.span, assignment)];
  });
}

/** `name=value` as an argument of `export` and its kin: carried out by the builtin. */
export class AssignmentField implements Field {
  readonly splits = false;
  readonly verbatim = false;

  constructor(
    readonly value: string,
    readonly source: Field['source'],
    readonly span: Field['span'],
    readonly assignment: Assignment,
  ) {}
}

/** Carries out one assignment of the script's text. */
export function assign(shell: Interpreter, one: Assignment): void {
  if (one.array) {
    assignArray(shell, one);
    return;
  }
  const variable = shell.s.find(one.name);
  const subscript =
    one.subscript &&
    known(
      variable?.associative
        ? shell.expandParts(unquote(one.subscript), true)
        : shell.expandParts(one.subscript.parts, true),
    );
  if (one.subscript && subscript === undefined) {
    const { value: _v, array: _a, ...flags } = variable ?? {};
    shell.s.put(one.name, { ...flags, unknownArray: shell.hangingOn(shell.place(one.span), `\${${one.name}[@]}`, '') });
    return;
  }
  shell.assign(one.name, subscript, one.value ? shell.expandValue(one.value) : '', one.append, one.span);
}

function unquote(word: Word): Word['parts'] {
  return word.parts;
}

function assignArray(shell: Interpreter, one: Assignment): void {
  const { array: _a, value: scalar, unknownArray: _u, ...flags } = shell.s.find(one.name) ?? {};
  const old = shell.s.find(one.name);
  if (old?.readonly) {
    shell.assign(one.name, undefined, '', false, one.span);
    return;
  }
  const array = new Map<string, Value>(one.append ? (old?.array ?? (scalar === undefined ? [] : [['0', scalar]])) : []);
  let next = 0;
  for (const key of array.keys()) next = Math.max(next, Number(key) + 1);
  let lost: Unknown | undefined = one.append ? old?.unknownArray : undefined;
  for (const element of one.array ?? []) {
    if (element.subscript) {
      const text = shell.expandParts(element.subscript.parts, true);
      const key = flags.associative ? known(text) : shell.arithmeticValue(text, element.subscript.span);
      if (key === undefined) lost = shell.hangingOn(shell.place(one.span), shell.sourceOf(one.span), text);
      else {
        array.set(String(key), shell.expandValue(element.value));
        if (!flags.associative) next = Number(key) + 1;
      }
      continue;
    }
    for (const field of shell.expandWords([element.value])) {
      if (field.splits) lost = shell.hangingOn(shell.place(element.value.span), label(field.value), field.value);
      array.set(String(next++), field.value);
    }
  }
  shell.changes?.add(one.name);
  shell.happened++;
  const variable: Variable = lost ? { ...flags, unknownArray: lost } : { ...flags, array };
  shell.s.put(one.name, variable);
}

/** Assignments before a command hold for that command; gives what takes them back. */
function assignForNow(shell: Interpreter, assignments: readonly Assignment[]): () => void {
  const before = assignments.map(a => [a.name, shell.s.find(a.name)] as const);
  for (const one of assignments) assign(shell, one);
  return () => {
    for (const [name, variable] of before) {
      if (variable) shell.s.put(name, variable);
      else shell.s.remove(name);
    }
  };
}

/** Runs a command by its name. `plain`: functions are passed over (`command`, `sudo`). */
export function invoke(shell: Interpreter, invocation: Invocation, plain = false): void {
  const { fields, place } = invocation;
  const first = fields[0];
  if (!first) {
    shell.decided(0);
    return;
  }
  const name = known(first.value);
  if (name === undefined) {
    invokeUnknown(shell, invocation);
    return;
  }
  if (!plain && expandAlias(shell, invocation, name)) return;
  const f = plain ? undefined : shell.s.functions.get(name);
  if (f) {
    shell.call(
      f,
      fields.slice(1).map(a => a.value),
      place,
    );
    return;
  }
  const builtin = builtinOf(shell, name);
  if (builtin) {
    builtin.run(shell, invocation);
    return;
  }
  if (isFirewallProgram(name)) {
    callFirewall(shell, name, invocation);
    return;
  }
  if (runProgram(shell, name, invocation)) return;
  runOther(shell, name, invocation);
}

/** A program of which nothing is known: what it prints and whether it succeeds are unknown, unless there can be none. */
function runOther(shell: Interpreter, name: string, invocation: Invocation): void {
  const { place, command } = invocation;
  const file = name.includes('/') ? shell.resolve(name) : undefined;
  const state =
    file !== undefined && shell.decides(file) && !shell.s.written.has(file)
      ? shell.options.files?.read(file).kind
      : undefined;
  if (state === 'missing') {
    notFound(shell, place, `${name}: ${shell.bash ? 'No such file or directory' : 'not found'}`, name);
    return;
  }
  if (name === '' && !shell.bash) {
    notFound(shell, place, ': Permission denied', '""');
    return;
  }
  if (name.startsWith('%') && shell.bash) {
    shell.complain(
      place,
      'fg: no job control',
      say(
        'A command that begins with % is about jobs, of which a script has none.',
        'Um comando que começa com % trata de jobs, e um script não os tem.',
      ),
    );
    shell.decided(1);
    return;
  }
  const none = isNoProgram(name, shell.bash) || shell.s.aliases.has(name) || shell.definedLater(name);
  const meant = none || shell.s.sourced ? undefined : misspeltAs(invocation, name);
  const misspelt = meant && !mayBeProvided(shell.frame.source.text, name) ? meant : undefined;
  if (none || misspelt) {
    const says = `${name}: ${shell.bash ? 'command not found' : 'not found'}`;
    notFound(shell, place, says, name, { ...(misspelt && { misspelt }) });
    return;
  }
  shell.write([shell.unknownOutput(place, shell.frame.fixed ? name : shell.sourceOf(command.span))]);
  shell.undecided(shell.doubtAt(place, shell.sourceOf(command.span), shell.undecidedWhy(command.span)));
}

/** A PATH with folders beside those of the system. */
const elsewhere = /\bPATH=(?!["']?(?:(?:\/usr(?:\/local)?)?\/s?bin|\$\{?PATH\}?|:)*["']?(?:[\s;]|$))/;

/** Whether a script puts a program of that name somewhere, looks for one, or looks for programs elsewhere: then it may be there. */
function mayBeProvided(text: string, name: string): boolean {
  const asks = '\\b(?:type|which|hash|command\\s+-[vV])\\s+(?:-\\w+\\s+)*';
  return elsewhere.test(text) || new RegExp(`(?:/|${asks})${name}(?![\\w-])`).test(text);
}

/** What a command that no program has the name of is meant to be, if it has what iptables takes. */
function misspeltAs({ fields }: Invocation, name: string): Misspelt | undefined {
  const meant = misspeltFirewall(name);
  const { span } = fields[0] ?? {};
  if (meant === undefined || !span) return undefined;
  const fits =
    name.startsWith(`${meant}-`) ||
    /-(?:save|restore)$/.test(meant) ||
    fields.some(f => (known(f.value) ?? '').startsWith('-'));
  return fits ? { name, meant, span } : undefined;
}

function notFound(
  shell: Interpreter,
  place: Place,
  says: string,
  name: string,
  more: Pick<ShellError, 'misspelt'> = {},
): void {
  shell.complain(
    place,
    says,
    say(
      'There is no command {name}: the shell goes on without this line.',
      'Não existe o comando {name}: o shell segue sem esta linha.',
      { name },
    ),
    place.span.start,
    more,
  );
  shell.decided(127);
}

/** Names that no program on a Linux system has: prompts, options, addresses, whole command lines in quotes. */
function isNoProgram(name: string, bash: boolean): boolean {
  if (!bash && /^(?:\[\[|source|function|declare|typeset|let|shopt|mapfile|readarray|pushd|popd|select)$/.test(name))
    return true;
  if (name.includes('/')) return false;
  return !/^[A-Za-z0-9_][\w.+-]*$|^\[$/.test(name) || /^\d+(?:\.\d+)*$/.test(name) || /^[A-Z]+$/.test(name);
}

/** A command whose name is unknown: by its arguments it may well be iptables. */
function invokeUnknown(shell: Interpreter, invocation: Invocation): void {
  const { fields, place } = invocation;
  const first = fields[0];
  const value = first?.value ?? '';
  const unknown = shell.hangingOn(place, label(value), value);
  const text = label(value);
  if (/ip6?t(?:ables)?/i.test(text) || looksLikeRule(fields)) {
    const doubt = shell.doubtAt(place, text, unknown.why, `program ${shell.keyOf(value)}`);
    const outer = shell.s.conditions;
    shell.s.conditions = [...outer, doubt];
    callFirewall(shell, /6/.test(text) ? 'ip6tables' : 'iptables', invocation);
    shell.s.conditions = outer;
    return;
  }
  shell.write([shell.unknownOutput(place, text)]);
  shell.undecided(shell.doubtAt(place, text, unknown.why));
}

function looksLikeRule(fields: readonly Field[]): boolean {
  const words = fields.map(f => known(f.value) ?? '');
  return (
    words.some(w => /^(?:-[AIDPFNX]|--(?:append|insert|policy|flush))$/.test(w)) &&
    words.some(w => /^(?:INPUT|OUTPUT|FORWARD|PREROUTING|POSTROUTING|-j|-p)$/.test(w))
  );
}

/** Aliases hold in dash's scripts, in bash's only after `shopt -s expand_aliases`. */
function expandAlias(shell: Interpreter, invocation: Invocation, name: string): boolean {
  const text = shell.s.aliases.get(name);
  const { command, place } = invocation;
  const word = command.words[0];
  if (text === undefined || !word || shell.sourceOf(word.span) !== name || (shell.bash && !shell.s.aliases.has(' on')))
    return false;
  shell.s.aliases.delete(name);
  shell.evaluateText(`${text}${shell.sourceOf({ start: word.span.end, end: command.span.end })}`, place);
  shell.s.aliases.set(name, text);
  return true;
}
