/** What a script has made of its world at one moment: variables, functions, options, files written. */
import type { Message } from '../../text/message';
import type { Span } from '../../text/span';
import type { SourceText } from '../../text/source-text';
import type { Command } from '../../syntax/shell/nodes';
import type { Condition, Place, Status, Unknown } from './calls';
import { sameValue } from './value';
import type { Value } from './value';

/** Immutable; an assignment makes a new one. */
export interface Variable {
  /** Absent: declared but not set. */
  readonly value?: Value;
  /** An array's elements by their subscript. */
  readonly array?: ReadonlyMap<string, Value>;
  readonly associative?: boolean;
  /** All of an array is unknown, how many elements it has included. */
  readonly unknownArray?: Unknown;
  readonly integer?: boolean;
  readonly readonly?: boolean;
  readonly exported?: boolean;
  readonly lower?: boolean;
  readonly upper?: boolean;
  /** `declare -n`: the name it stands for. */
  readonly refersTo?: string;
}

/** Where the nodes of a piece of script stand: in a file, or made up from text at one place (`eval`). */
export interface Frame {
  readonly source: SourceText;
  /** Everything in it is reported here. */
  readonly fixed?: Place;
}

export interface ShellFunction {
  readonly body: Command;
  readonly frame: Frame;
}

/** A condition while reading: the same `key` twice gives the same answer twice. */
export interface Doubt extends Condition {
  readonly id: number;
  readonly key?: string;
}

/** What a file descriptor yields: the lines that are left, or nobody knows. */
export interface Input {
  readonly value?: Value;
  readonly unknown?: Unknown;
  /** Where the text stands, if it stands somewhere: its here-document, its file. */
  readonly origin?: InputOrigin;
  /** How much of the text has been read. */
  readonly offset: number;
}

export interface InputOrigin extends Place {
  /** The text is that of the source from `span.start` on, character by character. */
  readonly verbatim: boolean;
  /** Where each line stands, if the text is not verbatim and its lines are still those of the source. */
  readonly lines?: readonly Span[];
}

/** A file written by the script itself. */
export interface WrittenFile {
  readonly value: Value;
  readonly origin?: InputOrigin;
}

export interface Options {
  errexit: boolean;
  nounset: boolean;
  noglob: boolean;
  pipefail: boolean;
  noexec: boolean;
}

export class State {
  /** Innermost function last; the first are the globals. */
  scopes: Map<string, Variable>[] = [new Map<string, Variable>()];
  functions = new Map<string, ShellFunction>();
  aliases = new Map<string, string>();
  traps = new Map<string, Value>();
  /** `$1` …; undefined: nobody knows which and how many. */
  positional: readonly Value[] | undefined = [];
  /** A file has been sourced that is not here: variables that are not set may be set in it. */
  sourced: Unknown | undefined;
  /** `$0`, where it is not the script's own. */
  name: Value | undefined;
  options: Options = { errexit: false, nounset: false, noglob: false, pipefail: false, noexec: false };
  /** The working directory; undefined where it is not known. */
  cwd: string | undefined = '';
  status: Status = 0;
  /** What the last status hangs on, where it is unknown. */
  doubt: Doubt | undefined;
  inputs = new Map<number, Input>();
  written = new Map<string, WrittenFile>();
  /** Written files that may be run as programs. */
  runnable = new Set<string>();
  conditions: readonly Doubt[] = [];

  clone(): State {
    const copy = new State();
    copy.scopes = this.scopes.map(s => new Map(s));
    copy.functions = new Map(this.functions);
    copy.aliases = new Map(this.aliases);
    copy.traps = new Map(this.traps);
    copy.positional = this.positional;
    copy.name = this.name;
    copy.sourced = this.sourced;
    copy.options = { ...this.options };
    copy.cwd = this.cwd;
    copy.status = this.status;
    copy.doubt = this.doubt;
    copy.inputs = new Map(this.inputs);
    copy.written = new Map(this.written);
    copy.runnable = new Set(this.runnable);
    copy.conditions = this.conditions;
    return copy;
  }

  find(name: string): Variable | undefined {
    for (let i = this.scopes.length - 1; i >= 0; i--) {
      const found = this.scopes[i]?.get(name);
      if (found) return found;
    }
    return undefined;
  }

  /** Puts a variable where its name is known, else among the globals. */
  put(name: string, variable: Variable): void {
    for (let i = this.scopes.length - 1; i > 0; i--) {
      if (this.scopes[i]?.has(name)) {
        this.scopes[i]?.set(name, variable);
        return;
      }
    }
    this.scopes[0]?.set(name, variable);
  }

  putLocal(name: string, variable: Variable): void {
    this.scopes[this.scopes.length - 1]?.set(name, variable);
  }

  remove(name: string): void {
    for (let i = this.scopes.length - 1; i >= 0; i--) {
      if (this.scopes[i]?.delete(name)) return;
    }
  }
}

/** More conditions than these are not kept on what hangs on so many. */
export const mostConditions = 24;

/** Makes the unknown that stands for a thing set differently on two ways. */
export type Blur = (what: string) => Unknown;

/** What is true of both states: where they differ, it is unknown which. Of one state it is that one. */
export function join(states: readonly State[], blur: Blur): State | undefined {
  let joined: State | undefined;
  for (const state of states) joined = joined ? joinTwo(joined, state, blur) : state;
  return joined;
}

function joinTwo(a: State, b: State, blur: Blur): State {
  const out = a.clone();
  out.scopes = a.scopes.map((scope, i) => joinScopes(scope, b.scopes[i] ?? new Map<string, Variable>(), blur));
  for (const [name, f] of b.functions) if (!out.functions.has(name)) out.functions.set(name, f);
  for (const [name, f] of b.aliases) if (!out.aliases.has(name)) out.aliases.set(name, f);
  for (const [name, f] of b.traps) if (!out.traps.has(name)) out.traps.set(name, f);
  if (!samePositional(a.positional, b.positional)) {
    out.positional =
      a.positional && b.positional?.length === a.positional.length
        ? a.positional.map((v, i) => (sameValue(v, b.positional?.[i] ?? '') ? v : [blur(`$${i + 1}`)]))
        : undefined;
  }
  if (a.cwd !== b.cwd) out.cwd = undefined;
  if (a.status !== b.status) {
    out.status = 'unknown';
    out.doubt = a.doubt ?? b.doubt;
  }
  for (const fd of new Set([...a.inputs.keys(), ...b.inputs.keys()])) {
    const one = a.inputs.get(fd);
    const two = b.inputs.get(fd);
    if (one !== two && (one?.value !== two?.value || one?.offset !== two?.offset))
      out.inputs.set(fd, { unknown: blur(`<&${fd}`), offset: 0 });
  }
  for (const path of new Set([...a.written.keys(), ...b.written.keys()])) {
    const one = a.written.get(path);
    const two = b.written.get(path);
    if (one !== two && !(one && two && sameValue(one.value, two.value))) out.written.set(path, { value: [blur(path)] });
  }
  for (const path of b.runnable) out.runnable.add(path);
  out.sourced = a.sourced ?? b.sourced;
  out.conditions = joinConditions(a.conditions, b.conditions);
  return out;
}

function samePositional(a: State['positional'], b: State['positional']): boolean {
  return a === b || (a !== undefined && b?.length === a.length && a.every((v, i) => sameValue(v, b[i] ?? '')));
}

function joinScopes(
  a: ReadonlyMap<string, Variable>,
  b: ReadonlyMap<string, Variable>,
  blur: Blur,
): Map<string, Variable> {
  const out = new Map<string, Variable>();
  for (const name of new Set([...a.keys(), ...b.keys()])) {
    const one = a.get(name);
    const two = b.get(name);
    out.set(name, one === two && one ? one : joinVariables(name, one, two, blur));
  }
  return out;
}

function joinVariables(name: string, a: Variable | undefined, b: Variable | undefined, blur: Blur): Variable {
  const { value: _a, array: _b, unknownArray: _c, ...flags } = { ...a, ...b };
  if (a?.array || b?.array || a?.unknownArray || b?.unknownArray) {
    if (a?.array && b?.array && sameArray(a.array, b.array)) return { ...flags, array: a.array };
    return { ...flags, unknownArray: blur(`\${${name}[@]}`) };
  }
  const one = a?.value ?? '';
  const two = b?.value ?? '';
  return { ...flags, value: sameValue(one, two) ? one : [blur(`$${name}`)] };
}

function sameArray(a: ReadonlyMap<string, Value>, b: ReadonlyMap<string, Value>): boolean {
  return a.size === b.size && [...a].every(([key, value]) => sameValue(value, b.get(key) ?? []) && b.has(key));
}

/**
 * Both ways together: a pair of opposite conditions at the end cancels out. Where one of the ways had been left
 * before (its guard stays), what is left hangs on all that remains.
 */
export function joinConditions(a: readonly Doubt[], b: readonly Doubt[]): readonly Doubt[] {
  let shared = 0;
  while (shared < a.length && a[shared] === b[shared]) shared++;
  const common = a.slice(0, shared);
  const restA = a.slice(shared);
  const restB = b.slice(shared);
  const [firstA] = restA;
  const [firstB] = restB;
  if (restA.length === 0 || restB.length === 0) return common;
  const opposite = firstA !== undefined && firstA.id === firstB?.id && firstA.holds !== firstB.holds;
  const left = opposite ? [...restA.slice(1), ...restB.slice(1)] : [...restA, ...restB];
  return [...common, ...left.filter((c, i) => left.findIndex(d => d.id === c.id) === i)].slice(0, mostConditions);
}

/** A sentence of the kind "X is only known when the script runs". */
export type Why = (name: string) => Message;
