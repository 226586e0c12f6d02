/** How a pattern is painted: every stretch of it by what it is. */
import { patternSigns, type SignKind } from '../../syntax/pattern/signs';
import type { PatternPart } from '../../syntax/table/table-line';
import { derived } from '../../text/derived';
import type { Span } from '../../text/span';
import type { TokenModifier, TokenType } from './token';

/** A stretch of a pattern with its colour; `within` counts bytes of the pattern. */
export interface PatternStretch {
  readonly within: Span;
  readonly type: TokenType;
  readonly modifiers?: readonly TokenModifier[];
}

type Paint = Omit<PatternStretch, 'within'>;

const paints: Readonly<Record<SignKind, Paint>> = {
  literal: { type: 'regexp' },
  escape: { type: 'string', modifiers: ['escape'] },
  class: { type: 'type', modifiers: ['characterClass'] },
  member: { type: 'regexp', modifiers: ['characterClass'] },
  anchor: { type: 'keyword', modifiers: ['anchor'] },
  group: { type: 'operator', modifiers: ['group'] },
  name: { type: 'variable', modifiers: ['declaration'] },
  quantifier: { type: 'operator', modifiers: ['quantifier'] },
  alternation: { type: 'operator', modifiers: ['alternation'] },
  reference: { type: 'variable' },
  flags: { type: 'property' },
  verb: { type: 'macro' },
  comment: { type: 'comment' },
};

/** The stretches of a pattern, in order and without a gap. Remembered by what the line says. */
export const patternStretches: (part: PatternPart) => readonly PatternStretch[] = derived(part => {
  const out: PatternStretch[] = [];
  let at = 0;
  const plain = (end: number): void => {
    if (end > at) out.push({ within: { start: at, end }, type: 'regexp' });
  };
  for (const { kind, span } of patternSigns(part.bytes, part.dialect, part.flags)) {
    plain(span.start);
    out.push({ within: span, ...paints[kind] });
    at = span.end;
  }
  plain(part.bytes.length);
  return out;
});
