/** Whether three loops of a pattern may share one text: only then a short header drives a match to its limit by itself. */
import { anyByte, intersection, noByte, oneByte, union, type ByteSet } from '../../syntax/pattern/byte-set';
import type { Node, Pattern } from '../../syntax/pattern/tree';

interface Element {
  readonly set: ByteSet;
  readonly loops: boolean;
}

const chainLength = 3;
const mostElements = 300;

/** True where it may be so; false is certain for patterns without calls and back-references. Looks at the tree alone. */
export function mayChainLoops(pattern: Pattern): boolean {
  if (loopsIn(pattern.root, 0) < chainLength) return false;
  const elements: Element[] = [];
  flatten(pattern.root, elements, 0);
  return elements.some((first, i) => first.loops && chained(elements, i));
}

/** Whether the loop at a place is followed by others, and each reads all that stands between it and the first. */
function chained(elements: readonly Element[], start: number, left = chainLength - 1): boolean {
  const first = elements[start]?.set ?? noByte;
  const between: ByteSet[] = [];
  for (let i = start + 1; i < elements.length; i++) {
    const { set, loops } = elements[i] ?? { set: noByte, loops: false };
    const shared = intersection(first, set);
    if (loops && shared.size > 0 && between.every(b => intersection(b, shared).size > 0)) {
      if (left === 1 || chained(elements, i, left - 1)) return true;
    }
    // What a loop takes may be nothing; a byte has to be read by the loop before as well.
    if (loops) continue;
    if (shared.size === 0) return false;
    between.push(shared);
  }
  return false;
}

/** How many loops a node has, in a group that comes again and again three times as many. */
function loopsIn(node: Node, depth: number): number {
  if (depth > 200) return chainLength;
  const sum = (nodes: readonly Node[]): number => nodes.reduce((n, child) => n + loopsIn(child, depth + 1), 0);
  switch (node.kind) {
    case 'sequence':
      return sum(node.items);
    case 'choice':
      return sum(node.branches);
    case 'group':
      return loopsIn(node.body, depth + 1);
    case 'repeat': {
      const inner = loopsIn(node.body, depth + 1);
      return inner > 0 ? inner * Math.min(node.max, chainLength) : Number(node.max === Infinity);
    }
    default:
      return 0;
  }
}

/** The single bytes and the loops of a node in order; of a group that comes again and again three rounds. */
function flatten(node: Node, out: Element[], depth: number): void {
  if (out.length > mostElements || depth > 200) return;
  switch (node.kind) {
    case 'byte':
      out.push({ set: oneByte(node.byte, node.caseless), loops: false });
      return;
    case 'set':
      out.push({ set: node.set, loops: false });
      return;
    case 'sequence':
      for (const item of node.items) flatten(item, out, depth + 1);
      return;
    case 'group':
      return flatten(node.body, out, depth + 1);
    case 'choice': {
      const inner: Element[] = [];
      for (const branch of node.branches) flatten(branch, inner, depth + 1);
      if (inner.some(e => e.loops)) out.push(...inner);
      else if (inner.length > 0) out.push({ set: unionOf(inner), loops: false });
      return;
    }
    case 'repeat': {
      const inner: Element[] = [];
      flatten(node.body, inner, depth + 1);
      if (inner.some(e => e.loops)) for (let i = 0; i < Math.min(node.max, chainLength); i++) out.push(...inner);
      else if (node.max === Infinity) out.push({ set: unionOf(inner), loops: true });
      else if (node.min > 0) out.push(...inner);
      return;
    }
    case 'backreference':
    case 'call':
    case 'cluster':
      out.push({ set: anyByte, loops: false });
      return;
    default:
      return;
  }
}

function unionOf(elements: readonly Element[]): ByteSet {
  const [first, ...others] = elements;
  return first && others.every(e => e.set === first.set) ? first.set : union(...elements.map(e => e.set));
}
