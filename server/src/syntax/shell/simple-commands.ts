/** Reads simple commands: assignments, words, redirections (POSIX XCU 2.9.1). */
import type { ArrayElement, Assignment, Command, HereDocument, Redirection, SimpleCommand, Word } from './nodes';
import { emptyWord, isQuoted, literal, WordReader } from './words';

/** Builtins whose arguments may be assignments. */
const declarations = new Set(['export', 'readonly', 'local', 'declare', 'typeset']);
const assignmentStart = /[A-Za-z_][A-Za-z0-9_]*(\+?=|\[)/y;

export abstract class SimpleReader extends WordReader {
  /** Where the last command read ended, in this text. */
  protected lastEnd = 0;

  /** Reads what follows the name of a function. */
  protected abstract readFunctionBody(start: number, name: Word): Command;

  protected wordToken(): Word | undefined {
    this.blanks();
    const from = this.pos;
    if (this.operator() !== undefined && !this.atProcess()) return undefined;
    const word = this.readWord();
    if (word) this.token('word', from, this.pos);
    return word;
  }

  protected atProcess(): boolean {
    const c = this.text[this.pos];
    return this.dialect === 'bash' && (c === '<' || c === '>') && this.text[this.pos + 1] === '(';
  }

  protected readSimple(start: number): Command {
    const assignments: Assignment[] = [];
    const words: Word[] = [];
    const redirections: Redirection[] = [];
    let declaring = false;
    this.lastEnd = this.pos;
    for (;;) {
      this.blanks();
      const from = this.pos;
      const redirection = this.readRedirection();
      if (redirection) {
        redirections.push(redirection);
        this.lastEnd = this.pos;
        continue;
      }
      if (this.operator() !== undefined && !this.atProcess()) break;
      if (words.length === 0 || declaring) {
        const assignment = this.readAssignment();
        if (assignment) {
          if (words.length === 0) assignments.push(assignment);
          else words.push({ span: assignment.span, parts: [], assignment });
          this.token('word', from, this.pos);
          this.lastEnd = this.pos;
          continue;
        }
      }
      const word = this.readWord();
      if (!word) break;
      this.token('word', from, this.pos);
      words.push(word);
      this.lastEnd = this.pos;
      if (words.length === 1) {
        const name = literal(word);
        declaring = name !== undefined && declarations.has(name);
        if (this.isFunction(assignments, redirections)) return this.readFunctionBody(start, word);
      }
    }
    if (words.length === 0 && assignments.length === 0 && redirections.length === 0) throw this.unexpected();
    const command: SimpleCommand = {
      kind: 'simple',
      assignments,
      words,
      redirections,
      span: this.place(start, this.lastEnd),
    };
    return command;
  }

  /** Takes the `()` behind a command's first word, which makes it the name of a function. */
  private isFunction(assignments: readonly Assignment[], redirections: readonly Redirection[]): boolean {
    if (assignments.length > 0 || redirections.length > 0 || !this.take('(')) return false;
    if (!this.take(')')) throw this.unexpected(')', false);
    return true;
  }

  private readAssignment(): Assignment | undefined {
    const start = this.pos;
    const head = this.matchAt(assignmentStart);
    if (head === undefined) return undefined;
    const bash = this.dialect === 'bash';
    const name = /^\w+/.exec(head)?.[0] ?? '';
    let at = start + name.length;
    let subscript: Word | undefined;
    if (this.text[at] === '[') {
      const end = bash ? this.subscriptEnd(at) : -1;
      if (end < 0) return undefined;
      subscript = this.readExpression(at + 1, end);
      at = end + 1;
    }
    const append = this.text.startsWith('+=', at);
    if (append && !bash) return undefined;
    if (!append && this.text[at] !== '=') return undefined;
    this.pos = at + (append ? 2 : 1);
    const nameSpan = this.place(start, start + name.length);
    const common = { name, nameSpan, ...(subscript && { subscript }), append };
    if (bash && !subscript && this.text[this.pos] === '(') {
      const array = this.deeper(() => this.readArray());
      return { ...common, array, span: this.place(start, this.pos) };
    }
    const value = this.readBareWord('word') ?? emptyWord(this.place(this.pos, this.pos));
    return { ...common, value, span: this.place(start, this.pos) };
  }

  private subscriptEnd(open: number): number {
    let depth = 0;
    for (let i = open; i < this.text.length && this.text[i] !== '\n'; i++) {
      const c = this.text[i];
      if (c === '[') depth++;
      else if (c === ']' && --depth === 0) return /^\+?=/.test(this.text.slice(i + 1, i + 3)) ? i : -1;
      else if (depth === 1 && c === ' ' && !this.text.slice(i).includes(']')) return -1;
    }
    return -1;
  }

  private readArray(): ArrayElement[] {
    const open = this.pos++;
    this.wordDepth++;
    const elements: ArrayElement[] = [];
    for (;;) {
      this.newlines();
      if (this.text[this.pos] === ')') break;
      if (this.pos >= this.text.length) throw this.unclosed(open, ')', false);
      const end = this.text[this.pos] === '[' ? this.subscriptEnd(this.pos) : -1;
      if (end >= 0 && this.text[end + 1] === '=') {
        const subscript = this.readExpression(this.pos + 1, end);
        this.pos = end + 2;
        elements.push({ subscript, value: this.readBareWord('word') ?? emptyWord(this.place(this.pos, this.pos)) });
        continue;
      }
      const value = this.readWord();
      if (!value) throw this.unexpected();
      elements.push({ value });
    }
    this.pos++;
    this.wordDepth--;
    return elements;
  }

  protected readRedirection(): Redirection | undefined {
    const start = this.pos;
    const bash = this.dialect === 'bash';
    const head = this.matchAt(bash ? /(?:\d+|\{[A-Za-z_]\w*\})?(?=[<>])/y : /\d*(?=[<>])/y) ?? '';
    if (head === '' && this.atProcess()) return undefined;
    this.pos = start + head.length;
    const operator = this.operator();
    if (operator === undefined || !/[<>]/.test(operator)) {
      this.pos = start;
      return undefined;
    }
    this.pos += operator.length;
    this.token('operator', start, this.pos);
    this.blanks();
    const from = this.pos;
    if (this.operator() !== undefined && !this.atProcess()) throw this.unexpected();
    const target = this.readWord();
    if (!target) throw this.unexpected();
    this.token('word', from, this.pos);
    const fd = /^\d+$/.test(head) ? Number(head) : operator.startsWith('<') ? 0 : 1;
    const span = this.place(start, this.pos);
    if (operator !== '<<' && operator !== '<<-') return { operator, fd, target, span };
    const redirection: Redirection & { document?: HereDocument } = { operator, fd, target, span };
    this.pending.push({
      delimiter: literal(target) ?? this.text.slice(from, this.pos),
      quoted: isQuoted(target),
      stripTabs: operator === '<<-',
      done: document => (redirection.document = document),
    });
    return redirection;
  }
}
