/** Lists as Postfix splits them: words between commas and white space, `{ … }` kept together. */
import { trim, trimStart } from '../text/space';

/** A word of a list, with its offsets in the text that was split. */
export interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const isSeparator = (c: string): boolean =>
  c === ',' || c === ' ' || c === '\t' || c === '\r' || c === '\n' || c === '\v' || c === '\f';

/**
 * Splits at commas and white space. A word may hold balanced braces with anything inside (mystrtokq(3), Postfix 3.0 and later);
 * a brace that is never closed takes the rest. Macros must have been expanded before, or be harmless.
 */
export function splitList(text: string): Word[] {
  const out: Word[] = [];
  let at = 0;
  while (at < text.length) {
    while (at < text.length && isSeparator(text.charAt(at))) at++;
    if (at >= text.length) break;
    const start = at;
    let level = 0;
    for (; at < text.length; at++) {
      const c = text.charAt(at);
      if (level === 0 && isSeparator(c)) break;
      if (c === '{') level++;
      else if (c === '}' && level > 0) level--;
    }
    out.push({ text: text.slice(start, at), start, end: at });
  }
  return out;
}

/**
 * What stands inside a word's outer braces, trimmed (extpar(3)); undefined when the word does not start with a brace.
 * `problem` says what Postfix says of a brace that is not closed or of text behind it.
 */
export function bracePayload(word: Word): (Word & { problem?: string }) | undefined {
  if (!word.text.startsWith('{')) return undefined;
  let level = 0;
  let close = -1;
  for (let i = 0; i < word.text.length; i++) {
    const c = word.text.charAt(i);
    if (c === '{') level++;
    else if (c === '}' && --level === 0) {
      close = i;
      break;
    }
  }
  const end = close < 0 ? word.text.length : close;
  const inner = word.text.slice(1, end);
  const text = trim(inner);
  const start = word.start + 1 + (inner.length - trimStart(inner).length);
  const payload = { text, start, end: start + text.length };
  if (close < 0) return { ...payload, problem: `missing '}' in "${word.text}"` };
  if (close < word.text.length - 1) return { ...payload, problem: `syntax error after '}' in "${word.text}"` };
  return payload;
}
