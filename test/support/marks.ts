/**
 * Test texts with marks in them. A comment line whose first mark is `#` and then carets is no part of the text: it points
 * at the line above and says what is found there.
 *
 *     mynetworks = 127.0.0.0/8 0.0.0.0/0
 *     #                        ^^^^^^^^^ whole family=IPv4
 *
 * After the carets: a key, then `name=value` or `name="value with blanks"` for what is worth checking. `#<^^^` points at a
 * span that starts in column 0. `<|>` is the cursor. A line `--- master.cf` starts another file.
 */

export interface Mark {
  /** Offsets in the text without marks; the end is at most the end of its line. */
  readonly start: number;
  readonly end: number;
  readonly key: string;
  readonly args: Readonly<Record<string, string>>;
}

export interface Marked {
  readonly text: string;
  readonly marks: readonly Mark[];
  /** Offset of `<|>`, if the text has one. */
  readonly cursor?: number;
}

const markLine = /^(\s*)#(<?)(\s*)(\^+)(?:\s+(.*))?$/;

/** Takes the common indentation, a first line break and trailing blanks of a template literal off. */
export function dedent(text: string): string {
  const lines = text.replace(/^[ \t]*\n/, '').split('\n');
  if (/^[ \t]*$/.test(lines[lines.length - 1] ?? '')) lines[lines.length - 1] = '';
  const widths = lines.filter(line => line.trim() !== '').map(line => /^ */.exec(line)?.[0].length ?? 0);
  const common = Math.min(...widths, 200);
  return lines.map(line => line.slice(common)).join('\n');
}

/** Splits a text into its files at `--- NAME` lines; what stands before the first belongs to `first`. */
export function splitFiles(text: string, first: string): Record<string, string> {
  const files: Record<string, string> = {};
  let name = first;
  for (const line of dedent(text).split(/(?<=\n)/)) {
    const head = /^--- (\S+)\n?$/.exec(line);
    if (head) name = head[1] ?? first;
    else files[name] = (files[name] ?? '') + line;
    if (head) files[name] ??= '';
  }
  return files;
}

/** Reads the marks of one file out of its text. */
export function readMarks(text: string): Marked {
  const marks: Mark[] = [];
  let out = '';
  let lineStart = 0;
  let cursor: number | undefined;
  for (const line of text.split(/(?<=\n)/)) {
    const mark = markLine.exec(line.replace(/\n$/, ''));
    if (mark) {
      marks.push(place(mark, out, lineStart));
      continue;
    }
    lineStart = out.length;
    const at = line.indexOf('<|>');
    if (at >= 0 && cursor !== undefined) throw new Error('two cursors in one file');
    if (at >= 0) cursor = out.length + at;
    out += at >= 0 ? line.slice(0, at) + line.slice(at + 3) : line;
  }
  return { text: out, marks, ...(cursor !== undefined && { cursor }) };
}

/** Writes marks into a text, each below its line: what {@link readMarks} reads. */
export function writeMarks(text: string, marks: readonly Mark[]): string {
  const ordered = [...marks].sort((a, b) => a.start - b.start || a.end - b.end || (a.key < b.key ? -1 : 1));
  let out = '';
  let at = 0;
  for (const line of text.split(/(?<=\n)/)) {
    const next = at + line.length;
    out += line;
    const last = next === text.length;
    for (const mark of ordered) {
      if (mark.start < at || (mark.start >= next && !last) || (last && mark.start > next)) continue;
      if (!out.endsWith('\n')) out += '\n';
      out += `${print(mark, mark.start - at)}\n`;
    }
    at = next;
  }
  return out;
}

function place(mark: RegExpExecArray, out: string, lineStart: number): Mark {
  const [, indent = '', left = '', gap = '', carets = '', words = ''] = mark;
  const column = indent.length + 1 + left.length + gap.length;
  const lineEnd = out.endsWith('\n') ? out.length - 1 : out.length;
  const start = lineStart + (left ? 0 : column);
  return { start, end: Math.min(lineStart + column + carets.length, Math.max(lineEnd, start)), ...readWords(words) };
}

function readWords(words: string): { key: string; args: Record<string, string> } {
  const [key = '', rest = ''] = words.split(/\s+(.*)/s);
  const args: Record<string, string> = {};
  for (const [, name = '', quoted, bare] of rest.matchAll(/([\w-]+)=(?:"([^"]*)"|(\S*))/g))
    args[name] = quoted ?? bare ?? '';
  return { key, args };
}

function print({ start, end, key, args }: Mark, column: number): string {
  const width = Math.max(1, end - start);
  const head =
    column > 0 ? `#${' '.repeat(column - 1)}${'^'.repeat(width)}` : `#<${'^'.repeat(Math.max(1, width - 2))}`;
  const words = Object.entries(args).map(
    ([name, value]) => ` ${name}=${/[\s"]|^$/.test(value) ? `"${value}"` : value}`,
  );
  return `${head} ${key}${words.join('')}`;
}
