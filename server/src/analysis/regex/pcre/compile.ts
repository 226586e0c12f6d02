/** Compiles a PCRE tree into operations as libpcre2's compile_branch() does, its bookkeeping of first and last byte included. */
import type { Condition, Node, Pattern, RepeatNode, SetNode } from '../../../syntax/pattern/tree';
import { charOp, greedy, lazy, Op, possessive, T } from './op';
import type { Item, TypeName } from './op';

/** A first or last byte under construction: a byte with flags, or one of the two states without. */
interface Cu {
  byte: number;
  /** 0: as it is; +1: either case; +2: behind something of varying length; {@link unset}; {@link none}. */
  flags: number;
}

export const unset = 0xffffffff;
export const none = 0xfffffffe;
const caselessBit = 1;
const varyBit = 2;

/** What compiling a pattern gives beside its operations. */
export interface Compiled {
  readonly ops: Op[];
  readonly first: Cu;
  readonly last: Cu;
  readonly canBeEmpty: boolean;
  readonly hadRecurse: boolean;
  readonly hadAccept: boolean;
  readonly hadPruneOrSkip: boolean;
  readonly hasThen: boolean;
  readonly hasCrOrLf: boolean;
  readonly referenced: ReadonlySet<number>;
  /** A number stands for several groups, by `(?|`. */
  readonly duplicateNumbers: boolean;
}

/** Compiles the tree of a PCRE pattern. */
export function compile(pattern: Pattern): Compiled {
  return new Compiler(pattern).compile();
}

/** The branches of a node in the place of a group's body. */
const branchesOf = (node: Node): readonly Node[] => (node.kind === 'choice' ? node.branches : [node]);
const itemsOf = (node: Node): readonly Node[] =>
  node.kind === 'sequence' ? node.items : node.kind === 'empty' ? [] : [node];

/** The state of one branch. */
interface Branch {
  first: Cu;
  last: Cu;
  zeroFirst: Cu;
  zeroLast: Cu;
  groupSetFirst: boolean;
  matchesSomething: boolean;
  hadAccept: boolean;
  /** Whether the item before, or the group, takes a byte at least. */
  matched: boolean;
  /** Whether the group compiled last can match nothing. */
  emptyGroup: boolean;
}

class Compiler {
  readonly ops: Op[] = [];
  private vary = 0;
  private hadRecurse = false;
  private hadAccept = false;
  private hadPruneOrSkip = false;
  private hasThen = false;
  private hasCrOrLf = false;
  private readonly referenced = new Set<number>();
  private readonly openCaptures: { number: number; assertDepth: number }[] = [];
  private assertDepth = 0;
  /** The look-around compiled next is repeated. */
  private repeating = false;
  private verbs = 0;

  constructor(private readonly pattern: Pattern) {}

  compile(): Compiled {
    const group = this.group(new Op(T.Bra), branchesOf(this.pattern.root), undefined, undefined);
    this.ops.push(new Op(T.End));
    const { hadRecurse, hadAccept, hadPruneOrSkip, hasThen, hasCrOrLf, referenced, ops } = this;
    const last = hadAccept ? { byte: 0, flags: none } : group.last;
    return {
      ops,
      first: group.first,
      last,
      canBeEmpty: group.empty,
      hadRecurse,
      hadAccept,
      hadPruneOrSkip,
      hasThen,
      hasCrOrLf,
      referenced,
      duplicateNumbers: this.pattern.text.includes('(?|'),
    };
  }

  /** Compiles a group: its opening, its branches, its closing. */
  private group(
    opening: Op,
    branches: readonly Node[],
    widths: readonly number[] | undefined,
    condition: Op | undefined,
  ): { first: Cu; last: Cu; empty: boolean } {
    const { ops } = this;
    const open = ops.length;
    ops.push(opening);
    if (condition) ops.push(condition);
    const capture = opening.t === T.Cbra;
    if (capture) this.openCaptures.push({ number: opening.number, assertDepth: this.assertDepth });
    let first: Cu = { byte: 0, flags: unset };
    let last: Cu = { byte: 0, flags: unset };
    let empty = false;
    let from = open;
    branches.forEach((node, i) => {
      if (i > 0) {
        const op = ops[from];
        if (op) op.link = ops.length - from;
        from = ops.length;
        ops.push(new Op(T.Alt));
      }
      const width = widths?.[i] ?? 0;
      if (width > 0) {
        const reverse = new Op(T.Reverse);
        reverse.number = width;
        ops.push(reverse);
      }
      const branch = this.branch(itemsOf(node));
      if (!branch.matchesSomething) empty = true;
      if (i === 0) ({ first, last } = branch);
      else ({ first, last } = mergeBranches(first, last, branch.first, branch.last));
    });
    const op = ops[from];
    if (op) op.link = ops.length - from;
    const ket = new Op(T.Ket);
    ket.link = ops.length - open;
    ops.push(ket);
    if (capture) this.openCaptures.pop();
    return { first, last, empty };
  }

  private branch(items: readonly Node[]): Branch {
    const start = (): Cu => ({ byte: 0, flags: unset });
    const b: Branch = {
      first: start(),
      last: start(),
      zeroFirst: start(),
      zeroLast: start(),
      groupSetFirst: false,
      matchesSomething: false,
      hadAccept: false,
      matched: false,
      emptyGroup: false,
    };
    for (const item of items) {
      b.matched = false;
      this.node(item, b);
      if (b.matched && !b.hadAccept) b.matchesSomething = true;
    }
    return b;
  }

  private node(node: Node, b: Branch): void {
    switch (node.kind) {
      case 'empty':
        return;
      case 'byte':
        return this.char(node.byte, node.caseless || this.foldsOthers(node.byte), b);
      case 'set':
        return this.set(node, b);
      case 'anchor':
        return this.anchor(node, b);
      case 'newline':
        return this.one(T.Newline, { category: 'type', set: node.set.table, chars: [], caseless: false, type: 'R' }, b);
      case 'cluster':
        return this.one(T.Cluster, { category: 'type', set: anySet, chars: [], caseless: false, type: 'X' }, b);
      case 'keep':
        this.ops.push(new Op(T.Keep));
        this.rememberZero(b);
        return;
      case 'backreference':
        return this.reference(node.groups, node.caseless, b);
      case 'call':
        return this.call(node.group, b);
      case 'verb':
        return this.verb(node.verb, node.name, b);
      case 'repeat':
        return this.repeat(node, b);
      case 'sequence':
        for (const item of node.items) this.node(item, b);
        return;
      case 'choice':
        return this.bracket(new Op(T.Bra), node.branches, b);
      case 'group':
      case 'look':
      case 'conditional':
        return this.nested(node, b);
    }
  }

  /** Bytes without case take the flag of the pattern along, which only matters where branches are compared. */
  private foldsOthers(byte: number): boolean {
    return this.pattern.flags.caseless && !((byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a));
  }

  private char(byte: number, caseless: boolean, b: Branch): void {
    this.ops.push(charOp(byte, caseless));
    b.matched = true;
    if (byte === 13 || byte === 10) this.hasCrOrLf = true;
    const bit = caseless ? caselessBit : 0;
    b.zeroLast = { ...b.last };
    if (b.first.flags === unset) {
      b.zeroFirst = { byte: b.zeroFirst.byte, flags: none };
      b.first = { byte, flags: bit };
    } else {
      b.zeroFirst = { ...b.first };
      b.last = { byte, flags: bit | this.vary };
    }
  }

  private one(t: T, item: Item, b: Branch): void {
    this.ops.push(new Op(t, item));
    b.matched = true;
    if (b.first.flags === unset) b.first = { byte: 0, flags: none };
    this.rememberZero(b);
  }

  private rememberZero(b: Branch): void {
    b.zeroFirst = { ...b.first };
    b.zeroLast = { ...b.last };
  }

  private set(node: SetNode, b: Branch): void {
    const { set } = node;
    if (node.form === 'class') {
      const only = node.items?.length === 1 ? node.items[0] : undefined;
      if (only?.kind === 'byte') {
        const written = this.pattern.text.charCodeAt(only.span.start);
        const byte = only.set.has(written) && written !== 0x5c ? written : (only.set.bytes()[0] ?? 0);
        const caseless = only.set.size > 1 || this.foldsOthers(byte);
        if (!node.negated) return this.char(byte, caseless, b);
        return this.one(
          T.One,
          { category: 'not', set: set.table, chars: only.set.bytes(), caseless, type: undefined },
          b,
        );
      }
      const [low = 0, high = 0] = set.bytes();
      const partners = set.size === 2 && high === low + 32 && low >= 0x41 && low <= 0x5a;
      if (!node.negated && partners && node.items?.length === 2) return this.char(low, true, b);
      const text = this.pattern.text.slice(node.span.start, node.span.end);
      const category = /\\[pP]/.test(text) ? 'property-class' : 'class';
      return this.one(T.One, { category, set: set.table, chars: [], caseless: false, type: undefined }, b);
    }
    this.one(T.One, { category: 'type', set: set.table, chars: [], caseless: false, type: this.typeOf(node) }, b);
  }

  private typeOf(node: SetNode): TypeName {
    if (node.set.size === 256) return 'all';
    if (node.form === 'dot') return 'any';
    const letter = this.pattern.text.charAt(node.span.start + 1);
    if (this.pattern.text.charAt(node.span.start) !== '\\') return 'w';
    if ('hHvV'.includes(letter)) return letter as TypeName;
    if ('dDsSwW'.includes(letter)) return this.pattern.start.ucp ? 'p' : (letter as TypeName);
    return letter === 'N' ? 'any' : 'p';
  }

  private anchor(node: Extract<Node, { kind: 'anchor' }>, b: Branch): void {
    const { at } = node;
    const written = this.pattern.text.charAt(node.span.start);
    const types = {
      'subject-start': T.SubjectStart,
      'subject-end': T.SubjectEnd,
      'subject-end-or-last-newline': T.SubjectEndOrNewline,
      'line-start': T.LineStart,
      'line-end': T.LineEnd,
      'search-start': T.SearchStart,
      'word-boundary': T.WordBoundary,
      'not-word-boundary': T.NotWordBoundary,
      'word-start': T.WordBoundary,
      'word-end': T.WordBoundary,
    } as const;
    if (at === 'line-start' && b.first.flags === unset) {
      b.first = { byte: 0, flags: none };
      b.zeroFirst = { byte: b.zeroFirst.byte, flags: none };
    }
    if (at === 'subject-start' && written === '^') this.ops.push(new Op(T.Circumflex));
    else if (written === '$' && at !== 'line-end')
      this.ops.push(new Op(at === 'subject-end' ? T.DollarEndOnly : T.Dollar));
    else this.ops.push(new Op(types[at]));
  }

  private reference(groups: readonly number[], caseless: boolean, b: Branch): void {
    const op = new Op(T.Ref);
    op.groups = groups;
    op.caseless = caseless;
    for (const group of groups) this.referenced.add(group < 32 ? group : 0);
    this.ops.push(op);
    if (b.first.flags === unset) {
      b.first = { byte: 0, flags: none };
      b.zeroFirst = { byte: b.zeroFirst.byte, flags: none };
    }
  }

  private call(group: number, b: Branch): void {
    const op = new Op(T.Recurse);
    op.number = group;
    this.ops.push(op);
    b.groupSetFirst = false;
    this.hadRecurse = true;
    if (b.first.flags === unset) b.first = { byte: 0, flags: none };
    b.zeroFirst = { ...b.first };
  }

  private verb(verb: Extract<Node, { kind: 'verb' }>['verb'], name: string | undefined, b: Branch): void {
    if (verb === 'accept') {
      if (name !== undefined) this.pushVerb(T.Mark, name);
      this.hadAccept = true;
      b.hadAccept = true;
      for (let i = this.openCaptures.length - 1; i >= 0; i--) {
        const open = this.openCaptures[i];
        if (!open || open.assertDepth < this.assertDepth) break;
        const close = new Op(T.Close);
        close.number = open.number;
        this.ops.push(close);
      }
      this.ops.push(new Op(this.assertDepth > 0 ? T.AssertAccept : T.Accept));
      if (b.first.flags === unset) b.first = { byte: 0, flags: none };
      return;
    }
    if (verb === 'fail') {
      if (name !== undefined) this.pushVerb(T.Mark, name);
      this.ops.push(new Op(T.Fail));
      return;
    }
    if (verb === 'prune' || verb === 'skip') this.hadPruneOrSkip = true;
    if (verb === 'then') this.hasThen = true;
    this.pushVerb({ commit: T.Commit, prune: T.Prune, skip: T.Skip, then: T.Then, mark: T.Mark }[verb], name);
  }

  private pushVerb(t: T, name: string | undefined): void {
    const op = new Op(t);
    op.number = ++this.verbs;
    op.name = name;
    this.ops.push(op);
  }

  private nested(node: Extract<Node, { kind: 'group' | 'look' | 'conditional' }>, b: Branch): void {
    if (node.kind === 'group') {
      const op = new Op(node.capture !== undefined ? T.Cbra : node.atomic ? T.Once : T.Bra);
      op.number = node.capture ?? 0;
      if (
        this.pattern.text.startsWith('(*', node.span.start) &&
        /^\(\*(?:atomic_)?s(?:cript_run|r):|^\(\*asr:/.test(
          this.pattern.text.slice(node.span.start, node.span.start + 20),
        )
      ) {
        if (!node.atomic) op.t = T.ScriptRun;
      }
      return this.bracket(op, branchesOf(node.body), b);
    }
    if (node.kind === 'look') return this.look(node, b);
    const { op, look } = this.conditionOp(node.condition);
    const branches = node.no ? [node.yes, node.no] : [node.yes];
    if (!look) return this.bracket(new Op(T.Cond), branches, b, op);
    // The assertion is compiled inside the group, before its first branch.
    const before = this.ops.length;
    const inner: Branch = { ...b };
    this.look(look, inner);
    const assertion = this.ops.splice(before);
    this.bracket(new Op(T.Cond), branches, b, undefined, assertion);
  }

  private look(node: Extract<Node, { kind: 'look' }>, b: Branch): void {
    const branches = branchesOf(node.body);
    const { repeating } = this;
    this.repeating = false;
    // (?!) always fails, and is no group then, unless it is repeated.
    if (!repeating && !node.behind && node.negative && node.body.kind === 'empty') {
      this.ops.push(new Op(T.Fail));
      return;
    }
    const t = node.behind
      ? node.nonAtomic
        ? T.AssertBackNa
        : node.negative
          ? T.AssertBackNot
          : T.AssertBack
      : node.nonAtomic
        ? T.AssertNa
        : node.negative
          ? T.AssertNot
          : T.Assert;
    this.assertDepth++;
    this.bracket(new Op(t), branches, b, undefined, undefined, node.widths);
    this.assertDepth--;
  }

  private conditionOp(condition: Condition): { op?: Op; look?: Extract<Node, { kind: 'look' }> } {
    switch (condition.kind) {
      case 'group': {
        const op = new Op(T.IfGroup);
        op.groups = condition.groups;
        return { op };
      }
      case 'recursion': {
        const op = new Op(T.IfRecursion);
        op.groups = condition.groups ?? [];
        return { op };
      }
      case 'define': {
        const op = new Op(T.IfFalse);
        op.name = 'DEFINE';
        return { op };
      }
      case 'constant':
        return { op: new Op(condition.value ? T.IfTrue : T.IfFalse) };
      case 'look':
        return { look: condition.look };
    }
  }

  /** Compiles a bracketed group and takes over what it says of first and last byte. */
  private bracket(
    opening: Op,
    branches: readonly Node[],
    b: Branch,
    condition?: Op,
    assertion?: readonly Op[],
    widths?: readonly number[],
  ): void {
    const t = opening.t;
    const isAssertion = t >= T.Assert && t <= T.AssertBackNa;
    const vary = this.vary;
    const start = this.ops.length;
    const group = this.group(opening, branches, widths, condition);
    if (assertion) this.insertAssertion(start, assertion);
    const defines = condition?.name === 'DEFINE';
    if (!isAssertion && t !== T.Cond && !group.empty) b.matched = true;
    const sub = { first: group.first, last: group.last };
    if (t === T.Cond && !defines) {
      if (branches.length === 1) sub.first = sub.last = { byte: 0, flags: none };
      else if (!group.empty) b.matched = true;
    }
    b.emptyGroup = group.empty;
    if (defines) return;
    b.zeroLast = { ...b.last };
    b.zeroFirst = { ...b.first };
    b.groupSetFirst = false;
    if (!isAssertion) {
      if (b.first.flags === unset && sub.first.flags !== unset) {
        if (sub.first.flags < none) {
          b.first = { ...sub.first };
          b.groupSetFirst = true;
        } else b.first = { byte: b.first.byte, flags: none };
        b.zeroFirst = { byte: b.zeroFirst.byte, flags: none };
      } else if (sub.first.flags < none && sub.last.flags >= none) {
        sub.last = { byte: sub.first.byte, flags: sub.first.flags | vary };
      }
      if (sub.last.flags < none) b.last = { ...sub.last };
    } else if ((t === T.Assert || t === T.AssertNa) && sub.last.flags < none && sub.first.flags < none) {
      b.last = { ...sub.last };
    }
  }

  /** Puts the operations of a condition's assertion behind the opening of the group that begins at `start`. */
  private insertAssertion(start: number, assertion: readonly Op[]): void {
    this.ops.splice(start + 1, 0, ...assertion);
    const opening = this.ops[start];
    const ket = this.ops[this.ops.length - 1];
    if (opening) opening.link += assertion.length;
    if (ket) ket.link += assertion.length;
  }

  private repeat(node: RepeatNode, b: Branch): void {
    const start = this.ops.length;
    this.repeating = node.body.kind === 'look';
    this.node(node.body, b);
    const { min, max } = node;
    const varies = min === max ? 0 : varyBit;
    if (min === 0) {
      b.first = { ...b.zeroFirst };
      b.last = { ...b.zeroLast };
      b.matched = false;
    }
    const op = this.ops[start];
    if (op) this.applyRepeat(op, start, node, b);
    this.vary |= varies;
  }

  private applyRepeat(op: Op, start: number, node: RepeatNode, b: Branch): void {
    const { min, max } = node;
    const mode = node.mode === 'lazy' ? lazy : node.mode === 'possessive' ? possessive : greedy;
    switch (op.t) {
      case T.One:
      case T.Newline:
      case T.Cluster:
        if (op.item?.category === 'char' && min > 1) {
          b.last = { byte: op.item.chars[0] ?? 0, flags: this.vary | (op.item.caseless ? caselessBit : 0) };
        }
        if (min === 1 && max === 1) return;
        return this.repeatSingle(op, start, min, max, mode);
      case T.Ref:
        if (max === 0) this.ops.length = start;
        else if (!(min === 1 && max === 1)) {
          op.min = min;
          op.max = max;
          op.mode = mode === possessive ? greedy : mode;
          if (mode === possessive) this.wrapOnce(start);
        }
        return;
      case T.Fail:
        return;
      case T.Recurse:
        return this.repeatCall(op, start, min, max, mode, b);
      default:
        return this.repeatGroup(op, start, min, max, mode, b);
    }
  }

  private repeatSingle(op: Op, start: number, min: number, max: number, mode: number): void {
    this.ops.length = start;
    if (max === 0) return;
    const rep = (low: number, high: number): void => {
      const next = new Op(low === 1 && high === 1 ? op.t : T.Rep, op.item);
      next.single = op.t;
      next.min = low;
      next.max = high;
      next.mode = mode;
      this.ops.push(next);
    };
    const isClass = op.item?.category === 'class' || op.item?.category === 'property-class';
    if (isClass || (min <= 1 && max === Infinity) || min === 0) return rep(min, max);
    // The library writes {n,m} as exactly n and then up to m - n more; it has no possessive form of one type and more.
    const wraps = mode === possessive && min === 1 && max > 1 && op.item?.category === 'type';
    rep(min, min);
    if (max > min) rep(0, max - min);
    const last = this.ops[this.ops.length - 1];
    if (!wraps || !last) return;
    last.mode = greedy;
    this.wrapOnce(start);
  }

  private wrapOnce(start: number): void {
    const body = this.ops.splice(start);
    const once = new Op(T.Once);
    once.link = body.length + 1;
    const ket = new Op(T.Ket);
    ket.link = body.length + 1;
    for (const op of [once, ...body, ket]) this.ops.push(op);
  }

  private repeatCall(op: Op, start: number, min: number, max: number, mode: number, b: Branch): void {
    if (min === 1 && max === 1 && mode !== possessive) return;
    let low = min;
    let high = max;
    let from = start;
    if (low > 0 && !(low === 1 && high === Infinity)) {
      const copies = low === high ? low - 1 : low;
      for (let i = 0; i < copies; i++) this.ops.push(op.copy());
      if (low === high) {
        if (mode === possessive) this.wrapOnce(start);
        return;
      }
      from = this.ops.length - 1;
      if (high !== Infinity) high -= low;
      low = 0;
    }
    const body = this.ops.splice(from);
    const bra = new Op(T.Bra);
    bra.link = body.length + 1;
    const ket = new Op(T.Ket);
    ket.link = body.length + 1;
    for (const each of [bra, ...body, ket]) this.ops.push(each);
    b.emptyGroup = true;
    this.repeatGroup(bra, from, low, high, mode, b);
    if (from > start && mode === possessive) this.wrapOnce(start);
  }

  private repeatGroup(op: Op, start: number, min: number, max: number, mode: number, b: Branch): void {
    if (min === 1 && max === 1 && mode !== possessive) return;
    const { ops } = this;
    if (op.t === T.Cond && ops[start + 1]?.t === T.IfFalse && ops[start + op.link]?.t !== T.Alt) return;
    let high = max;
    if (op.t >= T.Assert && op.t <= T.AssertBackNa && high === Infinity) high = min + 1;
    const body = ops.slice(start);
    const length = body.length;
    const zero = (): Op => new Op(mode === lazy ? T.BraMinZero : T.BraZero);
    /** How many closings are due at the end, and where their openings stand. */
    const nested: number[] = [];
    let brazero: Op | undefined;
    if (min === 0) {
      ops.length = start;
      if (high <= 1 || high === Infinity) {
        brazero = high === 0 ? new Op(T.SkipZero) : zero();
        ops.push(brazero, ...body);
        if (high === 0) return;
      } else {
        ops.push(zero());
        nested.push(ops.length);
        ops.push(new Op(T.Bra), ...body);
      }
      if (high !== Infinity) high--;
    } else {
      if (min > 1 && b.groupSetFirst && b.last.flags >= none) b.last = { ...b.first };
      for (let i = 1; i < min; i++) for (const each of body) ops.push(each.copy());
      if (high !== Infinity) high -= min;
    }
    if (high !== Infinity) {
      for (let i = high; i >= 1; i--) {
        ops.push(zero());
        if (i !== 1) {
          nested.push(ops.length);
          ops.push(new Op(T.Bra));
        }
        for (const each of body) ops.push(each.copy());
      }
      for (let at = nested.pop(); at !== undefined; at = nested.pop()) {
        const bra = ops[at];
        const ket = new Op(T.Ket);
        ket.link = ops.length - at;
        if (bra) bra.link = ket.link;
        ops.push(ket);
      }
    } else {
      const done = this.unlimited(ops.length - length, mode, b, brazero);
      if (done && min < 2) return;
    }
    if (mode === possessive) this.wrapOnce(start);
  }

  /** Makes the group that begins at `at` and ends the operations repeat without end; true where that is possessive already. */
  private unlimited(at: number, mode: number, b: Branch, brazero: Op | undefined): boolean {
    const { ops } = this;
    const bra = ops[at];
    const ket = ops[ops.length - 1];
    if (!bra || !ket) return false;
    if (bra.t === T.Once && mode === possessive) bra.t = T.Bra;
    if (bra.t === T.Once || bra.t === T.ScriptRun) {
      ket.t = mode === lazy ? T.KetMin : T.KetMax;
      return false;
    }
    if (b.emptyGroup)
      bra.t = bra.t === T.Bra ? T.Sbra : bra.t === T.Cbra ? T.Scbra : bra.t === T.Cond ? T.Scond : bra.t;
    if (bra.t === T.Cond && ops[at + bra.link]?.t !== T.Alt) bra.t = T.Scond;
    if (mode !== possessive) {
      ket.t = mode === lazy ? T.KetMin : T.KetMax;
      return false;
    }
    if (bra.t === T.Cond || bra.t === T.Scond) {
      const body = ops.splice(at);
      const wrap = new Op(bra.t === T.Cond ? T.BraPos : T.SbraPos);
      wrap.link = body.length + 1;
      const end = new Op(T.KetPos);
      end.link = body.length + 1;
      for (const op of [wrap, ...body, end]) ops.push(op);
    } else {
      const positive = new Map([
        [T.Bra, T.BraPos],
        [T.Sbra, T.SbraPos],
        [T.Cbra, T.CbraPos],
        [T.Scbra, T.ScbraPos],
      ]);
      bra.t = positive.get(bra.t) ?? bra.t;
      ket.t = T.KetPos;
    }
    if (brazero) brazero.t = T.BraPosZero;
    return true;
  }
}

const anySet = new Uint8Array(256).fill(1);

/** What two branches together say of the first and last byte. */
function mergeBranches(first: Cu, last: Cu, nextFirst: Cu, nextLast: Cu): { first: Cu; last: Cu } {
  let f = { ...first };
  let l = { ...last };
  let nl = { ...nextLast };
  if (f.flags !== nextFirst.flags || f.byte !== nextFirst.byte) {
    if (f.flags < none && l.flags >= none) l = { ...f };
    f = { byte: f.byte, flags: none };
  }
  if (f.flags >= none && nextFirst.flags < none && nl.flags >= none) nl = { ...nextFirst };
  if (clear(l.flags) !== clear(nl.flags) || l.byte !== nl.byte) l = { byte: l.byte, flags: none };
  else l = { byte: nl.byte, flags: (l.flags | nl.flags) >>> 0 };
  return { first: f, last: l };
}

const clear = (flags: number): number => (flags & ~varyBit) >>> 0;
