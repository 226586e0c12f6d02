/** The text that a rule gives, with its `$1 ${1} $(1) $$`, as Postfix's mac_parse() reads it. */
import type { Span } from '../../text/span';
import { span } from '../../text/span';

/** A part of a replacement; spans count bytes from the start of the replacement. */
export type ReplacementPart =
  | { readonly kind: 'text'; readonly text: string; readonly span: Span }
  /** `name` as written between the brackets: digits where it is a group. */
  | { readonly kind: 'group'; readonly name: string; readonly span: Span };

/** What stops a replacement from being used. */
export type ReplacementFault =
  | { readonly kind: 'truncated' | 'empty-name'; readonly span: Span }
  | { readonly kind: 'no-number' | 'number-zero'; readonly name: string; readonly span: Span };

/** A replacement as read. */
export interface Replacement {
  readonly parts: readonly ReplacementPart[];
  /** In the order in which Postfix says them; none of them: the replacement can be used. */
  readonly faults: readonly ReplacementFault[];
  /** The highest group it asks for, 0 for none. */
  readonly highest: number;
}

const isName = (c: string | undefined): boolean => c !== undefined && /^\w$/.test(c);

/** Reads a replacement (bytes). Never throws. */
export function readReplacement(text: string): Replacement {
  const parts: ReplacementPart[] = [];
  const faults: ReplacementFault[] = [];
  let highest = 0;
  let literal = '';
  let literalStart = 0;
  const flush = (end: number): void => {
    if (literal !== '') parts.push({ kind: 'text', text: literal, span: span(literalStart, end) });
    literal = '';
  };
  let at = 0;
  while (at < text.length) {
    const c = text.charAt(at);
    if (c !== '$' || text[at + 1] === '$') {
      if (literal === '') literalStart = at;
      literal += c;
      at += c === '$' ? 2 : 1;
      continue;
    }
    flush(at);
    const start = at++;
    let name: string;
    if (text[at] === '{' || text[at] === '(') {
      const close = closing(text, at);
      if (close === undefined) {
        faults.push({ kind: 'truncated', span: span(start, text.length) });
        break;
      }
      // A fault before stops the reading at the next bracketed name.
      if (faults.length > 0) break;
      name = text.slice(at + 1, close);
      at = close + 1;
    } else {
      const from = at;
      while (isName(text[at])) at++;
      name = text.slice(from, at);
    }
    if (name === '') {
      faults.push({ kind: 'empty-name', span: span(start, at) });
      break;
    }
    const place = span(start, at);
    parts.push({ kind: 'group', name, span: place });
    if (!/^[0-9]+$/.test(name)) faults.push({ kind: 'no-number', name, span: place });
    else if (groupNumber(name) < 1) faults.push({ kind: 'number-zero', name, span: place });
    else highest = Math.max(highest, groupNumber(name));
  }
  if (faults.length === 0) flush(text.length);
  return { parts, faults, highest };
}

/** The number that digits stand for, as atoi() cuts it to 32 bits and Postfix counts with it: without a sign. */
export function groupNumber(digits: string): number {
  const long = BigInt(digits);
  const largest = 2n ** 63n - 1n;
  return Number(BigInt.asUintN(32, long > largest ? largest : long));
}

/** Where the bracket at `open` closes, brackets of the same kind nested. */
function closing(text: string, open: number): number | undefined {
  const opener = text[open];
  const closer = opener === '{' ? '}' : ')';
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    if (text[at] === opener) depth++;
    else if (text[at] === closer && --depth === 0) return at;
  }
  return undefined;
}
