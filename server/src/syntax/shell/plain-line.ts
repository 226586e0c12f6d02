/** Lines that are one simple command whatever stands around them, read once for all places where their text stands. */
import { SourceText } from '../../text/source-text';
import type { Span } from '../../text/span';
import { ownText, Recent } from '../../text/recent';
import { CommandReader } from './commands';
import { Unreadable } from './cursor';
import type { Dialect, List, Part, ShellScript, SimpleCommand, Unit } from './nodes';
import { literal } from './words';

/** A line with a name and options on it: of plain text, quotes and variables, nothing else. */
export class PlainLine {
  /** The text of that line alone, from its first word on. */
  readonly source: SourceText;
  /** Of the command in that text. */
  readonly span: Span;
  /** What one who carries out scripts has made of it; kept here, as looking ten thousand lines up takes its time. */
  note: object | undefined = undefined;

  constructor(
    private read: SimpleCommand | undefined,
    text: string,
    private readonly dialect: Dialect,
    /** The variables that it reads; the same list for all lines that read the same ones. */
    readonly names: readonly string[],
    span: Span,
  ) {
    this.source = new SourceText('', text);
    this.span = span;
  }

  /** The command; its spans count in the line. Kept until it is asked for once: ten thousand trees weigh a lot. */
  takeCommand(): SimpleCommand | undefined {
    const command = this.read ?? commandIn(this.source.text, this.dialect);
    this.read = undefined;
    return command;
  }
}

interface Found {
  /** Absent: a line of another kind. */
  readonly line: PlainLine | undefined;
}

const mostLines = 20_000;
const known: Readonly<Record<Dialect, Recent<string, Found>>> = {
  bash: new Recent<string, Found>(mostLines, ownText),
  dash: new Recent<string, Found>(mostLines, ownText),
};

/** A first word, and behind it something that begins like an option. */
const beginning = /[\w$"/{}.-]+[ \t]+["']?-[^\n\\`#]*\n/y;

/** The plain line that begins at an offset where a command may begin, and where the next one begins. */
export function plainLineAt(
  text: string,
  at: number,
  dialect: Dialect,
): { readonly line: PlainLine; readonly end: number } | undefined {
  beginning.lastIndex = at;
  if (!beginning.test(text)) return undefined;
  const end = beginning.lastIndex;
  const piece = text.slice(at, end);
  let found = known[dialect].get(piece);
  if (!found) known[dialect].set(piece, (found = { line: readLine(ownText(piece), dialect) }));
  return found.line && { line: found.line, end };
}

function readLine(text: string, dialect: Dialect): PlainLine | undefined {
  const command = commandIn(text, dialect);
  const first = command?.words[0];
  if (!command || !first || command.assignments.length > 0 || command.redirections.length > 0) return undefined;
  const names = new Set<string>();
  for (const { assignment, parts } of command.words)
    if (assignment || !parts.every(part => isPlain(part, false, names))) return undefined;
  return literal(first) === 'test' ? undefined : new PlainLine(command, text, dialect, listed(names), command.span);
}

const mostLists = 100;
const lists = new Recent<string, readonly string[]>(mostLists, ownText);

function listed(names: ReadonlySet<string>): readonly string[] {
  const key = [...names].join();
  let found = lists.get(key);
  if (!found) lists.set(key, (found = [...names].map(ownText)));
  return found;
}

/** The one simple command that a text is. */
function commandIn(text: string, dialect: Dialect): SimpleCommand | undefined {
  const reader = new CommandReader(text, dialect);
  let list: List | undefined;
  try {
    list = reader.readUnit();
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
  }
  const [item, ...more] = list?.items ?? [];
  return item?.command.kind === 'simple' && !item.background && more.length === 0 ? item.command : undefined;
}

/** Whether what a part comes to hangs on the values of variables alone; their names are added to `names`. */
function isPlain(part: Part, quoted: boolean, names: Set<string>): boolean {
  switch (part.kind) {
    case 'text':
      return quoted || !/[{~*?[]/.test(part.value);
    case 'quoted':
      return true;
    case 'double':
      return part.parts.every(inner => isPlain(inner, true, names));
    case 'parameter':
      names.add(part.name);
      return (
        /^[A-Za-z_]\w*$/.test(part.name) && !part.bad && !part.prefix && !part.subscript && part.operator === undefined
      );
    default:
      return false;
  }
}

/** Where commands stand whose trees are made when somebody looks at them. */
export type Script = Pick<ShellScript, 'source' | 'dialect'>;

/** A plain line where it stands in a script. */
export class PlainUnit implements Unit {
  private made: List | undefined = undefined;

  constructor(
    private readonly script: Script,
    private readonly start: number,
    readonly plain: PlainLine,
  ) {}

  get span(): Span {
    return { start: this.start, end: this.start + this.plain.span.end };
  }

  get list(): List | undefined {
    return (this.made ??= unitAt(this.script, this.start));
  }
}

/** A unit of another kind that an edit has left. */
export class LeftUnit implements Unit {
  private made: List | undefined = undefined;

  constructor(
    private readonly script: Script,
    readonly span: Span,
    readonly far: boolean | undefined,
  ) {}

  get list(): List | undefined {
    return (this.made ??= unitAt(this.script, this.span.start));
  }
}

function unitAt({ source, dialect }: Script, start: number): List | undefined {
  const reader = new CommandReader(source.text, dialect);
  reader.pos = start;
  return reader.readUnit();
}
