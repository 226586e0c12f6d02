/** Reads commands (POSIX XCU 2.9 and 2.10, bash manual "Shell Commands"; where bash and dash differ, each its own way). */
import { say } from '../../text/message';
import { readCondition } from './conditions';
import type { Unreadable } from './cursor';
import type { CaseItem, Command, List, ListItem, Pipeline, Redirection, Word } from './nodes';
import { SimpleReader } from './simple-commands';
import { literal } from './words';

const closing = new Set(['then', 'elif', 'else', 'fi', 'do', 'done', 'esac', '}']);

export class CommandReader extends SimpleReader {
  protected inside(text: string, map: readonly number[]): CommandReader {
    const reader = new CommandReader(text, this.dialect, map);
    reader.depth = this.depth;
    return reader;
  }

  /** Forgets what an unreadable command had begun. */
  abandon(): void {
    this.depth = 0;
    this.wordDepth = 0;
    this.pending = [];
  }

  skipLine(from: number): void {
    const end = this.text.indexOf('\n', from);
    const start = this.pos;
    this.pos = end < 0 ? this.text.length : end + 1;
    this.token('unread', Math.min(start, this.pos), this.pos);
  }

  /** Goes to where the next command begins, over blank lines and comments; gives that place. */
  skipEmptyLines(): number {
    this.newlines();
    return this.pos;
  }

  /** All commands of one line: what the shell reads before it runs anything of it. Undefined at the end of the text. */
  readUnit(): List | undefined {
    this.newlines();
    if (this.pos >= this.text.length) return undefined;
    const start = this.pos;
    const items: ListItem[] = [];
    for (;;) {
      const command = this.readAndOr();
      const background = this.take('&');
      items.push({ command, background });
      const separated = background || this.take(';');
      this.blanks();
      if (this.pos >= this.text.length || this.text[this.pos] === '\n') break;
      if (!separated) throw this.unexpected();
    }
    const end = this.endOf(items, start);
    if (this.text[this.pos] === '\n') this.newline();
    else this.documents();
    return { items, span: this.place(start, end) };
  }

  private endOf(items: readonly ListItem[], start: number): number {
    return items.length > 0 ? Math.max(start, this.lastEnd) : start;
  }

  protected readEnclosed(): List {
    const list = this.readList(() => this.operator() === ')' || this.pos >= this.text.length, true);
    this.blanks();
    if (this.pos >= this.text.length) this.documents();
    return list;
  }

  /** Commands up to a place that `ends` tells; bash and dash want at least one where `mayBeEmpty` is not set. */
  private readList(ends: () => boolean, mayBeEmpty = false, expecting?: string): List {
    this.newlines();
    const start = this.pos;
    const items: ListItem[] = [];
    while (!ends()) {
      if (items.length > 0 && this.atListEnd()) throw this.unexpected(expecting);
      const command = this.readAndOr();
      const background = this.take('&');
      items.push({ command, background });
      let separated = background || this.take(';');
      if (this.newlines()) separated = true;
      if (!separated && !ends()) throw this.unexpected(this.atListEnd() ? expecting : undefined);
    }
    if (items.length === 0 && !mayBeEmpty) throw this.unexpected();
    return { items, span: this.place(start, this.endOf(items, start)) };
  }

  /** At what ends any list of commands, whether it is the end looked for or not. */
  private atListEnd(): boolean {
    const word = this.reserved();
    if (word !== undefined && closing.has(word)) return true;
    const operator = this.operator();
    return this.pos >= this.text.length || operator === ')' || operator === ';;';
  }

  private readUntil(words: readonly string[], mayBeEmpty = false): List {
    return this.readList(
      () => {
        const word = this.reserved();
        return word !== undefined && words.includes(word);
      },
      mayBeEmpty,
      words[words.length - 1],
    );
  }

  private readAndOr(): Command {
    this.blanks();
    const start = this.pos;
    const first = this.readPipeline();
    const rest: { operator: '&&' | '||'; command: Command }[] = [];
    for (;;) {
      const operator = this.take('&&') ? '&&' : this.take('||') ? '||' : undefined;
      if (operator === undefined) break;
      this.newlines();
      rest.push({ operator, command: this.readPipeline() });
    }
    return rest.length === 0 ? first : { kind: 'and-or', first, rest, span: this.place(start, this.lastEnd) };
  }

  private readPipeline(): Command {
    this.blanks();
    const start = this.pos;
    let negated = false;
    let marked = false;
    for (;;) {
      if (this.takeReserved('!')) negated = !negated;
      else if (this.dialect === 'bash' && this.takeReserved('time')) {
        this.blanks();
        if (this.rawWord() === '-p') this.readWord();
      } else break;
      marked = true;
    }
    if (marked && this.atCommandEnd()) {
      this.lastEnd = this.pos;
      return { kind: 'pipeline', negated, commands: [], span: this.place(start, this.pos) };
    }
    const commands: Command[] = [this.readCommand()];
    for (;;) {
      const both = this.take('|&');
      if (!both && !this.take('|')) break;
      this.newlines();
      commands.push(this.readCommand());
    }
    const first = commands[0];
    if (first && commands.length === 1 && !negated) return first;
    const pipeline: Pipeline = { kind: 'pipeline', negated, commands, span: this.place(start, this.lastEnd) };
    return pipeline;
  }

  private atCommandEnd(): boolean {
    this.blanks();
    const operator = this.operator();
    return (
      this.pos >= this.text.length ||
      this.text[this.pos] === '\n' ||
      (operator !== undefined && /^[;&|)]/.test(operator))
    );
  }

  private readCommand(): Command {
    return this.deeper(() => {
      const command = this.readOne();
      return command;
    });
  }

  private readOne(): Command {
    this.blanks();
    const start = this.pos;
    const bash = this.dialect === 'bash';
    const word = this.reserved();
    if (word !== undefined) {
      if (closing.has(word) || word === 'in' || word === ']]' || word === '!') {
        if (word !== 'in' && word !== ']]') throw this.unexpected();
      } else return this.readCompound(word, start);
    }
    if (this.operator() === '(') {
      if (bash && this.text[start + 1] === '(') {
        const end = this.arithmeticEnd(start + 2);
        if (end >= 0) {
          const expression = this.readExpression(start + 2, end);
          this.pos = end + 2;
          this.token('operator', start, this.pos);
          return { kind: 'arithmetic', expression, ...this.finish(start) };
        }
      }
      this.take('(');
      const body = this.readList(() => this.operator() === ')');
      this.expect(')');
      return { kind: 'subshell', body, ...this.finish(start) };
    }
    return this.readSimple(start);
  }

  /** The redirections behind a compound command, and its span. */
  private finish(start: number): { redirections: Redirection[]; span: ReturnType<CommandReader['place']> } {
    const redirections: Redirection[] = [];
    this.lastEnd = this.pos;
    for (;;) {
      this.blanks();
      const redirection = this.readRedirection();
      if (!redirection) break;
      redirections.push(redirection);
      this.lastEnd = this.pos;
    }
    return { redirections, span: this.place(start, this.lastEnd) };
  }

  private readCompound(word: string, start: number): Command {
    switch (word) {
      case 'if':
        return this.readIf(start);
      case 'while':
      case 'until': {
        this.takeReserved(word);
        const condition = this.readUntil(['do']);
        return { kind: word, condition, body: this.readDo(), ...this.finish(start) };
      }
      case 'for':
      case 'select':
        return this.readFor(word, start);
      case 'case':
        return this.readCase(start);
      case '{': {
        this.takeReserved('{');
        const body = this.readUntil(['}']);
        this.expectReserved('}');
        return { kind: 'group', body, ...this.finish(start) };
      }
      case '[[': {
        this.takeReserved('[[');
        const test = readCondition(this.conditionSource());
        this.expectReserved(']]');
        return { kind: 'condition', test, ...this.finish(start) };
      }
      case 'coproc':
        this.takeReserved('coproc');
        return {
          kind: 'subshell',
          body: { items: [{ command: this.readOne(), background: false }], span: this.place(start, this.lastEnd) },
          redirections: [],
          span: this.place(start, this.lastEnd),
        };
      case 'function':
        return this.readFunctionKeyword(start);
      default:
        throw this.unexpected();
    }
  }

  private conditionSource() {
    return {
      skip: () => this.newlines(),
      take: (operator: string) => this.take(operator),
      ending: () => this.reserved() === ']]' || this.pos >= this.text.length,
      operator: () => {
        this.blanks();
        return this.operator();
      },
      raw: () => {
        this.blanks();
        return this.rawWord();
      },
      word: (regex: boolean) => {
        this.blanks();
        const from = this.pos;
        const word = regex ? this.readBareWord('regex') : this.readWord();
        if (word) this.token('word', from, this.pos);
        return word;
      },
      unexpected: (says?: (token: string) => string) => this.badCondition(says),
      deeper: <T>(read: () => T) => this.deeper(read),
    };
  }

  private badCondition(says?: (token: string) => string): Unreadable {
    if (!says || this.pos >= this.text.length) return this.unexpected();
    this.blanks();
    const start = this.pos;
    const shown = this.text[start] === '\n' ? 'newline' : (this.operator() ?? this.rawWord() ?? '');
    return this.unreadable(
      start,
      start + (shown === 'newline' ? 0 : shown.length),
      says(shown),
      say(
        'This condition cannot be read: {what} may not stand here.',
        'Esta condição não pode ser lida: {what} não pode estar aqui.',
        { what: shown },
      ),
    );
  }

  private readIf(start: number): Command {
    const branches: { condition: List; body: List }[] = [];
    let otherwise: List | undefined;
    this.takeReserved('if');
    do {
      const condition = this.readUntil(['then']);
      this.expectReserved('then');
      branches.push({ condition, body: this.readUntil(['elif', 'else', 'fi']) });
    } while (this.takeReserved('elif'));
    if (this.takeReserved('else')) otherwise = this.readUntil(['fi']);
    this.expectReserved('fi');
    return { kind: 'if', branches, ...(otherwise && { otherwise }), ...this.finish(start) };
  }

  private readDo(): List {
    this.expectReserved('do');
    const body = this.readUntil(['done']);
    this.expectReserved('done');
    return body;
  }

  private readFor(kind: 'for' | 'select', start: number): Command {
    this.takeReserved(kind);
    this.blanks();
    if (kind === 'for' && this.dialect === 'bash' && this.text.startsWith('((', this.pos))
      return this.readCountingFor(start);
    const nameStart = this.pos;
    if (this.dialect === 'dash' && this.operator() === '(') throw this.badLoopVariable(nameStart, nameStart + 1);
    const name = this.readWord();
    const text = name && literal(name);
    if (!name) throw this.unexpected();
    this.token('word', nameStart, this.pos);
    if (text === undefined || (this.dialect === 'dash' && !/^[A-Za-z_]\w*$/.test(text))) {
      throw this.badLoopVariable(nameStart, this.pos);
    }
    let words: Word[] | undefined;
    this.newlines();
    if (this.takeReserved('in')) {
      words = [];
      for (;;) {
        this.blanks();
        const from = this.pos;
        const word = this.atProcess() || this.operator() === undefined ? this.readWord() : undefined;
        if (!word) break;
        this.token('word', from, this.pos);
        words.push(word);
      }
      if (!this.take(';') && this.text[this.pos] !== '\n') throw this.unexpected();
    } else this.take(';');
    this.newlines();
    const body = this.readLoopBody();
    return { kind, name: text, nameSpan: name.span, ...(words && { words }), body, ...this.finish(start) };
  }

  private badLoopVariable(start: number, end: number): Unreadable {
    return this.unreadable(
      start,
      end,
      this.dialect === 'dash'
        ? 'Syntax error: Bad for loop variable'
        : `\`${this.text.slice(start, end)}': not a valid identifier`,
      say('This is no name for a variable.', 'Isto não é um nome de variável.'),
    );
  }

  private readLoopBody(): List {
    if (this.dialect === 'bash' && this.takeReserved('{')) {
      const body = this.readUntil(['}']);
      this.expectReserved('}');
      return body;
    }
    return this.readDo();
  }

  private readCountingFor(start: number): Command {
    const from = this.pos + 2;
    const end = this.arithmeticEnd(from);
    const semicolons: number[] = [];
    for (let i = from, depth = 0; i < end; i++) {
      const c = this.text[i];
      if (c === '(' || c === '{') depth++;
      else if (c === ')' || c === '}') depth--;
      else if (c === ';' && depth === 0) semicolons.push(i);
    }
    const [one, two] = semicolons;
    if (end < 0 || one === undefined || two === undefined || semicolons.length > 2) {
      this.pos += 2;
      throw this.unreadable(
        this.pos - 2,
        this.pos,
        'syntax error: arithmetic expression required',
        say(
          'for (( … )) wants three expressions with a semicolon between them.',
          'for (( … )) pede três expressões separadas por ponto e vírgula.',
        ),
      );
    }
    const parts = [
      this.readExpression(from, one),
      this.readExpression(one + 1, two),
      this.readExpression(two + 1, end),
    ] as const;
    this.token('operator', this.pos, end + 2);
    this.pos = end + 2;
    this.take(';');
    this.newlines();
    const body = this.readLoopBody();
    return {
      kind: 'for-arithmetic',
      start: parts[0],
      condition: parts[1],
      step: parts[2],
      body,
      ...this.finish(start),
    };
  }

  private readCase(start: number): Command {
    this.takeReserved('case');
    const subject = this.wordToken();
    if (!subject) throw this.unexpected();
    this.newlines();
    this.expectReserved('in');
    const items: CaseItem[] = [];
    for (;;) {
      this.newlines();
      if (this.takeReserved('esac')) break;
      const itemStart = this.pos;
      this.take('(');
      const patterns: Word[] = [];
      do {
        const pattern = this.wordToken();
        if (!pattern) throw this.unexpected();
        patterns.push(pattern);
      } while (this.take('|'));
      this.expect(')');
      const body = this.readList(
        () => {
          const operator = this.operator();
          return operator === ';;' || operator === ';&' || operator === ';;&' || this.reserved() === 'esac';
        },
        true,
        ';;',
      );
      const end = (['...', ';;&', ';;', ';&'] as const).find(o => o !== '...' && this.take(o));
      items.push({
        patterns,
        body,
        end: end === undefined || end === '...' ? ';;' : end,
        span: this.place(itemStart, this.pos),
      });
      if (end === undefined) {
        this.newlines();
        this.expectReserved('esac');
        break;
      }
    }
    return { kind: 'case', subject, items, ...this.finish(start) };
  }

  private readFunctionKeyword(start: number): Command {
    this.takeReserved('function');
    const name = this.wordToken();
    if (!name) throw this.unexpected();
    if (this.take('(')) this.expect(')');
    return this.readFunctionBody(start, name);
  }

  protected readFunctionBody(start: number, name: Word): Command {
    this.newlines();
    const body = this.readOne();
    if (this.dialect === 'bash' && (body.kind === 'simple' || body.kind === 'function')) {
      this.pos = body.span.start - this.place(0, 0).start;
      throw this.unexpected();
    }
    return {
      kind: 'function',
      name: literal(name) ?? '',
      nameSpan: name.span,
      body,
      redirections: [],
      span: this.place(start, this.lastEnd),
    };
  }
}
