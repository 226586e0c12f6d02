/** Reads a PCRE pattern into tokens as libpcre2's first pass does, and refuses what that pass refuses, at its offsets. */
import { anyByte, complement, setOf } from './byte-set';
import type { ByteSet } from './byte-set';
import { escapeSet, posixEnd, propertySet, readClass, vertical } from './pcre-class';
import { readAfterParenthesis } from './pcre-groups';
import { Cursor } from './pcre-escape';
import type { Conventions, NamedGroup, Token, Tokens } from './pcre-tokens';
import type { PatternFlags } from './tree';

/** The flags that may change inside a pattern. */
export interface Switches {
  caseless: boolean;
  multiline: boolean;
  dotAll: boolean;
  extended: boolean;
  extendedMore: boolean;
  noAutoCapture: boolean;
  ungreedy: boolean;
  duplicateNames: boolean;
}

/** A group that restores something when it closes. */
export interface Nest {
  depth: number;
  readonly switches: Switches;
  /** `(?|`: where numbering starts again in each branch. */
  readonly resetTo?: number;
  highest: number;
  readonly condition?: boolean;
  readonly extraClose?: boolean;
}

/** The state of reading that groups change too. */
export class Lexer {
  readonly tokens: Token[] = [];
  readonly trivia: { start: number; end: number }[] = [];
  readonly named: NamedGroup[] = [];
  readonly nests: Nest[] = [];
  /** Depth of open parentheses. */
  depth = 0;
  switches: Switches;
  duplicateNumbers = false;
  hasLookBehind = false;
  /** The next thing must be an assertion, 2: a callout may come before it. */
  expectAssertion = 0;
  /** Whether the item read last may be repeated. */
  repeatable = false;
  /** Whether the item read last was a quantifier, which a `?` or `+` may follow. */
  private quantified = false;
  readonly cursor: Cursor;
  private readonly names = new Map<string, number[]>();
  private readonly nameOf = new Map<number, string>();

  constructor(
    text: string,
    from: number,
    flags: PatternFlags,
    readonly conventions: Conventions,
  ) {
    this.cursor = new Cursor(text, conventions.utf);
    this.cursor.at = from;
    this.switches = { ...flags, extendedMore: false, noAutoCapture: false, duplicateNames: false };
  }

  read(): Tokens {
    const { cursor } = this;
    while (cursor.at < cursor.end) {
      if (this.depth > 250) cursor.fail(19);
      if (this.skipTrivia()) continue;
      const start = cursor.at;
      const c = cursor.peek();
      cursor.at++;
      this.checkAssertion(c);
      const expected = this.expectAssertion;
      this.expectAssertion = 0;
      const wasRepeatable = this.repeatable;
      this.repeatable = false;
      if (this.quantified && (c === '?' || c === '+')) {
        this.modify(c);
        this.quantified = false;
        continue;
      }
      this.quantified = this.item(c, start, wasRepeatable, expected);
    }
    if (this.depth > 0) cursor.fail(14);
    return {
      tokens: this.tokens,
      groups: this.highestGroup,
      named: this.named,
      duplicateNumbers: this.duplicateNumbers,
      trivia: this.trivia,
      hasLookBehind: this.hasLookBehind,
    };
  }

  private get highestGroup(): number {
    return this.cursor.groups;
  }

  push(token: Token): void {
    this.tokens.push(token);
  }

  /** `?` or `+` behind a quantifier. */
  private modify(c: string): void {
    const last = this.tokens[this.tokens.length - 1];
    if (last?.kind !== 'quantifier') return;
    last.mode = c === '+' ? 'possessive' : this.switches.ungreedy ? 'greedy' : 'lazy';
    last.end = this.cursor.at;
  }

  /** `\Q…\E`, comments and, in extended mode, blanks. */
  private skipTrivia(): boolean {
    const { cursor } = this;
    const start = cursor.at;
    const c = cursor.peek();
    if (c === '\\' && cursor.peek(1) === 'Q') {
      cursor.at += 2;
      this.trivia.push({ start, end: cursor.at });
      this.quoted();
      return true;
    }
    if (c === '\\' && cursor.peek(1) === 'E') cursor.at += 2;
    else if (this.switches.extended && /[\t-\r \x85]/.test(c)) cursor.at++;
    else if (this.switches.extended && c === '#') this.lineComment();
    else if (c === '(' && cursor.has('?#', 1)) {
      const close = cursor.text.indexOf(')', cursor.at + 3);
      if (close < 0) cursor.fail(18, cursor.end);
      cursor.at = close + 1;
    } else return false;
    this.trivia.push({ start, end: cursor.at });
    return true;
  }

  private quoted(): void {
    const { cursor } = this;
    const close = cursor.text.indexOf('\\E', cursor.at);
    const end = close < 0 ? cursor.end : close;
    if (end > cursor.at) {
      if (this.expectAssertion > 0) cursor.fail(28, cursor.at);
      for (; cursor.at < end; cursor.at++) this.byte(cursor.text.charCodeAt(cursor.at), cursor.at, cursor.at + 1);
      this.quantified = false;
    }
    if (close < 0) return;
    cursor.at = close + 2;
    this.trivia.push({ start: close, end: cursor.at });
  }

  private lineComment(): void {
    const { cursor } = this;
    while (cursor.at < cursor.end) {
      const length = this.newlineAt(cursor.at);
      if (length > 0) {
        cursor.at += length;
        return;
      }
      cursor.at++;
    }
  }

  private newlineAt(at: number): number {
    const { text } = this.cursor;
    const c = text[at];
    const crlf = c === '\r' && text[at + 1] === '\n';
    switch (this.conventions.newline) {
      case 'lf':
        return c === '\n' ? 1 : 0;
      case 'cr':
        return c === '\r' ? 1 : 0;
      case 'nul':
        return c === '\0' ? 1 : 0;
      case 'crlf':
        return crlf ? 2 : 0;
      case 'anycrlf':
        return crlf ? 2 : c === '\n' || c === '\r' ? 1 : 0;
      case 'any':
        return crlf ? 2 : c !== undefined && /[\n-\r\x85]/.test(c) ? 1 : 0;
    }
  }

  private checkAssertion(c: string): void {
    if (this.expectAssertion <= 0) return;
    const { cursor } = this;
    let ok = c === '(' && cursor.end - cursor.at >= 3;
    if (ok && cursor.peek() === '*') ok = /[a-z]/.test(cursor.peek(1));
    else if (ok && cursor.peek() === '?') {
      const what = cursor.peek(1);
      if (what === 'C') ok = this.expectAssertion === 2;
      else if (what === '<') ok = '=!'.includes(cursor.peek(2));
      else ok = what === '=' || what === '!';
    } else ok = false;
    if (!ok) cursor.fail(28, cursor.at - 1);
  }

  /** Reads one item; true for a quantifier. */
  private item(c: string, start: number, wasRepeatable: boolean, expected: number): boolean {
    const { cursor } = this;
    switch (c) {
      case '\\':
        this.escape(start);
        return false;
      case '^':
        this.anchor(this.switches.multiline ? 'line-start' : 'subject-start', start);
        return false;
      case '$':
        this.dollar(start);
        return false;
      case '.':
        if (this.switches.dotAll) this.set(anyByte, 'dot', start);
        else this.notNewline('dot', start);
        return false;
      case '*':
        return this.quantifier(0, Infinity, start, wasRepeatable);
      case '+':
        return this.quantifier(1, Infinity, start, wasRepeatable);
      case '?':
        return this.quantifier(0, 1, start, wasRepeatable);
      case '{': {
        const counts = cursor.repeatCounts();
        if (counts) return this.quantifier(counts.min, counts.max, start, wasRepeatable);
        this.byte(0x7b, start, cursor.at);
        return false;
      }
      case '[':
        this.bracket(start);
        return false;
      case '(':
        readAfterParenthesis(this, start, expected);
        return false;
      case '|':
        this.alternative(start);
        return false;
      case ')':
        this.close(start);
        return false;
      default:
        this.byte(c.charCodeAt(0), start, cursor.at);
        return false;
    }
  }

  private byte(byte: number, start: number, end: number): void {
    const letter = (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
    const folds = this.switches.caseless && (letter || (this.conventions.ucp && byte >= 0x80));
    this.push({ kind: 'byte', byte, caseless: folds, start, end });
    this.repeatable = true;
  }

  private set(set: ByteSet, form: 'dot' | 'escape', start: number): void {
    this.push({ kind: 'set', set, form, start, end: this.cursor.at });
    this.repeatable = true;
  }

  anchor(at: Extract<Token, { kind: 'anchor' }>['at'], start: number): void {
    this.push({ kind: 'anchor', at, start, end: this.cursor.at });
  }

  /** `$` */
  private dollar(start: number): void {
    if (this.switches.multiline) this.anchor('line-end', start);
    else this.anchor(this.dollarEndOnly ? 'subject-end' : 'subject-end-or-last-newline', start);
  }

  /** Set by the parser: `$` stands for the very end only. */
  dollarEndOnly = false;

  private notNewline(form: 'dot' | 'escape', start: number): void {
    switch (this.conventions.newline) {
      case 'crlf':
        this.push({ kind: 'not-crlf', start, end: this.cursor.at });
        this.repeatable = true;
        return;
      case 'lf':
        return this.set(complement(setOf([10])), form, start);
      case 'cr':
        return this.set(complement(setOf([13])), form, start);
      case 'nul':
        return this.set(complement(setOf([0])), form, start);
      case 'anycrlf':
        return this.set(complement(setOf([10, 13])), form, start);
      case 'any':
        return this.set(complement(vertical), form, start);
    }
  }

  private escape(start: number): void {
    const { cursor } = this;
    const escape = cursor.escape(false);
    if (escape.kind === 'byte') {
      this.byte(escape.byte, start, cursor.at);
      return;
    }
    if (escape.kind === 'group') {
      const { caseless } = this.switches;
      this.push({ kind: 'reference', group: escape.group, offset: cursor.at - 1, caseless, start, end: cursor.at });
      this.repeatable = true;
      return;
    }
    const { letter } = escape;
    const one = escapeSet(letter, this.conventions.ucp);
    if (one) return this.set(one, 'escape', start);
    switch (letter) {
      case 'p':
      case 'P':
        return this.set(propertySet(cursor, letter), 'escape', start);
      case 'C':
        return this.set(anyByte, 'escape', start);
      case 'N':
        return this.notNewline('escape', start);
      case 'X':
      case 'R':
        this.push({ kind: letter === 'X' ? 'cluster' : 'newline', start, end: cursor.at });
        this.repeatable = true;
        return;
      case 'A':
        return this.anchor('subject-start', start);
      case 'Z':
        return this.anchor('subject-end-or-last-newline', start);
      case 'z':
        return this.anchor('subject-end', start);
      case 'G':
        return this.anchor('search-start', start);
      case 'b':
        return this.anchor('word-boundary', start);
      case 'B':
        return this.anchor('not-word-boundary', start);
      case 'K':
        this.push({ kind: 'keep', start, end: cursor.at });
        return;
      default:
        this.namedReference(letter, start);
    }
  }

  /** `\g<…>`, `\g'…'`, `\g{name}`, `\k…`; the cursor stands behind the letter. */
  private namedReference(letter: string, start: number): void {
    const { cursor } = this;
    const opener = cursor.peek();
    if (opener !== '{' && opener !== '<' && opener !== "'") cursor.fail(letter === 'g' ? 57 : 69);
    const terminator = opener === '<' ? '>' : opener === "'" ? "'" : '}';
    if (letter === 'g' && terminator !== '}' && this.numberedCall(terminator, start)) return;
    const { name, offset } = cursor.name(terminator);
    const end = cursor.at;
    if (letter === 'k' || terminator === '}') {
      this.push({ kind: 'name-reference', name, offset, caseless: this.switches.caseless, start, end });
    } else this.push({ kind: 'name-call', name, offset, start, end });
    this.repeatable = true;
  }

  private numberedCall(terminator: string, start: number): boolean {
    const { cursor } = this;
    const before = cursor.at;
    cursor.at++;
    const group = cursor.groupNumber(before);
    if (group === undefined) {
      cursor.at = before;
      return false;
    }
    if (cursor.peek() !== terminator) cursor.fail(57, before);
    this.call(group, start);
    return true;
  }

  /** A call of a group by number; the cursor stands on the closing byte. */
  call(group: number, start: number): void {
    const { cursor } = this;
    const offset = cursor.at;
    cursor.at++;
    this.push({ kind: 'call', group, offset, start, end: cursor.at });
    this.repeatable = true;
  }

  private quantifier(min: number, max: number, start: number, allowed: boolean): boolean {
    const { cursor } = this;
    if (!allowed) cursor.fail(9, cursor.at - 1);
    const mode = this.switches.ungreedy ? 'lazy' : 'greedy';
    this.push({ kind: 'quantifier', min, max, mode, start, end: cursor.at });
    return true;
  }

  private bracket(start: number): void {
    const { cursor } = this;
    this.repeatable = true;
    if (cursor.has('[:<:]]') || cursor.has('[:>:]]')) return this.wordEdge(start);
    if (':.='.includes(cursor.peek()) && cursor.at < cursor.end && posixEnd(cursor) !== undefined) {
      cursor.fail(cursor.peek() === ':' ? 12 : 13, cursor.at - 1);
    }
    const { set, negated, items } = readClass(cursor, {
      caseless: this.switches.caseless,
      extendedMore: this.switches.extendedMore,
      ucp: this.conventions.ucp,
    });
    this.push({ kind: 'set', set, form: 'class', items, negated, start, end: cursor.at });
  }

  /** `[[:<:]]` and `[[:>:]]`: `\b(?=\w)` and `\b(?<=\w)`. */
  private wordEdge(start: number): void {
    const { cursor } = this;
    const behind = cursor.peek(2) === '>';
    cursor.at += 6;
    const end = cursor.at;
    this.push({ kind: 'anchor', at: 'word-boundary', start, end });
    this.push({
      kind: 'open',
      opening: { as: 'look', behind, negative: false, nonAtomic: false, offset: 0 },
      start,
      end,
    });
    this.set(escapeSet('w', this.conventions.ucp) ?? anyByte, 'escape', start);
    this.push({ kind: 'close', start, end });
    if (behind) this.hasLookBehind = true;
  }

  private alternative(start: number): void {
    const nest = this.nests[this.nests.length - 1];
    if (nest && nest.depth === this.depth && nest.resetTo !== undefined) {
      nest.highest = Math.max(nest.highest, this.cursor.groups);
      this.cursor.groups = nest.resetTo;
    }
    this.push({ kind: 'alternative', start, end: this.cursor.at });
  }

  private close(start: number): void {
    const { cursor } = this;
    this.repeatable = true;
    const nest = this.nests[this.nests.length - 1];
    if (nest && nest.depth === this.depth) {
      this.switches = { ...nest.switches };
      if (nest.resetTo !== undefined) cursor.groups = Math.max(nest.highest, cursor.groups);
      if (nest.condition) this.repeatable = false;
      if (nest.extraClose) this.push({ kind: 'close', start, end: cursor.at });
      this.nests.pop();
    }
    if (this.depth === 0) cursor.fail(22, cursor.at - 1);
    this.depth--;
    this.push({ kind: 'close', start, end: cursor.at });
  }

  /** Notes a group's name; refuses what libpcre2 refuses of names. */
  name(name: string, number: number): void {
    const { cursor } = this;
    if (this.named.length >= 10_000) cursor.fail(49);
    const numbers = this.names.get(name);
    if (numbers?.includes(number)) return;
    if (numbers && !this.switches.duplicateNames) cursor.fail(43);
    if ((this.nameOf.get(number) ?? name) !== name) cursor.fail(65);
    this.nameOf.set(number, name);
    if (numbers) numbers.push(number);
    else this.names.set(name, [number]);
    this.named.push({ name, number });
  }
}
