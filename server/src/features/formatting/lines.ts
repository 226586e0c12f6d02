/** What formatting does to any file made of logical lines. */
import type { FileLine } from '../../syntax/logical-lines';
import type { SourceText } from '../../text/source-text';
import type { TextEdit } from '../../text/span';

/** The line end that a file uses. */
export function lineEnd(source: SourceText): string {
  const first = source.text.indexOf('\n');
  return first > 0 && source.text[first - 1] === '\r' ? '\r\n' : '\n';
}

/** Takes white space off lines that hold nothing else. */
export function trimmedLines(source: SourceText, lines: readonly FileLine[]): TextEdit[] {
  return lines.flatMap(({ kind, span }) => {
    if (kind !== 'blank') return [];
    const text = source.slice(span);
    const newText = text.endsWith('\r') ? '\r' : '';
    return text === newText ? [] : [{ span, newText }];
  });
}
