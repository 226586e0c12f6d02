/** Reads a firewall script without running it: which iptables commands it would run, and on what they hang. */
import type { Files } from '../../text/files';
import { Budget } from '../../text/budget';
import type { SourceText } from '../../text/source-text';
import type { Command, Dialect, List, ShellScript } from '../../syntax/shell/nodes';
import { dialectOf, parseShell } from '../../syntax/shell/parse-shell';
import { literal } from '../../syntax/shell/words';
import type { IpsetCall, IptablesCall, Place, ScriptReading, Status, Unknown } from './calls';
import { Interpreter } from './execute';
import { Spent } from './runtime';

export interface ReadOptions {
  /**
   * The script's arguments. Absent: those it is usually called with, `start` where it asks for it, else none.
   */
  readonly args?: readonly string[];
  /** Environment variables; others are unset, but for those that every login has (HOME, PATH …), which are unknown. */
  readonly env?: Readonly<Record<string, string>>;
  /** For files that the script sources, reads or tests; relative ones lie beside the script. */
  readonly files?: Files;
  /** Default: by the script's first line. */
  readonly shell?: Dialect;
  /** What the shell calls the script in its complaints. */
  readonly name?: string;
  /** Steps of execution; default 200,000. */
  readonly budget?: Budget;
  /**
   * Told of each call as it is made, in order; answers its exit status (0: taken). What hangs on it (`set -e`, `&&`,
   * `if iptables …`) goes by the answer. Absent: every call succeeds.
   */
  readonly onCall?: (call: IptablesCall) => Status;
  /** Told of each call of ipset, in the same order; answers its exit status. Absent: that is not known. */
  readonly onIpset?: (call: IpsetCall) => Status;
}

/**
 * Reads a script: carries it out on an abstract machine, without running anything. Where a condition is unknown both
 * ways are taken, and what they do is marked with it. Pure, bounded by its budget, takes any text, never throws
 * (except what the budget's asker throws to cancel).
 */
export function readScript(source: SourceText, options: ReadOptions = {}): ScriptReading {
  const shell = options.shell ?? dialectOf(source);
  const script = parseShell(source, shell);
  const machine = new Interpreter(source, {
    files: options.files,
    shell,
    name: options.name ?? 'script',
    budget: options.budget ?? new Budget(200_000 + 4 * script.units.length),
    onCall: options.onCall,
    onIpset: options.onIpset,
  });
  machine.s.positional = options.args ?? usualArguments(script);
  for (const [name, value] of Object.entries(options.env ?? {})) machine.s.put(name, { value, exported: true });
  let cut: Place | undefined;
  try {
    machine.runUnits(script);
    const ends = [machine.live ? machine.s : undefined, ...machine.exits.exits];
    machine.continueWith(ends, { source, span: { start: source.text.length, end: source.text.length } });
    machine.runExitTrap();
  } catch (error) {
    if (!(error instanceof Spent || error instanceof RangeError)) throw error;
    cut = machine.lastCommand();
  }
  return {
    calls: machine.calls,
    shellErrors: machine.errors,
    unknown: each(machine.unknown),
    includes: machine.includes,
    cut,
    status: machine.live && !cut ? machine.s.status : 'unknown',
  };
}

function each(unknowns: readonly Unknown[]): readonly Unknown[] {
  const seen = new Set<string>();
  return unknowns.filter(u => {
    const key = `${u.source.path} ${u.span.start} ${u.name}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** What a script is usually called with: `start` where it looks for that in `$1`, else nothing. */
export function usualArguments(script: ShellScript): readonly string[] {
  return script.units.some(u => !u.plain && u.list && asksForStart(u.list)) ? ['start'] : [];
}

function asksForStart(list: List): boolean {
  return list.items.some(item => commandAsks(item.command));
}

function commandAsks(command: Command): boolean {
  switch (command.kind) {
    case 'case':
      return (
        command.items.some(i => i.patterns.some(p => literal(p) === 'start')) &&
        command.subject.parts.some(isFirstArgument)
      );
    case 'if':
      return (
        command.branches.some(b => asksForStart(b.condition) || asksForStart(b.body)) ||
        (command.otherwise !== undefined && asksForStart(command.otherwise))
      );
    case 'simple':
      return (
        /^(?:\[|test)$/.test(command.words[0] ? (literal(command.words[0]) ?? '') : '') &&
        command.words.some(w => literal(w) === 'start') &&
        command.words.some(w => w.parts.some(isFirstArgument))
      );
    case 'and-or':
      return [command.first, ...command.rest.map(r => r.command)].some(commandAsks);
    case 'group':
    case 'subshell':
      return asksForStart(command.body);
    default:
      return false;
  }
}

function isFirstArgument(part: {
  kind: string;
  name?: string;
  parts?: readonly { kind: string; name?: string }[];
}): boolean {
  return (
    (part.kind === 'parameter' && part.name === '1') ||
    (part.kind === 'double' && (part.parts?.some(p => isFirstArgument(p)) ?? false))
  );
}
