/** Takes the value of a structured header apart, as Postfix's header_token() does. */

/** A token: a word, a quoted string, or a special character by itself. */
export interface HeaderToken {
  readonly kind: 'word' | 'quoted' | 'special';
  readonly text: string;
}

const specials = '()<>@,;:\\"/[]?=';
const isBlank = (c: string | undefined): boolean => c === ' ' || c === '\t' || c === '\r' || c === '\n';
const isControl = (c: string): boolean => c < ' ' || c === '\x7f';

/**
 * The tokens from `from` up to a `;`, three at most, and where to go on; undefined at the end of the text.
 * Comments are left out; the specials are those of RFC 2045.
 */
export function headerTokens(text: string, from: number): { tokens: HeaderToken[]; next: number } | undefined {
  const tokens: HeaderToken[] = [];
  const add = (token: HeaderToken): void => {
    if (tokens.length < 3) tokens.push(token);
  };
  let at = from;
  let ended = true;
  while (at < text.length) {
    const c = text.charAt(at++);
    if (isBlank(c)) continue;
    if (c === ';') {
      ended = false;
      break;
    }
    if (c === '(') at = afterComment(text, at);
    else if (c === '"') {
      const quoted = readQuoted(text, at);
      add({ kind: 'quoted', text: quoted.text });
      at = quoted.next;
    } else if (specials.includes(c) || isControl(c)) add({ kind: 'special', text: c });
    else {
      const start = at - 1;
      while (
        at < text.length &&
        !isBlank(text[at]) &&
        !isControl(text.charAt(at)) &&
        !specials.includes(text.charAt(at))
      )
        at++;
      add({ kind: 'word', text: text.slice(start, at) });
    }
  }
  if (tokens.length === 0 && ended) return undefined;
  return { tokens, next: at };
}

function afterComment(text: string, from: number): number {
  let depth = 1;
  let at = from;
  while (at < text.length) {
    const c = text[at++];
    if (c === '(') depth++;
    else if (c === ')' && --depth === 0) break;
    else if (c === '\\') at++;
  }
  return Math.min(at, text.length);
}

function readQuoted(text: string, from: number): { text: string; next: number } {
  let out = '';
  let at = from;
  while (at < text.length) {
    let c = text.charAt(at++);
    if (c === '"') break;
    if (c === '\n') {
      while (out !== '' && isBlank(out[out.length - 1])) out = out.slice(0, -1);
      continue;
    }
    if (c === '\\') {
      if (at >= text.length) break;
      c = text.charAt(at++);
    }
    out += c;
  }
  return { text: out, next: at };
}
