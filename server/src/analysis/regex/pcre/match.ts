/**
 * Matches a subject against a compiled PCRE pattern by backtracking, as pcre2_match() without JIT does (Postfix uses
 * none): same answers, same groups, same count of what the match limit counts. Nothing recurses; all is bounded.
 */
import { ItemMatcher } from './match-items';
import { isExcluded, isUnit, R, recurseLoop, uncalled, Why } from './match-state';
import type { Frame, Limits, MatchMode, Outcome } from './match-state';
import { T } from './op';
import type { Op, Program } from './op';

/** Matches a subject (bytes, one character each) from its start. `spent`: our own steps. Never throws. */
export function match(
  program: Program,
  subject: string,
  mode: MatchMode,
  limits: Limits,
): Outcome & { readonly spent: number } {
  if (!mode.noStartOptimize && isExcluded(program, subject)) return { kind: 'no match', spent: 0 };
  const matcher = new Matcher(program, subject, mode, limits);
  const outcome = matcher.run();
  return { ...outcome, spent: limits.steps - matcher.stepsLeft };
}

/** Hot and small: the numbers of an operation and of the answer that all has matched. */
const oneByte: T = T.One;
const matched = -2;

type Handler = (matcher: Matcher, op: Op, pc: number) => number;

class Matcher extends ItemMatcher {
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

  /** Where the next attempt begins; -1 where none can match. */
  private nextStart(start: number): number {
    const { program, bytes, end } = this;
    if (program.anchored) {
      if (!program.first && !program.startBits) return start;
      if (start >= end) return -1;
      if (program.first && isUnit(program.first, bytes[start] ?? 0)) return start;
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
      return m.mode.notEmpty !== 'nowhere' && m.isForbiddenEmpty() ? -1 : matched;
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

  /** Tries `first`, and `second` when that fails. */
  private optional(first: number, second: number): number {
    const key = this.key(first, this.pos, this.frame);
    this.push(R.Resume, second, this.pos, 0, this.frame, key);
    return this.call(key) ? -1 : first;
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
}
