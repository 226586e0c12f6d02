/** Values while a script is read: text with unknown parts in it. */
import type { Piece, Unknown } from './calls';

/** A known text, or text and unknowns in order (with at least one unknown). */
export type Value = string | readonly Piece[];

/** Longer values are not kept: a loop that doubles a variable would eat all memory. */
export const longestValue = 1_000_000;

/** The text of a value, undefined where any of it is unknown. */
export function known(value: Value): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** Whether two values are the same text, or the same text around the very same unknowns. */
export function sameValue(a: Value, b: Value): boolean {
  if (typeof a === 'string' || typeof b === 'string') return a === b;
  return a.length === b.length && a.every((piece, i) => piece === b[i]);
}

export function pieces(value: Value): readonly Piece[] {
  return typeof value === 'string' ? (value === '' ? [] : [value]) : value;
}

/** Joins pieces into a value: neighbouring texts become one. */
export function valueOf(parts: readonly Piece[]): Value {
  const out: Piece[] = [];
  let unknown = false;
  for (const part of parts) {
    const last = out[out.length - 1];
    if (typeof part !== 'string') {
      unknown = true;
      out.push(part);
    } else if (part !== '') {
      if (typeof last === 'string') out[out.length - 1] = last + part;
      else out.push(part);
    }
  }
  if (!unknown) return (out[0] as string | undefined) ?? '';
  return out;
}

export function concat(...values: readonly Value[]): Value {
  if (values.every(v => typeof v === 'string')) return values.join('');
  return valueOf(values.flatMap(v => pieces(v)));
}

export function unknownsOf(value: Value): readonly Unknown[] {
  return typeof value === 'string' ? [] : value.filter(p => typeof p !== 'string');
}

/** A value for people to read: unknown parts as they are written. */
export function label(value: Value): string {
  return typeof value === 'string' ? value : value.map(p => (typeof p === 'string' ? p : p.name)).join('');
}

/** Whether a value has text for certain although part of it is unknown. */
export function surelyNotEmpty(value: Value): boolean {
  return typeof value === 'string' ? value !== '' : value.some(p => typeof p === 'string');
}

/** Takes trailing newlines off, as `$(…)` does. */
export function withoutNewlines(value: Value): Value {
  if (typeof value === 'string') return value.replace(/\n+$/, '');
  const out = [...value];
  for (let last = out[out.length - 1]; typeof last === 'string'; last = out[out.length - 1]) {
    const text = last.replace(/\n+$/, '');
    if (text !== '') {
      out[out.length - 1] = text;
      break;
    }
    out.pop();
  }
  return out;
}

/** Cuts a value into lines without their newlines; `closed`: the last one ended in a newline. */
export function linesOf(value: Value): { lines: Value[]; closed: boolean } {
  const lines: Value[] = [];
  let line: Piece[] = [];
  let begun = false;
  for (const piece of pieces(value)) {
    if (typeof piece !== 'string') {
      line.push(piece);
      begun = true;
      continue;
    }
    const parts = piece.split('\n');
    parts.forEach((part, i) => {
      if (i > 0) {
        lines.push(valueOf(line));
        line = [];
        begun = false;
      }
      if (part !== '') {
        line.push(part);
        begun = true;
      }
    });
  }
  if (begun) lines.push(valueOf(line));
  return { lines, closed: !begun };
}
