/** The nodes directly below a node. */
import type { Node } from './tree';

/** In the order of the pattern; empty for a leaf. The assertion that a conditional asks is one of its children. */
export function childrenOf(node: Node): readonly Node[] {
  switch (node.kind) {
    case 'sequence':
      return node.items;
    case 'choice':
      return node.branches;
    case 'group':
    case 'look':
    case 'repeat':
      return [node.body];
    case 'conditional':
      return [
        ...(node.condition.kind === 'look' ? [node.condition.look] : []),
        node.yes,
        ...(node.no ? [node.no] : []),
      ];
    default:
      return [];
  }
}
