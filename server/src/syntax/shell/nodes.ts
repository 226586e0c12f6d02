/** The tree of a shell script: plain immutable nodes with spans into the source text. */
import type { Message } from '../../text/message';
import type { Span } from '../../text/span';
import type { SourceText } from '../../text/source-text';
import type { PlainLine } from './plain-line';
import type { TokenList } from './tokens';

/** Which shell reads the script: what `#!` names, or what `sh` is on Debian (dash). */
export type Dialect = 'bash' | 'dash';

/** A command's argument, a pattern, a file name …: pieces that stand next to each other without a blank. */
export interface Word {
  readonly span: Span;
  readonly parts: readonly Part[];
  /** `name=…` as an argument of `export`, `local`, `declare` …, where it is an assignment and not split. */
  readonly assignment?: Assignment;
}

/** Plain text outside quotes: globs, braces and `~` in it are live. */
export interface TextPart {
  readonly kind: 'text';
  readonly value: string;
  readonly span: Span;
}

/** Text without any meaning to the shell: `\x`, `'…'`, `$'…'`. */
export interface QuotedPart {
  readonly kind: 'quoted';
  readonly value: string;
  readonly span: Span;
}

export interface DoublePart {
  readonly kind: 'double';
  readonly parts: readonly Part[];
  readonly span: Span;
}

/** `$name`, `${name…}`. */
export interface ParameterPart {
  readonly kind: 'parameter';
  readonly name: string;
  readonly nameSpan: Span;
  /** `${name[subscript]}`; `@` and `*` come as such. */
  readonly subscript?: Word;
  /** `#`: the length; `!`: indirection, or the keys of an array; `!*`, `!@`: names that start so. */
  readonly prefix?: '#' | '!' | '!*' | '!@';
  readonly operator?: string;
  /** The words after the operator: one, or two for `/` (pattern, replacement) and `:` (offset, length). */
  readonly args: readonly Word[];
  /** What stands there cannot be read as an expansion: the shell says "bad substitution" when it comes to it. */
  readonly bad?: true;
  readonly span: Span;
}

/** `$(…)` and `` `…` ``. */
export interface CommandPart {
  readonly kind: 'command';
  readonly list: List;
  readonly span: Span;
}

/** `$((…))`, `$[…]`: the expression with its expansions, not yet read as arithmetic. */
export interface ArithmeticPart {
  readonly kind: 'arithmetic';
  readonly parts: readonly Part[];
  readonly span: Span;
}

/** `<(…)`, `>(…)`. */
export interface ProcessPart {
  readonly kind: 'process';
  readonly direction: '<' | '>';
  readonly list: List;
  readonly span: Span;
}

export type Part = TextPart | QuotedPart | DoublePart | ParameterPart | CommandPart | ArithmeticPart | ProcessPart;

/** `name=value`, `name+=value`, `name[i]=value`, `name=(…)`. */
export interface Assignment {
  readonly name: string;
  readonly nameSpan: Span;
  readonly subscript?: Word;
  readonly append: boolean;
  readonly value?: Word;
  readonly array?: readonly ArrayElement[];
  readonly span: Span;
}

export interface ArrayElement {
  readonly subscript?: Word;
  readonly value: Word;
}

export interface HereDocument {
  /** The text between the line of `<<` and the delimiter, tabs of `<<-` taken off. */
  readonly parts: readonly Part[];
  /** Without expansions: the delimiter was quoted. */
  readonly quoted: boolean;
  /** The body as it stands in the source, the delimiter's line not included. */
  readonly span: Span;
  /** The file ended before the delimiter came. */
  readonly open: boolean;
}

export interface Redirection {
  /** `<`, `>`, `>>`, `>|`, `<>`, `<&`, `>&`, `&>`, `&>>`, `<<`, `<<-`, `<<<`. */
  readonly operator: string;
  /** The number before the operator, or the operator's own default (0 or 1). */
  readonly fd: number;
  readonly target: Word;
  readonly document?: HereDocument;
  readonly span: Span;
}

export interface SimpleCommand {
  readonly kind: 'simple';
  readonly assignments: readonly Assignment[];
  readonly words: readonly Word[];
  readonly redirections: readonly Redirection[];
  readonly span: Span;
}

export interface Pipeline {
  readonly kind: 'pipeline';
  readonly negated: boolean;
  readonly commands: readonly Command[];
  readonly span: Span;
}

export interface AndOr {
  readonly kind: 'and-or';
  readonly first: Command;
  readonly rest: readonly { readonly operator: '&&' | '||'; readonly command: Command }[];
  readonly span: Span;
}

export interface ListItem {
  readonly command: Command;
  readonly background: boolean;
}

export interface List {
  readonly items: readonly ListItem[];
  readonly span: Span;
}

export interface IfCommand {
  readonly kind: 'if';
  readonly branches: readonly { readonly condition: List; readonly body: List }[];
  readonly otherwise?: List;
  readonly redirections: readonly Redirection[];
  readonly span: Span;
}

export interface ForCommand {
  readonly kind: 'for' | 'select';
  readonly name: string;
  readonly nameSpan: Span;
  /** Absent: the positional parameters. */
  readonly words?: readonly Word[];
  readonly body: List;
  readonly redirections: readonly Redirection[];
  readonly span: Span;
}

/** `for ((start; condition; step))`. */
export interface CountingFor {
  readonly kind: 'for-arithmetic';
  readonly start: Word;
  readonly condition: Word;
  readonly step: Word;
  readonly body: List;
  readonly redirections: readonly Redirection[];
  readonly span: Span;
}

export interface LoopCommand {
  readonly kind: 'while' | 'until';
  readonly condition: List;
  readonly body: List;
  readonly redirections: readonly Redirection[];
  readonly span: Span;
}

export interface CaseItem {
  readonly patterns: readonly Word[];
  readonly body: List;
  readonly end: ';;' | ';&' | ';;&';
  readonly span: Span;
}

export interface CaseCommand {
  readonly kind: 'case';
  readonly subject: Word;
  readonly items: readonly CaseItem[];
  readonly redirections: readonly Redirection[];
  readonly span: Span;
}

export interface GroupCommand {
  readonly kind: 'group' | 'subshell';
  readonly body: List;
  readonly redirections: readonly Redirection[];
  readonly span: Span;
}

/** `((…))`. */
export interface ArithmeticCommand {
  readonly kind: 'arithmetic';
  readonly expression: Word;
  readonly redirections: readonly Redirection[];
  readonly span: Span;
}

/** `[[ … ]]`. */
export interface ConditionCommand {
  readonly kind: 'condition';
  readonly test: Condition;
  readonly redirections: readonly Redirection[];
  readonly span: Span;
}

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly kind: 'not'; readonly operand: Condition }
  | { readonly kind: 'unary'; readonly operator: string; readonly operand: Word }
  | { readonly kind: 'binary'; readonly operator: string; readonly left: Word; readonly right: Word };

export interface FunctionDefinition {
  readonly kind: 'function';
  readonly name: string;
  readonly nameSpan: Span;
  readonly body: Command;
  readonly redirections: readonly Redirection[];
  readonly span: Span;
}

export type Command =
  | SimpleCommand
  | Pipeline
  | AndOr
  | IfCommand
  | ForCommand
  | CountingFor
  | LoopCommand
  | CaseCommand
  | GroupCommand
  | ArithmeticCommand
  | ConditionCommand
  | FunctionDefinition;

/** Something the shell cannot read. It runs what stands above, then stops with status 2. */
export interface ShellProblem {
  /** The unexpected token, or the opening that is never closed. */
  readonly span: Span;
  /** What the shell prints after the script's name and the line. */
  readonly says: string;
  /** Offset whose line the shell names. */
  readonly reportedAt: number;
  readonly message: Message;
}

/**
 * What a shell reads before it runs it: the commands of one line (with all that a command on it spans).
 * `list` is absent where the shell cannot read it; reading goes on behind for those who look at names only.
 */
export interface Unit {
  readonly list?: List | undefined;
  readonly problem?: ShellProblem;
  /** Set where the line is one plain command: the same object wherever its text stands. */
  readonly plain?: PlainLine | undefined;
  /** How it reads hangs on text behind it: whether something that is no part of it is closed there. */
  readonly far?: boolean | undefined;
  readonly span: Span;
}

export interface ShellScript {
  readonly source: SourceText;
  readonly dialect: Dialect;
  readonly units: readonly Unit[];
  readonly comments: readonly Span[];
  readonly problems: readonly ShellProblem[];
  /** All tokens in order; between them are only blanks and line continuations. */
  readonly tokens: TokenList;
}
