/**
 * A pattern as a graph of small steps: the form in which languages are reasoned about. Captures, laziness and \K are left
 * out, for they do not change which subjects match; what is not regular is refused with its name.
 */
import { oneByte, setOf, type ByteSet } from '../../syntax/pattern/byte-set';
import type { AnchorKind, Node, Pattern } from '../../syntax/pattern/tree';

/** A step; `next` and `body` are numbers of steps. */
export type Step =
  | { readonly kind: 'match' }
  | { readonly kind: 'fail' }
  | { readonly kind: 'byte'; readonly set: ByteSet; next: number }
  | { readonly kind: 'split'; readonly next: number[] }
  | { readonly kind: 'anchor'; readonly at: AnchorKind; next: number }
  | { readonly kind: 'ahead'; readonly negative: boolean; readonly body: number; next: number }
  /** A look-behind: holds where one of the words of its own graph ends. */
  | { readonly kind: 'behind'; readonly negative: boolean; readonly index: number; next: number };

export interface Graph {
  readonly steps: readonly Step[];
  readonly start: number;
  /** The starts of the look-behinds' graphs, in the same steps. */
  readonly behinds: readonly number[];
  /** Matches at the subject's start alone. */
  readonly anchored: boolean;
  readonly dialect: Pattern['dialect'];
}

/** What a pattern uses that no finite automaton has, or that would make it too large. */
export class NotRegular extends Error {
  constructor(readonly what: string) {
    super(what);
  }
}

const mostSteps = 20_000;

/** Turns a pattern into a graph. Throws {@link NotRegular}, with what stands in the way; callers answer "unknown" then. */
export function graphOf(pattern: Pattern): Graph {
  if (pattern.start.newline !== 'lf') throw new NotRegular('(*CR), (*ANYCRLF) …');
  if (pattern.start.utf) throw new NotRegular('(*UTF)');
  if (pattern.start.notEmpty !== 'nowhere') throw new NotRegular('(*NOTEMPTY)');
  const builder = new Builder(pattern);
  const match = builder.add({ kind: 'match' });
  const start = builder.build(pattern.root, match);
  return {
    steps: builder.steps,
    start,
    behinds: builder.behinds,
    anchored: pattern.flags.anchored,
    dialect: pattern.dialect,
  };
}

class Builder {
  readonly steps: Step[] = [];
  readonly behinds: number[] = [];
  private depth = 0;

  constructor(private readonly pattern: Pattern) {}

  add(step: Step): number {
    if (this.steps.length >= mostSteps) throw new NotRegular('a pattern of this size');
    this.steps.push(step);
    return this.steps.length - 1;
  }

  /** The step from which the node, and then `next`, is matched. */
  build(node: Node, next: number): number {
    if (++this.depth > 900) throw new NotRegular('nesting of this depth');
    const start = this.one(node, next);
    this.depth--;
    return start;
  }

  private one(node: Node, next: number): number {
    switch (node.kind) {
      case 'empty':
      case 'keep':
        return next;
      case 'byte':
        return this.add({ kind: 'byte', set: oneByte(node.byte, node.caseless), next });
      case 'set':
        return this.add({ kind: 'byte', set: node.set, next });
      case 'anchor':
        return this.add({ kind: 'anchor', at: node.at, next });
      case 'sequence':
        return node.items.reduceRight((after, item) => this.build(item, after), next);
      case 'choice':
        return this.add({ kind: 'split', next: node.branches.map(b => this.build(b, next)) });
      case 'group':
        if (node.atomic && !givesNothingBack(node.body)) throw new NotRegular('an atomic group');
        return this.build(node.body, next);
      case 'repeat':
        return this.repeat(node, next);
      case 'look':
        return this.look(node, next);
      case 'newline': {
        const lineFeed = this.add({ kind: 'byte', set: setOf([10]), next });
        const pair = this.add({ kind: 'byte', set: setOf([13]), next: lineFeed });
        return this.add({ kind: 'split', next: [pair, this.add({ kind: 'byte', set: node.set, next })] });
      }
      case 'cluster':
        throw new NotRegular('\\X');
      case 'verb':
        if (node.verb === 'fail') return this.add({ kind: 'fail' });
        throw new NotRegular(`(*${node.verb.toUpperCase()})`);
      case 'backreference':
        throw new NotRegular('a back-reference');
      case 'call':
        throw new NotRegular('recursion');
      case 'conditional':
        if (node.condition.kind === 'define') return next;
        if (node.condition.kind === 'constant') {
          const taken = node.condition.value ? node.yes : node.no;
          return taken ? this.build(taken, next) : next;
        }
        throw new NotRegular('a conditional group');
    }
  }

  private repeat(node: Extract<Node, { kind: 'repeat' }>, next: number): number {
    const { body, min, max } = node;
    let after = next;
    if (node.mode === 'possessive') {
      // One-byte steps that never give back: what follows the last of them is none of them.
      const set = singleSet(body);
      if (!set || max !== Infinity) throw new NotRegular('a possessive quantifier');
      const more = this.add({ kind: 'byte', set, next: this.matchStep() });
      after = this.add({ kind: 'ahead', negative: true, body: more, next });
    }
    if (max === Infinity) {
      const loop: { kind: 'split'; next: number[] } = { kind: 'split', next: [] };
      const at = this.add(loop);
      loop.next.push(this.build(body, at), after);
      after = at;
    } else {
      for (let i = min; i < max; i++) after = this.add({ kind: 'split', next: [this.build(body, after), next] });
    }
    for (let i = 0; i < min; i++) after = this.build(body, after);
    return after;
  }

  private look(node: Extract<Node, { kind: 'look' }>, next: number): number {
    const body = this.build(node.body, this.matchStep());
    if (!node.behind) return this.add({ kind: 'ahead', negative: node.negative, body, next });
    this.behinds.push(body);
    return this.add({ kind: 'behind', negative: node.negative, index: this.behinds.length - 1, next });
  }

  private matchStep(): number {
    return this.add({ kind: 'match' });
  }
}

/** The set of a node that takes exactly one byte; undefined for any other. */
function singleSet(node: Node): ByteSet | undefined {
  if (node.kind === 'byte') return oneByte(node.byte, node.caseless);
  if (node.kind === 'set') return node.set;
  if (node.kind === 'group') return singleSet(node.body);
  return undefined;
}

/** Whether a node matches in one way alone wherever it starts, so that being atomic changes nothing. */
function givesNothingBack(node: Node): boolean {
  switch (node.kind) {
    case 'byte':
    case 'set':
    case 'anchor':
    case 'empty':
      return true;
    case 'sequence':
      return node.items.every(givesNothingBack);
    case 'group':
      return givesNothingBack(node.body);
    case 'repeat':
      return (node.min === node.max || node.mode === 'possessive') && givesNothingBack(node.body);
    default:
      return false;
  }
}
