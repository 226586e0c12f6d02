/**
 * What anchors ask of the bytes around them. glibc hands an anchor's demand on to all that follows it up to the next
 * byte, by copies of the nodes there; that decides which of several ways counts, and has odd effects that are kept:
 * inside a match `^` holds behind a newline that was taken, and `$` before one that is, with or without the flag m.
 */
import type { AnchorKind } from '../../../syntax/pattern/tree';
import { wordBytes } from '../../../syntax/pattern/byte-set';

const previousWord = 1;
const previousNotWord = 2;
const previousNewline = 4;
const previousStart = 8;
const nextWord = 16;
const nextNotWord = 32;
const nextNewline = 64;
const nextEnd = 128;

export const insideWord = previousWord | nextWord;
export const insideNotWord = previousNotWord | nextNotWord;

/** What an anchor asks; `written` is its first character: `^` and `$` differ from `\`` and `\'`. */
export function constraintOf(at: AnchorKind, written: string): number {
  switch (at) {
    case 'subject-start':
      return written === '^' ? previousNewline : previousStart;
    case 'subject-end':
      return written === '$' ? nextNewline : nextEnd;
    case 'line-start':
      return previousNewline;
    case 'line-end':
      return nextNewline;
    case 'word-start':
      return previousNotWord | nextWord;
    case 'word-end':
      return previousWord | nextNotWord;
    default:
      return 0;
  }
}

/** The context of a place: what stands beside it. */
const wordContext = 1;
const newlineContext = 2;
const startContext = 4;
const endContext = 8;

const word = wordBytes.table;

/** The context behind a byte that a match has taken. */
export function takenContext(byte: number): number {
  return word[byte] === 1 ? wordContext : byte === 10 ? newlineContext : 0;
}

/** The context of what stands before a match that begins at `at`. */
export function beginContext(bytes: Uint8Array, at: number, multiline: boolean): number {
  if (at === 0) return newlineContext | startContext;
  return besideContext(bytes[at - 1] ?? 0, multiline);
}

/** The context of what stands at `at`, where a match may end. */
export function endOfMatchContext(bytes: Uint8Array, at: number, multiline: boolean): number {
  const byte = bytes[at];
  return byte === undefined ? newlineContext | endContext : besideContext(byte, multiline);
}

function besideContext(byte: number, multiline: boolean): number {
  return word[byte] === 1 ? wordContext : byte === 10 && multiline ? newlineContext : 0;
}

/** Whether a node may stand behind a context. */
export function allowsBefore(constraint: number, context: number): boolean {
  if (constraint === 0) return true;
  if ((constraint & previousWord) !== 0 && (context & wordContext) === 0) return false;
  if ((constraint & previousNotWord) !== 0 && (context & wordContext) !== 0) return false;
  if ((constraint & previousNewline) !== 0 && (context & newlineContext) === 0) return false;
  return (constraint & previousStart) === 0 || (context & startContext) !== 0;
}

/** Whether a node may stand before a context. */
export function allowsAfter(constraint: number, context: number): boolean {
  if (constraint === 0) return true;
  if ((constraint & nextWord) !== 0 && (context & wordContext) === 0) return false;
  if ((constraint & nextNotWord) !== 0 && (context & wordContext) !== 0) return false;
  if ((constraint & nextNewline) !== 0 && (context & newlineContext) === 0) return false;
  return (constraint & nextEnd) === 0 || (context & endContext) !== 0;
}

/** The arrays of an automaton while it is built; `kinds` as in nfa.ts. */
export interface Building {
  readonly kinds: number[];
  readonly sets: (Uint8Array | undefined)[];
  readonly constraints: number[];
  readonly groups: number[];
  readonly optional: boolean[];
  readonly next: number[];
  readonly other: number[];
  /** Nodes of the copies that a quantifier makes, but for the brackets of groups. */
  readonly repeated: readonly boolean[];
}

/** Hands the demands of anchors on to what follows them, by copies; stops when there are more nodes than `limit`. */
export function addConstraints(nfa: Building, limit: number): void {
  if (!nfa.constraints.some(constraint => constraint !== 0)) return;
  new Copier(nfa, limit).run();
}

/** The kinds that take something, and the end: nfa.ts. */
const takesByte = 0;
const reference = 1;
const end = 6;

class Copier {
  private readonly copied: boolean[] = [];
  private readonly originals: number[] = [];
  private readonly done: boolean[] = [];
  /** Anchors whose demand nobody hands on. */
  private readonly idle: number[] = [];

  constructor(
    private readonly nfa: Building,
    private readonly limit: number,
  ) {}

  run(): void {
    const { nfa } = this;
    for (let i = 0; i < nfa.kinds.length; i++) this.visit(i);
    for (const anchor of this.idle) nfa.constraints[anchor] = 0;
  }

  /** Follows a node and what it leads to without a byte, in glibc's order, and copies behind each anchor. */
  private visit(from: number): void {
    const { nfa } = this;
    const stack = [from];
    for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
      if (this.done[node] === true || nfa.kinds.length > this.limit) continue;
      this.done[node] = true;
      const kind = nfa.kinds[node];
      if (kind === takesByte || kind === end) continue;
      const first = nfa.next[node] ?? -1;
      const constraint = nfa.constraints[node] ?? 0;
      if (constraint !== 0 && first >= 0) {
        // glibc takes what a quantifier has copied for copied already: an anchor before it asks for nothing.
        if (nfa.repeated[first] === true) this.idle.push(node);
        else if (this.copied[first] !== true) this.closure(node, node, node, constraint, 0);
      }
      if (kind === reference) continue;
      const second = nfa.other[node] ?? -1;
      if (second >= 0) stack.push(second);
      const now = nfa.next[node] ?? -1;
      if (now >= 0) stack.push(now);
    }
  }

  private copy(node: number, constraint: number): number {
    const { nfa } = this;
    const at = nfa.kinds.length;
    nfa.kinds.push(nfa.kinds[node] ?? 0);
    nfa.sets.push(nfa.sets[node]);
    nfa.constraints.push(constraint | (nfa.constraints[node] ?? 0));
    nfa.groups.push(nfa.groups[node] ?? 0);
    nfa.optional.push(nfa.optional[node] ?? false);
    nfa.next.push(-1);
    nfa.other.push(-1);
    this.copied[at] = true;
    this.originals[at] = node;
    return at;
  }

  private find(original: number, constraint: number): number {
    const { nfa } = this;
    for (let at = nfa.kinds.length - 1; at > 0 && this.copied[at] === true; at--) {
      if (this.originals[at] === original && nfa.constraints[at] === constraint) return at;
    }
    return -1;
  }

  private closure(top: number, topCopy: number, root: number, constraint: number, depth: number): void {
    const { nfa } = this;
    let original = top;
    let copy = topCopy;
    let demand = constraint;
    while (nfa.kinds.length <= this.limit && depth < 2000) {
      const kind = nfa.kinds[original];
      const first = nfa.next[original] ?? -1;
      const second = nfa.other[original] ?? -1;
      if (kind === takesByte || kind === end) {
        nfa.next[copy] = first;
        return;
      }
      if (kind === reference || second < 0) {
        if (kind !== reference) {
          // A loop without a byte: tied to where the root goes.
          if (original === root && copy !== original) {
            nfa.next[copy] = first;
            return;
          }
          demand |= nfa.constraints[original] ?? 0;
        }
        const to = this.copy(first, demand);
        nfa.next[copy] = to;
        original = first;
        copy = to;
        continue;
      }
      let to = this.find(first, demand);
      if (to < 0) {
        to = this.copy(first, demand);
        this.setEdges(copy, to, -1);
        this.closure(first, to, root, demand, depth + 1);
      }
      const also = this.copy(second, demand);
      this.setEdges(copy, to, also);
      original = second;
      copy = also;
    }
  }

  /** The two ways of a copy, the lower number first. */
  private setEdges(copy: number, a: number, b: number): void {
    this.nfa.next[copy] = b < 0 ? a : Math.min(a, b);
    this.nfa.other[copy] = b < 0 ? -1 : Math.max(a, b);
  }
}
