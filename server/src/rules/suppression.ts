/** Comments that silence a rule: `# postfix-lint: ignore ID[, ID] -- reason` above a logical line. */
import { derived } from '../text/derived';
import type { SourceText } from '../text/source-text';
import { span, type Span } from '../text/span';

/** One rule's name in such a comment. */
export interface IgnoredRule {
  readonly id: string;
  readonly span: Span;
}

export interface Suppression {
  /** From the comment's first character that is no blank to its end. */
  readonly span: Span;
  readonly rules: readonly IgnoredRule[];
  readonly reason: string;
  /** What it silences: the logical line below; absent when none follows. */
  readonly target?: Span;
}

const comment = /^([ \t]*)#+[ \t]*postfix-lint:[ \t]*ignore(?![\w-])/;

/** All such comments of a text, in order. Looks at lines alone, so any kind of file will do. */
export const suppressions: (source: SourceText) => readonly Suppression[] = derived(source => {
  if (!source.text.includes('postfix-lint:')) return [];
  const found: Suppression[] = [];
  for (let line = 0; line < source.starts.length; line++) {
    const text = lineText(source, line);
    const head = comment.exec(text);
    if (head) found.push(readComment(source, line, text, head));
  }
  return found;
});

/** Whether a comment silences a rule at an offset. */
export function silences(suppression: Suppression, rule: string, offset: number): boolean {
  const { target, rules } = suppression;
  return !!target && target.start <= offset && offset < target.end && rules.some(r => r.id === rule);
}

function readComment(source: SourceText, line: number, text: string, head: RegExpExecArray): Suppression {
  const lineStart = source.starts[line] ?? 0;
  const rest = text.slice(head[0].length);
  const dashes = /(?:^|\s)--(?=\s|$)/.exec(rest);
  const names = dashes ? rest.slice(0, dashes.index) : rest;
  const rules = [...names.matchAll(/[^\s,]+/g)].map(match => {
    const start = lineStart + head[0].length + match.index;
    return { id: match[0], span: span(start, start + match[0].length) };
  });
  const target = targetBelow(source, line + 1);
  return {
    span: span(lineStart + (head[1]?.length ?? 0), lineStart + text.trimEnd().length),
    rules,
    reason: dashes ? rest.slice(dashes.index + dashes[0].length).trim() : '',
    ...(target && { target }),
  };
}

/**
 * The logical line that starts at or below a line: comments and blank lines are passed over; indented lines (Postfix)
 * and lines after a trailing backslash (shell) continue it. Above an indented line only that line is meant.
 */
function targetBelow(source: SourceText, from: number): Span | undefined {
  let line = from;
  while (line < source.starts.length && isVoid(lineText(source, line))) line++;
  if (line >= source.starts.length) return undefined;
  const start = source.starts[line] ?? 0;
  const indented = /^[ \t]/.test(lineText(source, line));
  let last = line;
  for (let next = line + 1; next < source.starts.length; next++) {
    const text = lineText(source, next);
    const continued = lineText(source, next - 1).endsWith('\\');
    if (continued || (!indented && /^[ \t]/.test(text) && !isVoid(text))) last = next;
    else if (!isVoid(text) || indented) break;
  }
  return span(start, (source.starts[last] ?? 0) + lineText(source, last).length + 1);
}

function isVoid(text: string): boolean {
  return /^\s*(?:#|$)/.test(text);
}

function lineText(source: SourceText, line: number): string {
  const end = source.starts[line + 1];
  return source.text.slice(source.starts[line], end === undefined ? undefined : end - 1).replace(/\r$/, '');
}
