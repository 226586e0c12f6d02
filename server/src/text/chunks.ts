/** Files cut at places where reading starts afresh, so that an edit reads again only what it touched. */
import { derived } from './derived';
import { ownText } from './recent';
import type { SourceText } from './source-text';

/** The pieces of a text in order, each with where it starts; together they cover it whole. */
export interface Chunks<T> {
  readonly starts: readonly number[];
  /** What was read of each piece; offsets count from its start. The same objects as before where nothing changed. */
  readonly items: readonly T[];
}

/**
 * Cuts a stretch of a text into pieces and reads each. A stretch starts where a piece starts and ends where the next one
 * does, or with the text (`last`). Undefined where what is begun in it does not end there; never for the last one.
 */
export type Cut<T> = (stretch: string, last: boolean) => Chunks<T> | undefined;

/**
 * A reader of files whose pieces stand for themselves: what one says does not hang on the others. Every piece starts at the
 * beginning of a line. The result is remembered by source; of a text that was edited, the pieces that stand unchanged before
 * and behind the edit are taken over, and a stretch that no longer ends where it did is read on until it does.
 */
export function chunked<T>(cut: Cut<T>): (source: SourceText) => Chunks<T> {
  const known = new WeakMap<SourceText, Chunks<T>>();
  const latest = new WeakMap<object, { readonly text: string; readonly chunks: Chunks<T> }>();
  const nothing: Chunks<T> = { starts: [], items: [] };

  const readAgain = (text: string, before: { readonly text: string; readonly chunks: Chunks<T> }): Chunks<T> => {
    const { head, tail } = unchanged(before.text, text);
    const old = before.chunks;
    const shift = text.length - before.text.length;
    // A piece ends where the next one starts: it stays if the first character there is still the same.
    const from = Math.max(0, countBelow(old.starts, head) - 1);
    const start = old.starts[from] ?? 0;
    // A piece starts afresh if the line end before it is still there.
    const behind = Math.max(from, countBelow(old.starts, before.text.length - tail + 1));
    for (let more = 0; ; more = more * 2 + 1) {
      const to = behind + more;
      const end = old.starts[to];
      const stretch = text.slice(start, end === undefined ? text.length : end + shift);
      const read = cut(ownText(stretch), end === undefined);
      if (!read && end !== undefined) continue;
      const { starts, items } = read ?? nothing;
      return {
        starts: old.starts.slice(0, from).concat(moveAll(starts, start), moveAll(old.starts.slice(to), shift)),
        items: old.items.slice(0, from).concat(items, old.items.slice(to)),
      };
    }
  };

  return source => {
    const hit = known.get(source);
    if (hit) return hit;
    const { text, lineage, trial } = source;
    const before = latest.get(lineage);
    const chunks = before ? readAgain(text, before) : (cut(text, true) ?? nothing);
    known.set(source, chunks);
    if (!trial) latest.set(lineage, { text, chunks });
    return chunks;
  };
}

/**
 * The way to cut where single lines tell: a piece starts at each line for which `startsPiece` holds, which may look at the
 * line's first character alone. `read` gets a piece's text, line ends included.
 */
export function cutAtLines<T>(startsPiece: (text: string, at: number) => boolean, read: (text: string) => T): Cut<T> {
  return text => {
    const starts: number[] = [];
    const items: T[] = [];
    for (let start = 0; start < text.length;) {
      let next = text.indexOf('\n', start) + 1;
      while (next > 0 && next < text.length && !startsPiece(text, next)) next = text.indexOf('\n', next) + 1;
      const end = next > 0 ? next : text.length;
      starts.push(start);
      items.push(read(text.slice(start, end)));
      start = end;
    }
    return { starts, items };
  };
}

/**
 * Looks for something in single lines; of a text that was edited, in those that are new. `find` counts from the line's start,
 * what is given from the text's. Remembered by source.
 */
export function inLines<T extends { readonly at: number }>(
  find: (line: string) => readonly T[],
): (source: SourceText) => readonly T[] {
  const nothing: readonly T[] = [];
  const found = chunked(
    cutAtLines(
      () => true,
      line => {
        const here = find(line);
        return here.length > 0 ? here : nothing;
      },
    ),
  );
  return derived(source => {
    const { starts, items } = found(source);
    const out: T[] = [];
    for (let i = 0; i < items.length; i++)
      for (const one of items[i] ?? nothing) out.push({ ...one, at: one.at + (starts[i] ?? 0) });
    return out;
  });
}

/** The piece that an offset lies in, and where it starts; of a text without pieces none. */
export function chunkAt<T>({ starts, items }: Chunks<T>, offset: number): { start: number; item: T } | undefined {
  const index = Math.max(0, countBelow(starts, offset + 1) - 1);
  const start = starts[index];
  return start === undefined ? undefined : { start, item: items[index] as T };
}

function moveAll(starts: readonly number[], by: number): readonly number[] {
  return by === 0 ? starts : starts.map(start => start + by);
}

/** So many characters are compared at once. */
const block = 4096;

/** How many characters at the beginning and at the end of two texts are the same; they never overlap in either. */
export function unchanged(before: string, after: string): { head: number; tail: number } {
  const most = Math.min(before.length, after.length);
  let head = 0;
  while (head + block <= most && before.slice(head, head + block) === after.slice(head, head + block)) head += block;
  while (head < most && before.charCodeAt(head) === after.charCodeAt(head)) head++;
  const rest = most - head;
  const [old, now] = [before.length, after.length];
  let tail = 0;
  while (
    tail + block <= rest &&
    before.slice(old - tail - block, old - tail) === after.slice(now - tail - block, now - tail)
  )
    tail += block;
  while (tail < rest && before.charCodeAt(old - tail - 1) === after.charCodeAt(now - tail - 1)) tail++;
  return { head, tail };
}

/** How many at the beginning and at the end of two lists are the very same; they never overlap in either. */
export function sameEnds(before: readonly object[], after: readonly object[]): { head: number; tail: number } {
  const most = Math.min(before.length, after.length);
  let head = 0;
  while (head < most && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < most - head && before[before.length - tail - 1] === after[after.length - tail - 1]) tail++;
  return { head, tail };
}

/** How many of these ordered numbers are smaller than a limit. */
export function countBelow(ordered: readonly number[], limit: number): number {
  let low = 0;
  let high = ordered.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ordered[middle] ?? 0) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
