/** Edits that fixes are made of. */
import { parseMainCf } from '../syntax/main-cf/parse';
import type { LogicalLine } from '../syntax/logical-lines';
import { mergedSettings } from '../model/merged-settings';
import { mainParameters } from '../model/settings';
import type { Site } from '../model/site';
import type { SourceText } from '../text/source-text';
import { span, type Span } from '../text/span';
import type { Message } from '../text/message';
import type { FileEdit, Fix } from './rule';

/** A fix of one edit: what a span covers becomes another text. */
export function replaceFix(title: Message, source: SourceText, place: Span, newText: string, safe: boolean): Fix {
  return { title, safe, edits: [{ source, span: place, newText }] };
}

/** Takes a logical line away: each of its physical lines with its line end; comments between them stay. */
export function removeLine(source: SourceText, line: LogicalLine): FileEdit[] {
  return line.joined.pieces.map(piece => {
    const end = source.text.startsWith('\n', piece.end) ? piece.end + 1 : piece.end;
    return { source, span: span(piece.start, end), newText: '' };
  });
}

/** Gives a parameter of main.cf a value: in its place where it is set (the last one counts, an overlay over all), else behind the last setting. */
export function setParameter(site: Site, name: string, value: string): FileEdit[] {
  const { main } = site;
  if (!main) return [];
  const over = mergedSettings(site).get(name);
  const source = over?.source ?? main;
  const set = over?.parameter ?? mainParameters(site).get(name);
  if (set) {
    const { start, end } = set.valueSpan;
    const gap = start === end && value !== '' && source.text[start - 1] === '=' ? ' ' : '';
    return [{ source, span: set.valueSpan, newText: gap + value }];
  }
  return [appendLine(main, `${name} = ${value}`.trimEnd())];
}

/** Puts a line behind the last setting of a main.cf. */
function appendLine(main: SourceText, text: string): FileEdit {
  const { parameters } = parseMainCf(main);
  const last = parameters[parameters.length - 1];
  const at = last ? last.line.span.end : main.text.length;
  const before = at > 0 && main.text[at - 1] !== '\n' ? '\n' : '';
  const after = before === '' || at === main.text.length ? '\n' : '';
  return { source: main, span: span(at, at), newText: `${before}${text}${after}` };
}

/** Puts a line of its own above a logical line. */
export function insertAbove(source: SourceText, line: LogicalLine, text: string): FileEdit {
  const { start } = line.span;
  return { source, span: span(start, start), newText: `${text}\n` };
}
