/** The words of a command line, known or not, each with the place in the source it comes from. */
import type { Message } from '../../text/message';
import type { Span } from '../../text/span';

/** A part of a word that reading the script does not give: a command's output, an unset environment variable … */
export interface Unknown {
  /** As written: `$(hostname -I)`, `$WAN_IP`. */
  readonly name: string;
  /** Why it is not known. */
  readonly why: Message;
}

/** One argument of a command: text and unknown parts in order. A known word has exactly one piece, a string. */
export interface Word {
  readonly pieces: readonly (string | Unknown)[];
  /** The word with its quotes in the script, or of the expansion that it comes from. */
  readonly span: Span;
  /** Whether the unknown parts stand unquoted, so that this may be no word, one, or several. */
  readonly splits?: boolean;
}

/** A word whose text is known. */
export function knownWord(text: string, span: Span): Word {
  return { pieces: [text], span };
}

/** The text of a word, or undefined where a part of it is unknown. */
export function wordText(word: Word): string | undefined {
  if (word.pieces.length === 1) {
    const only = word.pieces[0];
    return typeof only === 'string' ? only : undefined;
  }
  let text = '';
  for (const piece of word.pieces) {
    if (typeof piece !== 'string') return undefined;
    text += piece;
  }
  return text;
}

/** A word for people to read: unknown parts as they are written. */
export function wordLabel(word: Word): string {
  return word.pieces.map(piece => (typeof piece === 'string' ? piece : piece.name)).join('');
}

/** The unknown parts of a word. */
export function wordUnknowns(word: Word): readonly Unknown[] {
  return word.pieces.filter(piece => typeof piece !== 'string');
}
