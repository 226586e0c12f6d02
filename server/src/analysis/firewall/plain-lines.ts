/**
 * Lines that are one plain call of iptables: scripts of ten thousand rules are made of them. Each is carried out as it was
 * the last time its text came with the same values of its variables, so that an edit costs the edited line.
 */
import type { PlainLine } from '../../syntax/shell/plain-line';
import type { Span } from '../../text/span';
import type { CallWord, IptablesCall, Place, SharedCall } from './calls';
import type { Interpreter } from './execute';
import { announce, asksFor, callWord } from './firewall-call';
import { isFirewallProgram } from './programs';
import { known } from './value';

/** What a line comes to where its variables have these values. */
class Remembered {
  constructor(
    readonly values: readonly string[],
    /** Its first word after expansion. */
    readonly name: string,
    /** Absent: the line is no call of iptables or ip6tables. */
    readonly shared: SharedCall | undefined,
  ) {}
}

/** Runs a line that is known, or gets known here. False: it has to be carried out as any command. */
export function runPlainLine(shell: Interpreter, line: PlainLine, span: Span): boolean {
  const { s, frame } = shell;
  if (frame.fixed || shell.out || s.aliases.size > 0 || s.traps.size > 0 || s.find('IFS')) return false;
  let found = line.note instanceof Remembered ? line.note : undefined;
  if (!found?.values.every((value, i) => valueOf(shell, line.names[i]) === value)) {
    const values: string[] = [];
    for (const name of line.names) {
      const value = valueOf(shell, name);
      if (value === undefined) return false;
      values.push(value);
    }
    line.note = found = readLine(shell, line, values);
  }
  const { shared, name } = found;
  if (!shared || s.functions.has(name)) return false;
  shell.step(2);
  announce(shell, new LineCall(shell, shared, span), shared.asks);
  shell.failed();
  return true;
}

/** The value of a variable; undefined where it is not a plain known text, or may stand for file names. */
function valueOf(shell: Interpreter, name = ''): string | undefined {
  const variable = shell.s.find(name);
  const value = variable?.value;
  if (typeof value !== 'string' || variable?.refersTo !== undefined || /[*?[\\]/.test(value)) return undefined;
  return value;
}

function readLine(shell: Interpreter, line: PlainLine, values: readonly string[]): Remembered {
  const { frame } = shell;
  shell.frame = { source: line.source };
  const [first, ...args] = shell.expandWords(line.takeCommand()?.words ?? []);
  shell.frame = frame;
  const name = known(first?.value ?? '') ?? '';
  if (!isFirewallProgram(name) || !/tables(?:-(?:legacy|nft))?$/.test(name))
    return new Remembered(values, name, undefined);
  const argv = args.map(callWord);
  const program = name.includes('ip6tables') ? 'ip6tables' : 'iptables';
  const words = argv.map(word => word.value ?? '');
  const backend = /-(legacy|nft)$/.exec(name)?.[1] as IptablesCall['backend'];
  const text = [program, ...words].join(' ');
  return new Remembered(values, name, { program, backend, argv, at: line.span.start, text, asks: argv.some(asksFor) });
}

/** A call that stands on a line of its own; its arguments are put in their place when somebody looks at them. */
class LineCall implements IptablesCall {
  // Only declared: thousands are made at a time, and what is written here would be defined one by one.
  declare readonly source: Place['source'];
  declare readonly span: Span;
  declare readonly shared: SharedCall;
  declare readonly program: IptablesCall['program'];
  declare readonly backend: IptablesCall['backend'];
  declare readonly conditional: IptablesCall['conditional'];
  declare readonly repeated: boolean;
  declare readonly via: readonly Place[];

  constructor(shell: Interpreter, shared: SharedCall, span: Span) {
    this.source = shell.frame.source;
    this.span = span;
    this.shared = shared;
    this.program = shared.program;
    this.backend = shared.backend;
    this.conditional = shell.s.conditions;
    this.repeated = shell.repeated > 0;
    this.via = shell.via.length > 0 ? [...shell.via] : shell.via;
  }

  get argv(): readonly CallWord[] {
    const { source, shared, span } = this;
    const by = span.start - shared.at;
    return shared.argv.map(word => ({
      ...word,
      source,
      span: { start: word.span.start + by, end: word.span.end + by },
    }));
  }
}
