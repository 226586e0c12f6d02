/** Mail addresses as Postfix tokenizes, parses and quotes them: tok822(3), quote_822_local(3). Strings are bytes. */

/** An operator is its own character; the others are named. `addr` holds the tokens of one address. */
export type TokenType = string;

export interface Token {
  type: TokenType;
  text: string;
  /** Of an `addr` only. */
  parts: Token[];
  /** Whether it stands inside an `addr`: no blank is written after it then. */
  inner?: boolean;
}

const specials = '|%!()<>@,;:\\".[]';
const isBlank = (c: string): boolean => c === ' ' || c === '\t' || c === '\r' || c === '\n';

/** A token that stands for itself. */
export function token(type: TokenType, text = ''): Token {
  return { type, text, parts: [] };
}

/** Splits an address in external (quoted) form into tokens; takes any input (tok822_scan). */
export function scan(text: string): Token[] {
  const out: Token[] = [];
  let at = 0;
  const collect = (more: (c: string) => boolean): string => {
    let value = '';
    while (at < text.length) {
      let c = text.charAt(at);
      if (c === '\\') {
        at++;
        if (at >= text.length) break;
        c = text.charAt(at);
      } else if (!more(c)) break;
      value += isBlank(c) ? ' ' : c;
      at++;
    }
    return value;
  };
  while (at < text.length) {
    const c = text.charAt(at++);
    if (isBlank(c)) continue;
    if (c === '(') {
      const start = at - 1;
      for (let level = 1; at < text.length && level > 0; at++) {
        const d = text.charAt(at);
        if (d === '(') level++;
        else if (d === ')') level--;
        else if (d === '\\') at++;
      }
      out.push(token('comment', text.slice(start, at)));
    } else if (c === '[') {
      out.push(
        token(
          'domlit',
          collect(d => d !== ']'),
        ),
      );
      at++;
    } else if (c === '"') {
      out.push(
        token(
          'qstring',
          collect(d => d !== '"'),
        ),
      );
      at++;
    } else if (c !== '\\' && specials.includes(c)) {
      out.push(token(c));
    } else {
      at--;
      const value = collect(d => !isBlank(d) && !specials.includes(d));
      const quoted = [...value].some(d => d === ' ' || d < ' ' || d === '\x7f' || specials.includes(d));
      out.push(token(quoted ? 'qstring' : 'atom', value));
    }
  }
  return out;
}

const isWord = (t: Token | undefined): boolean =>
  t !== undefined &&
  (t.type === 'atom' || t.type === 'qstring' || t.type === 'comment' || t.type === 'domlit' || t.type === 'addr');

/** Tokens to text in internal (unquoted) form (tok822_internalize). */
export function internalize(tokens: readonly Token[]): string {
  let out = '';
  tokens.forEach((t, i) => {
    if (t.type === 'addr') out += internalize(t.parts);
    else if (t.type === 'domlit') out += `[${t.text}]`;
    else if (t.type === 'startgrp') out += ':';
    else if (t.type.length > 1) out += t.text;
    else out += t.type;
    const next = tokens[i + 1];
    if (!next || t.inner) return;
    if (t.type === ',' || t.type === 'startgrp' || next.type === '<' || (isWord(t) && isWord(next))) out += ' ';
  });
  return out;
}

/** Quotes the local part where it is no dot-string (quote_822_local, 8 bits left alone). */
export function quoteLocal(mailbox: string): string {
  const colon = mailbox.startsWith('@') ? mailbox.indexOf(':') : -1;
  const start = colon >= 0 ? colon + 1 : 0;
  const ratsign = mailbox.lastIndexOf('@');
  const end = ratsign >= start ? ratsign : mailbox.length;
  const local = mailbox.slice(start, end);
  if (isDotString(local)) return mailbox;
  return `${mailbox.slice(0, start)}"${local.replace(/["\\\r]/g, '\\$&')}"${mailbox.slice(end)}`;
}

/** Quotes a local part that stands alone. */
export function quoteBareLocal(local: string): string {
  return isDotString(local) ? local : `"${local.replace(/["\\\r]/g, '\\$&')}"`;
}

function isDotString(local: string): boolean {
  if (local === '' || local.startsWith('.') || local.endsWith('.') || local.includes('..')) return false;
  for (const c of local) if (c <= ' ' || c === '\x7f' || '()<>@,;:\\"[]'.includes(c)) return false;
  return true;
}

/** Takes the quotes off a local part (unquote_822_local). */
export function unquoteLocal(mailbox: string): string {
  const colon = mailbox.startsWith('@') ? mailbox.indexOf(':') : -1;
  const start = colon >= 0 ? colon + 1 : 0;
  const ratsign = mailbox.lastIndexOf('@');
  const end = ratsign >= start ? ratsign : mailbox.length;
  let out = mailbox.slice(0, start);
  for (let i = start; i < end; i++) {
    let c = mailbox.charAt(i);
    if (c === '"') continue;
    if (c === '\\' && i + 1 < end) c = mailbox.charAt(++i);
    out += c;
  }
  return out + mailbox.slice(end);
}

/**
 * Parses an address expression into a list in which every address is one `addr` token (tok822_parse).
 * Comments move to the side of what they stand in; missing commas are added; what is not understood stays as it is.
 */
export function parse(text: string): Token[] {
  const list = scan(text);
  let right = list.length;
  let mayWord = true;
  let mayGroup = false;
  let at = list.length - 1;
  /** Wraps what stands between two places as one address; answers how much longer the list grew before `end`. */
  const group = (left: number, end: number, comma: boolean): void => {
    const from = left + 1;
    if (from >= end) return;
    const parts = list.slice(from, end).map(t => ({ ...t, inner: true }));
    const made: Token = { type: 'addr', text: '', parts };
    list.splice(from, end - from, ...(comma ? [token(','), made] : [made]));
  };
  const moveComment = (): void => {
    const [comment] = list.splice(at, 1);
    right--;
    if (comment) list.splice(right, 0, comment);
    at--;
  };
  while (at >= 0) {
    const current = list[at];
    if (!current) break;
    if (current.type === 'comment') {
      moveComment();
      continue;
    }
    if (current.type === ';') {
      group(at, right, true);
      right = at;
      mayGroup = true;
      mayWord = true;
    } else if (current.type === ':' && mayGroup) {
      current.type = 'startgrp';
      group(at, right, false);
      while (at >= 0 && list[at]?.type !== ',') at--;
      right = at;
      continue;
    } else if (current.type === '>') {
      group(at, right, true);
      right = at;
      while (at >= 0 && list[at]?.type !== '<') {
        if (list[at]?.type === 'comment') moveComment();
        else at--;
      }
      group(at, right, false);
      while (at >= 0 && ((list[at]?.type.length ?? 0) > 1 || !'>;,:'.includes(list[at]?.type ?? ''))) at--;
      right = at;
      mayWord = true;
      continue;
    } else if (current.type === 'atom' || current.type === 'qstring' || current.type === 'domlit') {
      if (!mayWord) {
        group(at, right, true);
        right = at + 1;
      }
      mayWord = false;
    } else if (current.type === ',') {
      group(at, right, false);
      right = at;
      mayWord = true;
    } else mayWord = true;
    at--;
  }
  group(-1, Math.max(right, 0), false);
  return list;
}
