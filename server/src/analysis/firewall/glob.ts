/** Shell patterns (POSIX XCU 2.13): `*`, `?`, `[…]`; a backslash quotes. Matched without a RegExp, in bounded time. */

type Element =
  | { readonly kind: 'char'; readonly char: string }
  | { readonly kind: 'any' }
  | { readonly kind: 'star' }
  | { readonly kind: 'set'; readonly negated: boolean; readonly holds: (c: string) => boolean };

export type Pattern = readonly Element[];

/** Characters that make an unquoted word a pattern. */
export const globCharacter = /[*?[]/;

/** Writes text so that no character of it is special in a pattern. */
export function quotePattern(text: string): string {
  return text.replace(/[\\*?[\]^!-]/g, '\\$&');
}

/** Takes a pattern's backslashes off: what the word is when it matches no file. */
export function unquotePattern(pattern: string): string {
  return pattern.replace(/\\([^])/g, '$1');
}

/** Reads a pattern; `[` without its `]` is an ordinary character. */
export function readPattern(text: string): Pattern {
  const out: Element[] = [];
  for (let i = 0; i < text.length; i++) {
    const c = text[i] ?? '';
    if (c === '\\' && i + 1 < text.length) out.push({ kind: 'char', char: text[++i] ?? '' });
    else if (c === '?') out.push({ kind: 'any' });
    else if (c === '*') {
      if (out[out.length - 1]?.kind !== 'star') out.push({ kind: 'star' });
    } else if (c === '[') {
      const set = readSet(text, i);
      if (set) {
        out.push(set.element);
        i = set.end;
      } else out.push({ kind: 'char', char: c });
    } else out.push({ kind: 'char', char: c });
  }
  return out;
}

/** The character classes of the POSIX locale, by the name between `[:` and `:]`. */
export const characterClasses: Readonly<Record<string, RegExp>> = {
  alpha: /[A-Za-z]/,
  digit: /[0-9]/,
  alnum: /[A-Za-z0-9]/,
  upper: /[A-Z]/,
  lower: /[a-z]/,
  space: /[ \t\n\r\f\v]/,
  blank: /[ \t]/,
  punct: /[!-/:-@[-`{-~]/,
  xdigit: /[0-9A-Fa-f]/,
  print: /[ -~]/,
  graph: /[!-~]/,
  cntrl: /[\x00-\x1f\x7f]/,
};

function readSet(text: string, open: number): { element: Element; end: number } | undefined {
  let i = open + 1;
  const negated = text[i] === '!' || text[i] === '^';
  if (negated) i++;
  const tests: ((c: string) => boolean)[] = [];
  for (let first = true; ; first = false) {
    const c = text[i];
    if (c === undefined) return undefined;
    if (c === ']' && !first) break;
    const named = /^\[:(\w+):\]/.exec(text.slice(i, i + 12));
    if (named) {
      const test = characterClasses[named[1] ?? ''];
      if (test) tests.push(x => test.test(x));
      i += named[0].length;
      continue;
    }
    const low = c === '\\' && text[i + 1] !== undefined ? (text[++i] ?? '') : c;
    if (text[i + 1] === '-' && text[i + 2] !== undefined && text[i + 2] !== ']') {
      i += 2;
      const high = text[i] === '\\' ? (text[++i] ?? '') : (text[i] ?? '');
      tests.push(x => low <= x && x <= high);
    } else tests.push(x => x === low);
    i++;
  }
  return { element: { kind: 'set', negated, holds: x => tests.some(t => t(x)) }, end: i };
}

function fits(element: Element | undefined, c: string): boolean {
  if (element?.kind === 'char') return element.char === c;
  if (element?.kind === 'set') return element.holds(c) !== element.negated;
  return element?.kind === 'any';
}

/** Whether a pattern matches all of a text; at most pattern × text steps. */
export function matches(pattern: Pattern, text: string): boolean {
  let p = 0;
  let t = 0;
  let star = -1;
  let from = 0;
  while (t < text.length) {
    if (pattern[p]?.kind === 'star') {
      star = p++;
      from = t;
    } else if (fits(pattern[p], text[t] ?? '')) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++from;
    } else return false;
  }
  while (pattern[p]?.kind === 'star') p++;
  return p === pattern.length;
}

/** The ends of the shortest and the longest match that begins at a place; undefined: none does. Time: text × pattern. */
function matchFrom(pattern: Pattern, text: string, from: number): { shortest: number; longest: number } | undefined {
  const skipStars = (states: Set<number>): Set<number> => {
    for (const state of states) if (pattern[state]?.kind === 'star') states.add(state + 1);
    return states;
  };
  let states = skipStars(new Set([0]));
  let shortest = -1;
  let longest = -1;
  for (let at = from; ; at++) {
    if (states.has(pattern.length)) {
      if (shortest < 0) shortest = at;
      longest = at;
    }
    const c = text[at];
    if (c === undefined || states.size === 0) return shortest < 0 ? undefined : { shortest, longest };
    const next = new Set<number>();
    for (const state of states) {
      if (pattern[state]?.kind === 'star') next.add(state);
      else if (fits(pattern[state], c)) next.add(state + 1);
    }
    states = skipStars(next);
  }
}

/** What `${x#p}`, `${x##p}`, `${x%p}`, `${x%%p}` leave of a text. */
export function trim(text: string, pattern: Pattern, operator: string): string {
  const longest = operator.length === 2;
  const atEnd = operator.startsWith('%');
  const subject = atEnd ? [...text].reverse().join('') : text;
  const found = matchFrom(atEnd ? [...pattern].reverse() : pattern, subject, 0);
  if (!found) return text;
  const size = longest ? found.longest : found.shortest;
  return atEnd ? text.slice(0, text.length - size) : text.slice(size);
}

/** `${x/p/r}` and its kin: the longest match at the first place (`//`: at each; `/#`, `/%`: at an end only). */
export function replace(text: string, pattern: Pattern, replacement: string, operator: string): string {
  if (operator === '/#') {
    const found = matchFrom(pattern, text, 0);
    return found ? replacement + text.slice(found.longest) : text;
  }
  if (operator === '/%') {
    const rest = trim(text, pattern, '%%');
    return rest.length < text.length || matches(pattern, '') ? rest + replacement : text;
  }
  if (pattern.length === 0) return text;
  let out = '';
  let at = 0;
  while (at < text.length) {
    const end = matchFrom(pattern, text, at)?.longest ?? -1;
    if (end > at) {
      out += replacement;
      at = end;
      if (operator !== '//') break;
    } else out += text[at++] ?? '';
  }
  return out + text.slice(at);
}
