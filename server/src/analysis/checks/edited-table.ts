/** What an edit left of a table: the stretch of it that is new, so that answers about the rest can be kept. */
import type { TableFile } from '../../syntax/table/table-file';
import type { TableType } from '../../syntax/table/table-line';

/** Between `start` and the ends everything differs: `oldEnd` in the table before, `newEnd` in the one after. */
export interface Edit {
  readonly start: number;
  readonly oldEnd: number;
  readonly newEnd: number;
}

/** A longer stretch is not worth following. */
const longest = 500;

/** The one stretch in which two lists differ, in items that are neither the same nor `alike`; undefined where it is long. */
export function editOf<T>(
  before: readonly T[],
  after: readonly T[],
  alike: (a: T, b: T) => boolean = () => false,
): Edit | undefined {
  const equal = (i: number, j: number): boolean => {
    const a = before[i];
    const b = after[j];
    return a !== undefined && b !== undefined && (a === b || alike(a, b));
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

/** The list before an edit with the edited stretch replaced. */
export function editedList<T>(before: readonly T[], { start, oldEnd }: Edit, fresh: readonly T[]): T[] {
  const out = before.slice();
  out.splice(start, oldEnd - start, ...fresh);
  return out;
}

/** Where a place of the table before stands now; undefined where it was edited. */
export function placeAfter(edit: Edit, place: number): number | undefined {
  if (place < edit.start) return place;
  return place < edit.oldEnd ? undefined : place - edit.oldEnd + edit.newEnd;
}

/** What was last made of a table, for the next version of its file to start from. */
export class LastMade<V> {
  private readonly known: Readonly<Record<TableType, WeakMap<object, V>>> = {
    pcre: new WeakMap(),
    regexp: new WeakMap(),
  };

  get({ source, type }: Pick<TableFile, 'source' | 'type'>): V | undefined {
    return this.known[type].get(source.lineage);
  }

  set({ source, type }: Pick<TableFile, 'source' | 'type'>, value: V): void {
    if (!source.trial) this.known[type].set(source.lineage, value);
  }
}
