/** Where the anchors of POSIX patterns hold. */
import { wordBytes } from '../../../syntax/pattern/byte-set';
import type { AnchorKind } from '../../../syntax/pattern/tree';

const word = wordBytes.table;

/** Whether an anchor holds before the byte at `at`. */
export function holds(anchor: AnchorKind | undefined, bytes: Uint8Array, at: number): boolean {
  const end = bytes.length;
  switch (anchor) {
    case 'subject-start':
      return at === 0;
    case 'subject-end':
      return at === end;
    case 'line-start':
      return at === 0 || bytes[at - 1] === 10;
    case 'line-end':
      return at === end || bytes[at] === 10;
    default:
      break;
  }
  const before = at > 0 && word[bytes[at - 1] ?? 0] === 1;
  const after = at < end && word[bytes[at] ?? 0] === 1;
  switch (anchor) {
    case 'word-start':
      return !before && after;
    case 'word-end':
      return before && !after;
    case 'word-boundary':
      return before !== after;
    case 'not-word-boundary':
      return before === after;
    default:
      return false;
  }
}
