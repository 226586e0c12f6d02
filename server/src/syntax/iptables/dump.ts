/**
 * The lines of an iptables-save dump as iptables-restore 1.8.9 takes them apart (xtables-restore.c: counters in front,
 * double quotes with backslashes inside, blanks and tabs between words; a single quote is an ordinary character).
 */
import { span } from '../../text/span';
import type { Word } from './word';
import { knownWord } from './word';

/** One physical line. Spans count from the line's start. */
export type DumpLine =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'commit' }
  | { readonly kind: 'table'; readonly name: string | undefined }
  | {
      readonly kind: 'chain';
      readonly chain: string | undefined;
      readonly policy: string | undefined;
      readonly counters: string | undefined;
    }
  /** `bad`: what is wrong with the counters in front of it. */
  | {
      readonly kind: 'command';
      readonly words: readonly Word[];
      readonly bad?: string;
    };

/** Takes one line apart. `text` is without its newline; `inTable` tells whether a `*table` line stands open. */
export function readDumpLine(text: string, inTable: boolean): DumpLine {
  if (text === '' || text.startsWith('#')) return { kind: 'nothing' };
  if (inTable && text === 'COMMIT') return { kind: 'commit' };
  if (text.startsWith('*') && !inTable) return { kind: 'table', name: tokens(text.slice(1))[0] };
  if (text.startsWith(':') && inTable) {
    const [chain, policy, counters] = tokens(text.slice(1));
    // Without a name the policy slips into its place, as strtok gives it.
    return {
      kind: 'chain',
      chain: /^[ \t]/.test(text.slice(1)) ? '' : chain,
      policy: /^[ \t]/.test(text.slice(1)) ? chain : policy,
      counters,
    };
  }
  let start = 0;
  if (text.startsWith('[')) {
    const close = text.indexOf(']');
    if (close < 0) return { kind: 'command', words: [], bad: 'need ]' };
    if (!/^\[[^:\]]+:[^\]]+\]/.test(text))
      return {
        kind: 'command',
        words: [],
        bad: text.slice(1, close).includes(':') ? 'need ]' : 'need :',
      };
    start = close + 1;
  }
  return { kind: 'command', words: splitWords(text, start) };
}

function tokens(text: string): string[] {
  return text.split(/[ \t\n]+/).filter(part => part !== '');
}

function splitWords(text: string, from: number): Word[] {
  const words: Word[] = [];
  let word = '';
  let start = -1;
  let quoted = false;
  const end = (at: number) => {
    words.push(knownWord(word, span(start, at)));
    word = '';
    start = -1;
  };
  for (let i = from; i < text.length; i++) {
    const c = text[i] ?? '';
    if (quoted) {
      if (c === '\\' && i + 1 < text.length) word += text[++i] ?? '';
      else if (c === '"') {
        quoted = false;
        end(i + 1);
      } else word += c;
    } else if (c === '"') {
      quoted = true;
      if (start < 0) start = i;
    } else if (c === ' ' || c === '\t') {
      if (start >= 0) end(i);
    } else {
      if (start < 0) start = i;
      word += c;
    }
  }
  // A quote that nothing closes takes in the newline.
  if (quoted) word += '\n';
  if (start >= 0) end(text.length);
  return words;
}
