/** How large libpcre2's compiled form of a pattern is: it refuses patterns whose form would pass 64 KB. */
import type { Node } from './tree';

const link = 3;

/** The library's size of a node in bytes; Infinity as soon as it passes `limit`. The depth of trees is bounded. */
function size(node: Node, limit: number): number {
  switch (node.kind) {
    case 'empty':
      return 0;
    case 'byte':
      return 2;
    case 'set':
      return node.form === 'class' ? (node.set.size === 1 ? 2 : 33) : 1;
    case 'anchor':
    case 'newline':
    case 'cluster':
    case 'keep':
      return 1;
    case 'sequence': {
      let sum = 0;
      for (const item of node.items) if ((sum += size(item, limit)) > limit) return Infinity;
      return sum;
    }
    case 'choice': {
      let sum = 0;
      for (const branch of node.branches) if ((sum += size(branch, limit) + link) > limit) return Infinity;
      return sum - link;
    }
    case 'group':
      return size(node.body, limit) + 2 * link + (node.capture === undefined ? 0 : 2);
    case 'look':
      return size(node.body, limit) + 2 * link + (node.behind ? link * (node.widths?.length ?? 1) : 0);
    case 'conditional':
      return size(node.yes, limit) + (node.no ? size(node.no, limit) + link : 0) + 2 * link + 3;
    case 'backreference':
    case 'call':
      return 3;
    case 'verb':
      return node.name === undefined ? 1 : node.name.length + 3;
    case 'repeat':
      return repeat(node, limit);
  }
}

function repeat(node: Extract<Node, { kind: 'repeat' }>, limit: number): number {
  const { body, min, max } = node;
  const one = size(body, limit);
  const simple = body.kind === 'byte' || body.kind === 'set' || body.kind === 'newline' || body.kind === 'cluster';
  if (simple && one <= 2) {
    if (min <= 1 && max === Infinity) return one + 1;
    return (min > 1 ? one + 3 : min === 1 ? one : 0) + (max === min ? 0 : one + 3);
  }
  if (simple || body.kind === 'backreference')
    return one + ((min <= 1 && max === Infinity) || (min === 0 && max === 1) ? 1 : 5);
  const wrap = node.mode === 'possessive' ? 2 * link : 0;
  const base = body.kind === 'call' ? one + 2 * link : one;
  if (max === Infinity) return base * Math.max(1, min) + (min === 0 ? 1 : 0) + wrap;
  return (
    base * Math.max(1, min) + Math.max(0, max - Math.max(min, 1)) * (base + 1 + 2 * link) + (min === 0 ? 1 : 0) + wrap
  );
}

/** Whether the compiled form of a pattern would be larger than `limit` bytes. */
export function compiledSizeExceeds(root: Node, limit: number): boolean {
  return size(root, limit) + 2 * link + 1 > limit;
}
