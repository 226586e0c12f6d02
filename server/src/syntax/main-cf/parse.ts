/** main.cf: logical lines of `name = value` (postconf(5), "General format"). */
import { chunked, cutAtLines } from '../../text/chunks';
import { derived } from '../../text/derived';
import type { SourceText } from '../../text/source-text';
import { moved, type Span } from '../../text/span';
import { linesOf, placedLines, startsLine, type FileLine, type LogicalLine } from '../logical-lines';
import { parseMacros, type MacroText } from '../macro/parse';
import { isSpace, trimEnd, trimStart } from '../../text/space';

/** One setting. Offsets of value and macros are those of the joined text of its line. */
export interface ParameterLine {
  readonly line: LogicalLine;
  readonly name: string;
  readonly nameSpan: Span;
  /** The value as written, white space trimmed at both ends, continuation lines glued. */
  readonly value: string;
  /** Where the value starts in the line's joined text. */
  readonly valueStart: number;
  /** Where the value stands in the source; empty behind the `=` where there is none. */
  readonly valueSpan: Span;
}

/** A logical line that Postfix cannot take. `text` is its own complaint. */
export interface MainCfProblem {
  readonly kind: 'missing-equals' | 'missing-name' | 'leading-white-space';
  readonly line: LogicalLine;
  readonly span: Span;
  readonly text: string;
}

export interface MainCf {
  readonly source: SourceText;
  readonly lines: readonly FileLine[];
  /** In the order of the file; of two with the same name the last one wins. */
  readonly parameters: readonly ParameterLine[];
  readonly problems: readonly MainCfProblem[];
}

/** What a stretch of a main.cf says, offsets counted from its start. */
interface Stretch {
  readonly lines: readonly FileLine[];
  readonly parameters: readonly ParameterLine[];
  readonly problems: readonly MainCfProblem[];
}

const stretches = chunked(cutAtLines(startsLine, readStretch));

/** Reads a main.cf. Any text is accepted; what is no setting is a problem. Remembered by source. */
export const parseMainCf: (source: SourceText) => MainCf = derived(source => {
  const parameters: ParameterLine[] = [];
  const problems: MainCfProblem[] = [];
  // A stretch has one logical line at most: a setting, a problem, or both at the start of a file.
  const lines = placedLines(
    stretches(source),
    read => read.lines,
    (read, line, by) => {
      for (const parameter of read.parameters) parameters.push(new MovedParameter(parameter, line, by));
      for (const p of read.problems) problems.push({ ...p, line, span: moved(p.span, by) });
    },
  );
  return { source, lines, parameters, problems };
});

function readStretch(stretch: string): Stretch {
  const lines = linesOf(stretch);
  const parameters: ParameterLine[] = [];
  const problems: MainCfProblem[] = [];
  for (const line of lines) {
    if (line.kind !== 'line') continue;
    const { text } = line.joined;
    const from = text.length - trimStart(text).length;
    if (line.indented) {
      problems.push({
        kind: 'leading-white-space',
        line,
        span: line.joined.sourceSpan(0, from),
        text: `logical line must not start with whitespace: "${text.slice(0, 30)}${text.length > 30 ? '...' : ''}"`,
      });
    }
    const read = settingOf(line);
    if ('kind' in read) problems.push(read);
    else parameters.push(read);
  }
  return { lines, parameters, problems };
}

/** A setting as it was read of a stretch of a file, seen from the whole file. */
class MovedParameter implements ParameterLine {
  readonly name: string;
  readonly value: string;

  constructor(
    private readonly read: ParameterLine,
    readonly line: LogicalLine,
    private readonly by: number,
  ) {
    this.name = read.name;
    this.value = read.value;
  }

  get valueStart(): number {
    return this.read.valueStart;
  }

  get nameSpan(): Span {
    return moved(this.read.nameSpan, this.by);
  }

  get valueSpan(): Span {
    return moved(this.read.valueSpan, this.by);
  }
}

/** What a logical line says: a setting, or why Postfix cannot take it. */
export function settingOf(line: LogicalLine): ParameterLine | MainCfProblem {
  const { joined } = line;
  const { text } = joined;
  const from = text.length - trimStart(text).length;
  let nameEnd = from;
  while (nameEnd < text.length && text[nameEnd] !== '=' && !isSpace(text[nameEnd])) nameEnd++;
  let equals = nameEnd;
  while (equals < text.length && isSpace(text.charAt(equals))) equals++;
  const end = trimEnd(text).length;
  if (text[equals] !== '=') {
    const said = `missing '=' after attribute name: "${text.slice(from, end)}"`;
    return { kind: 'missing-equals', line, span: joined.sourceSpan(from, end), text: said };
  }
  if (nameEnd === from) {
    const said = `missing attribute name: "${text.slice(from, end)}"`;
    return { kind: 'missing-name', line, span: joined.sourceSpan(from, equals + 1), text: said };
  }
  let valueStart = equals + 1;
  while (valueStart < end && isSpace(text.charAt(valueStart))) valueStart++;
  if (valueStart > end) valueStart = end;
  return {
    line,
    name: text.slice(from, nameEnd),
    nameSpan: joined.sourceSpan(from, nameEnd),
    value: text.slice(valueStart, end),
    valueStart,
    valueSpan: valueStart < end ? joined.sourceSpan(valueStart, end) : afterEquals(line, equals),
  };
}

function afterEquals(line: LogicalLine, equals: number): Span {
  const at = line.joined.sourceOffset(equals) + 1;
  return { start: at, end: at };
}

/** Where a stretch of a setting's value stands in the source; offsets are those of `value`. */
export function valueSpan(parameter: ParameterLine, start: number, end: number): Span {
  if (parameter.value === '') return parameter.valueSpan;
  return parameter.line.joined.sourceSpan(parameter.valueStart + start, parameter.valueStart + end);
}

/** The macros of a setting's value, offsets in `value`. Remembered by setting. */
export const macrosOf: (parameter: ParameterLine) => MacroText = derived(p => parseMacros(p.value));
