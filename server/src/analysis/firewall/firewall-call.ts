/** From a command that names iptables to an {@link IptablesCall}, with what iptables-restore reads. */
import type { Message } from '../../text/message';
import { say } from '../../text/message';
import type { CallWord, DumpInput, DumpLine, IptablesCall, IptablesProgram, Place, Status } from './calls';
import type { Interpreter } from './execute';
import type { Field } from './expand';
import type { Invocation } from './simple';
import type { Input } from './state';
import { known, label, linesOf, pieces } from './value';
import type { Value } from './value';

const programName = /^(?:.*\/)?(ip6?tables)(?:-(legacy|nft))?(-restore|-save)?$/;
const multiName = /^(?:.*\/)?xtables-(legacy|nft)-multi$/;

/** Runs iptables, ip6tables, their -restore and -save, under any of their names. */
export function callFirewall(shell: Interpreter, name: string, invocation: Invocation): void {
  const { fields, place } = invocation;
  const multi = multiName.exec(name);
  if (multi) {
    const inner = programName.exec(known(fields[1]?.value ?? '') ?? '');
    if (inner) make(shell, inner[1] ?? '', inner[3], multi[1], fields.slice(2), place);
    else shell.decided(1);
    return;
  }
  const found = programName.exec(name);
  make(shell, found?.[1] ?? 'iptables', found?.[3], found?.[2], fields.slice(1), place);
}

function make(
  shell: Interpreter,
  family: string,
  action: string | undefined,
  backend: string | undefined,
  args: readonly Field[],
  place: Place,
): void {
  if (action === '-save') {
    save(shell, `${family}-save`, args, place);
    return;
  }
  const argv = args.map(callWord);
  const six = family === 'ip6tables';
  const program: IptablesProgram = action
    ? six
      ? 'ip6tables-restore'
      : 'iptables-restore'
    : six
      ? 'ip6tables'
      : 'iptables';
  const input = action ? dumpInput(shell, args, place) : undefined;
  announce(
    shell,
    {
      ...place,
      program,
      backend: backend as IptablesCall['backend'],
      argv,
      conditional: shell.s.conditions,
      repeated: shell.repeated > 0,
      via: [...shell.via],
      ...(input && { input }),
    },
    !action && argv.some(asksFor),
  );
}

/** What is in the tables is not written out as text: it is one unknown, on the standard output or in a file (`-f`). */
function save(shell: Interpreter, program: string, args: readonly Field[], place: Place): void {
  const output: Value = [shell.unknownOutput(place, program)];
  const at = args.findIndex(a => /^(?:-\w*f|--file)$/.test(known(a.value) ?? ''));
  const path = at < 0 ? undefined : shell.resolve(known(args[at + 1]?.value ?? '') ?? '');
  if (path !== undefined) shell.s.written.set(path, { value: output });
  else shell.write(output);
  shell.decided(0);
}

const certain: readonly Message[] = [];

/** Why it is not known whether a call is made, and how often; the same empty list for all that are made for certain. */
export function hangsOn({ conditional, repeated }: Pick<IptablesCall, 'conditional' | 'repeated'>): readonly Message[] {
  if (conditional.length === 0 && !repeated) return certain;
  const why = conditional.map(condition => condition.why);
  if (repeated) why.push(say('how often this loop runs is not known', 'não se sabe quantas vezes este laço roda'));
  return why;
}

/** Options with which iptables prints something. */
const prints = (word: CallWord) => /^(?:-[nvx]*[LSVh]\w*|--(?:list|list-rules|version|help))$/.test(word.value ?? '');

/** Options of a call that only looks or whose status is looked at. */
export const asksFor = (word: CallWord) => /^-(?:[LSC]|-list|-list-rules|-check)$/.test(word.value ?? '');

/** Makes a call: tells of it, prints what is known of its output, and goes on with its status. */
export function announce(shell: Interpreter, call: IptablesCall, asks: boolean): void {
  if (shell.out && !call.input && call.argv.some(prints)) shell.write([shell.unknownOutput(call, textOf(call))]);
  shell.happened++;
  const status = tell(shell, call, asks);
  if (status === 'unknown') {
    const place = { source: call.source, span: call.span };
    shell.undecided(shell.doubtAt(place, textOf(call), shell.undecidedWhy(call.span)));
  } else shell.decided(status);
}

function textOf({ program, argv }: IptablesCall): string {
  return [program, ...argv.map(w => label(w.pieces))].join(' ');
}

function tell(shell: Interpreter, call: IptablesCall, asks: boolean): Status {
  if (shell.muted > 0) return 'unknown';
  shell.calls.push(call);
  return (
    shell.options.onCall?.(call) ??
    (asks || call.argv.some(w => /^-(?:D|-delete)$/.test(w.value ?? '')) ? 'unknown' : 0)
  );
}

/** An argument of a program as it is told to who asks. */
export function callWord(field: Field): CallWord {
  const value = known(field.value);
  return {
    source: field.source,
    span: field.span,
    pieces: typeof field.value === 'string' ? [field.value] : pieces(field.value),
    ...(value !== undefined && { value }),
    verbatim: field.verbatim,
    splits: field.splits,
  };
}

/** The text that iptables-restore reads: the file among its arguments, else its standard input. */
function dumpInput(shell: Interpreter, args: readonly Field[], place: Place): DumpInput {
  const file = fileArgument(args);
  if (file) return fileInput(shell, file);
  return standardInput(shell, place);
}

/** All that is left on the standard input, line by line. */
export function standardInput(shell: Interpreter, place: Place): DumpInput {
  const input = shell.s.inputs.get(0);
  if (!input) return { lines: [], closed: true, unknown: shell.unknownOutput(place, 'stdin') };
  shell.s.inputs.set(0, { value: '', offset: 0 });
  return dumpLines(input, place);
}

/** The lines of a file that an argument names. */
export function fileInput(shell: Interpreter, file: Field): DumpInput {
  const path = known(file.value);
  if (path === undefined)
    return { lines: [], closed: true, unknown: shell.hangingOn(file, label(file.value), file.value) };
  const found = shell.readFile(path, 'restore', file);
  if (found === 'missing' || found === 'unknown')
    return { lines: [], closed: true, unknown: shell.unknownFile(file, path), missing: found === 'missing' };
  return dumpLines({ ...found, offset: 0 }, file);
}

/** The first argument that is neither an option nor an option's value (iptables-restore(8)). */
function fileArgument(args: readonly Field[]): Field | undefined {
  for (let i = 0; i < args.length; i++) {
    const arg = args[i];
    const text = arg && known(arg.value);
    if (arg && text === undefined) return arg;
    if (text === undefined || text === '') continue;
    if (/^(?:-\w*[MT]|--m[a-z]*|--ta[a-z]*)$/.test(text)) i++;
    else if (/^(?:-\w*[wW]|--wait|--wait-interval)$/.test(text)) {
      if (/^\d+$/.test(known(args[i + 1]?.value ?? '') ?? '')) i++;
    } else if (!text.startsWith('-')) return arg;
  }
  return undefined;
}

function dumpLines(input: Input, place: Place): DumpInput {
  if (input.unknown || input.value === undefined)
    return { lines: [], closed: true, ...(input.unknown && { unknown: input.unknown }) };
  const rest = typeof input.value === 'string' ? input.value.slice(input.offset) : input.value;
  const { lines, closed } = linesOf(rest);
  const { origin } = input;
  let at = (origin?.span.start ?? 0) + input.offset;
  const known_ = origin?.lines?.length === lines.length ? origin.lines : undefined;
  return {
    closed,
    lines: lines.map((value, i): DumpLine => {
      const text = known(value);
      let where: Place = origin ?? place;
      let verbatim = false;
      if (origin?.verbatim && text !== undefined) {
        where = { source: origin.source, span: { start: at, end: at + text.length } };
        at += text.length + 1;
        verbatim = true;
      } else if (origin && known_?.[i]) {
        where = { source: origin.source, span: known_[i] };
        verbatim = origin.source.slice(known_[i]) === text;
      }
      return {
        source: where.source,
        span: where.span,
        pieces: asPieces(value),
        ...(text !== undefined && { value: text }),
        verbatim,
      };
    }),
  };
}

function asPieces(value: Value): DumpLine['pieces'] {
  return typeof value === 'string' ? [value] : value;
}
