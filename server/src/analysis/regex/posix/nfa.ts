/** The automaton of a POSIX pattern, its nodes numbered as glibc numbers them: that order decides what groups take. */
import { addConstraints, constraintOf, insideNotWord, insideWord } from './constraints';
import { oneByte } from '../../../syntax/pattern/byte-set';
import type { Node, Pattern } from '../../../syntax/pattern/tree';

/** What a node of the automaton does. */
export const enum N {
  /** Takes a byte out of a set. */
  Byte,
  /** Takes what a group took. */
  Reference,
  Anchor,
  Open,
  Close,
  /** Goes to one of two nodes. */
  Split,
  End,
}

/** The automaton; parallel arrays by node. */
export interface Nfa {
  readonly kinds: readonly N[];
  readonly sets: readonly (Uint8Array | undefined)[];
  /** What a node asks of the bytes before and after it: see constraints.ts. */
  readonly constraints: readonly number[];
  /** The group of an opening, a closing or a reference. */
  readonly groups: readonly number[];
  /** A closing of a group that may be missing. */
  readonly optional: readonly boolean[];
  /** Where a node goes; a split prefers the lower number. */
  readonly next: readonly number[];
  readonly other: readonly number[];
  readonly start: number;
  /** Whether a newline is a line's end everywhere (REG_NEWLINE). */
  readonly multiline: boolean;
  /** Whether there is any choice. */
  readonly plural: boolean;
  readonly references: readonly number[];
  /** Groups that are nothing but another group, and that group. */
  readonly same: ReadonlyMap<number, number>;
  readonly caseless: boolean;
}

/** How many nodes we build; glibc builds as many as memory allows. */
const maxNodes = 30_000;

/** A piece of the automaton whose exits are not linked yet. */
interface Piece {
  readonly first: number;
  /** Fills the exits. */
  readonly link: (next: number) => void;
}

class TooLarge extends Error {}

/**
 * Builds the automaton of a POSIX tree. `withGroups`: what groups take is asked for (no REG_NOSUB).
 * Undefined where it would be too large for us.
 */
export function buildNfa(pattern: Pattern, withGroups: boolean): Nfa | undefined {
  if (pattern.text.length > 2 * maxNodes) return undefined;
  try {
    return new Builder(pattern, withGroups).build();
  } catch (why) {
    if (why instanceof TooLarge) return undefined;
    throw why;
  }
}

class Builder {
  private readonly kinds: N[] = [];
  private readonly sets: (Uint8Array | undefined)[] = [];
  private readonly constraints: number[] = [];
  private readonly groups: number[] = [];
  private readonly optional: boolean[] = [];
  private readonly next: number[] = [];
  private readonly other: number[] = [];
  private readonly repeated: boolean[] = [];
  private plural = false;
  private readonly references = new Set<number>();
  private readonly referenced: Set<number>;
  /** Above 0 within copies that a quantifier makes. */
  private copying = 0;
  /** A group that is nothing but another group is the same group. */
  private readonly same = new Map<number, number>();

  constructor(
    private readonly pattern: Pattern,
    private readonly withGroups: boolean,
  ) {
    this.referenced = pattern.hasBackReferences ? referencedGroups(pattern.root) : new Set();
  }

  build(): Nfa {
    const piece = this.piece(this.pattern.root, false);
    const end = this.add(N.End);
    piece?.link(end);
    const { kinds, sets, constraints, groups, optional, next, other, plural } = this;
    addConstraints({ kinds, sets, constraints, groups, optional, next, other, repeated: this.repeated }, maxNodes);
    if (kinds.length > maxNodes) throw new TooLarge();
    return {
      kinds,
      sets,
      constraints,
      groups,
      optional,
      next,
      other,
      start: piece ? piece.first : end,
      multiline: this.pattern.flags.multiline,
      plural,
      references: [...this.references],
      same: this.same,
      caseless: this.pattern.flags.caseless,
    };
  }

  private add(
    kind: N,
    more: { set?: Uint8Array; constraint?: number; group?: number; optional?: boolean } = {},
  ): number {
    const at = this.kinds.length;
    if (at >= maxNodes) throw new TooLarge();
    this.kinds.push(kind);
    this.sets.push(more.set);
    this.constraints.push(more.constraint ?? 0);
    this.groups.push(more.group ?? 0);
    this.optional.push(more.optional ?? false);
    this.next.push(-1);
    this.other.push(-1);
    this.repeated.push(this.copying > 0 && kind !== N.Open && kind !== N.Close);
    return at;
  }

  private single(at: number): Piece {
    return { first: at, link: next => (this.next[at] = next) };
  }

  /** A node as a piece; undefined for glibc's empty tree. `optional`: the group directly here may be missing. */
  private piece(node: Node, optional: boolean): Piece | undefined {
    switch (node.kind) {
      case 'byte': {
        return this.single(this.add(N.Byte, { set: oneByte(node.byte, node.caseless).table }));
      }
      case 'set':
        return this.single(this.add(N.Byte, { set: node.set.table }));
      case 'anchor':
        return this.anchor(node);
      case 'sequence':
        return this.sequence(node.items.map(item => () => this.piece(item, false)));
      case 'choice':
        return this.choice(node.branches.map(branch => () => this.piece(branch, false)));
      case 'group':
        return this.group(node.body, node.capture ?? 0, optional);
      case 'repeat':
        return this.repeat(node.body, node.min, node.max);
      case 'backreference': {
        const group = this.mapped(node.groups[0] ?? 0);
        this.references.add(group);
        return this.single(this.add(N.Reference, { group }));
      }
      default:
        return undefined;
    }
  }

  private anchor(node: Extract<Node, { kind: 'anchor' }>): Piece {
    const written = this.pattern.text.charAt(node.span.start);
    const one = (constraint: number) => (): Piece => this.single(this.add(N.Anchor, { constraint }));
    // glibc writes these as a choice of two places.
    if (node.at === 'word-boundary')
      return this.choice([one(constraintOf('word-start', '')), one(constraintOf('word-end', ''))]) ?? one(0)();
    if (node.at === 'not-word-boundary') return this.choice([one(insideWord), one(insideNotWord)]) ?? one(0)();
    return one(constraintOf(node.at, written))();
  }

  private sequence(makers: readonly (() => Piece | undefined)[]): Piece | undefined {
    let first: Piece | undefined;
    let last: Piece | undefined;
    for (const make of makers) {
      const piece = make();
      if (!piece) continue;
      last?.link(piece.first);
      first ??= piece;
      last = piece;
    }
    if (!first || !last) return undefined;
    const end = last;
    return { first: first.first, link: next => end.link(next) };
  }

  /** Branches from left to right, two at a time. */
  private choice(makers: readonly (() => Piece | undefined)[]): Piece | undefined {
    const links: ((next: number) => void)[] = [];
    let left = makers[0]?.();
    let made = false;
    for (const make of makers.slice(1)) {
      const right = make();
      const split = this.split(left, right);
      links.push(split.link);
      left = { first: split.first, link: () => undefined };
      made = true;
    }
    if (!made) return left;
    return {
      first: left?.first ?? 0,
      link: next => {
        for (const link of links) link(next);
      },
    };
  }

  private split(left: Piece | undefined, right: Piece | undefined): Piece {
    const at = this.add(N.Split);
    this.plural = true;
    return {
      first: at,
      link: next => {
        left?.link(next);
        right?.link(next);
        this.setSplit(at, left ? left.first : next, right ? right.first : next);
      },
    };
  }

  private setSplit(at: number, a: number, b: number): void {
    this.next[at] = Math.min(a, b);
    this.other[at] = a === b ? -1 : Math.max(a, b);
  }

  private mapped(group: number): number {
    return this.same.get(group) ?? group;
  }

  private group(body: Node, capture: number, optional: boolean): Piece | undefined {
    let inner = body;
    while (inner.kind === 'group') {
      this.same.set(inner.capture ?? 0, this.mapped(capture));
      inner = inner.body;
    }
    const dropped = !this.withGroups && !this.referenced.has(capture);
    if (dropped && !isNull(inner)) return this.piece(inner, false);
    const group = capture;
    return this.sequence([
      () => this.single(this.add(N.Open, { group, optional })),
      () => this.piece(inner, false),
      () => this.single(this.add(N.Close, { group, optional })),
    ]);
  }

  private repeat(body: Node, min: number, max: number): Piece | undefined {
    if (isNull(body) || max === 0) return undefined;
    // A copy of a copy is never marked as one that may be missing.
    const marked = this.copying === 0;
    const original = (): Piece | undefined => this.piece(body, false);
    const copy = (): Piece | undefined => this.copied(() => this.piece(body, false));
    const optional = (): Piece | undefined =>
      min > 0 ? this.copied(() => this.piece(body, marked)) : this.piece(body, marked);
    const makers: (() => Piece | undefined)[] = [];
    for (let i = 0; i < min; i++) makers.push(i === 0 ? original : copy);
    if (max === Infinity) makers.push(() => this.star(optional()));
    else if (max > min) makers.push(() => this.upTo(optional, copy, max - min));
    return this.sequence(makers);
  }

  private copied(make: () => Piece | undefined): Piece | undefined {
    this.copying++;
    const piece = make();
    this.copying--;
    return piece;
  }

  private star(body: Piece | undefined): Piece | undefined {
    if (!body) return undefined;
    const at = this.add(N.Split);
    this.plural = true;
    body.link(at);
    return { first: at, link: next => this.setSplit(at, body.first, next) };
  }

  /** `a{0,3}` is `(((a)?a)?a)?`; glibc marks only the first copy as one that may be missing. */
  private upTo(first: () => Piece | undefined, make: () => Piece | undefined, times: number): Piece | undefined {
    let piece = first();
    if (!piece) return undefined;
    piece = this.split(piece, undefined);
    for (let i = 1; i < times; i++) {
      const before = piece;
      const more = this.sequence([() => before, make]);
      piece = this.split(more, undefined);
    }
    return piece;
  }
}

/** Whether glibc has no tree for a node at all. */
function isNull(node: Node): boolean {
  switch (node.kind) {
    case 'empty':
      return true;
    case 'repeat':
      return node.max === 0 || isNull(node.body);
    case 'sequence':
      return node.items.every(isNull);
    default:
      return false;
  }
}

function referencedGroups(root: Node): Set<number> {
  const found = new Set<number>();
  const todo: Node[] = [root];
  for (let node = todo.pop(); node; node = todo.pop()) {
    if (node.kind === 'backreference') for (const group of node.groups) found.add(group);
    else if (node.kind === 'sequence') todo.push(...node.items);
    else if (node.kind === 'choice') todo.push(...node.branches);
    else if (node.kind === 'group' || node.kind === 'repeat') todo.push(node.body);
  }
  return found;
}
