/** The reader's place in the text: blanks, comments, operators, here-documents, and how it gives up. */
import { say } from '../../text/message';
import type { Message } from '../../text/message';
import type { Span } from '../../text/span';
import type { Dialect, HereDocument, Part, ShellProblem } from './nodes';
import { TokenList } from './tokens';
import type { Token } from './tokens';

/** Thrown inside the reader at what the shell cannot read; never leaves parseShell. */
export class Unreadable extends Error {
  constructor(
    readonly problem: ShellProblem,
    /** Nothing was left to read: a quote or a command is still open. */
    readonly atEnd: boolean,
  ) {
    super(problem.says);
  }
}

/** A here-document whose redirection has been read and whose body comes after the line. */
export interface PendingDocument {
  readonly delimiter: string;
  readonly quoted: boolean;
  readonly stripTabs: boolean;
  readonly done: (document: HereDocument) => void;
}

/** Nesting at which reading stops, far below what a JavaScript stack takes. */
const deepest = 150;

const operators = [
  '&>>',
  ';;&',
  '<<<',
  '<<-',
  '&&',
  '||',
  ';;',
  ';&',
  '|&',
  '<<',
  '>>',
  '<&',
  '>&',
  '<>',
  '>|',
  '&>',
  '&',
  '|',
  ';',
  '<',
  '>',
  '(',
  ')',
];
const bashOnly = new Set(['&>>', '&>', '|&', ';&', ';;&', '<<<']);
const operatorsOf: Readonly<Record<Dialect, readonly string[]>> = {
  bash: operators,
  dash: operators.filter(o => !bashOnly.has(o)),
};

export abstract class Cursor {
  pos = 0;
  /** How far the text was looked at, where that may be further than it is read. */
  lookedTo = 0;
  depth = 0;
  /** How many words deep we are: tokens are kept for the outermost text only. */
  wordDepth = 0;
  readonly problems: ShellProblem[] = [];
  readonly comments: Span[] = [];
  readonly tokens = new TokenList();
  protected pending: PendingDocument[] = [];

  constructor(
    readonly text: string,
    readonly dialect: Dialect,
    /** Where each character of `text` (and its end) stands in the source; absent: at its own offset. */
    private readonly map?: readonly number[],
  ) {}

  protected abstract readDocument(text: string, map: readonly number[], start: number): readonly Part[];

  /** The source span of a stretch of `text`. */
  place(start: number, end: number): Span {
    if (!this.map) return { start, end };
    const from = this.map[start] ?? this.map[this.map.length - 1] ?? 0;
    if (end <= start) return { start: from, end: from };
    return { start: from, end: (this.map[end - 1] ?? from) + 1 };
  }

  protected offsets(start: number, end: number): number[] {
    const out: number[] = [];
    for (let i = start; i <= end; i++) out.push(this.map?.[i] ?? i);
    return out;
  }

  protected token(kind: Token['kind'], start: number, end: number): void {
    if (this.wordDepth === 0) this.tokens.add(kind, this.place(start, end));
  }

  /** Runs a reader one level deeper. */
  protected deeper<T>(read: () => T): T {
    if (++this.depth > deepest) {
      throw this.unreadable(
        this.pos,
        this.pos + 1,
        'commands nested too deep',
        say('Commands are nested too deep to be read.', 'Os comandos estão aninhados fundo demais para serem lidos.'),
      );
    }
    const result = read();
    this.depth--;
    return result;
  }

  protected unreadable(
    start: number,
    end: number,
    says: string,
    message: Message,
    reportedAt = start,
    atEnd = false,
  ): Unreadable {
    const line = this.place(reportedAt, reportedAt).start;
    return new Unreadable({ span: this.place(start, Math.max(start, end)), says, reportedAt: line, message }, atEnd);
  }

  /** The complaint about a token that cannot stand here, in the words of the shell. */
  protected unexpected(expecting?: string, reservedCounts = true): Unreadable {
    this.blanks();
    const start = this.pos;
    if (start >= this.text.length) return this.endOfFile(expecting);
    const newline = this.text[start] === '\n';
    const operator = newline ? undefined : this.operator();
    const end = newline ? start + 1 : start + (operator ?? this.rawWord() ?? this.text[start] ?? '').length;
    const shown = newline ? 'newline' : this.text.slice(start, end);
    let says = `syntax error near unexpected token \`${shown}'`;
    if (this.dialect === 'dash') {
      const redirection = operator !== undefined && /[<>]/.test(operator);
      const word = !newline && operator === undefined && !(reservedCounts && reservedWords.dash.has(shown));
      const what = newline ? 'newline' : redirection ? 'redirection' : word ? 'word' : `"${shown}"`;
      says = `Syntax error: ${what} unexpected${expecting === undefined ? '' : ` (expecting "${expecting}")`}`;
    }
    return this.unreadable(
      start,
      newline ? start : end,
      says,
      say(
        'The shell cannot read this: {what} may not stand here. It stops here; nothing from this line on is run.',
        'O shell não consegue ler isto: {what} não pode estar aqui. Ele para aqui; nada desta linha em diante é executado.',
        { what: newline ? '\\n' : shown },
      ),
      newline && this.dialect === 'dash' ? start + 1 : start,
    );
  }

  protected endOfFile(expecting?: string): Unreadable {
    const end = this.text.length;
    const says =
      this.dialect === 'bash'
        ? 'syntax error: unexpected end of file'
        : `Syntax error: end of file unexpected${expecting === undefined ? '' : ` (expecting "${expecting}")`}`;
    return this.unreadable(
      end,
      end,
      says,
      say(
        'The script ends inside a command: {what} is missing. Nothing of that command is run.',
        'O script termina no meio de um comando: falta {what}. Nada desse comando é executado.',
        { what: expecting ?? '…' },
      ),
      end,
      true,
    );
  }

  /** A quote or bracket that is opened at `start` and never closed. */
  protected unclosed(start: number, closing: string, reportedAtEnd = closing === ')'): Unreadable {
    const dash =
      closing === '"' || closing === "'"
        ? 'Syntax error: Unterminated quoted string'
        : closing === '`'
          ? 'Syntax error: EOF in backquote substitution'
          : closing === '}'
            ? "Syntax error: Missing '}'"
            : `Syntax error: end of file unexpected (expecting "${closing}")`;
    return this.unreadable(
      start,
      start + 1,
      this.dialect === 'bash' ? `unexpected EOF while looking for matching \`${closing}'` : dash,
      say(
        'This is opened and never closed: {closing} is missing. The shell runs nothing from here on.',
        'Isto é aberto e nunca fechado: falta {closing}. O shell não executa nada daqui em diante.',
        { closing },
      ),
      this.dialect === 'bash' && !reportedAtEnd
        ? start
        : this.dialect === 'dash' && closing === '}'
          ? lineEnd(this.text, start) + 1
          : this.text.length,
      true,
    );
  }

  /** Skips blanks, line continuations and comments; a newline is a token and stays. */
  protected blanks(): void {
    for (;;) {
      const c = this.text[this.pos];
      if (c === ' ' || c === '\t') this.pos++;
      else if (c === '\\' && this.text[this.pos + 1] === '\n') this.pos += 2;
      else if (c === '#') {
        const end = lineEnd(this.text, this.pos);
        this.comments.push(this.place(this.pos, end));
        this.token('comment', this.pos, end);
        this.pos = end;
      } else return;
    }
  }

  /** Skips newlines with all that goes with them; true when there was one. */
  protected newlines(): boolean {
    let any = false;
    for (;;) {
      this.blanks();
      if (this.text[this.pos] !== '\n') return any;
      this.newline();
      any = true;
    }
  }

  /** Takes the newline under the cursor and the here-documents that begin after it. */
  protected newline(): void {
    this.token('newline', this.pos, this.pos + 1);
    this.pos++;
    this.documents();
  }

  protected documents(): void {
    const pending = this.pending;
    this.pending = [];
    for (const one of pending) this.takeDocument(one);
  }

  private takeDocument(pending: PendingDocument): void {
    const start = this.pos;
    let bodyEnd = this.text.length;
    let open = true;
    let text = '';
    const map: number[] = [];
    while (this.pos < this.text.length) {
      const lineStart = this.pos;
      const end = lineEnd(this.text, lineStart);
      let from = lineStart;
      if (pending.stripTabs) while (this.text[from] === '\t') from++;
      this.pos = Math.min(end + 1, this.text.length);
      if (this.text.slice(from, end) === pending.delimiter) {
        bodyEnd = lineStart;
        open = false;
        break;
      }
      text += this.text.slice(from, this.pos);
      for (let i = from; i < this.pos; i++) map.push(this.map?.[i] ?? i);
    }
    map.push(this.map?.[bodyEnd] ?? bodyEnd);
    const span = this.place(start, bodyEnd);
    const parts: readonly Part[] = pending.quoted
      ? text === ''
        ? []
        : [{ kind: 'quoted', value: text, span }]
      : this.readDocument(text, map, start);
    pending.done({ parts, quoted: pending.quoted, span, open });
    this.token('here-document', start, this.pos);
  }

  /** The operator under the cursor, not taken. */
  protected operator(): string | undefined {
    const c = this.text[this.pos];
    if (c === undefined || !'&|;<>()'.includes(c)) return undefined;
    return operatorsOf[this.dialect].find(o => this.text.startsWith(o, this.pos));
  }

  /** Takes the operator if it is the one under the cursor. */
  protected take(operator: string): boolean {
    this.blanks();
    if (this.operator() !== operator) return false;
    this.token('operator', this.pos, this.pos + operator.length);
    this.pos += operator.length;
    return true;
  }

  /** The unquoted run of characters under the cursor up to a blank or an operator. */
  protected rawWord(): string | undefined {
    rawWordRun.lastIndex = this.pos;
    return rawWordRun.exec(this.text)?.[0];
  }

  /** The reserved word under the cursor, not taken; quoting any of it makes it an ordinary word. */
  protected reserved(): string | undefined {
    this.blanks();
    const word = this.rawWord();
    return word !== undefined && reservedWords[this.dialect].has(word) ? word : undefined;
  }

  /** Takes a reserved word if it is under the cursor. */
  protected takeReserved(word: string): boolean {
    if (this.reserved() !== word) return false;
    this.token('operator', this.pos, this.pos + word.length);
    this.pos += word.length;
    return true;
  }

  protected expectReserved(word: string): void {
    if (!this.takeReserved(word)) throw this.unexpected(word);
  }

  protected expect(operator: string): void {
    if (!this.take(operator)) throw this.unexpected(operator);
  }
}

const rawWordRun = /[^ \t\n;&|()<>]+/y;

const commonReserved = [
  'if',
  'then',
  'elif',
  'else',
  'fi',
  'for',
  'while',
  'until',
  'do',
  'done',
  'case',
  'esac',
  'in',
  '{',
  '}',
  '!',
];
export const reservedWords: Readonly<Record<Dialect, ReadonlySet<string>>> = {
  bash: new Set([...commonReserved, 'select', 'function', 'time', 'coproc', '[[', ']]']),
  dash: new Set(commonReserved),
};

/** The offset of the newline that ends the line, or the text's end. */
export function lineEnd(text: string, from: number): number {
  const at = text.indexOf('\n', from);
  return at < 0 ? text.length : at;
}
