/** Text on a terminal: width, colours, what cannot be seen. */

/** Nothing printed for people is wider, but for words that are longer themselves. */
export const width = 100;

export type Paint = (text: string) => string;

/** The colours; without colour every paint leaves its text as it is. */
export function paints(colour: boolean) {
  const paint = (code: string): Paint => (colour ? text => `\u001b[${code}m${text}\u001b[0m` : text => text);
  return {
    error: paint('1;31'),
    warning: paint('1;33'),
    information: paint('1;36'),
    hint: paint('1;90'),
    place: paint('1'),
    dim: paint('90'),
    good: paint('32'),
    bad: paint('31'),
  };
}

export type Paints = ReturnType<typeof paints>;

/** Breaks a text at blanks so that with its indent it fits the width; its own line breaks stay. */
export function wrap(text: string, indent: string, first = indent): string {
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = lines.length === 0 ? first : indent;
    let empty = true;
    for (const word of paragraph.split(' ')) {
      if (!empty && line.length + 1 + word.length > width) {
        lines.push(line);
        line = indent;
        empty = true;
      }
      line += empty ? word : ` ${word}`;
      empty = false;
    }
    lines.push(line.trimEnd());
  }
  return lines.join('\n');
}

/** A stretch of a source line as it can be seen: tabs as blanks, other invisible characters as signs, each one column. */
export function visible(text: string): string {
  return text
    .replaceAll('\t', ' ')
    .replace(/[\u00a0\u2000-\u200a\u202f\u3000]/g, '⍽')
    .replace(/[\u200b-\u200f\u2028\u2029\u2060\ufeff]/g, '¤')
    .replace(/[\u0000-\u001f\u007f-\u009f]/g, '·');
}
