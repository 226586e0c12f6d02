/** Walks over the words of a command as glibc's getopt_long does for iptables: option by option, words between them as they come. */
import type { Word } from './word';
import { wordText } from './word';

/** An option that may be written: its long name, its letter, and whether a value follows. */
export interface LongOption<T> {
  readonly name: string;
  readonly value: 'none' | 'must' | 'may';
  /** Options with one identity are no ambiguity when a beginning fits several. */
  readonly identity: string;
  readonly what: T;
}

/** What comes next on the line. */
export type Next<T> =
  | {
      readonly kind: 'option';
      readonly what: T;
      readonly value: Word | undefined;
    }
  | {
      readonly kind: 'letter';
      readonly letter: string;
      readonly value: Word | undefined;
    }
  | { readonly kind: 'word'; readonly word: Word; readonly text: string }
  /** A word in which the place of an option is unknown. */
  | { readonly kind: 'unknown'; readonly word: Word }
  | { readonly kind: 'bad' }
  | { readonly kind: 'missing' }
  | { readonly kind: 'end' };

/** Reads options from a list of words. `index` is optind: the word after the last one looked at. */
export class OptionReader<T> {
  index = 0;
  private cluster = '';

  constructor(
    readonly words: readonly Word[],
    private readonly letters: ReadonlyMap<string, 'none' | 'must' | 'may'>,
  ) {}

  /** The word before `index`, which messages quote: for a cluster of letters that may be an earlier one. */
  get last(): Word | undefined {
    return this.words[this.index - 1];
  }

  /** Whether the next word is there and starts neither with `-` nor with `!`. */
  get hasArgument(): boolean {
    const word = this.words[this.index];
    if (!word) return false;
    const first = word.pieces[0];
    return typeof first !== 'string' || (!first.startsWith('-') && !first.startsWith('!'));
  }

  /** Goes one word back, to read it again. */
  back(): void {
    this.index--;
  }

  next(options: readonly LongOption<T>[]): Next<T> {
    if (this.cluster !== '') return this.letter();
    const word = this.words[this.index];
    if (!word) return { kind: 'end' };
    this.index++;
    const first = word.pieces[0];
    const text = wordText(word);
    if (typeof first !== 'string' || (text === undefined && !/^--?[^-]/.test(first))) return { kind: 'unknown', word };
    if (text === '--') return { kind: 'end' };
    if (!first.startsWith('-') || text === '-') return { kind: 'word', word, text: text ?? first };
    if (first.startsWith('--')) return this.long(word, first, options);
    this.cluster = first.slice(1);
    this.index--;
    return this.letter();
  }

  private long(word: Word, first: string, options: readonly LongOption<T>[]): Next<T> {
    const equals = first.indexOf('=');
    const name = first.slice(2, equals < 0 ? undefined : equals);
    if (equals < 0 && word.pieces.length > 1) return { kind: 'unknown', word };
    const option = findOption(name, options);
    if (!option) return { kind: 'bad' };
    if (equals >= 0) {
      if (option.value === 'none') return { kind: 'bad' };
      const rest = first.slice(equals + 1);
      const pieces = [rest, ...word.pieces.slice(1)];
      return {
        kind: 'option',
        what: option.what,
        value: {
          ...word,
          pieces: rest === '' && pieces.length > 1 ? pieces.slice(1) : pieces,
        },
      };
    }
    if (option.value !== 'must') return { kind: 'option', what: option.what, value: undefined };
    const value = this.words[this.index];
    if (!value) return { kind: 'missing' };
    this.index++;
    return { kind: 'option', what: option.what, value };
  }

  private letter(): Next<T> {
    const letter = this.cluster[0] ?? '';
    this.cluster = this.cluster.slice(1);
    const takes = letter === ':' || letter === ';' ? undefined : this.letters.get(letter);
    const word = this.words[this.index];
    const glued =
      word && word.pieces.length > 1 ? { ...word, pieces: [this.cluster, ...word.pieces.slice(1)] } : undefined;
    const rest = this.cluster;
    if (takes === undefined) {
      if (rest === '') this.index++;
      return { kind: 'bad' };
    }
    if (takes === 'none') {
      if (rest === '') this.index++;
      return { kind: 'letter', letter, value: undefined };
    }
    this.cluster = '';
    this.index++;
    if (rest !== '' || glued) {
      const value: Word = glued ?? {
        pieces: [rest],
        span: word?.span ?? { start: 0, end: 0 },
      };
      return { kind: 'letter', letter, value };
    }
    if (takes === 'may') return { kind: 'letter', letter, value: undefined };
    const value = this.words[this.index];
    if (!value) return { kind: 'missing' };
    this.index++;
    return { kind: 'letter', letter, value };
  }
}

/** The option of a name or of its unambiguous beginning. */
function findOption<T>(name: string, options: readonly LongOption<T>[]): LongOption<T> | undefined {
  let found: LongOption<T> | undefined;
  let ambiguous = false;
  for (const option of options) {
    if (!option.name.startsWith(name)) continue;
    if (option.name.length === name.length) return option;
    if (!found) found = option;
    else if (found.value !== option.value || found.identity !== option.identity) ambiguous = true;
  }
  return ambiguous ? undefined : found;
}
