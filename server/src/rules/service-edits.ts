/** Edits of master.cf: options and services put in, changed or taken out, with the rest of the file untouched. */
import type { OptionArgument, Service } from '../syntax/master-cf/parse';
import type { LogicalLine } from '../syntax/logical-lines';
import type { SourceText } from '../text/source-text';
import type { FileEdit } from './rule';

/** Puts whole lines (each ended by a newline) behind a logical line. */
export function insertAfter(source: SourceText, line: LogicalLine, text: string): FileEdit {
  return insertAtLineEnd(source, line.span.end, text);
}

/** Puts whole lines at the end of a file. */
export function append(source: SourceText, text: string): FileEdit {
  const at = source.text.length;
  const missing = at > 0 && !source.text.endsWith('\n') ? '\n' : '';
  return { source, span: { start: at, end: at }, newText: missing + text };
}

function insertAtLineEnd(source: SourceText, offset: number, text: string): FileEdit {
  const end = source.text.indexOf('\n', offset);
  if (end < 0) return append(source, text);
  return { source, span: { start: end + 1, end: end + 1 }, newText: text };
}

/** Sets an option of a service: the last `-o` that sets it is changed, else one is added behind its line. */
export function setOption(source: SourceText, service: Service, name: string, value: string): FileEdit {
  const options = service.arguments.filter((a): a is OptionArgument => a.kind === 'option' && a.name === name);
  const option = options[options.length - 1];
  if (!option) return addOptions(source, service, [[name, value]]);
  const braced = option.braced || !/\s/.test(value);
  if (braced) return { source, span: option.valueSpan, newText: value };
  return { source, span: option.span, newText: `-o { ${name} = ${value} }` };
}

/** Adds options behind a service's last line, one a line, indented as its other continuation lines are. */
export function addOptions(
  source: SourceText,
  service: Service,
  options: readonly (readonly [name: string, value: string])[],
): FileEdit {
  const indent = indentOf(source, service.line);
  const text = options.map(([name, value]) =>
    /\s/.test(value) ? `${indent}-o { ${name} = ${value} }\n` : `${indent}-o ${name}=${value}\n`,
  );
  return insertAfter(source, service.line, text.join(''));
}

/** Takes an option out: its whole physical line where nothing else stands there, else just its words. */
export function removeOption(source: SourceText, option: OptionArgument): FileEdit {
  const { start, end } = option.span;
  const lineStart = source.text.lastIndexOf('\n', start - 1) + 1;
  const newline = source.text.indexOf('\n', end);
  const lineEnd = newline < 0 ? source.text.length : newline + 1;
  const alone = source.text.slice(lineStart, start).trim() === '' && source.text.slice(end, lineEnd).trim() === '';
  if (alone && lineStart > 0) return { source, span: { start: lineStart, end: lineEnd }, newText: '' };
  const from = start - (/[ \t]*$/.exec(source.text.slice(0, start))?.[0].length ?? 0);
  return { source, span: { start: from, end }, newText: '' };
}

/** The indentation of a logical line's continuation lines; two blanks where it has none. */
export function indentOf(source: SourceText, line: LogicalLine): string {
  const second = line.joined.pieces[1];
  return second ? (/^[ \t]+/.exec(source.slice(second))?.[0] ?? '  ') : '  ';
}
