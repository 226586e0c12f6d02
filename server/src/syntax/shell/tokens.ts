/** The tokens of a script, kept small: a file of 100,000 lines has more than a million. */
import type { Span } from '../../text/span';

const kinds = ['word', 'operator', 'comment', 'newline', 'here-document', 'unread'] as const;

export interface Token {
  readonly kind: (typeof kinds)[number];
  readonly span: Span;
}

/** Tokens in order; between them are only blanks and line continuations. */
export class TokenList implements Iterable<Token> {
  private readonly numbers: number[] = [];

  get length(): number {
    return this.numbers.length / 3;
  }

  /** The last token. */
  get last(): Token | undefined {
    return this.at(this.length - 1);
  }

  /** Forgets all tokens behind the first `length` ones. */
  cut(length: number): void {
    this.numbers.length = length * 3;
  }

  add(kind: Token['kind'], span: Span): void {
    this.numbers.push(kinds.indexOf(kind), span.start, span.end);
  }

  *[Symbol.iterator](): Iterator<Token> {
    for (let i = 0; i < this.length; i++) {
      const token = this.at(i);
      if (token) yield token;
    }
  }

  private at(index: number): Token | undefined {
    const [kind, start, end] = this.numbers.slice(index * 3, index * 3 + 3);
    if (kind === undefined || start === undefined || end === undefined) return undefined;
    return { kind: kinds[kind] ?? 'unread', span: { start, end } };
  }
}
