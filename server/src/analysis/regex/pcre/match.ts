/**
 * Matches a subject against a compiled PCRE pattern by backtracking, as pcre2_match() without JIT does (Postfix uses
 * none): same answers, same groups, same count of what the match limit counts. Nothing recurses; all is bounded.
 */
import { lazy, possessive, T } from './op';
import type { Op, Program } from './op';

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
const enum R {
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
const enum Why {
  NoMatch,
  Accept,
  Commit,
  Prune,
  Skip,
  SkipArg,
  Then,
}

/** A group that is open: where it began and what to restore. */
interface Frame {
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

const uncalled = -1;
/** From so many counted steps on, failures are remembered. */
const rememberFrom = 5000;

const recurseLoop = 'nested recursion at the same subject position';
const matchLimitText = 'match limit exceeded';
const depthLimitText = 'matching depth limit exceeded';

/** Conventions of a pattern that matching has to know. */
export interface MatchMode {
  readonly newline: 'lf' | 'cr' | 'crlf' | 'anycrlf' | 'any' | 'nul';
  readonly wordBytes: Uint8Array;
  readonly notEmpty: boolean;
  readonly noStartOptimize: boolean;
}

/** Matches a subject (bytes, one character each) from its start. `spent`: our own steps. Never throws. */
export function match(
  program: Program,
  subject: string,
  mode: MatchMode,
  limits: Limits,
): Outcome & { readonly spent: number } {
  const matcher = new Matcher(program, subject, mode, limits);
  const outcome = matcher.run();
  return { ...outcome, spent: limits.steps - matcher.stepsLeft };
}

/** Hot and small: the numbers of an operation and of the answer that all has matched. */
const oneByte: T = T.One;
const matched = -2;

type Handler = (matcher: Matcher, op: Op, pc: number) => number;

class Matcher {
  private readonly ops: readonly Op[];
  private readonly bytes: Uint8Array;
  private readonly end: number;
  private readonly caps: Int32Array;
  private steps: number;
  private count = 0;
  private depth = 0;
  private pos = 0;
  private frame: Frame | undefined;
  /** The group being called, {@link uncalled} for none. */
  private current = uncalled;
  // Backtracking points: parallel stacks.
  private height = 0;
  private readonly kinds: number[] = [];
  private readonly codes: number[] = [];
  private readonly places: number[] = [];
  private readonly extras: number[] = [];
  private readonly counts: number[] = [];
  private readonly depths: number[] = [];
  private readonly trails: number[] = [];
  private readonly keys: number[] = [];
  private readonly currents: number[] = [];
  private readonly frames: (Frame | undefined)[] = [];
  private trail = 0;
  private readonly trailAt: number[] = [];
  private readonly trailOld: number[] = [];
  private readonly failures = new Map<number, number>();
  private ignoredSkips = 0;
  private skipArgs = 0;
  private verbPlace = 0;
  private verbName = '';
  private verbCurrent = uncalled;
  private failed: string | undefined;
  private spent = false;

  constructor(
    private readonly program: Program,
    subject: string,
    private readonly mode: MatchMode,
    private readonly limits: Limits,
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

  run(): Outcome {
    const { program } = this;
    let start = 0;
    let required = -1;
    for (;;) {
      if (!this.mode.noStartOptimize) {
        const from = this.nextStart(start);
        if (from < 0) return { kind: 'no match' };
        start = from;
        if (this.end - start < program.minLength) return { kind: 'no match' };
        const after = start + (program.first ? 1 : 0);
        if (program.last && after > required) {
          const left = this.end - start;
          if (left < 5000 || (!program.anchored && left < 5_000_000)) {
            required = this.find(program.last, after);
            if (required < 0) return { kind: 'no match' };
          }
        }
      }
      if (start > this.end) return { kind: 'no match' };
      const why = this.attempt(start);
      if (this.failed !== undefined) return { kind: 'error', error: this.failed };
      if (this.spent) return { kind: 'unknown' };
      if (why === undefined) return { kind: 'match', groups: this.groups(start) };
      let next = start + 1;
      if (why === Why.Commit) return { kind: 'no match' };
      if (why === Why.SkipArg) {
        this.ignoredSkips = this.skipArgs;
        next = start;
      } else {
        if (why === Why.Skip && this.verbPlace > start) next = this.verbPlace;
        else this.ignoredSkips = 0;
      }
      start = next;
      if (program.anchored || start > this.end) return { kind: 'no match' };
      const pairs = this.mode.newline === 'crlf' || this.mode.newline === 'any' || this.mode.newline === 'anycrlf';
      if (pairs && !program.hasCrOrLf && start > 0 && this.bytes[start - 1] === 13 && this.bytes[start] === 10) start++;
    }
  }

  private groups(start: number): number[] {
    const out = Array.from(this.caps);
    if (out[0] === undefined || out[0] < 0) out[0] = start;
    out[1] = this.pos;
    return out;
  }

  private find(unit: { byte: number; caseless: boolean }, from: number): number {
    const other = unit.caseless && isLetter(unit.byte) ? unit.byte ^ 32 : unit.byte;
    for (let i = from; i < this.end; i++) if (this.bytes[i] === unit.byte || this.bytes[i] === other) return i;
    return -1;
  }

  /** Where the next attempt begins; -1 where none can match. */
  private nextStart(start: number): number {
    const { program, bytes, end } = this;
    if (program.anchored) {
      if (!program.first && !program.startBits) return start;
      if (start >= end) return -1;
      if (program.first && this.isUnit(program.first, bytes[start] ?? 0)) return start;
      return program.startBits?.[bytes[start] ?? 0] === 1 ? start : -1;
    }
    if (program.first) return this.find(program.first, start);
    if (program.startline) {
      let at = start;
      if (at > 0) {
        while (at < end && !this.afterNewline(at)) at++;
        const pairs = this.mode.newline === 'any' || this.mode.newline === 'anycrlf';
        if (pairs && bytes[at - 1] === 13 && bytes[at] === 10) at++;
      }
      return at;
    }
    if (program.startBits) {
      for (let at = start; at < end; at++) if (program.startBits[bytes[at] ?? 0] === 1) return at;
      return -1;
    }
    return start;
  }

  private isUnit(unit: { byte: number; caseless: boolean }, byte: number): boolean {
    return byte === unit.byte || (unit.caseless && isLetter(unit.byte) && byte === (unit.byte ^ 32));
  }

  /** One attempt at one place: undefined for a match (its end is the position), else why it failed. */
  private attempt(start: number): Why | undefined {
    this.attemptStart = start;
    this.why = Why.NoMatch;
    this.count = 0;
    this.depth = 0;
    this.height = 0;
    this.trail = 0;
    this.pos = start;
    this.frame = undefined;
    this.current = uncalled;
    this.skipArgs = 0;
    this.caps.fill(-1);
    if (this.tooMany()) return Why.NoMatch;
    return this.loop(0);
  }

  /** Counts one of the library's match calls; true where it must give up. */
  private tooMany(): boolean {
    if (this.count++ >= this.limits.matchLimit) this.failed = matchLimitText;
    else if (this.depth >= this.limits.depthLimit) this.failed = depthLimitText;
    return this.failed !== undefined;
  }

  private push(kind: R, code: number, place: number, extra: number, frame: Frame | undefined, key: number): void {
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
  private key(code: number, pos: number, frame: Frame | undefined): number {
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
  private call(key: number): boolean {
    if (this.tooMany()) return true;
    this.depth++;
    if (key < 0) return false;
    const cost = this.failures.get(key);
    if (cost === undefined) return false;
    this.count += cost - 1;
    if (this.count > this.limits.matchLimit) this.failed = matchLimitText;
    return true;
  }

  private setCap(at: number, value: number): void {
    this.trailAt[this.trail] = at;
    this.trailOld[this.trail++] = this.caps[at] ?? -1;
    this.caps[at] = value;
  }

  private undo(to: number): void {
    while (this.trail > to) {
      const at = --this.trail;
      this.caps[this.trailAt[at] ?? 0] = this.trailOld[at] ?? -1;
    }
  }

  private openFrame(open: number, height: number): Frame {
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

  /** Runs operations from `from` until a match or until nothing is left to try. */
  private loop(from: number): Why | undefined {
    const { ops, bytes } = this;
    const { handlers } = Matcher;
    let pc = from;
    for (;;) {
      if (--this.steps < 0) {
        this.spent = true;
        return Why.NoMatch;
      }
      const op = ops[pc];
      if (!op) return Why.NoMatch;
      let next = -1;
      if (op.t === oneByte) {
        const b = bytes[this.pos];
        if (b !== undefined && op.item?.set[b] === 1) {
          this.pos++;
          next = pc + 1;
        }
      } else next = handlers[op.t]?.(this, op, pc) ?? -1;
      if (next >= 0) {
        pc = next;
        continue;
      }
      if (next === matched) return undefined;
      if (this.failed !== undefined || this.spent) return Why.NoMatch;
      const why = this.why;
      this.why = Why.NoMatch;
      const back = this.backtrack(why);
      if (this.failed !== undefined || this.spent) return Why.NoMatch;
      if (back < 0) return this.why;
      pc = back;
    }
  }

  /** What each operation does, by its number: the operation to go on with, -1 to come back, {@link matched}. */
  private static readonly handlers: Handler[] = Matcher.makeHandlers();

  private static makeHandlers(): Handler[] {
    const table: Handler[] = [];
    const on = (types: readonly T[], handler: Handler): void => {
      for (const t of types) table[t] = handler;
    };
    const when =
      (test: (m: Matcher) => boolean): Handler =>
      (m, _op, pc) =>
        test(m) ? pc + 1 : -1;
    on([T.Rep], (m, op, pc) => m.repeat(op, pc));
    on([T.Newline], (m, op, pc) => m.advance(m.newlineSequence(op), pc));
    on([T.Cluster], (m, _op, pc) => m.advance(m.clusterLength(), pc));
    on([T.Ref], (m, op, pc) => m.reference(op, pc));
    on(
      [T.SubjectStart, T.Circumflex, T.SearchStart],
      when(m => m.pos === 0),
    );
    on(
      [T.SubjectEnd, T.DollarEndOnly],
      when(m => m.pos === m.end),
    );
    on(
      [T.SubjectEndOrNewline, T.Dollar],
      when(m => m.atLastNewline()),
    );
    on(
      [T.LineStart],
      when(m => m.pos === 0 || (m.pos < m.end && m.afterNewline(m.pos))),
    );
    on(
      [T.LineEnd],
      when(m => m.pos === m.end || m.newlineLength(m.pos) > 0),
    );
    on(
      [T.WordBoundary],
      when(m => m.atBoundary()),
    );
    on(
      [T.NotWordBoundary],
      when(m => !m.atBoundary()),
    );
    on([T.Keep], (m, _op, pc) => {
      m.setCap(0, m.pos);
      return pc + 1;
    });
    on([T.Reverse], (m, op, pc) => {
      if (m.pos < op.number) return -1;
      m.pos -= op.number;
      return pc + 1;
    });
    on([T.Alt], (m, _op, pc) => {
      let at = pc;
      while (m.ops[at]?.t === T.Alt) at += m.ops[at]?.link ?? 1;
      return at;
    });
    on([T.SkipZero], (m, _op, pc) => m.endOf(pc + 1) + 1);
    on([T.Fail], () => -1);
    on([T.End, T.Accept], m => {
      if (m.current !== uncalled) return m.endOfCall();
      return m.mode.notEmpty && m.isEmpty() ? -1 : matched;
    });
    on([T.Bra], (m, _op, pc) =>
      m.program.hasThen || m.depth === 0 ? m.enterBranch(R.Branch, pc, false) : m.plainGroup(pc),
    );
    on([T.Cbra, T.Scbra, T.Once, T.ScriptRun, T.Sbra], (m, _op, pc) => m.enterBranch(R.Branch, pc, true));
    on([T.Assert, T.AssertBack, T.AssertNa, T.AssertBackNa], (m, _op, pc) => m.enterBranch(R.Assert, pc, true));
    on([T.AssertNot, T.AssertBackNot], (m, _op, pc) => m.enterBranch(R.AssertNot, pc, true));
    on([T.BraZero], (m, _op, pc) => m.optional(pc + 1, m.endOf(pc + 1) + 1));
    on([T.BraMinZero], (m, _op, pc) => m.optional(m.endOf(pc + 1) + 1, pc + 1));
    on([T.BraPos, T.SbraPos, T.CbraPos, T.ScbraPos], (m, _op, pc) => m.enterPossessive(pc, pc, 0));
    on([T.BraPosZero], (m, _op, pc) => m.enterPossessive(pc + 1, pc + 1, 1));
    on([T.Cond, T.Scond], (m, op, pc) => m.condition(op, pc));
    on([T.Recurse], (m, op, pc) => m.recurse(op, pc));
    on([T.Ket, T.KetMax, T.KetMin, T.KetPos], (m, op, pc) => m.closing(op, pc));
    on([T.Close], (m, op, pc) => {
      m.closeEarly(op.number);
      return pc + 1;
    });
    on([T.AssertAccept], m => {
      m.why = Why.Accept;
      return -1;
    });
    on([T.Commit, T.Prune, T.Skip, T.Then, T.Mark], (m, op, pc) => m.verb(op, pc));
    return table;
  }

  private advance(length: number, pc: number): number {
    if (length === 0) return -1;
    this.pos += length;
    return pc + 1;
  }

  private atLastNewline(): boolean {
    if (this.pos === this.end) return true;
    const length = this.newlineLength(this.pos);
    return length > 0 && this.pos + length === this.end;
  }

  /** Tries `first`, and `second` when that fails. */
  private optional(first: number, second: number): number {
    const key = this.key(first, this.pos, this.frame);
    this.push(R.Resume, second, this.pos, 0, this.frame, key);
    return this.call(key) ? -1 : first;
  }

  /** Why the operation that failed did so; set by verbs. */
  private why: Why = Why.NoMatch;
  private attemptStart = 0;

  private isEmpty(): boolean {
    const kept = this.caps[0] ?? -1;
    return this.pos === (kept < 0 ? this.attemptStart : kept);
  }

  private endOf(open: number): number {
    const { ops } = this;
    let at = open + (ops[open]?.link ?? 1);
    while (ops[at]?.t === T.Alt) at += ops[at]?.link ?? 1;
    return at;
  }

  /** Tries the branch of a group that begins at `branch`. */
  private enterBranch(kind: R, branch: number, framed: boolean): number {
    const outer = this.frame;
    const open = this.openingOf(branch);
    const frame = framed ? this.openFrame(open, this.height) : outer;
    const key = this.key(branch + 1, this.pos, frame);
    this.push(kind, branch, this.pos, open, outer, key);
    this.frame = frame;
    return this.call(key) ? -1 : branch + 1;
  }

  /** The opening of the group that a branch belongs to: the branch itself, or what its closing points at. */
  private openingOf(branch: number): number {
    if (this.ops[branch]?.t !== T.Alt) return branch;
    const end = this.endOf(branch);
    return end - (this.ops[end]?.link ?? 0);
  }

  private plainGroup(branch: number): number {
    const next = branch + (this.ops[branch]?.link ?? 1);
    if (this.ops[next]?.t !== T.Alt) return branch + 1;
    const key = this.key(branch + 1, this.pos, this.frame);
    this.push(R.Plain, next, this.pos, 0, this.frame, key);
    return this.call(key) ? -1 : branch + 1;
  }

  /** `flags`: 1: may match nothing; 2: has matched. */
  private enterPossessive(open: number, branch: number, flags: number): number {
    const height = this.height;
    this.push(R.Possessive, branch, this.pos, open * 4 + flags, this.frame, -1);
    this.frame = this.openFrame(open, height);
    return this.call(-1) ? -1 : branch + 1;
  }

  private condition(op: Op, pc: number): number {
    const test = this.ops[pc + 1];
    let holds = false;
    switch (test?.t) {
      case T.IfGroup:
        holds = test.groups.some(group => (this.caps[2 * group + 1] ?? -1) >= 0);
        break;
      case T.IfRecursion:
        holds = this.current !== uncalled && (test.groups.length === 0 || test.groups.includes(this.current));
        break;
      case T.IfTrue:
        holds = true;
        break;
      case T.Assert:
      case T.AssertBack:
      case T.AssertNot:
      case T.AssertBackNot:
      case T.AssertNa:
      case T.AssertBackNa:
        return this.enterCondition(pc, pc + 1);
      default:
        break;
    }
    return this.chooseBranch(op, pc, holds, pc + 2);
  }

  private enterCondition(cond: number, branch: number): number {
    const height = this.height;
    this.push(R.Condition, branch, this.pos, cond, this.frame, -1);
    this.frame = { ...this.openFrame(branch, height), open: -2 };
    return this.call(-1) ? -1 : branch + 1;
  }

  /** Goes on in one of a conditional group's branches; `yes` is where the first begins. */
  private chooseBranch(op: Op, pc: number, holds: boolean, yes: number): number {
    const second = pc + op.link;
    const target = holds ? yes : this.ops[second]?.t === T.Alt ? second + 1 : second;
    if (op.t !== T.Scond) return target;
    const outer = this.frame;
    const height = this.height;
    this.push(R.Verb, -1, this.pos, 0, outer, -1);
    this.frame = this.openFrame(pc, height);
    return this.call(-1) ? -1 : target;
  }

  private recurse(op: Op, pc: number): number {
    const open = op.number === 0 ? 0 : this.program.groupAt.get(op.number);
    if (open === undefined) return -1;
    if (this.current !== uncalled) {
      for (let f = this.frame; f; f = f.prev) {
        if (f.open !== -1 || f.group !== op.number) continue;
        if (f.pos === this.pos) {
          this.failed = recurseLoop;
          return -1;
        }
        break;
      }
    }
    return this.enterCall(op.number, open, pc);
  }

  private enterCall(group: number, branch: number, pc: number): number {
    const outer = this.frame;
    const height = this.height;
    this.push(R.Recurse, branch, this.pos, pc, outer, -1);
    this.frame = { ...this.openFrame(-1, height), group, back: pc + 1, saved: this.caps.slice() };
    this.current = group;
    return this.call(-1) ? -1 : branch + 1;
  }

  /** The end of the whole pattern, or `(*ACCEPT)`, inside of a call: back to the caller, for good. */
  private endOfCall(): number {
    let f = this.frame;
    while (f && f.open !== -1) f = f.prev;
    if (!f) return -1;
    this.height = f.height;
    this.restore(f);
    this.depth = f.depth;
    return f.back;
  }

  private restore(f: Frame): void {
    const { saved } = f;
    if (saved) for (let i = 2; i < saved.length; i++) if (this.caps[i] !== saved[i]) this.setCap(i, saved[i] ?? -1);
    this.frame = f.prev;
    this.current = f.current;
  }

  private closeEarly(group: number): void {
    if (this.current !== uncalled) return;
    for (let f = this.frame; f; f = f.prev) {
      const op = this.ops[f.open];
      if (
        !op ||
        op.number !== group ||
        (op.t !== T.Cbra && op.t !== T.Scbra && op.t !== T.CbraPos && op.t !== T.ScbraPos)
      )
        continue;
      this.setCap(2 * group, f.pos);
      this.setCap(2 * group + 1, this.pos);
      return;
    }
  }

  private closing(op: Op, pc: number): number {
    const open = pc - op.link;
    const opening = this.ops[open];
    let f: Frame | undefined;
    if (opening && opening.t !== T.Bra && opening.t !== T.Cond) {
      f = this.frame;
      this.frame = f?.prev;
      if (f?.open === -2) return this.conditionMet(f);
    }
    switch (opening?.t) {
      case T.AssertNa:
      case T.AssertBackNa:
        this.pos = f?.pos ?? this.pos;
        break;
      case T.Assert:
      case T.AssertBack:
        this.pos = f?.pos ?? this.pos;
        this.height = f?.height ?? this.height;
        break;
      case T.Once:
        this.height = f?.height ?? this.height;
        break;
      case T.AssertNot:
      case T.AssertBackNot:
        // It has matched, so it fails: nothing inside is tried again.
        this.height = f?.height ?? 0;
        return this.failFrom(f);
      case T.Cbra:
      case T.CbraPos:
      case T.Scbra:
      case T.ScbraPos: {
        if (this.current === opening.number && f?.open === -1) {
          this.restore(f);
          return f.back;
        }
        if (this.current === opening.number) {
          const call = this.callOf(opening.number, f);
          if (call) {
            this.restore(call);
            return call.back;
          }
        }
        this.setCap(2 * opening.number, f?.pos ?? this.pos);
        this.setCap(2 * opening.number + 1, this.pos);
        break;
      }
      default:
        break;
    }
    if (op.t === T.KetPos) return this.repeatPossessive(f, open);
    if (op.t !== T.Ket && (!f || this.pos !== f.pos)) return this.repeatGroup(op, pc, open);
    return pc + 1;
  }

  private callOf(group: number, from: Frame | undefined): Frame | undefined {
    let f = from;
    while (f && !(f.open === -1 && f.group === group)) f = f.prev;
    return f;
  }

  /** After a negative assertion has matched: the captures inside are undone by coming back to the point below it. */
  private failFrom(f: Frame | undefined): number {
    if (f) this.frame = f.prev;
    return -1;
  }

  private repeatGroup(op: Op, pc: number, open: number): number {
    if (op.t === T.KetMin) {
      const key = this.key(pc + 1, this.pos, this.frame);
      this.push(R.Resume, open, this.pos, 0, this.frame, key);
      return this.call(key) ? -1 : pc + 1;
    }
    const key = this.key(open, this.pos, this.frame);
    this.push(R.Resume, pc + 1, this.pos, 0, this.frame, key);
    return this.call(key) ? -1 : open;
  }

  /** One round of a possessive group is done: its points are dropped, and the next round begins. */
  private repeatPossessive(f: Frame | undefined, open: number): number {
    if (!f) return -1;
    this.height = f.height;
    this.depth = f.depth;
    const flags = ((this.extras[f.height] ?? 0) & 1) | 2;
    if (this.pos === f.pos) return this.endOf(open) + 1;
    return this.enterPossessive(open, open, flags);
  }

  private conditionMet(f: Frame): number {
    const cond = this.extras[f.height] ?? 0;
    const branch = this.codes[f.height] ?? 0;
    this.height = f.height;
    this.depth = f.depth;
    this.pos = f.pos;
    return this.afterCondition(cond, this.openingOf(branch), true);
  }

  /** Goes on in a conditional group once its assertion has matched or not. */
  private afterCondition(cond: number, assertion: number, matched: boolean): number {
    const op = this.ops[cond];
    const t = this.ops[assertion]?.t;
    const positive = t === T.Assert || t === T.AssertBack;
    if (!op) return -1;
    return this.chooseBranch(op, cond, matched === positive, this.endOf(assertion) + 1);
  }

  private verb(op: Op, pc: number): number {
    if (op.t === T.Skip && op.name !== undefined && ++this.skipArgs <= this.ignoredSkips) return pc + 1;
    this.push(R.Verb, pc, this.pos, 0, this.frame, -1);
    return this.call(-1) ? -1 : pc + 1;
  }

  /** A repeated byte. */
  private repeat(op: Op, pc: number): number {
    if (op.number !== T.One) return this.repeatWide(op, pc);
    const { bytes, end } = this;
    const set = op.item?.set;
    if (!set) return -1;
    let pos = this.pos;
    const least = pos + op.min;
    if (least > end) return -1;
    while (pos < least) {
      if (set[bytes[pos] ?? 0] !== 1) return -1;
      pos++;
    }
    this.steps -= op.min >> 3;
    if (op.min === op.max) {
      this.pos = pos;
      return pc + 1;
    }
    if (op.mode === lazy) {
      const key = this.key(pc + 1, pos, this.frame);
      this.push(R.More, pc, pos, op.max - op.min, this.frame, key);
      this.pos = pos;
      return this.call(key) ? -1 : pc + 1;
    }
    const start = pos;
    const most = Math.min(end, op.max === Infinity ? end : pos + op.max - op.min);
    while (pos < most && set[bytes[pos] ?? 0] === 1) pos++;
    this.steps -= (pos - start) >> 3;
    if (op.mode === possessive) {
      this.pos = pos;
      return pc + 1;
    }
    return this.giveBack(op, pc, pos, start);
  }

  /** Tries what follows a greedy repeat that reaches to `pos`, and may give back as far as `start`. */
  private giveBack(op: Op, pc: number, pos: number, start: number): number {
    this.pos = pos;
    const { category } = op.item ?? { category: 'char' };
    const isClass = category === 'class' || category === 'property-class';
    // Only a class makes a point of its own for the last place.
    if (pos === start && !isClass) return pc + 1;
    const key = this.key(pc + 1, pos, this.frame);
    this.push(R.Less, pc, pos, start, this.frame, key);
    return this.call(key) ? -1 : pc + 1;
  }

  /** `\R` and `\X` repeated: each may take two bytes. */
  private repeatWide(op: Op, pc: number): number {
    let pos = this.pos;
    let done = 0;
    const step = (): boolean => {
      this.pos = pos;
      const length = op.number === T.Newline ? this.newlineSequence(op) : this.clusterLength();
      pos += length;
      return length > 0;
    };
    for (; done < op.min; done++) if (!step()) return -1;
    if (op.min === op.max) {
      this.pos = pos;
      return pc + 1;
    }
    if (op.mode === lazy) {
      this.push(R.More, pc, pos, op.max - op.min, this.frame, -1);
      this.pos = pos;
      return this.call(-1) ? -1 : pc + 1;
    }
    const start = pos;
    for (; done < op.max; done++) if (--this.steps < 0 || !step()) break;
    if (op.mode === possessive) {
      this.pos = pos;
      return pc + 1;
    }
    return this.giveBack(op, pc, pos, start);
  }

  /** The length of a newline sequence of `\R` at the position, 0 for none. */
  private newlineSequence(op: Op): number {
    const b = this.bytes[this.pos];
    if (b === undefined || op.item?.set[b] !== 1) return 0;
    return b === 13 && this.bytes[this.pos + 1] === 10 ? 2 : 1;
  }

  private clusterLength(): number {
    const b = this.bytes[this.pos];
    if (b === undefined) return 0;
    return b === 13 && this.bytes[this.pos + 1] === 10 ? 2 : 1;
  }

  /** The length of what a reference stands for where it stands there too; -1 where not, or where no group is set. */
  private referenceLength(op: Op): number {
    const { caps, bytes } = this;
    const group = op.groups.find(g => (caps[2 * g + 1] ?? -1) >= 0);
    if (group === undefined) return -1;
    const from = caps[2 * group] ?? 0;
    const length = (caps[2 * group + 1] ?? 0) - from;
    if (this.pos + length > this.end) return -1;
    this.steps -= length >> 3;
    for (let i = 0; i < length; i++) {
      const a = bytes[from + i] ?? 0;
      const b = bytes[this.pos + i] ?? 0;
      if (a !== b && !(op.caseless && isLetter(a) && (a ^ 32) === b)) return -1;
    }
    return length;
  }

  private reference(op: Op, pc: number): number {
    const group = op.groups.find(g => (this.caps[2 * g + 1] ?? -1) >= 0);
    const set = group !== undefined;
    const empty = set && this.caps[2 * group] === this.caps[2 * group + 1];
    if (op.min === 1 && op.max === 1) {
      const length = this.referenceLength(op);
      if (length < 0) return -1;
      this.pos += length;
      return pc + 1;
    }
    if (empty || (!set && op.min === 0)) return pc + 1;
    for (let i = 0; i < op.min; i++) {
      const length = this.referenceLength(op);
      if (length < 0) return -1;
      this.pos += length;
    }
    if (op.min === op.max) return pc + 1;
    if (op.mode === lazy) {
      this.push(R.MoreRef, pc, this.pos, op.max - op.min, this.frame, -1);
      return this.call(-1) ? -1 : pc + 1;
    }
    const start = this.pos;
    let length = 0;
    for (let i = op.min; i < op.max; i++) {
      const more = this.referenceLength(op);
      if (more < 0) break;
      length = more;
      this.pos += more;
    }
    this.push(R.LessRef, pc, this.pos, start, this.frame, length);
    return this.call(-1) ? -1 : pc + 1;
  }

  /** Comes back to the last point that has something left to try; -1 for none, `why` tells then why. */
  private backtrack(reason: Why): number {
    let why = reason;
    let accepted: Int32Array | undefined = why === Why.Accept ? this.caps.slice() : undefined;
    while (this.height > 0) {
      if (--this.steps < 0) {
        this.spent = true;
        return -1;
      }
      const at = --this.height;
      const kind = this.kinds[at] as R;
      const code = this.codes[at] ?? 0;
      const key = this.keys[at] ?? -1;
      if (kind !== R.LessRef && key >= 0 && why === Why.NoMatch)
        this.failures.set(key, this.count - (this.counts[at] ?? 0));
      this.undo(this.trails[at] ?? 0);
      this.pos = this.places[at] ?? 0;
      this.depth = this.depths[at] ?? 0;
      this.frame = this.frames[at];
      this.current = this.currents[at] ?? uncalled;
      const extra = this.extras[at] ?? 0;
      const next = this.retry(kind, code, extra, why, accepted, key);
      if (this.failed !== undefined || this.spent) return -1;
      if (next >= 0) return next;
      // -1: this point fails as well; its reason may have changed.
      if (this.retryWhy !== Why.Accept) accepted = undefined;
      why = this.retryWhy;
    }
    this.why = why;
    return -1;
  }

  private retryWhy: Why = Why.NoMatch;

  private retry(kind: R, code: number, extra: number, why: Why, accepted: Int32Array | undefined, key: number): number {
    this.retryWhy = why;
    switch (kind) {
      case R.Branch:
        return this.nextBranch(kind, code, why, this.ops[extra]?.t !== T.Bra);
      case R.Plain:
        return why === Why.NoMatch ? this.plainGroup(code) : -1;
      case R.Resume:
        return why === Why.NoMatch ? code : -1;
      case R.Less:
        return why === Why.NoMatch ? this.oneLess(code, extra) : -1;
      case R.More:
        return why === Why.NoMatch ? this.oneMore(code, extra) : -1;
      case R.LessRef:
        if (why !== Why.NoMatch || this.pos <= extra) return -1;
        this.pos -= key;
        if (this.pos < extra) return -1;
        this.push(R.LessRef, code, this.pos, extra, this.frame, key);
        return this.call(-1) ? -1 : code + 1;
      case R.MoreRef: {
        const op = this.ops[code];
        if (why !== Why.NoMatch || extra <= 0 || !op) return -1;
        const length = this.referenceLength(op);
        if (length < 0) return -1;
        this.pos += length;
        this.push(R.MoreRef, code, this.pos, extra - 1, this.frame, -1);
        return this.call(-1) ? -1 : code + 1;
      }
      case R.Assert:
        if (why === Why.Accept && accepted) {
          this.take(accepted);
          return this.endOf(code) + 1;
        }
        return this.nextBranch(kind, code, why === Why.Then ? Why.NoMatch : why, true);
      case R.AssertNot:
        return this.afterNegative(code, why);
      case R.Condition:
        return this.afterConditionBranch(code, extra, why, accepted);
      case R.Recurse:
        return this.nextCallBranch(code, extra, why);
      case R.Possessive:
        return this.nextPossessive(code, extra, why);
      case R.Verb:
        return this.verbReason(code, why);
    }
  }

  private take(accepted: Int32Array): void {
    for (let i = 0; i < accepted.length; i++) if (this.caps[i] !== accepted[i]) this.setCap(i, accepted[i] ?? -1);
  }

  /** Whether a `(*THEN)` that came back lies in this branch, one of several. */
  private ownThen(branch: number): boolean {
    const next = branch + (this.ops[branch]?.link ?? 1);
    return this.verbPlace < next && (this.ops[branch]?.t === T.Alt || this.ops[next]?.t === T.Alt);
  }

  private nextBranch(kind: R, branch: number, why: Why, framed: boolean): number {
    const reason = why === Why.Then && this.ownThen(branch) ? Why.NoMatch : why;
    this.retryWhy = reason;
    if (reason !== Why.NoMatch) return -1;
    const next = branch + (this.ops[branch]?.link ?? 1);
    return this.ops[next]?.t === T.Alt ? this.enterBranch(kind, next, framed) : -1;
  }

  private afterNegative(branch: number, why: Why): number {
    if (why === Why.Accept || why === Why.SkipArg) {
      this.retryWhy = why === Why.Accept ? Why.NoMatch : why;
      return -1;
    }
    if (why === Why.NoMatch || why === Why.Then) {
      const next = branch + (this.ops[branch]?.link ?? 1);
      if (this.ops[next]?.t === T.Alt) return this.enterBranch(R.AssertNot, next, true);
    }
    return this.endOf(branch) + 1;
  }

  private afterConditionBranch(branch: number, cond: number, why: Why, accepted: Int32Array | undefined): number {
    if (why === Why.SkipArg) return -1;
    const assertion = this.openingOf(branch);
    if (why === Why.Accept) {
      if (accepted) this.take(accepted);
      return this.afterCondition(cond, assertion, true);
    }
    if (why === Why.NoMatch || why === Why.Then) {
      const next = branch + (this.ops[branch]?.link ?? 1);
      if (this.ops[next]?.t === T.Alt) return this.enterCondition(cond, next);
    }
    return this.afterCondition(cond, assertion, false);
  }

  private nextCallBranch(branch: number, pc: number, why: Why): number {
    const group = this.ops[pc]?.number ?? 0;
    let reason = why;
    if (why >= Why.Commit && this.verbCurrent === group) {
      if (why === Why.Then && this.ownThen(branch)) reason = Why.NoMatch;
      else {
        this.retryWhy = Why.NoMatch;
        return -1;
      }
    }
    this.retryWhy = reason;
    if (reason !== Why.NoMatch) return -1;
    const next = branch + (this.ops[branch]?.link ?? 1);
    return this.ops[next]?.t === T.Alt ? this.enterCall(group, next, pc) : -1;
  }

  private nextPossessive(branch: number, extra: number, why: Why): number {
    const reason = why === Why.Then && this.ownThen(branch) ? Why.NoMatch : why;
    this.retryWhy = reason;
    if (reason !== Why.NoMatch) return -1;
    const open = extra >> 2;
    const next = branch + (this.ops[branch]?.link ?? 1);
    if (this.ops[next]?.t === T.Alt) return this.enterPossessive(open, next, extra & 3);
    return (extra & 3) === 0 ? -1 : next + 1;
  }

  private verbReason(code: number, why: Why): number {
    const op = this.ops[code];
    if (!op) return -1;
    if (op.t === T.Mark) {
      if (why === Why.SkipArg && op.name === this.verbName) {
        this.verbPlace = this.pos;
        this.retryWhy = Why.Skip;
      }
      return -1;
    }
    if (why !== Why.NoMatch) return -1;
    this.verbCurrent = this.current;
    switch (op.t) {
      case T.Commit:
        this.retryWhy = Why.Commit;
        break;
      case T.Prune:
        this.retryWhy = Why.Prune;
        break;
      case T.Then:
        this.verbPlace = code;
        this.retryWhy = Why.Then;
        break;
      case T.Skip:
        if (op.name === undefined) {
          this.verbPlace = this.pos;
          this.retryWhy = Why.Skip;
        } else {
          this.verbName = op.name;
          this.retryWhy = Why.SkipArg;
        }
        break;
      default:
        break;
    }
    return -1;
  }

  private oneLess(pc: number, start: number): number {
    const op = this.ops[pc];
    if (!op || this.pos <= start) return -1;
    this.pos--;
    const wide = op.number === T.Newline || op.number === T.Cluster;
    if (wide && this.pos > start && this.bytes[this.pos] === 10 && this.bytes[this.pos - 1] === 13) this.pos--;
    return this.giveBack(op, pc, this.pos, start);
  }

  private oneMore(pc: number, left: number): number {
    const op = this.ops[pc];
    if (!op || left <= 0) return -1;
    if (op.number === T.One) {
      const b = this.bytes[this.pos];
      if (b === undefined || op.item?.set[b] !== 1) return -1;
      this.pos++;
    } else {
      const length = op.number === T.Newline ? this.newlineSequence(op) : this.clusterLength();
      if (length === 0) return -1;
      this.pos += length;
    }
    const key = op.number === T.One ? this.key(pc + 1, this.pos, this.frame) : -1;
    this.push(R.More, pc, this.pos, left - 1, this.frame, key);
    return this.call(key) ? -1 : pc + 1;
  }

  /** The length of a newline that begins at a place, by the pattern's convention. */
  private newlineLength(at: number): number {
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

  private afterNewline(at: number): boolean {
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

  private atBoundary(): boolean {
    const { wordBytes } = this.mode;
    const before = this.pos > 0 && wordBytes[this.bytes[this.pos - 1] ?? 0] === 1;
    const after = this.pos < this.end && wordBytes[this.bytes[this.pos] ?? 0] === 1;
    return before !== after;
  }
}

const isLetter = (byte: number): boolean => (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
