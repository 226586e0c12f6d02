/** What each line of a table shows by itself: after an edit only the lines that are new are looked at. */
import type { StandingLine, TableEntry, TableFile } from '../../syntax/table/table-file';
import { derived } from '../../text/derived';
import { editedList, editOf, LastMade, type Edit } from './edited-table';

/** A line with what was found in it. */
export interface LineFound<V> {
  readonly entry: TableEntry;
  /** The place of the line among all of the file. */
  readonly place: number;
  readonly found: V;
}

/**
 * Makes of what is true of one line what is true of each line of a table, in order. `look` may hang on nothing but the line's own
 * text. The answers are the same objects in all versions of a file, as far as it was edited little by little.
 */
export function ofEachLine<V>(look: (line: StandingLine) => V): (file: TableFile) => readonly V[] {
  const last = new LastMade<{ readonly lines: readonly StandingLine[]; readonly facts: readonly V[] }>();
  return derived(file => {
    const { lines } = file;
    const before = last.get(file);
    const edit = before && editSince(before.lines, file);
    const facts = edit
      ? editedList(before.facts, edit, lines.slice(edit.start, edit.newEnd).map(look))
      : lines.map(look);
    last.set(file, { lines, facts });
    return facts;
  });
}

interface Seen<V> {
  readonly lines: readonly StandingLine[];
  /** Where something was found. */
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
    const { lines } = file;
    const before = last.get(file);
    const edit = before && editSince(before.lines, file);
    const places: number[] = [];
    const found: V[] = [];
    const out: LineFound<V>[] = [];
    const add = (place: number, value: V | undefined): void => {
      const entry = value === undefined ? undefined : file.entry(place);
      if (!entry || value === undefined) return;
      places.push(place);
      found.push(value);
      out.push({ entry, place, found: value });
    };
    const { start, oldEnd, newEnd } = edit ?? { start: 0, oldEnd: Infinity, newEnd: lines.length };
    let next = 0;
    const keep = (end: number, by: number): void => {
      for (; before && (before.places[next] ?? Infinity) < end; next++)
        add((before.places[next] ?? 0) + by, before.found[next]);
    };
    keep(edit ? start : 0, 0);
    for (let place = start; place < newEnd; place++) {
      const entry = file.entry(place);
      if (entry) add(place, look(entry, file));
    }
    while (before && (before.places[next] ?? Infinity) < oldEnd) next++;
    keep(Infinity, newEnd - oldEnd);
    last.set(file, { lines, places, found });
    return out;
  });
}

const lastEdit = new LastMade<{
  readonly before: readonly StandingLine[];
  readonly lines: readonly StandingLine[];
  readonly edit: Edit | undefined;
}>();

/** What an edit changed in the lines of a file: all searches of its lines ask about the same one. */
function editSince(before: readonly StandingLine[], file: TableFile): Edit | undefined {
  const known = lastEdit.get(file);
  if (known?.before === before && known.lines === file.lines) return known.edit;
  const edit = editOf(before, file.lines);
  lastEdit.set(file, { before, lines: file.lines, edit });
  return edit;
}
