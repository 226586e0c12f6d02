/** Edits of list values, word by word, wherever the word stands: in main.cf, after -o, on a continued line. */
import type { PlacedWord } from '../model/settings';
import { span, type Span } from '../text/span';
import type { FileEdit } from './rule';

/** Whether the word stands in a file just as it reads, so that it can be edited there. */
export function isLiteral(word: PlacedWord): word is PlacedWord & { place: NonNullable<PlacedWord['place']> } {
  return word.place !== undefined && word.place.source.slice(word.place.span) === word.text;
}

/** Puts another text in a word's place; undefined where the word is not written there literally. */
export function replaceWord(word: PlacedWord, text: string): FileEdit | undefined {
  return isLiteral(word) ? { source: word.place.source, span: word.place.span, newText: text } : undefined;
}

/** Puts words in front of a word, with the separator that the list uses there. */
export function insertBeforeWord(word: PlacedWord, text: string): FileEdit | undefined {
  if (!isLiteral(word)) return undefined;
  const { source, span: at } = word.place;
  const separator =
    /,\S/.test(source.text.slice(at.start, at.end + 2)) || source.text[at.start - 1] === ',' ? ',' : ', ';
  return { source, span: span(at.start, at.start), newText: text + separator };
}

/**
 * Takes a stretch of words out with the separators behind it (or before it, at the list's end). A physical line that is left
 * empty goes as well. Undefined where the words are not written literally in one file.
 */
export function removeWords(words: readonly PlacedWord[]): FileEdit | undefined {
  const first = words[0];
  const last = words[words.length - 1];
  if (!first || !last || !words.every(isLiteral) || !isLiteral(first) || !isLiteral(last)) return undefined;
  const { source } = first.place;
  if (last.place.source !== source || last.place.span.end < first.place.span.start) return undefined;
  return { source, span: withSeparators(source.text, span(first.place.span.start, last.place.span.end)), newText: '' };
}

function withSeparators(text: string, words: Span): Span {
  const behind = /^[ \t]*,?[ \t]*/.exec(text.slice(words.end))?.[0].length ?? 0;
  const end = words.end + behind;
  const atLineEnd = end >= text.length || text[end] === '\n' || text[end] === '\r';
  if (!atLineEnd) return span(words.start, end);
  const indent = /(^|\n)[ \t]*$/.exec(text.slice(0, words.start));
  if (indent) {
    const newline = text.indexOf('\n', end);
    const lineStart = words.start - indent[0].length + (indent[1] ?? '').length;
    return span(lineStart, newline < 0 ? text.length : newline + 1);
  }
  const before = /[ \t]*,?[ \t]*$/.exec(text.slice(0, words.start))?.[0].length ?? 0;
  const afterEquals = /=[ \t]*$/.test(text.slice(0, words.start));
  // A comma that goes on on the next line is still wanted there, one at the end of the value does no harm.
  return afterEquals ? span(words.start, words.end) : span(words.start - before, words.end);
}
