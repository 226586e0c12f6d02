/**
 * Lines that are one plain call of iptables: scripts of ten thousand rules are made of them. Each is carried out as it was
 * the last time its text came with the same values of its variables, so that an edit costs the edited line.
 */
import type { Unit } from '../../syntax/shell/nodes';
import type { PlainLine } from '../../syntax/shell/plain-line';
import type { Message } from '../../text/message';
import type { SourceText } from '../../text/source-text';
import type { Span } from '../../text/span';
import type { CallWord, IptablesCall, Place, SharedCall } from './calls';
import type { Interpreter } from './execute';
import { announce, asksFor, callWord, hangsOn } from './firewall-call';
import { isFirewallProgram } from './programs';
import { known } from './value';

/** What a line comes to where its variables have these values. */
class Remembered implements SharedCall {
  note: object | undefined = undefined;

  constructor(
    /** The same list for lines that were read in a row with the same variables. */
    readonly values: readonly string[],
    /** Its first word after expansion. */
    readonly name: string,
    /** Whether the line is a call of iptables or ip6tables; if not, nothing of what follows is told. */
    readonly isCall: boolean,
    readonly program: SharedCall['program'],
    readonly backend: SharedCall['backend'],
    readonly argv: SharedCall['argv'],
    readonly at: number,
    readonly text: string,
    readonly asks: boolean,
  ) {}
}

/** Runs lines from a unit on that are known, or get known here; gives how many. The next is carried out as any command. */
export function runPlainLines(shell: Interpreter, units: readonly Unit[], from: number): number {
  const { s, frame } = shell;
  if (!units[from]?.plain || !shell.live) return 0;
  if (frame.fixed || shell.out || s.aliases.size > 0 || s.traps.size > 0 || s.find('IFS')) return 0;
  const values = new Values(shell);
  const conditions = { conditional: s.conditions, repeated: shell.repeated > 0 };
  const among = { source: frame.source, ...conditions, hangsOn: hangsOn(conditions), via: [...shell.via] };
  let at = from;
  for (let unit = units[at]; unit?.plain && shell.live; unit = units[++at]) {
    const shared = sharedCall(shell, unit.plain, values);
    if (!shared) break;
    shell.step(2);
    announce(shell, new LineCall(unit, shared, among), shared.asks);
    shell.failed();
  }
  return at - from;
}

/** The values of variables while plain calls follow each other: nothing but the status changes from one to the next. */
class Values {
  private readonly known = new Map<readonly string[], readonly string[] | undefined>();
  private names: readonly string[] | undefined = undefined;
  private values: readonly string[] | undefined = undefined;

  constructor(private readonly shell: Interpreter) {}

  /** The values of all these; undefined where one is not a plain known text, or may stand for file names. */
  of(names: readonly string[]): readonly string[] | undefined {
    if (names === this.names) return this.values;
    if (!this.known.has(names)) {
      const found = names.map(name => valueOf(this.shell, name)).filter(value => value !== undefined);
      this.known.set(names, found.length === names.length ? found : undefined);
    }
    this.names = names;
    return (this.values = this.known.get(names));
  }

  /** Takes an equal list for the one there is, so that the next lines have the very same. */
  takeFor(names: readonly string[], values: readonly string[]): void {
    this.known.set(names, values);
    this.values = values;
  }
}

/** The call that a line is; undefined where it is none, or hangs on more than plain values. */
function sharedCall(shell: Interpreter, line: PlainLine, known: Values): SharedCall | undefined {
  const values = known.of(line.names);
  if (!values) return undefined;
  let found = line.note instanceof Remembered ? line.note : undefined;
  if (found?.values !== values) {
    if (found?.values.every((value, i) => value === values[i])) known.takeFor(line.names, found.values);
    else line.note = found = readLine(shell, line, values);
  }
  return found.isCall && !shell.s.functions.has(found.name) ? found : undefined;
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
  const isCall = isFirewallProgram(name) && /tables(?:-(?:legacy|nft))?$/.test(name);
  const argv = isCall ? args.map(callWord) : [];
  const program = name.includes('ip6tables') ? 'ip6tables' : 'iptables';
  const backend = /-(legacy|nft)$/.exec(name)?.[1] as IptablesCall['backend'];
  const text = [program, ...argv.map(word => word.value ?? '')].join(' ');
  const at = line.span.start;
  return new Remembered(values, name, isCall, program, backend, argv, at, text, argv.some(asksFor));
}

/** What all calls of lines in a row have in common. */
interface Surroundings extends Pick<IptablesCall, 'source' | 'conditional' | 'repeated' | 'via'> {
  readonly hangsOn: readonly Message[];
}

/** A call that stands on a line of its own; its arguments are put in their place when somebody looks at them. */
export class LineCall implements IptablesCall {
  constructor(
    private readonly unit: Unit,
    readonly shared: SharedCall,
    private readonly among: Surroundings,
  ) {}

  get source(): SourceText {
    return this.among.source;
  }

  get span(): Span {
    return this.unit.span;
  }

  get program(): IptablesCall['program'] {
    return this.shared.program;
  }

  get backend(): IptablesCall['backend'] {
    return this.shared.backend;
  }

  get conditional(): IptablesCall['conditional'] {
    return this.among.conditional;
  }

  get repeated(): boolean {
    return this.among.repeated;
  }

  get via(): readonly Place[] {
    return this.among.via;
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

  /** The command as run. */
  get text(): string {
    return this.shared.text;
  }

  get hangsOn(): readonly Message[] {
    return this.among.hangsOn;
  }
}
