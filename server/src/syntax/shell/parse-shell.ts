/** From a script's text to its tree. Own reader: see the note in docs/architecture.md on why no grammar library. */
import { derived } from '../../text/derived';
import type { SourceText } from '../../text/source-text';
import { CommandReader } from './commands';
import { Unreadable } from './cursor';
import type { Dialect, ShellScript, Unit } from './nodes';
import { PlainUnit, plainLineAt } from './plain-line';
import type { TokenList } from './tokens';
import type { Tail } from './unchanged';
import { Unchanged } from './unchanged';

/** So often reading starts anew after a command that is never closed; each time may cost the rest of the text. */
const mostRestarts = 20;

/**
 * Reads a script. Never throws: what the shell cannot read becomes a problem (its `says` is the shell's own complaint),
 * and reading goes on at the next line. Commands are grouped as the shell takes them, a line at a time, because it
 * runs each before it looks at the next. The result is remembered by the source text.
 */
export function parseShell(source: SourceText, dialect: Dialect = 'bash'): ShellScript {
  return dialect === 'bash' ? inBash(source) : inDash(source);
}

const inBash = derived((source: SourceText) => read(source, 'bash'));
const inDash = derived((source: SourceText) => read(source, 'dash'));

/** What was last read of a file without a problem, for its next version to start from. */
const latest: Readonly<Record<Dialect, WeakMap<object, ShellScript>>> = { bash: new WeakMap(), dash: new WeakMap() };

function read(source: SourceText, dialect: Dialect): ShellScript {
  const before = latest[dialect].get(source.lineage);
  const { units, comments, problems } = readAll(source, dialect, true, before && new Unchanged(before, source));
  let tokens: TokenList | undefined;
  const script: ShellScript = {
    source,
    dialect,
    units,
    comments,
    problems,
    get tokens() {
      return (tokens ??= readAll(source, dialect, false).tokens);
    },
  };
  if (!source.trial && problems.length === 0) latest[dialect].set(source.lineage, script);
  return script;
}

/**
 * Reads all commands. `known`: plain lines are taken as they are known, without their tokens; `unchanged`: as well as what
 * an edit has left.
 */
function readAll(source: SourceText, dialect: Dialect, known: boolean, unchanged?: Unchanged) {
  const { text } = source;
  const place = { source, dialect };
  const reader = new CommandReader(text, dialect);
  const units: Unit[] = unchanged?.head(place) ?? [];
  reader.pos = unchanged?.from ?? 0;
  let rest: Tail | undefined;
  let restarts = 0;
  for (;;) {
    const start = reader.skipEmptyLines();
    rest = unchanged?.tail(start, place);
    if (rest) break;
    const had = { tokens: reader.tokens.length, comments: reader.comments.length };
    const plain = known ? plainLineAt(text, start, dialect) : undefined;
    if (plain) {
      units.push(new PlainUnit(place, start, plain.line));
      reader.pos = plain.end;
      continue;
    }
    try {
      reader.lookedTo = 0;
      const list = reader.readUnit();
      if (!list) break;
      units.push({ list, span: list.span, ...(reader.lookedTo > reader.pos && { far: true }) });
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      reader.problems.push(error.problem);
      reader.tokens.cut(had.tokens);
      reader.comments.length = had.comments;
      reader.abandon();
      const behind = error.atEnd ? firstCommand(text, start) : Math.max(reader.pos, error.problem.span.start);
      reader.pos = start;
      if (error.atEnd && ++restarts > mostRestarts) reader.skipLine(text.length);
      else reader.skipLine(behind);
      units.push({ problem: error.problem, span: { start, end: reader.pos } });
    }
  }
  return {
    units: rest ? [...units, ...rest.units] : units,
    comments: [...(unchanged?.commentsInHead() ?? []), ...reader.comments, ...(rest?.comments ?? [])],
    problems: reader.problems,
    tokens: reader.tokens,
  };
}

/** Where the first line with a command on it begins, from a line's start on. */
function firstCommand(text: string, from: number): number {
  const blank = /(?:[ \t]*(?:#[^\n]*)?\n)*/y;
  blank.lastIndex = from;
  return from + (blank.exec(text)?.[0].length ?? 0);
}

/** The shell that a script's first line asks for: bash, or what Debian runs as sh (dash). Without one: bash. */
export function dialectOf(source: SourceText): Dialect {
  const first = /^\ufeff?#![^\n]*/.exec(source.text)?.[0] ?? '';
  return /\b(?:sh|dash|ash)\s*(?:-\w+\s*)*\r?$/.test(first) && !/\b(?:bash|ksh|zsh)\b/.test(first) ? 'dash' : 'bash';
}
