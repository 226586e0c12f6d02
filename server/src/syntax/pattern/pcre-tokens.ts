/** The flat form of a PCRE pattern: escapes read, comments and blanks gone, flags resolved. */
import type { AnchorKind, ClassItem, NewlineKind, SetNode, VerbNode } from './tree';
import type { ByteSet } from './byte-set';

interface Place {
  readonly start: number;
  end: number;
}

/** What an opening parenthesis starts. */
export type Opening =
  | { readonly as: 'capture'; readonly number: number; readonly name?: string }
  | { readonly as: 'plain' }
  | { readonly as: 'atomic' }
  | { readonly as: 'script-run' }
  | {
      readonly as: 'look';
      readonly behind: boolean;
      readonly negative: boolean;
      readonly nonAtomic: boolean;
      readonly offset: number;
    }
  | { readonly as: 'if-assertion' }
  | { readonly as: 'if-group'; readonly group: number; readonly offset: number }
  | { readonly as: 'if-name'; readonly name: string; readonly offset: number }
  /** `(?(R1)` or a group of that name. */
  | { readonly as: 'if-recursion'; readonly name: string; readonly offset: number }
  | { readonly as: 'if-recursion-name'; readonly name: string; readonly offset: number }
  | { readonly as: 'if-version'; readonly holds: boolean }
  | { readonly as: 'define'; readonly offset: number };

export type Token = Place &
  (
    | { readonly kind: 'byte'; readonly byte: number; readonly caseless: boolean }
    | {
        readonly kind: 'set';
        readonly set: ByteSet;
        readonly form: SetNode['form'];
        readonly items?: readonly ClassItem[];
        readonly negated?: boolean;
      }
    /** `.` or `\N` where the newline is CR LF: any byte that does not start one. */
    | { readonly kind: 'not-crlf' }
    | { readonly kind: 'anchor'; readonly at: AnchorKind }
    | { readonly kind: 'newline' }
    | { readonly kind: 'cluster' }
    | { readonly kind: 'keep' }
    | { readonly kind: 'reference'; readonly group: number; readonly offset: number; readonly caseless: boolean }
    | { readonly kind: 'name-reference'; readonly name: string; readonly offset: number; readonly caseless: boolean }
    | { readonly kind: 'call'; readonly group: number; readonly offset: number }
    | { readonly kind: 'name-call'; readonly name: string; readonly offset: number }
    | { readonly kind: 'open'; readonly opening: Opening }
    | { readonly kind: 'alternative' }
    | { readonly kind: 'close' }
    | { kind: 'quantifier'; readonly min: number; readonly max: number; mode: 'greedy' | 'lazy' | 'possessive' }
    | { readonly kind: 'verb'; readonly verb: VerbNode['verb']; readonly name?: string }
  );

/** A named group in the order of the pattern. */
export interface NamedGroup {
  readonly name: string;
  readonly number: number;
}

/** All that reading gives. */
export interface Tokens {
  readonly tokens: readonly Token[];
  readonly groups: number;
  readonly named: readonly NamedGroup[];
  /** Numbers are used twice, by `(?|`. */
  readonly duplicateNumbers: boolean;
  readonly trivia: readonly { readonly start: number; readonly end: number }[];
  readonly hasLookBehind: boolean;
}

/** What the lexer has to know beside the flags. */
export interface Conventions {
  readonly newline: NewlineKind;
  readonly utf: boolean;
  readonly ucp: boolean;
}
