/** The tokens of a shell script: variables, functions, and the iptables commands in it. */
import type { Dialect, HereDocument, List, Pipeline, SimpleCommand, Word } from '../../syntax/shell/nodes';
import { dialectOf, parseShell } from '../../syntax/shell/parse-shell';
import { walkList } from '../../syntax/shell/walk';
import { literal } from '../../syntax/shell/words';
import { chunkAt, chunked, type Chunks, type Cut } from '../../text/chunks';
import { basename } from '../../text/path';
import { derived } from '../../text/derived';
import { SourceText } from '../../text/source-text';
import { moved, type Span } from '../../text/span';
import { paintDumpLine } from './dump';
import { paintCommand, type IptablesWord } from './iptables';
import { Painter } from './painter';
import { handedOn, type HandedOn } from './shell-wrappers';
import { associativeArrays, paintVariables } from './shell-variables';
import type { Families, Paint, Role, Token } from './token';

const program = /^(ip6?tables)(?:-(?:legacy|nft))?(?:-restore)?$/;
/** Names that scripts give to the program by custom, where nothing in the script says so. */
const customary = /^(?:IP6?TABLES?|IPT[46]?|ip6?tables?|ipt[46]?|fw[46]?)$/;

/** Physical lines without their ends. */
function physicalLines({ text, starts }: SourceText): Span[] {
  return starts.map((start, i) => {
    const next = starts[i + 1];
    return { start, end: next === undefined ? text.length : next - 1 };
  });
}

class ShellPainter {
  /** Commands of several lines, and those made of others. */
  readonly compound: Span[] = [];
  /** Arrays whose keys are words. */
  readonly associative = new Set<string>();

  constructor(
    private readonly source: SourceText,
    private readonly paint: Paint,
    readonly functions: Set<string> = new Set(),
    readonly programs: Map<string, Families> = new Map(),
    readonly wrappers: Map<string, readonly HandedOn[]> = new Map(),
  ) {}

  list(list: List): void {
    walkList(list, {
      command: command => {
        if (command.kind !== 'pipeline' && command.kind !== 'and-or') this.compound.push(command.span);
        if (command.kind === 'simple') this.simple(command);
        else if (command.kind === 'pipeline') this.pipeline(command);
        else if (command.kind === 'for') for (const word of command.words ?? []) this.remember(command.name, word);
        else if (command.kind === 'function') {
          this.functions.add(command.name);
          const on = handedOn(command);
          if (on.length > 0) this.wrappers.set(command.name, on);
          this.function(command.name, command.nameSpan, 'set');
        }
      },
      assignment: ({ name, value }) => {
        if (value) this.remember(name, value);
      },
    });
  }

  private function(name: string, { start, end }: Span, role: Role): void {
    const modifiers = role === 'set' ? (['declaration'] as const) : [];
    this.paint(start, end, 'function', { kind: 'shell-function', name, role }, modifiers);
  }

  private simple(command: SimpleCommand): void {
    for (const name of associativeArrays(command)) this.associative.add(name);
    let words = command.words;
    while (words[0] && /^(?:sudo|exec|command|env|nice|eval)$/.test(literal(words[0]) ?? '')) words = words.slice(1);
    const [head, ...rest] = words;
    if (!head) return;
    const name = literal(head);
    const called = this.programOf(head);
    if (called) {
      this.documents(command, called);
      const written = rest.map((word): IptablesWord => ({ text: literal(word), span: word.span }));
      const [first, ...others] = (name !== undefined && this.wrappers.get(name)) || [];
      const table = first ? (others.every(o => o.table === first.table) ? first.table : undefined) : 'filter';
      paintCommand(this.paint, written, called, table);
    }
    if (name !== undefined && this.functions.has(name)) this.function(name, head.span, 'use');
    else if (name !== undefined) this.paint(head.span.start, head.span.end, 'function');
    if (name !== undefined && /^(?:unset|export|declare|typeset|readonly)$/.test(name) && literalOf(rest[0]) === '-f')
      for (const word of rest.slice(1)) this.called(word);
    else if (name === 'trap') this.called(rest[0]);
  }

  /** A word that is the name of a function of the script. */
  private called(word: Word | undefined): void {
    const name = literalOf(word);
    if (word && name !== undefined && this.functions.has(name) && word.span.end - word.span.start === name.length)
      this.function(name, word.span, 'use');
  }

  /** `cat <<E | iptables-restore`. */
  private pipeline({ commands }: Pipeline): void {
    const last = commands[commands.length - 1];
    const head = last?.kind === 'simple' ? last.words.find(word => literal(word) !== 'sudo') : undefined;
    const called = head && this.programOf(head);
    const [first] = commands;
    if (called && first?.kind === 'simple' && literalOf(first.words[0]) === 'cat') this.documents(first, called);
  }

  /** The here-documents of a command that the program is given: lines of a dump. */
  private documents({ redirections }: SimpleCommand, family: Families): void {
    for (const { document, operator } of redirections) {
      if (!document) continue;
      const text = this.withoutExpansions(document);
      let table: string | undefined;
      for (const line of text.matchAll(operator === '<<-' ? /(?<=^\t*)[^\t\n].*/gm : /.+/g)) {
        const at = document.span.start + line.index;
        table = /^\*(\S+)/.exec(line[0])?.[1] ?? table;
        if (table === undefined || line[0].startsWith('#')) continue;
        const shifted: Paint = (from, to, ...what) => {
          this.paint(at + from, at + to, ...what);
        };
        paintDumpLine(shifted, line[0], family, table);
      }
    }
  }

  /** The text of a here-document as long as it is, with `\0` for all that is only known when it runs. */
  private withoutExpansions({ span, parts }: HereDocument): string {
    let out = '';
    let at = span.start;
    for (const { kind, span: place } of parts) {
      if (kind === 'text' || kind === 'quoted') continue;
      out += this.source.slice({ start: at, end: place.start }) + '\0'.repeat(place.end - place.start);
      at = place.end;
    }
    return out + this.source.slice({ start: at, end: span.end });
  }

  private remember(name: string, value: Word): void {
    const found = this.programOf(value) ?? familyNamed(/\bip6?tables\b/.exec(commandText(value))?.[0]);
    if (found === undefined) return;
    const known = this.programs.get(name) ?? found;
    this.programs.set(name, known === found ? found : 'both');
  }

  private programOf(head: Word): Families | undefined {
    const name = literal(head);
    if (name !== undefined) {
      const [first, ...others] = (this.wrappers.get(name) ?? []).flatMap(({ to }) => this.programCalled(to) ?? []);
      if (first === undefined) return this.programCalled(name);
      return others.every(other => other === first) ? first : 'both';
    }
    const only = onlyParameter(head);
    return only === undefined ? undefined : this.programIn(only);
  }

  /** The program that a word is, or the variable behind its `$`. */
  private programCalled(word: string): Families | undefined {
    return word.startsWith('$') ? this.programIn(word.slice(1)) : familyNamed(program.exec(basename(word))?.[1]);
  }

  private programIn(variable: string): Families | undefined {
    return this.programs.get(variable) ?? (customary.test(variable) ? (/6/.test(variable) ? 6 : 4) : undefined);
  }
}

function familyNamed(name: string | undefined): Families | undefined {
  return name === undefined ? undefined : name === 'iptables' ? 4 : 6;
}

/** `$(which iptables)` as text, to see which program a variable stands for. */
function commandText(word: Word): string {
  const [only] = word.parts.length === 1 ? word.parts : [];
  const part = only?.kind === 'double' && only.parts.length === 1 ? only.parts[0] : only;
  if (part?.kind !== 'command') return '';
  const [first] = part.list.items;
  return first?.command.kind === 'simple' ? first.command.words.map(w => literal(w) ?? '').join(' ') : '';
}

function literalOf(word: Word | undefined): string | undefined {
  return word && literal(word);
}

/** The name in a word that is `$name`, or `$name-restore`. */
function onlyParameter({ parts }: Pick<Word, 'parts'>): string | undefined {
  const [first, ...rest] = parts;
  if (first?.kind === 'double' && rest.length === 0) return onlyParameter(first);
  const [tail] = rest;
  if (tail && (tail.kind !== 'text' || tail.value !== '-restore')) return undefined;
  return first?.kind === 'parameter' && first.operator === undefined ? first.name : undefined;
}

type Programs = ReadonlyMap<string, Families>;
/** What functions hand their arguments on to, by their names. */
type Wrappers = ReadonlyMap<string, readonly HandedOn[]>;

/** What is known in all of a script: its functions, arrays with words as keys, and what its variables say that the program is. */
interface Names {
  readonly functions: ReadonlySet<string>;
  readonly associative: ReadonlySet<string>;
  readonly programs: Programs;
  readonly wrappers: Wrappers;
  readonly dialect: Dialect;
  /** The same for the same names. */
  readonly key: string;
}

/** A line of a script, with all that its commands span; places in it count from its start. */
class Piece {
  private key: string | undefined;
  private tokens: readonly Token[] = [];
  private chains: readonly string[] = [];
  private variables: readonly string[] = [];

  constructor(
    readonly text: string,
    readonly functions: ReadonlySet<string>,
    readonly associative: ReadonlySet<string>,
    readonly programs: Programs,
    readonly wrappers: Wrappers,
  ) {}

  /** Its tokens in a script with these names; painted again only when the names change. */
  tokensWith(names: Names): readonly Token[] {
    if (this.key !== names.key) {
      this.key = names.key;
      this.tokens = paint(this.text, names);
      const meanings = this.tokens.flatMap(({ meaning }) => meaning ?? []);
      this.chains = meanings.flatMap(m => (m.kind === 'chain' ? m.name : []));
      this.variables = meanings.flatMap(m => (m.kind === 'shell-variable' && m.role === 'set' ? m.name : []));
    }
    return this.tokens;
  }

  /** The names in it of a kind: chains, variables that it sets. */
  namesWith(names: Names, kind: 'chains' | 'variables'): readonly string[] {
    this.tokensWith(names);
    return this[kind];
  }
}

function cutOf(dialect: Dialect): Cut<Piece> {
  return (text, last) => {
    const source = new SourceText('', text);
    const { units, problems, tokens } = parseShell(source, dialect);
    const inDocument = tokens.last?.kind === 'here-document';
    if (!last && (problems.length > 0 || inDocument || /\\\r?\n$/.test(text))) return undefined;
    const starts: number[] = [];
    const items: Piece[] = [];
    const put = (start: number, end: number, lists: readonly List[]): void => {
      const names = new ShellPainter(source, () => undefined);
      for (const list of lists) names.list(list);
      starts.push(start);
      items.push(new Piece(text.slice(start, end), names.functions, names.associative, names.programs, names.wrappers));
    };
    // From what the shell cannot read on, all hangs together: a quote closed further down changes everything from there.
    const wrong = units.findIndex(unit => unit.problem);
    const single = wrong < 0 ? units : units.slice(0, wrong + 1);
    const begins = single.map(({ span }, i) => (i === 0 ? 0 : text.lastIndexOf('\n', span.start - 1) + 1));
    if (begins.length === 0 && text !== '') begins.push(0);
    for (const [i, begin] of begins.entries()) {
      const rest = i + 1 === begins.length;
      const lists = units.slice(i, rest ? undefined : i + 1).flatMap(unit => unit.list ?? []);
      put(begin, begins[i + 1] ?? text.length, lists);
    }
    return { starts, items };
  };
}

const cuts = { bash: chunked(cutOf('bash')), dash: chunked(cutOf('dash')) };

function piecesOf(source: SourceText): Chunks<Piece> {
  return cuts[dialectOf(source)](source);
}

/** A line of a script, with all that its commands span. */
export interface ShellLine {
  readonly span: Span;
  readonly piece: Piece;
}

/** The lines of a script, each read by itself. Remembered by source. */
export const shellLines: (source: SourceText) => readonly ShellLine[] = derived(source => {
  const { starts, items } = piecesOf(source);
  return items.map((piece, i) => lineAt(starts[i] ?? 0, piece));
});

/** The line that an offset lies in; reads no others. */
export function shellLinesAround(source: SourceText, offset: number): readonly ShellLine[] {
  const around = chunkAt(piecesOf(source), offset);
  return around ? [lineAt(around.start, around.item)] : [];
}

function lineAt(start: number, piece: Piece): ShellLine {
  return { piece, span: { start, end: start + piece.text.length } };
}

const namesOf = derived((source: SourceText): Names => {
  const functions = new Set<string>();
  const associative = new Set<string>();
  const programs = new Map<string, Families>();
  for (const piece of piecesOf(source).items) {
    for (const name of piece.functions) functions.add(name);
    for (const name of piece.associative) associative.add(name);
    for (const [name, called] of piece.programs)
      programs.set(name, (programs.get(name) ?? called) === called ? called : 'both');
  }
  const wrappers = new Map(piecesOf(source).items.flatMap(piece => [...piece.wrappers]));
  const dialect = dialectOf(source);
  const key = JSON.stringify([dialect, [...functions], [...associative], [...programs], [...wrappers]]);
  return { functions, associative, programs, wrappers, dialect, key };
});

/** The tokens of one line of a script. */
export function shellTokens(source: SourceText, { span, piece }: ShellLine): readonly Token[] {
  return piece.tokensWith(namesOf(source)).map(token => ({ ...token, span: moved(token.span, span.start) }));
}

/** The chains that a script speaks of, or the variables that it sets. */
export function namesInScript(source: SourceText, kind: 'chains' | 'variables'): ReadonlySet<string> {
  const names = namesOf(source);
  const out = new Set<string>();
  for (const piece of piecesOf(source).items) for (const name of piece.namesWith(names, kind)) out.add(name);
  return out;
}

function paint(text: string, { functions, associative, programs, wrappers, dialect }: Names): Token[] {
  const source = new SourceText('', text);
  const script = parseShell(source, dialect);
  const painter = new Painter(source, physicalLines(source), undefined);
  const walker = new ShellPainter(source, painter.paint, new Set(functions), new Map(programs), new Map(wrappers));
  for (const unit of script.units) if (unit.list) walker.list(unit.list);
  paintVariables(script, associative, painter.paint);
  for (const { kind, span } of script.tokens) {
    if (kind !== 'operator') continue;
    const arithmetic = text.startsWith('((', span.start) && span.end - span.start >= 4;
    painter.paint(span.start, arithmetic ? span.start + 2 : span.end, 'operator');
    if (arithmetic) painter.paint(span.end - 2, span.end, 'operator');
  }
  for (const place of script.comments) painter.paint(place.start, place.end, 'comment');
  return painter.finish('string');
}

/** Where the commands of a script stand, inner ones behind those that hold them. Remembered by source. */
export const compoundCommands: (source: SourceText) => readonly Span[] = derived(source => {
  const walker = new ShellPainter(source, () => undefined);
  for (const unit of parseShell(source, dialectOf(source)).units) if (unit.list) walker.list(unit.list);
  return walker.compound;
});
