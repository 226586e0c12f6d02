/**
 * `$name` and its kin, as mac_parse(3) and mac_expand(3) read them: `$x ${x} $(x) ${x?a} ${x:b} ${x?{a}:{b}}
 * ${{a} == {b} ? {c} : {d}}` and `$$`. Messages and places of errors were measured with postconf 3.7.11.
 */
import { isSpace } from '../../text/space';

/** A stretch of text that stands for itself; `$$` is a literal `$` of its own. */
export interface Literal {
  readonly kind: 'literal';
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** A comparison: the operator as written, both sides unexpanded. */
export interface Comparison {
  readonly operator: string;
  readonly left: Macro[];
  readonly right: Macro[];
}

/** One reference. Offsets are those of the whole reference in the text that was parsed. */
export interface Reference {
  readonly kind: 'reference';
  readonly start: number;
  readonly end: number;
  /** The parameter's name; empty for a comparison. */
  readonly name: string;
  readonly nameStart: number;
  readonly comparison?: Comparison;
  /** What it becomes when the name has a value, or the comparison holds (`?`); absent where not given. */
  readonly then?: Macro[];
  /** What it becomes when not (`:`). */
  readonly otherwise?: Macro[];
}

export type Macro = Literal | Reference;

/** What Postfix says of a reference it cannot read; it then stops with "macro processing error". */
export interface MacroProblem {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

export interface MacroText {
  readonly parts: readonly Macro[];
  readonly problems: readonly MacroProblem[];
}

/** Deeper nesting than this is reported and read as text: no real value comes near. */
const deepest = 60;

/** Parses a value. Never fails: what cannot be read stays literal text and is named in `problems`. */
export function parseMacros(text: string): MacroText {
  const problems: MacroProblem[] = [];
  const parts = new Parser(text, problems).parse(0, text.length, 0);
  return { parts, problems };
}

/** All references in a value, those in branches and comparisons too. */
export function references(parts: readonly Macro[]): Reference[] {
  const out: Reference[] = [];
  const visit = (list: readonly Macro[]): void => {
    for (const part of list) {
      if (part.kind === 'literal') continue;
      out.push(part);
      if (part.comparison) {
        visit(part.comparison.left);
        visit(part.comparison.right);
      }
      if (part.then) visit(part.then);
      if (part.otherwise) visit(part.otherwise);
    }
  };
  visit(parts);
  return out;
}

const nameCharacter = /[A-Za-z0-9_]/;
const operators = /^(?:==|!=|<=|>=|<|>)(?:level)?(?=[\t-\r {]|$)/;

class Parser {
  constructor(
    private readonly text: string,
    private readonly problems: MacroProblem[],
  ) {}

  parse(from: number, to: number, depth: number): Macro[] {
    const out: Macro[] = [];
    let literal = '';
    let literalStart = from;
    const flush = (end: number): void => {
      if (end > literalStart) out.push({ kind: 'literal', text: literal, start: literalStart, end });
      literal = '';
    };
    let at = from;
    while (at < to) {
      const dollar = this.text.indexOf('$', at);
      if (dollar < 0 || dollar >= to) {
        literal += this.text.slice(at, to);
        at = to;
        break;
      }
      literal += this.text.slice(at, dollar);
      if (this.text[dollar + 1] === '$' && dollar + 1 < to) {
        flush(dollar);
        out.push({ kind: 'literal', text: '$', start: dollar, end: dollar + 2 });
        at = literalStart = dollar + 2;
        continue;
      }
      const reference = this.reference(dollar, to, depth);
      if (typeof reference === 'number') {
        literal += this.text.slice(dollar, reference);
        at = reference;
        continue;
      }
      flush(dollar);
      out.push(reference);
      at = literalStart = reference.end;
    }
    flush(to);
    return out;
  }

  /** A reference at a `$`, or the offset behind what could not be read. */
  private reference(dollar: number, to: number, depth: number): Reference | number {
    const open = this.text[dollar + 1];
    if (dollar + 1 < to && (open === '{' || open === '(')) {
      const close = this.closing(dollar + 1, to, open);
      if (close < 0) {
        this.problem(`truncated macro reference: "${this.text}"`, dollar, to);
        return to;
      }
      return this.inside(dollar, dollar + 2, close, depth) ?? close + 1;
    }
    let end = dollar + 1;
    while (end < to && nameCharacter.test(this.text.charAt(end))) end++;
    if (end === dollar + 1) {
      this.problem(`empty macro name: "${this.text}"`, dollar, Math.min(dollar + 2, to));
      return end;
    }
    return { kind: 'reference', start: dollar, end, name: this.text.slice(dollar + 1, end), nameStart: dollar + 1 };
  }

  private closing(open: number, to: number, bracket: '{' | '('): number {
    const closing = bracket === '{' ? '}' : ')';
    let level = 0;
    for (let i = open; i < to; i++) {
      const c = this.text[i];
      if (c === bracket) level++;
      else if (c === closing && --level === 0) return i;
    }
    return -1;
  }

  private inside(start: number, from: number, to: number, depth: number): Reference | undefined {
    const end = to + 1;
    let at = this.skipSpace(from, to);
    if (from === to) {
      this.problem(`empty macro name: "${this.text}"`, start, end);
      return undefined;
    }
    if (depth > deepest) {
      this.problem(`unreasonable macro call nesting: "${this.text.slice(from, Math.min(to, from + 40))}"`, start, end);
      return undefined;
    }
    let comparison: Comparison | undefined;
    const nameStart = at;
    if (this.text[at] === '{') {
      const read = this.comparison(at, to, depth);
      if (!read) return undefined;
      comparison = read.comparison;
      at = read.end;
    } else {
      while (at < to && nameCharacter.test(this.text.charAt(at))) at++;
    }
    const name = comparison ? '' : this.text.slice(nameStart, at);
    at = this.skipSpace(at, to);
    const base = { kind: 'reference' as const, start, end, name, nameStart, ...(comparison ? { comparison } : {}) };
    if (at === to && (comparison || name)) return base;
    const mark = this.text[at];
    if ((mark !== '?' && mark !== ':') || (!comparison && !name)) {
      const what = comparison ? '"?" expected' : 'attribute name syntax error';
      return this.syntaxError(what, from, at, to);
    }
    if (mark === ':') {
      const otherwise = this.branch(at + 1, to, depth);
      return otherwise && { ...base, otherwise: otherwise.parts };
    }
    const then = this.branch(at + 1, to, depth);
    if (!then) return undefined;
    if (then.end === to) return { ...base, then: then.parts };
    if (this.text[then.end] !== ':') return this.syntaxError('":" expected', from, then.end, to);
    const otherwise = this.branch(then.end + 1, to, depth);
    return otherwise && { ...base, then: then.parts, otherwise: otherwise.parts };
  }

  /** A branch: `{text}` with white space around it, or all the rest as it stands. */
  private branch(from: number, to: number, depth: number): { parts: Macro[]; end: number } | undefined {
    const at = this.skipSpace(from, to);
    if (this.text[at] !== '{' || at >= to) return { parts: this.parse(from, to, depth + 1), end: to };
    const close = this.closing(at, to, '{');
    if (close < 0) return this.syntaxError('"}" expected', from, to, to);
    const end = this.skipSpace(close + 1, to);
    if (end < to && this.text[end] !== ':') {
      return this.syntaxError(this.text[from - 1] === ':' ? 'unexpected input' : '":" expected', from, end, to);
    }
    return { parts: this.parse(at + 1, close, depth + 1), end };
  }

  private comparison(from: number, to: number, depth: number): { comparison: Comparison; end: number } | undefined {
    const leftClose = this.closing(from, to, '{');
    if (leftClose < 0) return this.syntaxError('"}" expected', from, to, to);
    let at = this.skipSpace(leftClose + 1, to);
    const operator = operators.exec(this.text.slice(at, Math.min(to, at + 9)))?.[0];
    if (!operator) return this.syntaxError('"==" or "!=" or "<" or "<=" or ">=" or ">" expected', from, at, to);
    at = this.skipSpace(at + operator.length, to);
    if (this.text[at] !== '{' || at >= to) return this.syntaxError('"{expression}" expected', from, at, to);
    const rightClose = this.closing(at, to, '{');
    if (rightClose < 0) return this.syntaxError('"}" expected', from, to, to);
    return {
      comparison: {
        operator,
        left: this.parse(from + 1, leftClose, depth + 1),
        right: this.parse(at + 1, rightClose, depth + 1),
      },
      end: rightClose + 1,
    };
  }

  private skipSpace(from: number, to: number): number {
    let at = from;
    while (at < to && isSpace(this.text.charAt(at))) at++;
    return at;
  }

  private syntaxError(what: string, from: number, at: number, to: number): undefined {
    const here = `"...${this.text.slice(from, at)}>>>${this.text.slice(at, Math.min(to, at + 40))}"`;
    this.problem(`${what} at: ${here}`, at, Math.max(at, Math.min(at + 1, to)));
    return undefined;
  }

  private problem(text: string, start: number, end: number): void {
    this.problems.push({ text, start, end });
  }
}
