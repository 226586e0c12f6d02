/**
 * White space as Postfix and the shell know it: blank, tab, line feed, carriage return, vertical tab, form feed
 * (ISSPACE of sys_defs.h). A non-breaking space or a byte order mark is none, other than for JavaScript's own trim.
 */

/** Whether a character is white space; the empty string is none. */
export function isSpace(c: string | undefined): boolean {
  return c === ' ' || (c !== undefined && c !== '' && c >= '\t' && c <= '\r');
}

/** The text without white space at its start. */
export function trimStart(text: string): string {
  let at = 0;
  while (at < text.length && isSpace(text[at])) at++;
  return text.slice(at);
}

/** The text without white space at its end. */
export function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && isSpace(text[end - 1])) end--;
  return text.slice(0, end);
}

/** The text without white space at both ends. */
export function trim(text: string): string {
  return trimStart(trimEnd(text));
}
