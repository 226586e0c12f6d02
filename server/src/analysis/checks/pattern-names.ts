/** Which domains and header names stand in a pattern's text, whether the pattern works or not. */

/** An escape that stands for one character by its number. */
const numbered = /^\\(?:x\{([0-9a-f]{1,6})\}|x([0-9a-f]{1,2})|o\{([0-7]{1,7})\}|(0[0-7]{0,2}|[1-3][0-7]{2}))/i;

function numberedCharacter(escape: string): string | undefined {
  const [, braced, hex = braced, octal, short = octal] = numbered.exec(escape) ?? [];
  const code = hex === undefined ? parseInt(short ?? '', 8) : parseInt(hex, 16);
  return code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}

/** Where the element at a place of a pattern ends: an escape, a bracket expression, a single byte. `lastBracket`: the last `]`. */
function elementEnd(text: string, at: number, lastBracket: number): number {
  if (text[at] === '\\') {
    const [escape = ''] = numbered.exec(text.slice(at, at + 12)) ?? [];
    return Math.min(at + Math.max(2, escape.length), text.length);
  }
  if (text[at] !== '[' || at > lastBracket) return at + 1;
  let end = at + 1;
  if (text[end] === '^') end++;
  if (text[end] === ']') end++;
  while (end < text.length && text[end] !== ']') {
    const named = text[end] === '[' && /[:.=]/.test(text[end + 1] ?? '') ? `${text[end + 1]}]` : undefined;
    // A name is short; what is not closed soon is none.
    const close = named === undefined ? -1 : text.slice(end + 2, end + 24).indexOf(named);
    end = close < 0 ? end + 1 : end + close + 4;
  }
  return end < text.length ? end + 1 : at + 1;
}

/** A pattern in two: what it looks for, element by element, and its negative look-ahead and look-behind. */
function split(text: string): { elements: string[]; looks: string[][] } {
  const elements: string[] = [];
  const looks: string[][] = [];
  let look: string[] | undefined;
  let depth = 0;
  const lastBracket = text.lastIndexOf(']');
  for (let at = 0; at < text.length;) {
    if (!look && /^\(\?<?!/.test(text.slice(at, at + 4))) look = [];
    const end = elementEnd(text, at, lastBracket);
    const element = text.slice(at, end);
    (look ?? elements).push(element);
    if (look) {
      if (element === '(') depth++;
      else if (element === ')' && --depth === 0) {
        looks.push(look);
        look = undefined;
      }
    }
    at = end;
  }
  return { elements: look ? [...elements, ...look] : elements, looks };
}

/** Whether a pattern makes an exception by a look-around that names something; `(?![a-z.-])` is an edge and none. */
export function excepts(text: string): boolean {
  return split(text).looks.some(look => /@|[a-z]{3}/i.test(look.filter(e => e.length === 1).join('')));
}

/** What an element stands for by itself: its byte, or a blank for a class or an escape of many. */
function literal(element: string): string {
  if (element.length === 1) return element;
  if (element.startsWith('\\'))
    return numberedCharacter(element) ?? (/[A-Za-z0-9]/.test(element.charAt(1)) ? ' ' : element.slice(1));
  const [, one = '', other] = /^\[([^\^])(.)?\]$/s.exec(element) ?? [];
  return one.toLowerCase() === (other ?? one).toLowerCase() ? one || ' ' : ' ';
}

/**
 * A pattern's text without what only a pattern has, lower case: blanks for classes and escapes, newlines between alternatives.
 * What the pattern must not find is left out.
 */
export function literalText(text: string): string {
  return split(text)
    .elements.map(literal)
    .join('')
    .replace(/\(\?(?:[a-z^-]*:|<?[=!]|[>|]|P?<\w*>|'\w*'|[a-z^-]*\))/gi, '')
    .replace(/\)(?:[?*]|\{0)/g, ' ')
    .replace(/\|/g, '\n')
    .replace(/\{[0-9,]*\}|[()[\]?*+^$]/g, '')
    .toLowerCase();
}

/** Whether a literal text names a domain by itself: neither as the end of a longer name or host, nor as its beginning. */
export function namesDomain(literal: string, domain: string): boolean {
  for (let at = literal.indexOf(domain); at >= 0; at = literal.indexOf(domain, at + 1)) {
    const before = literal.slice(Math.max(0, at - 2), at);
    const after = literal.slice(at + domain.length, at + domain.length + 2);
    if (!/[a-z0-9-]\.?$/.test(before) && !/^(?:[a-z0-9-]|\.[a-z0-9-])/.test(after)) return true;
  }
  return false;
}

/** Whether a literal text names a header where headers are named: at its start or at that of an alternative. */
export function namesHeader(literal: string, header: string): boolean {
  return new RegExp(`^(?:[^a-z]|resent-)*${header.toLowerCase()}(?![a-z-])`, 'm').test(literal);
}
