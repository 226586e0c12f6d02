/** What each line of a table shows by itself: after an edit only the lines that are new are looked at. */
import type { TableEntry, TableFile } from '../../syntax/table/table-file';
import { derived } from '../../text/derived';
import { editOf, LastMade } from './edited-table';

/** A line with what was found in it. */
export interface LineFound<V> {
  readonly entry: TableEntry;
  readonly found: V;
}

interface Seen<V> {
  readonly entries: readonly TableEntry[];
  /** By line; undefined where there is nothing to find. */
  readonly found: readonly (V | undefined)[];
}

/**
 * Makes a search of one line a search of tables: the lines in which it found something, in order. `look` may hang on nothing but
 * the line's own text, and what it gives has no places in the file. The answer is remembered by file, and across small edits of it.
 */
export function eachLine<V>(
  look: (entry: TableEntry, file: TableFile) => V | undefined,
): (file: TableFile) => readonly LineFound<V>[] {
  const last = new LastMade<Seen<V>>();
  return derived(file => {
    const { entries } = file;
    const search = (part: readonly TableEntry[]): (V | undefined)[] => part.map(e => look(e, file));
    const before = last.get(file);
    const edit = before && editOf(before.entries, entries, saysTheSame);
    const found =
      before && edit
        ? before.found
            .slice(0, edit.start)
            .concat(search(entries.slice(edit.start, edit.newEnd)), before.found.slice(edit.oldEnd))
        : search(entries);
    last.set(file, { entries, found });
    const out: LineFound<V>[] = [];
    for (let i = 0; i < found.length; i++) {
      const here = found[i];
      const entry = entries[i];
      if (entry && here !== undefined) out.push({ entry, found: here });
    }
    return out;
  });
}

function saysTheSame(a: TableEntry, b: TableEntry): boolean {
  return a.says === b.says;
}
