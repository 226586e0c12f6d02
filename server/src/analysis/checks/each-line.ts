/** What each line of a table shows by itself: after an edit only the lines that are new are looked at. */
import type { TableEntry, TableFile } from '../../syntax/table/table-file';
import { derived } from '../../text/derived';
import { editOf, LastMade, type Edit } from './edited-table';

/** A line with what was found in it. */
export interface LineFound<V> {
  readonly entry: TableEntry;
  readonly found: V;
}

interface Seen<V> {
  readonly entries: readonly TableEntry[];
  /** Where something was found, by the place of the line among the entries. */
  readonly places: readonly number[];
  readonly found: readonly V[];
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
    const before = last.get(file);
    const edit = before && editSince(before.entries, file);
    const places: number[] = [];
    const found: V[] = [];
    const out: LineFound<V>[] = [];
    const add = (place: number, value: V | undefined): void => {
      const entry = entries[place];
      if (!entry || value === undefined) return;
      places.push(place);
      found.push(value);
      out.push({ entry, found: value });
    };
    const { start, oldEnd, newEnd } = edit ?? { start: 0, oldEnd: Infinity, newEnd: entries.length };
    let next = 0;
    const keep = (end: number, by: number): void => {
      for (; before && (before.places[next] ?? Infinity) < end; next++)
        add((before.places[next] ?? 0) + by, before.found[next]);
    };
    keep(edit ? start : 0, 0);
    for (let place = start; place < newEnd; place++) {
      const entry = entries[place];
      if (entry) add(place, look(entry, file));
    }
    while (before && (before.places[next] ?? Infinity) < oldEnd) next++;
    keep(Infinity, newEnd - oldEnd);
    last.set(file, { entries, places, found });
    return out;
  });
}

const lastEdit = new LastMade<{
  readonly before: readonly TableEntry[];
  readonly entries: readonly TableEntry[];
  readonly edit: Edit | undefined;
}>();

/** What an edit changed in the entries of a file: all searches of its lines ask about the same one. */
function editSince(before: readonly TableEntry[], file: TableFile): Edit | undefined {
  const known = lastEdit.get(file);
  if (known?.before === before && known.entries === file.entries) return known.edit;
  const edit = editOf(before, file.entries, (a, b) => a.says === b.says);
  lastEdit.set(file, { before, entries: file.entries, edit });
  return edit;
}
