/** The state of one match: where it stands, what is open, what was captured, and what it can come back to. */
import { otherCase } from '../../../syntax/pattern/byte-set';
import { T } from './op';
import type { Op, Program, Unit } from './op';
import type { PatternStart } from '../../../syntax/pattern/tree';

/** What became of a match. */
export type Outcome =
  /** `groups`: start and end of the whole and of each group, -1 where a group is not set. */
  | { readonly kind: 'match'; readonly groups: readonly number[] }
  | { readonly kind: 'no match' }
  /** The library gives up: with what it says. */
  | { readonly kind: 'error'; readonly error: string }
  /** We gave up before the library would have. */
  | { readonly kind: 'unknown' };

/** The limits of one match. */
export interface Limits {
  /** What the library's match limit allows; Postfix leaves it at 10,000,000. */
  readonly matchLimit: number;
  readonly depthLimit: number;
  /** How many of our own steps may be spent. */
  readonly steps: number;
}

/** What a backtracking point does when it is come back to. */
export const enum R {
  /** The next branch of a group. */
  Branch,
  /** The next branch of a plain group that keeps no point for its last branch. */
  Plain,
  /** Go on elsewhere. */
  Resume,
  /** One less, one more byte of a repeat. */
  Less,
  More,
  LessRef,
  MoreRef,
  Assert,
  AssertNot,
  Condition,
  Recurse,
  Possessive,
  Verb,
}

/** Why matching comes back. */
export const enum Why {
  NoMatch,
  Accept,
  Commit,
  Prune,
  Skip,
  SkipArg,
  Then,
}

/** A group that is open: where it began and what to restore. */
export interface Frame {
  /** The opening operation; -1 for a call, -2 for the assertion of a condition. */
  readonly open: number;
  readonly pos: number;
  readonly prev: Frame | undefined;
  /** How many backtracking points there were before. */
  readonly height: number;
  readonly depth: number;
  /** A call: which group, where to go on, what was captured before. */
  readonly group: number;
  readonly back: number;
  readonly saved: Int32Array | undefined;
  readonly current: number;
  /** How many enclosing repeats depend on where they began, and the start of the one. */
  readonly sensitive: number;
  readonly sensitivePos: number;
}

export const uncalled = -1;
/** From so many counted steps on, failures are remembered. */
export const rememberFrom = 5000;

export const recurseLoop = 'nested recursion at the same subject position';
export const matchLimitText = 'match limit exceeded';
export const depthLimitText = 'matching depth limit exceeded';

/** Conventions of a pattern that matching has to know. */
export interface MatchMode {
  readonly newline: 'lf' | 'cr' | 'crlf' | 'anycrlf' | 'any' | 'nul';
  readonly wordBytes: Uint8Array;
  readonly notEmpty: PatternStart['notEmpty'];
  readonly noStartOptimize: boolean;
}

/** What matching has to remember. */
export class MatchState {
  protected readonly ops: readonly Op[];

  protected readonly bytes: Uint8Array;

  protected readonly end: number;

  protected readonly caps: Int32Array;

  protected steps: number;

  protected count = 0;

  protected depth = 0;

  protected pos = 0;

  protected frame: Frame | undefined;

  /** The group being called, {@link uncalled} for none. */
  protected current = uncalled;

  // Backtracking points: parallel stacks.
  protected height = 0;

  protected readonly kinds: number[] = [];

  protected readonly codes: number[] = [];

  protected readonly places: number[] = [];

  protected readonly extras: number[] = [];

  protected readonly counts: number[] = [];

  protected readonly depths: number[] = [];

  protected readonly trails: number[] = [];

  protected readonly keys: number[] = [];

  protected readonly currents: number[] = [];

  protected readonly frames: (Frame | undefined)[] = [];

  protected trail = 0;

  protected readonly trailAt: number[] = [];

  protected readonly trailOld: number[] = [];

  protected readonly failures = new Map<number, number>();

  protected ignoredSkips = 0;

  protected skipArgs = 0;

  protected verbPlace = 0;

  protected verbName = '';

  protected verbCurrent = uncalled;

  protected failed: string | undefined;

  protected spent = false;

  constructor(
    protected readonly program: Program,
    subject: string,
    protected readonly mode: MatchMode,
    protected readonly limits: Limits,
  ) {
    this.ops = program.ops;
    this.end = subject.length;
    this.bytes = new Uint8Array(subject.length);
    for (let i = 0; i < subject.length; i++) this.bytes[i] = subject.charCodeAt(i);
    // The first pair is the match's own start (\K) and is filled in at the end.
    this.caps = new Int32Array(2 * program.groups + 2);
    this.steps = limits.steps;
  }

  get stepsLeft(): number {
    return this.steps;
  }

  protected find(unit: Unit, from: number): number {
    const other = unit.caseless ? otherCase(unit.byte) : unit.byte;
    for (let i = from; i < this.end; i++) if (this.bytes[i] === unit.byte || this.bytes[i] === other) return i;
    return -1;
  }

  /** Counts one of the library's match calls; true where it must give up. */
  protected tooMany(): boolean {
    if (this.count++ >= this.limits.matchLimit) this.failed = matchLimitText;
    else if (this.depth >= this.limits.depthLimit) this.failed = depthLimitText;
    return this.failed !== undefined;
  }

  protected push(kind: R, code: number, place: number, extra: number, frame: Frame | undefined, key: number): void {
    const at = this.height++;
    this.kinds[at] = kind;
    this.codes[at] = code;
    this.places[at] = place;
    this.extras[at] = extra;
    this.counts[at] = this.count;
    this.depths[at] = this.depth;
    this.trails[at] = this.trail;
    this.keys[at] = key;
    this.currents[at] = this.current;
    this.frames[at] = frame;
  }

  /** The key under which failing at an operation and position is remembered; -1 where it depends on more. */
  protected key(code: number, pos: number, frame: Frame | undefined): number {
    if (!this.program.regular || this.count < rememberFrom) return -1;
    const sensitive = frame ? frame.sensitive : 0;
    if (sensitive > 1) return -1;
    const base = code * (this.end + 1) + pos;
    return sensitive === 0 ? base * (this.end + 2) : base * (this.end + 2) + 1 + (frame?.sensitivePos ?? 0);
  }

  /**
   * Enters a match call at an operation, with a backtracking point pushed before it. True where that is known to fail:
   * its cost is counted then and the point is to be come back to.
   */
  protected call(key: number): boolean {
    this.depth++;
    if (this.tooMany()) return true;
    if (key < 0) return false;
    const cost = this.failures.get(key);
    if (cost === undefined) return false;
    this.count += cost - 1;
    if (this.count > this.limits.matchLimit) this.failed = matchLimitText;
    return true;
  }

  protected setCap(at: number, value: number): void {
    this.trailAt[this.trail] = at;
    this.trailOld[this.trail++] = this.caps[at] ?? -1;
    this.caps[at] = value;
  }

  protected undo(to: number): void {
    while (this.trail > to) {
      const at = --this.trail;
      this.caps[this.trailAt[at] ?? 0] = this.trailOld[at] ?? -1;
    }
  }

  protected openFrame(open: number, height: number): Frame {
    const prev = this.frame;
    const t = open >= 0 ? this.ops[open]?.t : undefined;
    const repeats = t === T.Sbra || t === T.Scbra || t === T.Scond;
    const cuts = t !== undefined && t !== T.Cbra && !repeats;
    return {
      open,
      pos: this.pos,
      prev,
      height,
      depth: this.depth,
      group: -1,
      back: 0,
      saved: undefined,
      current: this.current,
      sensitive: (prev ? prev.sensitive : 0) + (repeats ? 1 : 0) + (cuts || t === undefined ? 2 : 0),
      sensitivePos: repeats ? this.pos : (prev?.sensitivePos ?? 0),
    };
  }

  protected atLastNewline(): boolean {
    if (this.pos === this.end) return true;
    const length = this.newlineLength(this.pos);
    return length > 0 && this.pos + length === this.end;
  }

  /** Why the operation that failed did so; set by verbs. */
  protected why: Why = Why.NoMatch;

  protected attemptStart = 0;

  /** Whether the match found is empty where the pattern's `(*NOTEMPTY…)` does not want that. */
  protected isForbiddenEmpty(): boolean {
    const kept = this.caps[0] ?? -1;
    const start = kept < 0 ? this.attemptStart : kept;
    return this.pos === start && (this.mode.notEmpty === 'anywhere' || start === 0);
  }

  protected endOf(open: number): number {
    const { ops } = this;
    let at = open + (ops[open]?.link ?? 1);
    while (ops[at]?.t === T.Alt) at += ops[at]?.link ?? 1;
    return at;
  }

  /** The length of a newline sequence of `\R` at the position, 0 for none. */
  protected newlineSequence(op: Op): number {
    const b = this.bytes[this.pos];
    if (b === undefined || op.item?.set[b] !== 1) return 0;
    return b === 13 && this.bytes[this.pos + 1] === 10 ? 2 : 1;
  }

  protected clusterLength(): number {
    const b = this.bytes[this.pos];
    if (b === undefined) return 0;
    return b === 13 && this.bytes[this.pos + 1] === 10 ? 2 : 1;
  }

  protected retryWhy: Why = Why.NoMatch;

  /** The length of a newline that begins at a place, by the pattern's convention. */
  protected newlineLength(at: number): number {
    const b = this.bytes[at];
    if (b === undefined) return 0;
    const pair = b === 13 && this.bytes[at + 1] === 10;
    switch (this.mode.newline) {
      case 'lf':
        return b === 10 ? 1 : 0;
      case 'cr':
        return b === 13 ? 1 : 0;
      case 'nul':
        return b === 0 ? 1 : 0;
      case 'crlf':
        return pair ? 2 : 0;
      case 'anycrlf':
        return pair ? 2 : b === 10 || b === 13 ? 1 : 0;
      case 'any':
        return pair ? 2 : (b >= 10 && b <= 13) || b === 0x85 ? 1 : 0;
    }
  }

  protected afterNewline(at: number): boolean {
    const b = this.bytes[at - 1];
    if (b === undefined) return false;
    switch (this.mode.newline) {
      case 'lf':
        return b === 10;
      case 'cr':
        return b === 13;
      case 'nul':
        return b === 0;
      case 'crlf':
        return b === 10 && this.bytes[at - 2] === 13;
      case 'anycrlf':
        return b === 10 || b === 13;
      case 'any':
        return (b >= 10 && b <= 13) || b === 0x85;
    }
  }

  protected atBoundary(): boolean {
    const { wordBytes } = this.mode;
    const before = this.pos > 0 && wordBytes[this.bytes[this.pos - 1] ?? 0] === 1;
    const after = this.pos < this.end && wordBytes[this.bytes[this.pos] ?? 0] === 1;
    return before !== after;
  }
}

/** Whether a byte is the one that a match needs. */
export const isUnit = (unit: Unit, byte: number): boolean =>
  byte === unit.byte || (unit.caseless && byte === otherCase(unit.byte));

/** Whether the first or the last byte that a match needs is missing: what most rules of a table say to most headers. */
export function isExcluded({ anchored, first, startBits, last, minLength }: Program, subject: string): boolean {
  if (subject.length < minLength) return true;
  const byte = subject.charCodeAt(0);
  if (anchored && (first ?? startBits) && !(first && isUnit(first, byte)) && startBits?.[byte] !== 1) return true;
  if (!last || subject.length >= 5000) return false;
  const text = String.fromCharCode(last.byte);
  return !subject.includes(text) && !(last.caseless && subject.includes(String.fromCharCode(otherCase(last.byte))));
}
