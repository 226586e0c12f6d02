/** One logical line of a pcre: or regexp: table, as dict_pcre.c and dict_regexp.c of Postfix 3.7 take it apart. */
import type { Span } from '../../text/span';
import { span } from '../../text/span';
import type { Dialect, PatternFlags } from '../pattern/tree';
import { pcreDefaults, posixDefaults } from '../pattern/tree';
import { isSpace } from './logical-line';
import type { Replacement } from './replacement';
import { readReplacement } from './replacement';

export type TableType = 'pcre' | 'regexp';

/** A flag behind a pattern. */
export interface FlagMark {
  readonly letter: string;
  readonly span: Span;
  /** The flag it toggles; `obsolete`: X, without effect; undefined for a letter that is no flag. */
  readonly toggles: keyof PatternFlags | 'basic' | 'obsolete' | undefined;
}

/** A pattern with its delimiters and flags; spans count bytes of the logical line. */
export interface PatternPart {
  /** `!` an odd number of times before it. */
  readonly negated: boolean;
  readonly negation: Span | undefined;
  readonly delimiter: string;
  /** With both delimiters, without flags. */
  readonly span: Span;
  /** Between the delimiters. */
  readonly body: Span;
  readonly bytes: string;
  readonly marks: readonly FlagMark[];
  readonly flags: PatternFlags;
  readonly dialect: Dialect;
}

/** Why Postfix skips a line, or what it says about it, before it looks at the pattern itself. */
export type LineFault =
  | { readonly kind: 'indented' | 'no-pattern' | 'not-recognized'; readonly span: Span }
  | { readonly kind: 'no-delimiter'; readonly delimiter: string; readonly span: Span }
  | { readonly kind: 'unknown-flag' | 'obsolete-flag'; readonly letter: string; readonly span: Span };

/** What a line says. */
export type TableLine = {
  /** Faults in the order in which Postfix reports them. */
  readonly faults: readonly LineFault[];
} & (
  | {
      readonly kind: 'rule';
      /** One; two in `/a/!/b/` of regexp:. */
      readonly patterns: readonly PatternPart[];
      /** The text given, blanks around it left out; empty where there is none. */
      readonly action: Span;
      readonly actionText: string;
      readonly replacement: Replacement;
    }
  | { readonly kind: 'if'; readonly keyword: Span; readonly pattern: PatternPart; readonly extra: Span | undefined }
  | { readonly kind: 'endif'; readonly keyword: Span; readonly extra: Span | undefined }
  /** Postfix ignores the line. */
  | { readonly kind: 'skipped'; readonly patterns: readonly PatternPart[] }
);

/** The patterns of an if or a rule; none of a line that Postfix ignores. */
export function patternsOf(says: TableLine): readonly PatternPart[] {
  return says.kind === 'if' ? [says.pattern] : says.kind === 'rule' ? says.patterns : [];
}

const pcreFlags: Readonly<Record<string, keyof PatternFlags | 'obsolete'>> = {
  i: 'caseless',
  m: 'multiline',
  s: 'dotAll',
  x: 'extended',
  A: 'anchored',
  E: 'dollarEndOnly',
  U: 'ungreedy',
  X: 'obsolete',
};
const regexpFlags: Readonly<Record<string, keyof PatternFlags | 'basic'>> = {
  i: 'caseless',
  m: 'multiline',
  x: 'basic',
};

const isAlnum = (c: string | undefined): boolean => c !== undefined && /^[0-9A-Za-z]$/.test(c);

/** Takes a logical line apart (its bytes; a NUL ends it, blanks at the end do not count). Never throws. */
export function readTableLine(bytes: string, type: TableType): TableLine {
  if (isSpace(bytes[0]))
    return { kind: 'skipped', patterns: [], faults: [{ kind: 'indented', span: span(0, bytes.length) }] };
  return new LineReader(bytes, type).read();
}

class LineReader {
  private readonly text: string;
  private readonly faults: LineFault[] = [];
  private readonly patterns: PatternPart[] = [];
  private at = 0;

  constructor(
    bytes: string,
    private readonly type: TableType,
  ) {
    const nul = bytes.indexOf('\0');
    let end = nul < 0 ? bytes.length : nul;
    while (end > 0 && isSpace(bytes[end - 1])) end--;
    this.text = bytes.slice(0, end);
  }

  read(): TableLine {
    const { text, faults } = this;
    if (text === '') return this.skipped();
    if (!isAlnum(text[0])) return this.rule();
    if (/^if(?![0-9A-Za-z])/i.test(text)) {
      this.at = 2;
      const pattern = this.pattern();
      if (!pattern) return this.skipped();
      return { kind: 'if', keyword: span(0, 2), pattern, extra: this.rest(), faults };
    }
    if (/^endif(?![0-9A-Za-z])/i.test(text)) {
      this.at = 5;
      return { kind: 'endif', keyword: span(0, 5), extra: this.rest(), faults };
    }
    faults.push({ kind: 'not-recognized', span: span(0, text.length) });
    return this.skipped();
  }

  private skipped(): TableLine {
    return { kind: 'skipped', patterns: this.patterns, faults: this.faults };
  }

  private rule(): TableLine {
    if (!this.pattern()) return this.skipped();
    if (this.type === 'regexp' && this.text[this.at] === '!' && !this.pattern()) return this.skipped();
    const action = this.rest() ?? span(this.text.length, this.text.length);
    const actionText = this.text.slice(action.start, action.end);
    const replacement = readReplacement(actionText);
    return { kind: 'rule', patterns: this.patterns, action, actionText, replacement, faults: this.faults };
  }

  /** What is left of the line behind blanks; undefined for nothing. */
  private rest(): Span | undefined {
    while (isSpace(this.text[this.at])) this.at++;
    return this.at < this.text.length ? span(this.at, this.text.length) : undefined;
  }

  private pattern(): PatternPart | undefined {
    const { text, faults } = this;
    let negated = false;
    let bang: number | undefined;
    let bangEnd = 0;
    for (; this.at < text.length; this.at++) {
      if (text[this.at] === '!') {
        negated = !negated;
        bang ??= this.at;
        bangEnd = this.at + 1;
      } else if (!isSpace(text[this.at])) break;
    }
    if (this.at >= text.length) {
      faults.push({ kind: 'no-pattern', span: span(0, text.length) });
      return undefined;
    }
    const start = this.at;
    const delimiter = text.charAt(start);
    // A backslash escapes before it delimits; regexp: takes one at the very end for the closing delimiter.
    let at = start + 1;
    while (at < text.length && (text[at] === '\\' || text[at] !== delimiter)) {
      if (text[at] !== '\\') at++;
      else if (this.type === 'regexp' && at + 1 === text.length) break;
      else at += 2;
    }
    if (at >= text.length) {
      faults.push({ kind: 'no-delimiter', delimiter, span: span(start, start + 1) });
      return undefined;
    }
    this.at = at + 1;
    const read = this.flags();
    const part: PatternPart = {
      negated,
      negation: bang === undefined ? undefined : span(bang, bangEnd),
      delimiter,
      span: span(start, at + 1),
      body: span(start + 1, at),
      bytes: text.slice(start + 1, at),
      marks: read.marks,
      flags: read.flags,
      dialect: this.type === 'pcre' ? 'pcre' : read.basic ? 'bre' : 'ere',
    };
    this.patterns.push(part);
    return read.known ? part : undefined;
  }

  private flags(): { marks: FlagMark[]; flags: PatternFlags; basic: boolean; known: boolean } {
    const { text, faults } = this;
    const table: Readonly<Record<string, FlagMark['toggles']>> = this.type === 'pcre' ? pcreFlags : regexpFlags;
    const flags: { -readonly [K in keyof PatternFlags]: PatternFlags[K] } = {
      ...(this.type === 'pcre' ? pcreDefaults : posixDefaults),
    };
    const marks: FlagMark[] = [];
    let basic = false;
    let known = true;
    while (this.at < text.length && !isSpace(text[this.at]) && !(this.type === 'regexp' && text[this.at] === '!')) {
      const letter = text.charAt(this.at);
      const place = span(this.at, this.at + 1);
      const toggles = Object.hasOwn(table, letter) ? table[letter] : undefined;
      marks.push({ letter, span: place, toggles });
      if (toggles === undefined) {
        faults.push({ kind: 'unknown-flag', letter, span: place });
        known = false;
        break;
      }
      if (toggles === 'obsolete') faults.push({ kind: 'obsolete-flag', letter, span: place });
      else if (toggles === 'basic') basic = !basic;
      else flags[toggles] = !flags[toggles];
      this.at++;
    }
    return { marks, flags, basic, known };
  }
}
