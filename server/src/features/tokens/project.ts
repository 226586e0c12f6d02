/** The tokens of .postfix-lint.yaml: one physical line at a time. */
import { projectDocs } from '../../facts/project-docs';
import { derived } from '../../text/derived';
import type { SourceText } from '../../text/source-text';
import type { Span } from '../../text/span';
import { Painter } from './painter';
import type { Token } from './token';

/** The lines of a YAML file, without their ends. */
export const yamlLines: (source: SourceText) => readonly { readonly span: Span }[] = derived(({ text, starts }) =>
  starts.map((start, i) => {
    const next = starts[i + 1];
    return { span: { start, end: next === undefined ? text.length : next - 1 } };
  }),
);

/** Paints one line: its key, its value, its comment. */
export function projectTokens(source: SourceText, { span }: { readonly span: Span }): Token[] {
  const text = source.slice(span);
  const painter = new Painter(source, [span], undefined);
  const at = (offset: number): number => span.start + offset;
  const comment = /(?:^|\s)#.*$/.exec(text);
  if (comment) painter.paint(at(text.indexOf('#', comment.index)), span.end, 'comment');
  const key = /^(\s*(?:-\s+)?)([\w-]+)(\s*):(?=\s|$)/.exec(text);
  if (key) {
    const [, indent = '', name = '', gap = ''] = key;
    const start = indent.length;
    const known = name in projectDocs;
    painter.paint(
      at(start),
      at(start + name.length),
      'property',
      known ? { kind: 'setting', name } : { kind: 'rule', name },
    );
    painter.paint(at(start + name.length + gap.length), at(start + name.length + gap.length + 1), 'operator');
  }
  const item = /^\s*-\s+([\w-]+)\s*$/.exec(text);
  if (item?.[1] !== undefined) {
    const start = text.lastIndexOf(item[1]);
    painter.paint(at(start), at(start + item[1].length), 'string', { kind: 'rule', name: item[1] });
  }
  return painter.finish('string');
}
