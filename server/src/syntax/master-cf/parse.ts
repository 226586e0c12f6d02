/** master.cf: eight fields a service, its arguments behind them (master(5)). */
import { chunked, cutAtLines } from '../../text/chunks';
import { derived } from '../../text/derived';
import type { SourceText } from '../../text/source-text';
import { moved, type Span } from '../../text/span';
import { linesOf, placedLines, startsLine, type FileLine, type LogicalLine } from '../logical-lines';
import { isSpace, trim, trimEnd, trimStart } from '../../text/space';

/** A field or argument of a service line: its text without outer braces' blanks, and its places. */
export interface Field {
  readonly text: string;
  /** Offset in the joined text of the line. */
  readonly start: number;
  readonly span: Span;
}

/** `-o name=value` or `-o { name = value }`. */
export interface OptionArgument {
  readonly kind: 'option';
  readonly name: string;
  readonly value: string;
  readonly nameSpan: Span;
  /** Where the value stands; empty behind the `=` where it is empty. */
  readonly valueSpan: Span;
  /** Offset of the value in the line's joined text. */
  readonly valueStart: number;
  /** From `-o` to the end of the value or brace. */
  readonly span: Span;
  readonly braced: boolean;
  /** `-oname=value` in one word. */
  readonly glued: boolean;
  /** What the program says when it cannot take it: it then dies. */
  readonly problem?: string;
}

/** Any other argument: a flag with or without value, an argv of pipe(8) or spawn(8). */
export interface PlainArgument {
  readonly kind: 'plain';
  readonly text: string;
  readonly span: Span;
}

export type Argument = OptionArgument | PlainArgument;

export const serviceTypes = ['inet', 'unix', 'fifo', 'pass', 'unix-dgram'] as const;

/** A logical line with all eight fields. */
export interface Service {
  readonly line: LogicalLine;
  readonly name: Field;
  readonly type: Field;
  readonly private: Field;
  readonly unprivileged: Field;
  readonly chroot: Field;
  readonly wakeup: Field;
  readonly maxProcesses: Field;
  readonly command: Field;
  readonly arguments: readonly Argument[];
}

/** A logical line that master(8) cannot take. `text` is the complaint of postconf or master. */
export interface MasterCfProblem {
  readonly kind: 'field-count' | 'leading-white-space' | 'brace';
  readonly line: LogicalLine;
  readonly span: Span;
  readonly text: string;
}

export interface MasterCf {
  readonly source: SourceText;
  readonly lines: readonly FileLine[];
  readonly services: readonly Service[];
  readonly problems: readonly MasterCfProblem[];
}

/** What a stretch of a master.cf says, offsets counted from its start. It has one logical line at most. */
interface Stretch {
  readonly lines: readonly FileLine[];
  readonly service: Service | undefined;
  readonly problems: readonly MasterCfProblem[];
}

const stretches = chunked(cutAtLines(startsLine, readStretch));

/** Reads a master.cf. Any text is accepted; a line with too few fields is a problem. Remembered by source. */
export const parseMasterCf: (source: SourceText) => MasterCf = derived(source => {
  const services: Service[] = [];
  const problems: MasterCfProblem[] = [];
  const lines = placedLines(
    stretches(source),
    read => read.lines,
    (read, line, by) => {
      if (read.service) services.push(new MovedService(read.service, line, by));
      for (const problem of read.problems) problems.push(movedProblem(problem, source, line, by));
    },
  );
  return { source, lines, services, problems };
});

function readStretch(stretch: string): Stretch {
  const lines = linesOf(stretch);
  const problems: MasterCfProblem[] = [];
  const line = lines.find(l => l.kind === 'line');
  return { lines, service: line && serviceOf(line, problems), problems };
}

function movedProblem(problem: MasterCfProblem, source: SourceText, line: LogicalLine, by: number): MasterCfProblem {
  const number = source.positionAt(line.span.start).line + 1;
  const text = problem.kind === 'field-count' ? `line ${number}: ${problem.text}` : problem.text;
  return { ...problem, line, span: moved(problem.span, by), text };
}

/** The service that a logical line says, or undefined for one with too few fields; what is wrong is added to `problems`. */
function serviceOf(line: LogicalLine, problems: MasterCfProblem[]): Service | undefined {
  const text = line.joined.text;
  if (line.indented) {
    const said = `logical line must not start with whitespace: "${text.slice(0, 30)}${text.length > 30 ? '...' : ''}"`;
    problems.push({ kind: 'leading-white-space', line, span: line.span, text: said });
  }
  const { fields, problem } = splitFields(line);
  if (problem) problems.push({ kind: 'brace', line, ...problem });
  const [name, type, priv, unprivileged, chroot, wakeup, maxProcesses, command, ...rest] = fields;
  if (!name || !type || !priv || !unprivileged || !chroot || !wakeup || !maxProcesses || !command) {
    const last = fields[fields.length - 1];
    const span = name && last ? { start: name.span.start, end: last.span.end } : line.span;
    problems.push({ kind: 'field-count', line, span, text: 'bad field count' });
    return undefined;
  }
  return {
    line,
    name,
    type,
    private: priv,
    unprivileged,
    chroot,
    wakeup,
    maxProcesses,
    command,
    arguments: readArguments(line, rest),
  };
}

/** A service as it was read of a stretch of a file, seen from the whole file. Its places are worked out when they are asked for. */
class MovedService implements Service {
  private own: readonly Argument[] | undefined;

  constructor(
    private readonly read: Service,
    readonly line: LogicalLine,
    private readonly by: number,
  ) {}

  get name(): Field {
    return this.field(this.read.name);
  }

  get type(): Field {
    return this.field(this.read.type);
  }

  get private(): Field {
    return this.field(this.read.private);
  }

  get unprivileged(): Field {
    return this.field(this.read.unprivileged);
  }

  get chroot(): Field {
    return this.field(this.read.chroot);
  }

  get wakeup(): Field {
    return this.field(this.read.wakeup);
  }

  get maxProcesses(): Field {
    return this.field(this.read.maxProcesses);
  }

  get command(): Field {
    return this.field(this.read.command);
  }

  get arguments(): readonly Argument[] {
    return (this.own ??= this.by === 0 ? this.read.arguments : this.read.arguments.map(a => movedArgument(a, this.by)));
  }

  private field(field: Field): Field {
    return this.by === 0 ? field : { ...field, span: moved(field.span, this.by) };
  }
}

function movedArgument(argument: Argument, by: number): Argument {
  const span = moved(argument.span, by);
  if (argument.kind === 'plain') return { ...argument, span };
  return {
    ...argument,
    span,
    nameSpan: moved(argument.nameSpan, by),
    valueSpan: moved(argument.valueSpan, by),
  };
}

interface SplitField extends Field {
  readonly braced: boolean;
}

/** Splits at white space; a word that starts with `{` runs to its closing brace (master.cf, Postfix 3.0 and later). */
function splitFields(line: LogicalLine): { fields: SplitField[]; problem?: { span: Span; text: string } } {
  const { joined } = line;
  const { text } = joined;
  const fields: SplitField[] = [];
  let problem: { span: Span; text: string } | undefined;
  let at = 0;
  while (at < text.length) {
    while (at < text.length && isSpace(text.charAt(at))) at++;
    if (at >= text.length) break;
    const start = at;
    const braced = text[at] === '{' && text[at + 1] !== '{' && fields.length >= 8;
    if (braced) {
      let level = 0;
      for (; at < text.length; at++) {
        if (text[at] === '{') level++;
        else if (text[at] === '}' && --level === 0) break;
      }
      if (at >= text.length) {
        problem = { span: joined.sourceSpan(start, text.length), text: `missing '}' in "${text.slice(start)}"` };
      } else {
        at++;
        let behind = at;
        while (behind < text.length && !isSpace(text.charAt(behind))) behind++;
        if (behind > at) {
          const said = `syntax error after '}' in "${text.slice(start, behind)}"`;
          problem = { span: joined.sourceSpan(start, behind), text: said };
          at = behind;
        }
      }
    } else {
      while (at < text.length && !isSpace(text.charAt(at))) at = holeEnd(text, at) ?? at + 1;
    }
    fields.push({ text: text.slice(start, at), start, span: joined.sourceSpan(start, at), braced });
  }
  return problem ? { fields, problem } : { fields };
}

/** The end of a template's hole, `{{ … }}` or `<% … %>`, that starts here: blanks inside it part no words. */
function holeEnd(text: string, at: number): number | undefined {
  const close = text.startsWith('{{', at) ? '}}' : text.startsWith('<%', at) ? '%>' : undefined;
  const end = close ? text.indexOf(close, at + 2) : -1;
  return end < 0 ? undefined : end + 2;
}

/** Which options of a Postfix daemon, beside `-o`, take a value in the next word (single_server(3)). */
const valueLetters = 'imnst';

function readArguments(line: LogicalLine, fields: readonly SplitField[]): Argument[] {
  const out: Argument[] = [];
  let argvSeen = false;
  for (let i = 0; i < fields.length; i++) {
    const field = fields[i];
    if (!field) break;
    if (argvSeen || !field.text.startsWith('-o')) {
      out.push({ kind: 'plain', text: field.braced ? unbrace(field).text : field.text, span: field.span });
      if (/^argv=/.test(field.text)) argvSeen = true;
      else if (field.text.length === 2 && field.text.startsWith('-') && valueLetters.includes(field.text.charAt(1))) {
        const value = fields[i + 1];
        if (value) {
          out.push({ kind: 'plain', text: value.text, span: value.span });
          i++;
        }
      }
      continue;
    }
    const glued = field.text.length > 2;
    const value = glued ? { ...field, text: field.text.slice(2), start: field.start + 2 } : fields[i + 1];
    if (!glued) i++;
    out.push(readOption(line, field, value, glued));
  }
  return out;
}

function unbrace(field: SplitField): { text: string; start: number } {
  const inner = field.text.slice(1, field.text.endsWith('}') ? -1 : undefined);
  return { text: trim(inner), start: field.start + 1 + (inner.length - trimStart(inner).length) };
}

function readOption(line: LogicalLine, dash: SplitField, word: SplitField | undefined, glued: boolean): OptionArgument {
  const { joined } = line;
  if (!word) {
    const at = dash.span.end;
    const empty = { start: at, end: at };
    const base = { kind: 'option' as const, name: '', value: '', nameSpan: empty, valueSpan: empty, span: dash.span };
    const problem = "option requires an argument -- 'o'";
    return { ...base, valueStart: dash.start + dash.text.length, braced: false, glued, problem };
  }
  const braced = word.braced;
  const { text, start } = braced ? unbrace(word) : { text: word.text, start: word.start };
  const equals = text.indexOf('=');
  const rawName = equals < 0 ? text : text.slice(0, equals);
  const name = trimEnd(rawName);
  const rawValue = equals < 0 ? '' : text.slice(equals + 1);
  const value = trim(rawValue);
  const valueStart =
    equals < 0 ? start + text.length : start + equals + 1 + (rawValue.length - trimStart(rawValue).length);
  const valueAt = joined.sourceOffset(valueStart);
  return {
    kind: 'option',
    name,
    value,
    nameSpan: joined.sourceSpan(start, start + name.length),
    valueSpan: value ? joined.sourceSpan(valueStart, valueStart + value.length) : { start: valueAt, end: valueAt },
    valueStart,
    span: { start: dash.span.start, end: word.span.end },
    braced,
    glued,
    ...optionProblem(name, equals),
  };
}

/** split_nameval(3), as main_conf(3) reports it for `-o`. */
function optionProblem(name: string, equals: number): { problem?: string } {
  if (equals < 0) return { problem: `invalid "-o ${name}" option value: missing '=' after attribute name` };
  if (name === '') return { problem: 'invalid "-o " option value: missing attribute name' };
  if (/[\t-\r ]/.test(name)) return { problem: `invalid "-o ${name}" option value: missing '=' after attribute name` };
  return {};
}

/** The service whose logical line an offset lies in or behind: the last one that starts there or before. */
export function serviceBefore({ services }: MasterCf, offset: number): Service | undefined {
  let low = 0;
  let high = services.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((services[middle]?.line.span.start ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  const found = services[low];
  return found && found.line.span.start <= offset ? found : undefined;
}

/** The `-o` arguments of a service. */
export function optionsOf(service: Service): OptionArgument[] {
  return service.arguments.filter((a): a is OptionArgument => a.kind === 'option');
}
