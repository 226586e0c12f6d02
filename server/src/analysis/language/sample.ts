/** A text that a pattern most likely matches, read off its tree without any search; whoever uses it has the matcher confirm it. */
import type { Node, Pattern } from '../../syntax/pattern/tree';
import { derived } from '../../text/derived';
import { byReadability } from './automaton';

const longest = 4000;

/** The sample of a pattern, or undefined where its tree promises none (conditions, calls, never-matching parts). */
export const sampleOf: (pattern: Pattern) => string | undefined = derived(pattern => sample(pattern, plain));

/** Another one, as unlike the first as the pattern lets it be: what takes both takes more than one corner of the pattern. */
export function oddSampleOf(pattern: Pattern): string | undefined {
  return sample(pattern, odd);
}

/** How a sample is chosen where a pattern leaves a choice. */
interface Taste {
  readonly bytes: readonly number[];
  readonly branches: (branches: readonly Node[]) => readonly Node[];
  readonly times: (min: number, max: number) => number;
}

const plain: Taste = { bytes: byReadability, branches: b => b, times: min => min };
const odd: Taste = {
  bytes: [...'~^|%7qzj'].map(c => c.charCodeAt(0)).concat(byReadability),
  branches: b => [...b].reverse(),
  times: (min, max) => Math.min(min + 1, max),
};

function sample(pattern: Pattern, taste: Taste): string | undefined {
  const text = new Sampler(taste).of(pattern.root, 0);
  return text !== undefined && text.length <= longest ? text : undefined;
}

class Sampler {
  /** What each group took last. */
  private readonly taken = new Map<number, string>();

  constructor(private readonly taste: Taste) {}

  of(node: Node, depth: number): string | undefined {
    if (depth > 400) return undefined;
    switch (node.kind) {
      case 'empty':
      case 'keep':
      case 'anchor':
        return '';
      case 'byte':
        return String.fromCharCode(node.byte);
      case 'set': {
        const byte = this.taste.bytes.find(b => node.set.has(b));
        return byte === undefined ? undefined : String.fromCharCode(byte);
      }
      case 'sequence': {
        let out = '';
        for (const item of node.items) {
          const text = this.of(item, depth + 1);
          if (text === undefined) return undefined;
          out += text;
          if (out.length > longest) return undefined;
        }
        return out;
      }
      case 'choice': {
        for (const branch of this.taste.branches(node.branches)) {
          const text = this.of(branch, depth + 1);
          if (text !== undefined) return text;
        }
        return undefined;
      }
      case 'group': {
        const text = this.of(node.body, depth + 1);
        if (node.capture !== undefined && text !== undefined) this.taken.set(node.capture, text);
        return text;
      }
      case 'backreference':
        return node.groups.map(group => this.taken.get(group)).find(text => text !== undefined);
      case 'repeat': {
        const times = this.taste.times(node.min, node.max);
        const text = times === 0 ? '' : this.of(node.body, depth + 1);
        return text === undefined || text.length * times > longest ? undefined : text.repeat(times);
      }
      case 'look':
        return node.negative ? '' : undefined;
      case 'newline':
        return '\n';
      default:
        return undefined;
    }
  }
}
