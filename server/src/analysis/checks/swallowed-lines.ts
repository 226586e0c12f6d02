/** Lines of a table that are meant as rules and are not: indented, they continue the line above. */
import { checkActions, splitAction } from '../../facts/check-actions';
import type { TableEntry, TableFile } from '../../syntax/table/table-file';
import { readTableLine } from '../../syntax/table/table-line';
import { span, type Span } from '../../text/span';

/** A line that Postfix takes for a part of the one above. */
export interface SwallowedLine {
  readonly kind: 'rule' | 'if' | 'endif';
  /** The line without its indent, bytes. */
  readonly text: string;
  /** The blanks before it. */
  readonly indent: Span;
  /** The line without its indent. */
  readonly span: Span;
}

/**
 * The rules, ifs and endifs that an entry has swallowed. Behind an if or endif that is any line that could be a rule, for only
 * rules go on in a second line; behind a rule only what has a pattern and an action, or nothing but `if` or `endif`.
 */
export function swallowedLines({ file }: { readonly file: TableFile }, { line, says }: TableEntry): SwallowedLine[] {
  if (says.kind === 'skipped') return [];
  const { start, end } = line.span;
  const text = file.source.text.slice(start, end);
  const out: SwallowedLine[] = [];
  for (const match of text.matchAll(/\n([ \t]+)(?=\S)([^\n]*)/g)) {
    const [, indent = '', rest = ''] = match;
    const kind = kindOf(rest, says.kind === 'rule', file);
    if (!kind) continue;
    const at = start + match.index + 1;
    const from = at + indent.length;
    out.push({ kind, text: rest, indent: span(at, from), span: span(from, from + rest.trimEnd().length) });
  }
  return out;
}

function kindOf(text: string, behindRule: boolean, file: TableFile): SwallowedLine['kind'] | undefined {
  const says = readTableLine(text, file.type);
  if (says.kind === 'if' || says.kind === 'endif') return says.kind === 'endif' && says.extra ? undefined : says.kind;
  if (!/^[^A-Za-z0-9\s#]/.test(text)) return undefined;
  if (!behindRule) return 'rule';
  return says.kind === 'rule' && checkActions.has(splitAction(says.actionText).word.toUpperCase()) ? 'rule' : undefined;
}
