/** A text that a pattern most likely matches, read off its tree without any search; whoever uses it has the matcher confirm it. */
import type { Node, Pattern } from '../../syntax/pattern/tree';
import { derived } from '../../text/derived';
import { byReadability } from './automaton';

const longest = 4000;

/** The sample of a pattern, or undefined where its tree promises none (back-references, conditions, never-matching parts). */
export const sampleOf: (pattern: Pattern) => string | undefined = derived(pattern => {
  const text = of(pattern.root, 0);
  return text !== undefined && text.length <= longest ? text : undefined;
});

function of(node: Node, depth: number): string | undefined {
  if (depth > 400) return undefined;
  switch (node.kind) {
    case 'empty':
    case 'keep':
    case 'anchor':
      return '';
    case 'byte': {
      return String.fromCharCode(node.byte);
    }
    case 'set': {
      const byte = byReadability.find(b => node.set.has(b));
      return byte === undefined ? undefined : String.fromCharCode(byte);
    }
    case 'sequence': {
      let out = '';
      for (const item of node.items) {
        const text = of(item, depth + 1);
        if (text === undefined) return undefined;
        out += text;
        if (out.length > longest) return undefined;
      }
      return out;
    }
    case 'choice': {
      for (const branch of node.branches) {
        const text = of(branch, depth + 1);
        if (text !== undefined) return text;
      }
      return undefined;
    }
    case 'group':
      return of(node.body, depth + 1);
    case 'repeat': {
      const text = of(node.body, depth + 1);
      if (node.min === 0) return '';
      return text === undefined || text.length * node.min > longest ? undefined : text.repeat(node.min);
    }
    case 'look':
      return node.negative ? '' : undefined;
    case 'newline':
      return '\n';
    default:
      return undefined;
  }
}

/** Strings of which each match holds every one, lower case where case does not count: the longest runs of plain bytes. */
export const demandedText: (pattern: Pattern) => readonly string[] = derived(pattern => {
  const out: string[] = [];
  let run = '';
  const cut = (): void => {
    if (run !== '') out.push(run.toLowerCase());
    run = '';
  };
  const walk = (node: Node, depth: number): void => {
    if (depth > 400) return cut();
    switch (node.kind) {
      case 'byte':
        run += String.fromCharCode(node.byte);
        return;
      case 'sequence':
        for (const item of node.items) walk(item, depth + 1);
        return;
      case 'group':
        walk(node.body, depth + 1);
        return;
      case 'anchor':
      case 'empty':
      case 'keep':
        return;
      case 'repeat':
        cut();
        if (node.min > 0) walk(node.body, depth + 1);
        return cut();
      default:
        return cut();
    }
  };
  walk(pattern.root, 0);
  cut();
  return out;
});
