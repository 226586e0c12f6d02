/** Reads words: quotes, expansions, substitutions (bash manual "Quoting", "Shell Expansions"; POSIX XCU 2.2, 2.6). */
import type { Span } from '../../text/span';
import { Cursor } from './cursor';
import type { ArithmeticPart, CommandPart, List, ParameterPart, Part, ProcessPart, Word } from './nodes';

/** Where a piece of text stands: what ends it and which characters are special in it. */
type Context =
  'word' | 'double' | 'document' | 'arithmetic' | 'braced' | 'braced-double' | 'pattern' | 'pattern-double' | 'regex';

const plainRun: Readonly<Record<Context, RegExp>> = {
  word: /[^ \t\n;&|()<>\\'"$`]+/y,
  double: /[^\\"$`]+/y,
  document: /[^\\$`]+/y,
  arithmetic: /[^\\"$`']+/y,
  braced: /[^\\'"$`}]+/y,
  'braced-double': /[^\\"$`}]+/y,
  pattern: /[^\\'"$`}/]+/y,
  'pattern-double': /[^\\'"$`}/]+/y,
  regex: /[^ \t\n\\'"$`()|;&]+/y,
};

const nameRun = /[A-Za-z_][A-Za-z0-9_]*/y;
const wordEnd = ' \t\n;&|()<>';

export abstract class WordReader extends Cursor {
  /** Reads commands up to an unmatched `)` or the end of the text. */
  protected abstract readEnclosed(): List;
  /** A reader for a text of its own (a backquoted command, the body of a here-document). */
  protected abstract inside(text: string, map: readonly number[]): WordReader;

  readWholeList(): List {
    return this.readEnclosed();
  }

  protected matchAt(run: RegExp): string | undefined {
    run.lastIndex = this.pos;
    return run.exec(this.text)?.[0];
  }

  /** The word under the cursor, or undefined where none begins. */
  protected readWord(): Word | undefined {
    this.blanks();
    return this.readBareWord('word');
  }

  /** The same without skipping blanks: the value of an assignment. */
  protected readBareWord(context: 'word' | 'regex'): Word | undefined {
    const start = this.pos;
    this.wordDepth++;
    const parts = this.readParts(context, c => context === 'word' && wordEnd.includes(c));
    this.wordDepth--;
    if (this.pos === start) return undefined;
    const only = parts[0];
    const span = parts.length === 1 && only?.kind === 'text' ? only.span : this.place(start, this.pos);
    return { span, parts };
  }

  protected readDocument(text: string, map: readonly number[]): readonly Part[] {
    const reader = this.inside(text, map);
    reader.wordDepth = 1;
    const parts = reader.readParts('document', () => false);
    return parts;
  }

  /** Parts up to a character that `ends` tells, or to the end of the text. */
  protected readParts(context: Context, ends: (c: string) => boolean): Part[] {
    const parts: Part[] = [];
    let parens = 0;
    while (this.pos < this.text.length) {
      const c = this.text[this.pos] ?? '';
      const start = this.pos;
      if (ends(c)) {
        if (context === 'word' && (c === '<' || c === '>') && this.text[start + 1] === '(' && this.dialect === 'bash') {
          parts.push(this.readProcess(c));
          continue;
        }
        break;
      }
      if (context === 'regex') {
        if (parens === 0 && wordEnd.includes(c) && c !== '(' && c !== '|') break;
        if (parens > 0 && c === '\n') break;
        if ('()| \t;&<>'.includes(c)) {
          if (c === '(') parens++;
          if (c === ')' && parens-- === 0) break;
          this.pos++;
          parts.push({ kind: 'text', value: c, span: this.place(start, this.pos) });
          continue;
        }
      }
      const plain = this.matchAt(plainRun[context]);
      if (plain !== undefined) {
        this.pos += plain.length;
        parts.push({ kind: 'text', value: plain, span: this.place(start, this.pos) });
        continue;
      }
      const part = this.readSpecial(c, context);
      if (part) parts.push(part);
    }
    return parts;
  }

  private readSpecial(c: string, context: Context): Part | undefined {
    const start = this.pos;
    const inDouble =
      context === 'double' || context === 'document' || context === 'arithmetic' || context === 'braced-double';
    if (c === '\\') return this.readBackslash(inDouble, context);
    if (c === '`') return this.readBackquoted(inDouble);
    if (c === '$') return this.readDollar(inDouble || context === 'pattern-double');
    if (c === "'" && context !== 'arithmetic') return this.readSingle();
    if (c === '"' && context !== 'document') return this.readDouble();
    this.pos++;
    return { kind: 'text', value: c, span: this.place(start, this.pos) };
  }

  private readBackslash(inDouble: boolean, context: Context): Part | undefined {
    const start = this.pos;
    const next = this.text[start + 1];
    if (next === '\n') {
      this.pos += 2;
      return undefined;
    }
    const special = context === 'document' ? '$`\\' : context === 'braced-double' ? '$`"\\}' : '$`"\\';
    if (next === undefined || (inDouble && !special.includes(next))) {
      this.pos++;
      return { kind: 'quoted', value: '\\', span: this.place(start, this.pos) };
    }
    const size = (next.codePointAt(0) ?? 0) >= 0xd800 && (next.codePointAt(0) ?? 0) < 0xdc00 ? 3 : 2;
    this.pos += size;
    return { kind: 'quoted', value: this.text.slice(start + 1, this.pos), span: this.place(start, this.pos) };
  }

  private readSingle(): Part {
    const start = this.pos;
    const end = this.text.indexOf("'", start + 1);
    if (end < 0) throw this.unclosed(start, "'");
    this.pos = end + 1;
    return { kind: 'quoted', value: this.text.slice(start + 1, end), span: this.place(start, this.pos) };
  }

  private readDouble(): Part {
    const start = this.pos++;
    const parts = this.deeper(() => this.readParts('double', c => c === '"'));
    if (this.text[this.pos] !== '"') throw this.unclosed(start, '"');
    this.pos++;
    return { kind: 'double', parts, span: this.place(start, this.pos) };
  }

  /** `$'…'` (bash manual "ANSI-C Quoting"). */
  private readAnsi(): Part {
    const start = this.pos;
    let value = '';
    this.pos += 2;
    for (;;) {
      const c = this.text[this.pos];
      if (c === undefined) throw this.unclosed(start + 1, "'");
      this.pos++;
      if (c === "'") break;
      value += c === '\\' ? this.ansiEscape() : c;
    }
    return { kind: 'quoted', value, span: this.place(start, this.pos) };
  }

  private ansiEscape(): string {
    const code = this.matchAt(/[0-7]{1,3}|x[0-9A-Fa-f]{1,2}|u[0-9A-Fa-f]{1,4}|U[0-9A-Fa-f]{1,8}|c[^]|[^]/y) ?? '';
    this.pos += code.length;
    const first = code[0] ?? '';
    const simple: Readonly<Record<string, string>> = {
      a: '\x07',
      b: '\b',
      e: '\x1b',
      E: '\x1b',
      f: '\f',
      n: '\n',
      r: '\r',
      t: '\t',
      v: '\v',
    };
    if (code.length > 1 && first === 'c') return String.fromCharCode((code.charCodeAt(1) & 31) % 128);
    if (/^[0-7]/.test(code)) return String.fromCharCode(parseInt(code, 8) & 255);
    if (code.length > 1) {
      const point = parseInt(code.slice(1), 16);
      return point <= 0x10ffff ? String.fromCodePoint(point) : '';
    }
    if (simple[first] !== undefined) return simple[first];
    return '\\\'"?'.includes(first) ? first : `\\${first}`;
  }

  private readDollar(inDouble: boolean): Part {
    const start = this.pos;
    const next = this.text[start + 1] ?? '';
    if (next === '(') {
      if (this.text[start + 2] === '(') {
        const end = this.arithmeticEnd(start + 3);
        if (end >= 0) return this.readArithmetic(start, start + 3, end, end + 2);
      }
      return this.readSubstitution();
    }
    if (next === '{') return this.readBraced(inDouble);
    if (next === '[' && this.dialect === 'bash') {
      const end = this.bracketEnd(start + 2);
      if (end >= 0) return this.readArithmetic(start, start + 2, end, end + 1);
    }
    if (next === "'" && !inDouble && this.dialect === 'bash') return this.readAnsi();
    if (next === '"' && !inDouble && this.dialect === 'bash') {
      this.pos++;
      return this.readDouble();
    }
    this.pos++;
    const name = this.matchAt(nameRun) ?? (/[0-9@*#?$!-]/.test(next) ? next : undefined);
    if (name === undefined) return { kind: 'text', value: '$', span: this.place(start, this.pos) };
    const nameStart = this.pos;
    this.pos += name.length;
    return {
      kind: 'parameter',
      name,
      nameSpan: this.place(nameStart, this.pos),
      args: [],
      span: this.place(start, this.pos),
    };
  }

  private readSubstitution(): CommandPart {
    const start = this.pos;
    this.pos += 2;
    const list = this.deeper(() => this.readNested());
    if (this.text[this.pos] !== ')')
      throw this.pos >= this.text.length ? this.unclosed(start + 1, ')') : this.unexpected(')');
    this.pos++;
    return { kind: 'command', list, span: this.place(start, this.pos) };
  }

  private readProcess(direction: '<' | '>'): ProcessPart {
    const start = this.pos;
    this.pos += 2;
    const list = this.deeper(() => this.readNested());
    if (this.text[this.pos] !== ')')
      throw this.pos >= this.text.length ? this.unclosed(start + 1, ')') : this.unexpected(')');
    this.pos++;
    return { kind: 'process', direction, list, span: this.place(start, this.pos) };
  }

  private readNested(): List {
    this.wordDepth++;
    const list = this.readEnclosed();
    this.wordDepth--;
    return list;
  }

  /** `` `…` ``: a backslash before `$`, `` ` `` or `\` goes, then the rest is read as commands. */
  private readBackquoted(inDouble: boolean): Part {
    const start = this.pos;
    const map: number[] = [];
    const offsets = this.offsets.bind(this);
    let text = '';
    let at = start + 1;
    for (; ; at++) {
      const c = this.text[at];
      if (c === undefined) throw this.unclosed(start, '`');
      if (c === '`') break;
      if (c === '\\' && '$`\\'.concat(inDouble ? '"' : '').includes(this.text[at + 1] ?? ' ')) at++;
      text += this.text[at] ?? '';
      map.push(offsets(at, at)[0] ?? at);
    }
    map.push(offsets(at, at)[0] ?? at);
    this.pos = at + 1;
    const list = this.deeper(() => {
      const reader = this.inside(text, map);
      reader.wordDepth = 1;
      const inner = reader.readWholeList();
      if (reader.pos < text.length) throw reader.unexpected();
      return inner;
    });
    return { kind: 'command', list, span: this.place(start, this.pos) };
  }

  /** Where the `))` of an arithmetic expression stands that begins at `from`; -1: it is none, but commands. */
  protected arithmeticEnd(from: number): number {
    let parens = 0;
    for (let i = from; i < this.text.length; i++) {
      const c = this.text[i];
      if (c === '\\') i++;
      else if (c === "'" || c === '"' || c === '`') {
        i = this.text.indexOf(c, i + 1);
        if (i < 0) break;
      } else if (c === '(') parens++;
      else if (c === ')') {
        if (parens === 0) {
          this.lookedTo = Math.max(this.lookedTo, i + 2);
          return this.text[i + 1] === ')' ? i : -1;
        }
        parens--;
      }
    }
    this.lookedTo = Infinity;
    return -1;
  }

  private bracketEnd(from: number): number {
    let brackets = 0;
    for (let i = from; i < this.text.length && this.text[i] !== '\n'; i++) {
      if (this.text[i] === '[') brackets++;
      else if (this.text[i] === ']' && brackets-- === 0) return i;
    }
    return -1;
  }

  private readArithmetic(start: number, from: number, end: number, after: number): ArithmeticPart {
    const parts = this.readExpression(from, end).parts;
    this.pos = after;
    return { kind: 'arithmetic', parts, span: this.place(start, after) };
  }

  /** A stretch of text as an arithmetic expression: only expansions and quotes are looked for. */
  protected readExpression(from: number, end: number): Word {
    const parts = this.deeper(() => this.stretch(from, end, 'arithmetic'));
    return { span: this.place(from, end), parts };
  }

  private stretch(from: number, end: number, context: Context): Part[] {
    const reader = this.inside(this.text.slice(from, end), this.offsets(from, end));
    reader.wordDepth = 1;
    return reader.readParts(context, () => false);
  }

  private readBraced(inDouble: boolean): ParameterPart {
    const start = this.pos;
    this.pos += 2;
    return this.deeper(() => {
      const part = this.readParameter(start, inDouble);
      if (part) return part;
      const args = [this.argument('braced-double', () => false)];
      if (this.text[this.pos] !== '}') throw this.unclosed(start + 1, '}');
      this.pos++;
      const span = this.place(start, this.pos);
      return { kind: 'parameter', name: '', nameSpan: span, args, bad: true, span };
    });
  }

  /** What stands in `${…}`; undefined where it is no expansion (the cursor is then somewhere in it). */
  private readParameter(start: number, inDouble: boolean): ParameterPart | undefined {
    const bash = this.dialect === 'bash';
    const name = /[A-Za-z_][A-Za-z0-9_]*|[0-9]+|[@*#?$!-]/y;
    let prefix: ParameterPart['prefix'];
    const next = this.text[this.pos + 1] ?? '';
    if (this.text[this.pos] === '#' && /[A-Za-z0-9_@*]/.test(next)) prefix = '#';
    else if (this.text[this.pos] === '!' && bash && /[A-Za-z0-9_]/.test(next)) prefix = '!';
    if (prefix) this.pos++;
    const nameStart = this.pos;
    const found = this.matchAt(name);
    if (found === undefined) return undefined;
    this.pos += found.length;
    const nameSpan = this.place(nameStart, this.pos);
    let subscript: Word | undefined;
    if (this.text[this.pos] === '[' && bash && /^[A-Za-z_]/.test(found)) {
      const end = this.bracketEnd(this.pos + 1);
      if (end < 0) return undefined;
      subscript = { span: this.place(this.pos + 1, end), parts: this.stretch(this.pos + 1, end, 'word') };
      this.pos = end + 1;
    }
    if (prefix === '!' && (this.text.startsWith('*}', this.pos) || this.text.startsWith('@}', this.pos))) {
      prefix = this.text[this.pos] === '*' ? '!*' : '!@';
      this.pos++;
    }
    const head = {
      kind: 'parameter',
      name: found,
      nameSpan,
      ...(subscript && { subscript }),
      ...(prefix && { prefix }),
    } as const;
    if (this.text[this.pos] === '}') {
      this.pos++;
      return { ...head, args: [], span: this.place(start, this.pos) };
    }
    if (prefix === '#') return undefined;
    const operator = this.matchAt(bash ? /:?[-=?+]|##?|%%?|\/[/#%]?|\^\^?|,,?|@[A-Za-z]|:/y : /:?[-=?+]|##?|%%?/y);
    if (operator === undefined) return undefined;
    this.pos += operator.length;
    const args = this.readOperands(operator, inDouble);
    if (this.text[this.pos] !== '}') throw this.unclosed(start + 1, '}');
    this.pos++;
    return { ...head, operator, args, span: this.place(start, this.pos) };
  }

  private readOperands(operator: string, inDouble: boolean): Word[] {
    if (operator.startsWith('/')) {
      const pattern = this.argument(inDouble ? 'pattern-double' : 'pattern', c => c === '/');
      if (this.text[this.pos] !== '/') return [pattern];
      this.pos++;
      return [pattern, this.argument(inDouble ? 'braced-double' : 'braced', () => false)];
    }
    if (operator === ':') {
      const end = this.substringEnd(this.pos, true);
      const offset = this.readExpression(this.pos, end);
      this.pos = end;
      if (this.text[end] !== ':') return [offset];
      const length = this.readExpression(end + 1, this.substringEnd(end + 1, false));
      this.pos = this.substringEnd(end + 1, false);
      return [offset, length];
    }
    const quotesCount = /^[#%^,]/.test(operator);
    return [this.argument(inDouble && !quotesCount ? 'braced-double' : 'braced', () => false)];
  }

  private argument(context: Context, ends: (c: string) => boolean): Word {
    const start = this.pos;
    this.wordDepth++;
    const parts = this.readParts(context, c => c === '}' || ends(c));
    this.wordDepth--;
    return { span: this.place(start, this.pos), parts };
  }

  private substringEnd(from: number, colon: boolean): number {
    let depth = 0;
    let question = 0;
    for (let i = from; i < this.text.length; i++) {
      const c = this.text[i];
      if (c === '{' || c === '(' || c === '[') depth++;
      else if (c === '}' && depth === 0) return i;
      else if (c === '}' || c === ')' || c === ']') depth--;
      else if (c === '?') question++;
      else if (c === ':' && depth === 0 && colon && question-- <= 0) return i;
    }
    return this.text.length;
  }
}

/** The text of a word without any expansion, quotes taken off; undefined where it has one. */
export function literal(word: Word): string | undefined {
  let out = '';
  for (const part of word.parts) {
    if (part.kind === 'text' || part.kind === 'quoted') out += part.value;
    else if (part.kind === 'double') {
      const inner = literal({ span: part.span, parts: part.parts });
      if (inner === undefined) return undefined;
      out += inner;
    } else return undefined;
  }
  return out;
}

/** Whether any of a word is quoted. */
export function isQuoted(word: Word): boolean {
  return word.parts.some(p => p.kind === 'quoted' || p.kind === 'double');
}

/** An empty word at a place: the value of `name=`. */
export function emptyWord(place: Span): Word {
  return { span: place, parts: [] };
}
