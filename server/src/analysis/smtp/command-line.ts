/** SMTP commands as smtpd(8) splits them, and the address it takes out of MAIL FROM and RCPT TO. Strings are bytes. */
import { internalize, parse } from '../lookup/tok822';

/** A word of a command; `broken` where a quote or bracket is not closed. */
export interface CommandWord {
  readonly text: string;
  readonly broken: boolean;
}

const isSpace = (c: string): boolean => c === ' ' || (c >= '\t' && c <= '\r');

/** Splits a command line into words, `<…>` and `"…"` kept together (smtpd_token). */
export function splitCommand(line: string): CommandWord[] {
  const out: CommandWord[] = [];
  let at = 0;
  while (at < line.length) {
    let text = '';
    let broken = false;
    word: while (at < line.length) {
      const c = line.charAt(at++);
      if (isSpace(c)) {
        while (at < line.length && isSpace(line.charAt(at))) at++;
        if (text !== '') break word;
      } else if (c === '<' || c === '"') {
        const quoted = readQuoted(line, at, c === '<' ? '>' : '"');
        text += c + line.slice(at, quoted.at);
        at = quoted.at;
        broken ||= !quoted.closed;
      } else if (c === ':') {
        text += c;
        if (/^(?:to|from):$/i.test(text)) break word;
      } else {
        text += c;
        if (c === '\\' && at < line.length) text += line.charAt(at++);
      }
    }
    if (text === '') break;
    out.push({ text, broken });
  }
  return out;
}

function readQuoted(line: string, from: number, last: string): { at: number; closed: boolean } {
  const stack = [last];
  let at = from;
  while (at < line.length) {
    const c = line.charAt(at++);
    const wanted = stack[stack.length - 1];
    if (c === '\\') {
      if (at >= line.length) break;
      at++;
    } else if (c === wanted) {
      if (stack.length === 1) return { at, closed: true };
      stack.pop();
    } else if (c === '"') stack.push('"');
    else if (c === '<' && wanted === '>') stack.push('>');
  }
  return { at, closed: false };
}

/**
 * The address in a MAIL FROM or RCPT TO argument, in internal form; undefined for "Bad … address syntax". Whether its
 * domain is well formed is checked later, after resolving it (extract_addr).
 */
export function extractAddress(argument: string, strict: boolean, mayBeEmpty: boolean): string | undefined {
  let text =
    argument.startsWith('<') && argument.endsWith('>') && argument.length > 1 ? argument.slice(1, -1) : argument;
  if (text.startsWith('@') && text.includes(':')) text = text.slice(text.indexOf(':') + 1);
  let addresses = 0;
  let others = 0;
  let address = '';
  for (const item of parse(text)) {
    if (item.type === 'addr') {
      addresses++;
      address = internalize(item.parts);
    } else if (item.type !== '<' && item.type !== '>') others++;
  }
  if (addresses > 1 || (strict && (others > 0 || !argument.startsWith('<')))) return undefined;
  if (address === '' && !mayBeEmpty) return undefined;
  if (strict && address.startsWith('@')) return undefined;
  return address;
}
