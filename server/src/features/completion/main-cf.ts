/** What can stand at a place of main.cf. */
import { parseMainCf, type ParameterLine } from '../../syntax/main-cf/parse';
import type { Site } from '../../model/site';
import type { SourceText } from '../../text/source-text';
import type { CompletionItem } from './item';
import { completeNames } from './names';
import { completeValue } from './value';

/** The start of the physical line that an offset lies in. */
export function lineStart(source: SourceText, offset: number): number {
  return source.text.lastIndexOf('\n', offset - 1) + 1;
}

/** The text of the physical line behind an offset, up to its end. */
export function restOfLine(source: SourceText, offset: number): string {
  const end = source.text.indexOf('\n', offset);
  return source.text.slice(offset, end < 0 ? undefined : end);
}

/** The setting whose value goes on at an offset: the cursor is in it, or on an indented line below it. */
function settingAt(source: SourceText, offset: number): ParameterLine | undefined {
  const { parameters } = parseMainCf(source);
  let low = 0;
  let high = parameters.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((parameters[middle]?.line.span.start ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  const parameter = parameters[low];
  if (!parameter || parameter.line.span.start > offset) return undefined;
  if (offset <= parameter.line.span.end) return parameter;
  const start = lineStart(source, offset);
  const indented = /^[ \t]/.test(source.text.slice(start, offset)) && source.text.slice(start, offset).trim() === '';
  const between = source.text.slice(parameter.line.span.end, start);
  return indented && /^(?:\s|#[^\n]*\n)*$/.test(between) ? parameter : undefined;
}

/** Completions at an offset of main.cf. */
export function completeMainCf(site: Site, source: SourceText, offset: number): CompletionItem[] {
  const start = lineStart(source, offset);
  const before = source.text.slice(start, offset);
  if (/^\s*#/.test(before)) return [];
  const setting = settingAt(source, offset);
  if (setting) {
    const equals = setting.line.joined.text.indexOf('=');
    const equalsAt = setting.line.joined.sourceOffset(equals);
    if (offset > equalsAt) {
      const text = setting.line.joined.text;
      const at = setting.line.joined.joinedOffset(offset);
      const value = at === undefined ? `${text.slice(equals + 1)} ` : text.slice(equals + 1, at);
      return completeValue({
        site,
        parameter: setting.name,
        before: value,
        after: at === undefined ? '' : text.slice(at),
        offset,
      });
    }
  }
  const typed = /^[\w-]*$/.exec(before)?.[0];
  if (typed === undefined) return [];
  const rest = /^[\w-]*/.exec(restOfLine(source, offset))?.[0] ?? '';
  const taken = new Set(
    parseMainCf(source)
      .parameters.filter(p => p !== setting)
      .map(p => p.name),
  );
  const behind = restOfLine(source, offset).slice(rest.length);
  return completeNames({
    site,
    span: { start, end: offset + rest.length },
    taken,
    equals: /^\s*=/.test(behind) ? '' : ' = ',
  });
}
