/** Collects the tokens of one logical line and makes sure that every character but white space has one. */
import type { JoinedText } from '../../syntax/logical-lines';
import type { SourceText } from '../../text/source-text';
import type { Span } from '../../text/span';
import type { Paint, Token, TokenType } from './token';

/** Paints a joined line. Tokens that run over several physical lines are cut; of two that overlap the first one stays. */
export class Painter {
  private readonly tokens: Token[] = [];

  constructor(
    private readonly source: SourceText,
    private readonly pieces: readonly Span[],
    private readonly joined: JoinedText | undefined,
  ) {}

  /** Paints by offsets in the joined text. */
  readonly paint: Paint = (start, end, type, meaning, modifiers) => {
    if (end <= start) return;
    const place = this.joined ? this.joined.sourceSpan(start, end) : { start, end };
    for (let i = this.firstPiece(place.start); i < this.pieces.length; i++) {
      const piece = this.pieces[i];
      if (!piece || piece.start >= place.end) break;
      const from = Math.max(place.start, piece.start);
      const to = Math.min(place.end, piece.end);
      if (from < to) {
        this.tokens.push({
          span: { start: from, end: to },
          type,
          ...(meaning && { meaning }),
          ...(modifiers && modifiers.length > 0 && { modifiers }),
        });
      }
    }
  };

  /** The first piece that ends behind an offset. */
  private firstPiece(offset: number): number {
    let low = 0;
    let high = this.pieces.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.pieces[middle]?.end ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The tokens in order, what nothing was said of painted as `rest`. */
  finish(rest: TokenType): Token[] {
    this.tokens.sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
    const out: Token[] = [];
    let at = 0;
    const fill = (from: number, to: number): void => {
      for (const match of this.source.text.slice(from, to).matchAll(/[^ \t-\r]+/g)) {
        const start = from + match.index;
        out.push({ span: { start, end: start + match[0].length }, type: rest });
      }
    };
    let next = 0;
    for (const piece of this.pieces) {
      at = Math.max(at, piece.start);
      for (; next < this.tokens.length; next++) {
        const token = this.tokens[next];
        if (!token || token.span.start >= piece.end) break;
        if (token.span.start < at) continue;
        fill(at, token.span.start);
        out.push(token);
        at = token.span.end;
      }
      fill(at, piece.end);
      at = piece.end;
    }
    return out;
  }
}
