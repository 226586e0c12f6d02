/** What an edit left of a table: the stretch of it that is new, so that answers about the rest can be kept. */

/** Between `start` and the ends everything differs: `oldEnd` in the table before, `newEnd` in the one after. */
export interface Edit {
  readonly start: number;
  readonly oldEnd: number;
  readonly newEnd: number;
}

/** A longer stretch is not worth following. */
const longest = 20;

/** The one stretch in which two lists differ; undefined where it is long. */
export function editOf<T>(before: readonly T[], after: readonly T[], same: (a: T, b: T) => boolean): Edit | undefined {
  const equal = (i: number, j: number): boolean => {
    const a = before[i];
    const b = after[j];
    return a !== undefined && b !== undefined && same(a, b);
  };
  let start = 0;
  while (equal(start, start)) start++;
  let oldEnd = before.length;
  let newEnd = after.length;
  while (oldEnd > start && newEnd > start && equal(oldEnd - 1, newEnd - 1)) {
    oldEnd--;
    newEnd--;
  }
  return oldEnd - start > longest || newEnd - start > longest ? undefined : { start, oldEnd, newEnd };
}

/** Where a place of the table before stands now; undefined where it was edited. */
export function placeAfter(edit: Edit, place: number): number | undefined {
  if (place < edit.start) return place;
  return place < edit.oldEnd ? undefined : place - edit.oldEnd + edit.newEnd;
}

/** Remembers one thing each for a few names, those used last. */
export class Latest<V> {
  private readonly known = new Map<string, V>();

  constructor(private readonly most = 8) {}

  get(name: string): V | undefined {
    return this.known.get(name);
  }

  set(name: string, value: V): void {
    this.known.delete(name);
    this.known.set(name, value);
    const [oldest] = this.known.keys();
    if (this.known.size > this.most && oldest !== undefined) this.known.delete(oldest);
  }
}
