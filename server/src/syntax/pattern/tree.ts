/**
 * One syntax tree for the patterns of pcre: and regexp: tables. Case, dot-all, multi-line and extended mode are resolved
 * while parsing, so that a tree says what it matches without looking at flags again.
 * Spans count bytes of the pattern (the pattern is bytes, one character each); a table knows where they stand in its file.
 */
import type { Span } from '../../text/span';
import type { Message } from '../../text/message';
import type { ByteSet } from './byte-set';

/** `ere` and `bre`: POSIX extended and basic with the GNU operators, as glibc reads them; `bre` only with the flag x. */
export type Dialect = 'pcre' | 'ere' | 'bre';

/** What is switched on for the whole pattern; in POSIX only `caseless` (REG_ICASE) and `multiline` (REG_NEWLINE) count. */
export interface PatternFlags {
  readonly caseless: boolean;
  readonly multiline: boolean;
  readonly dotAll: boolean;
  readonly extended: boolean;
  readonly anchored: boolean;
  readonly dollarEndOnly: boolean;
  readonly ungreedy: boolean;
}

/** What the flags are when a pcre: rule names none. */
export const pcreDefaults: PatternFlags = {
  caseless: true,
  multiline: false,
  dotAll: true,
  extended: false,
  anchored: false,
  dollarEndOnly: false,
  ungreedy: false,
};

/** What the flags are when a regexp: rule names none. */
export const posixDefaults: PatternFlags = { ...pcreDefaults, dotAll: true };

/** Places without width. `line-*`: multi-line mode; in PCRE `line-start` never holds at the very end of the subject. */
export type AnchorKind =
  | 'subject-start'
  | 'subject-end'
  /** At the end, or before a newline that is the last byte: PCRE's `$` and `\Z`. */
  | 'subject-end-or-last-newline'
  | 'line-start'
  | 'line-end'
  /** PCRE's `\G`: where the search began, so the subject's start here. */
  | 'search-start'
  | 'word-boundary'
  | 'not-word-boundary'
  /** GNU `\<` and `\>`. */
  | 'word-start'
  | 'word-end';

/** Where a member of a character class stands and what it takes; for hover and highlighting. */
export interface ClassItem {
  readonly span: Span;
  readonly kind: 'byte' | 'range' | 'escape' | 'posix';
  readonly set: ByteSet;
}

/** What a conditional group asks. */
export type Condition =
  | { readonly kind: 'group'; readonly groups: readonly number[]; readonly span: Span }
  /** `(?(R)` with any recursion (undefined), or into one of the groups. */
  | { readonly kind: 'recursion'; readonly groups: readonly number[] | undefined; readonly span: Span }
  /** `(?(DEFINE)…)`: never true. */
  | { readonly kind: 'define'; readonly span: Span }
  | { readonly kind: 'constant'; readonly value: boolean; readonly span: Span }
  | { readonly kind: 'look'; readonly look: LookNode; readonly span: Span };

export interface EmptyNode {
  readonly kind: 'empty';
  readonly span: Span;
}
/** One byte as written; `caseless`: an ASCII letter that either case satisfies. */
export interface ByteNode {
  readonly kind: 'byte';
  readonly span: Span;
  readonly byte: number;
  readonly caseless: boolean;
}
/** Exactly one byte out of a set. The set has both cases in it where case does not count. */
export interface SetNode {
  readonly kind: 'set';
  readonly span: Span;
  readonly set: ByteSet;
  readonly form: 'dot' | 'class' | 'escape';
  /** Members of a bracketed class in the order written. */
  readonly items?: readonly ClassItem[];
  readonly negated?: boolean;
}
export interface AnchorNode {
  readonly kind: 'anchor';
  readonly span: Span;
  readonly at: AnchorKind;
}
export interface SequenceNode {
  readonly kind: 'sequence';
  readonly span: Span;
  readonly items: readonly Node[];
}
/** Two branches at least. */
export interface ChoiceNode {
  readonly kind: 'choice';
  readonly span: Span;
  readonly branches: readonly Node[];
}
export interface GroupNode {
  readonly kind: 'group';
  readonly span: Span;
  readonly body: Node;
  /** The group's number where it captures. */
  readonly capture?: number;
  readonly name?: string;
  /** `(?>…)`: what it has taken it never gives back. */
  readonly atomic?: boolean;
}
export interface RepeatNode {
  readonly kind: 'repeat';
  readonly span: Span;
  readonly body: Node;
  readonly min: number;
  /** Infinity where there is no upper bound. */
  readonly max: number;
  readonly mode: 'greedy' | 'lazy' | 'possessive';
  /** Where the quantifier itself stands. */
  readonly quantifier: Span;
}
/** Look-ahead or look-behind. */
export interface LookNode {
  readonly kind: 'look';
  readonly span: Span;
  readonly body: Node;
  readonly behind: boolean;
  readonly negative: boolean;
  /** `(*napla:…)`: may be re-entered by backtracking. */
  readonly nonAtomic?: boolean;
  /** Look-behind: how many bytes each branch goes back, in the order of the branches. */
  readonly widths?: readonly number[];
}
/** The text that a group took last; several numbers where groups share a name (the first that is set counts). */
export interface BackReferenceNode {
  readonly kind: 'backreference';
  readonly span: Span;
  readonly groups: readonly number[];
  readonly caseless: boolean;
}
/** `(?R)`, `(?1)`, `(?&name)`: the group's pattern again; 0 is the whole pattern. */
export interface CallNode {
  readonly kind: 'call';
  readonly span: Span;
  readonly group: number;
}
export interface ConditionalNode {
  readonly kind: 'conditional';
  readonly span: Span;
  readonly condition: Condition;
  readonly yes: Node;
  readonly no?: Node;
}
/** PCRE's `\K`: the match is said to begin here; without effect on the groups. */
export interface KeepNode {
  readonly kind: 'keep';
  readonly span: Span;
}
/** `(*ACCEPT)`, `(*COMMIT)` … */
export interface VerbNode {
  readonly kind: 'verb';
  readonly span: Span;
  readonly verb: 'accept' | 'commit' | 'fail' | 'prune' | 'skip' | 'then' | 'mark';
  readonly name?: string;
}
/** `\R`: a newline sequence, taken as a whole; `set` are its single bytes, CR LF counts as one. */
export interface NewlineNode {
  readonly kind: 'newline';
  readonly span: Span;
  readonly set: ByteSet;
}
/** `\X`: CR LF, or any one byte (among code points below 256 no others cling together). */
export interface ClusterNode {
  readonly kind: 'cluster';
  readonly span: Span;
}

export type Node =
  | EmptyNode
  | ByteNode
  | SetNode
  | AnchorNode
  | SequenceNode
  | ChoiceNode
  | GroupNode
  | RepeatNode
  | LookNode
  | BackReferenceNode
  | CallNode
  | ConditionalNode
  | KeepNode
  | VerbNode
  | NewlineNode
  | ClusterNode;

/** Which byte sequences count as newline for `^`, `$` and `.`; `lf` unless a pattern says otherwise with `(*CRLF)` … */
export type NewlineKind = 'lf' | 'cr' | 'crlf' | 'anycrlf' | 'any' | 'nul';

/** Why a pattern was refused. */
export interface PatternProblem {
  /** What the library says, word for word (`missing closing parenthesis`, `Unmatched ( or \\(`). */
  readonly library: string;
  /** PCRE: the offset that the library reports; POSIX reports none, it is where reading stopped making sense. */
  readonly offset: number;
  /** The part of the pattern to show. */
  readonly span: Span;
  /** The same for people: what is wrong and what to do. */
  readonly message: Message;
}

/** What else a pattern says of itself at its start, by PCRE's `(*…)` settings. */
export interface PatternStart {
  readonly newline: NewlineKind;
  readonly matchLimit?: number;
  readonly depthLimit?: number;
  /** `(*UTF)`, `(*UCP)`: bytes are read as characters then. */
  readonly utf: boolean;
  readonly ucp: boolean;
  readonly noAutoPossess: boolean;
  readonly noStartOptimize: boolean;
  readonly noDotstarAnchor: boolean;
  /** Where a match may not be empty. */
  readonly notEmpty: 'nowhere' | 'at start' | 'anywhere';
}

/** A pattern that the library takes. */
export interface Pattern {
  readonly dialect: Dialect;
  /** The pattern's bytes, one character each. */
  readonly text: string;
  readonly flags: PatternFlags;
  readonly root: Node;
  /** How many capturing groups there are (the highest number). */
  readonly groups: number;
  /** Names of groups and their numbers. */
  readonly names: ReadonlyMap<string, readonly number[]>;
  readonly start: PatternStart;
  /** Comments, ignored blanks, `\Q` and `\E`: bytes without an effect of their own. */
  readonly trivia: readonly Span[];
  readonly hasBackReferences: boolean;
}

/** Either the tree, or why the library refuses the pattern. */
export type ParsedPattern =
  { readonly ok: true; readonly pattern: Pattern } | { readonly ok: false; readonly problem: PatternProblem };
