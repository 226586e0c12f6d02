/** The tokens of main.cf. */
import { parameters } from '../../facts/parameters';
import type { Site } from '../../model/site';
import type { FileLine, LogicalLine } from '../../syntax/logical-lines';
import { settingOf, type ParameterLine } from '../../syntax/main-cf/parse';
import type { SourceText } from '../../text/source-text';
import { Painter } from './painter';
import type { Token } from './token';
import { paintValue } from './value';
import { trim, trimStart } from '../../text/space';

/** The setting that a line holds, or undefined for one that Postfix cannot read. */
function settingIn(line: LogicalLine): ParameterLine | undefined {
  const read = settingOf(line);
  return 'kind' in read ? undefined : read;
}

/** Paints one line of main.cf. */
export function mainCfTokens(site: Site, source: SourceText, line: FileLine): Token[] {
  if (line.kind !== 'line') return line.kind === 'comment' ? [comment(source, line.span)] : [];
  const { joined } = line;
  const painter = new Painter(source, joined.pieces, joined);
  const parameter = settingIn(line);
  if (parameter) {
    const { name } = parameter;
    const start = joined.text.length - trimStart(joined.text).length;
    const end = start + name.length;
    const obsolete = parameters.get(name)?.obsoleteSince !== undefined;
    painter.paint(start, end, 'parameter', { kind: 'parameter', name, role: 'set' }, [
      'declaration',
      ...(parameters.has(name) ? (['defaultLibrary'] as const) : []),
      ...(obsolete ? (['deprecated'] as const) : []),
    ]);
    const equals = joined.text.indexOf('=', end);
    painter.paint(equals, equals + 1, 'operator');
    paintValue(painter.paint, parameter.value, parameter.valueStart, { site, parameter: name });
  }
  return withComments(source, line.comments, painter.finish('string'));
}

/** A comment without the white space around it. */
export function comment(source: SourceText, place: { readonly start: number; readonly end: number }): Token {
  const text = source.slice(place);
  const start = place.start + (text.length - trimStart(text).length);
  return { span: { start, end: start + trim(text).length }, type: 'comment' };
}

/** Puts the comments inside a logical line among its tokens. */
export function withComments(
  source: SourceText,
  comments: readonly { readonly start: number; readonly end: number }[],
  tokens: Token[],
): Token[] {
  if (comments.length === 0) return tokens;
  return [...tokens, ...comments.map(c => comment(source, c))].sort((a, b) => a.span.start - b.span.start);
}
