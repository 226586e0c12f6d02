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

  /** Forgets all tokens behind the first `length` ones. */
  cut(length: number): void {
    this.numbers.length = length * 3;
  }

  add(kind: Token['kind'], span: Span): void {
    this.numbers.push(kinds.indexOf(kind), span.start, span.end);
  }

  *[Symbol.iterator](): Iterator<Token> {
    for (let i = 0; i < this.numbers.length; i += 3) {
      const [kind = 0, start = 0, end = 0] = this.numbers.slice(i, i + 3);
      yield { kind: kinds[kind] ?? 'unread', span: { start, end } };
    }
  }
}
