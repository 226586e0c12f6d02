/** Half-open ranges of UTF-16 offsets, and edits on them: the only notion of place left of the hosts. */

/** Offsets into a source text, in UTF-16 units: `start` is included, `end` is not. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Replaces what a span covers; an empty span inserts, an empty text deletes. */
export interface TextEdit {
  readonly span: Span;
  readonly newText: string;
}

/** A span from two offsets. */
export function span(start: number, end: number): Span {
  return { start, end };
}

/** A span so many characters further on. */
export function moved(place: Span, by: number): Span {
  return { start: place.start + by, end: place.end + by };
}

/** Whether an offset lies in a span, its end included (as an editor's cursor does). */
export function touches(place: Span, offset: number): boolean {
  return place.start <= offset && offset <= place.end;
}

/** Whether two spans share an offset; empty spans overlap where they lie strictly inside the other or coincide. */
export function overlaps(a: Span, b: Span): boolean {
  if (a.start === a.end && b.start === b.end) return a.start === b.start;
  return a.start < b.end && b.start < a.end;
}

/**
 * Applies edits to a text. Edits are given against the same text, in any order; of two that overlap the later is left out.
 * Returns the new text and the edits that were applied.
 */
export function applyEdits(text: string, edits: readonly TextEdit[]): { text: string; applied: TextEdit[] } {
  const ordered = [...edits].sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
  const applied: TextEdit[] = [];
  let out = '';
  let at = 0;
  for (const edit of ordered) {
    if (edit.span.start < at) continue;
    out += text.slice(at, edit.span.start) + edit.newText;
    at = edit.span.end;
    applied.push(edit);
  }
  return { text: out + text.slice(at), applied };
}
