/** Sets of bytes: what a character class, a dot or an escape takes. Immutable; equal sets are one object. */

const known = new Map<string, ByteSet>();

/** A set of bytes (0 to 255). Made by the functions below, which give one object for one set. */
export class ByteSet {
  /** Use {@link fromTable}. */
  constructor(
    /** 256 entries, 1 for a member; not to be written to. */
    readonly table: Uint8Array,
    /** How many members there are. */
    readonly size: number,
  ) {}

  has(byte: number): boolean {
    return this.table[byte] === 1;
  }

  /** The members, ascending. */
  bytes(): number[] {
    const out: number[] = [];
    for (let b = 0; b < 256; b++) if (this.table[b] === 1) out.push(b);
    return out;
  }

  private known: readonly { readonly min: number; readonly max: number }[] | undefined;

  /** The members as ranges, ascending, both ends included. */
  ranges(): readonly { readonly min: number; readonly max: number }[] {
    this.known ??= this.findRanges();
    return this.known;
  }

  /** Adds the members to a table of 256 entries. */
  addTo(table: Uint8Array): void {
    for (const { min, max } of this.ranges()) table.fill(1, min, max + 1);
  }

  private findRanges(): { min: number; max: number }[] {
    const out: { min: number; max: number }[] = [];
    for (let b = 0; b < 256; b++) {
      if (this.table[b] !== 1) continue;
      const last = out[out.length - 1];
      if (last && last.max === b - 1) last.max = b;
      else out.push({ min: b, max: b });
    }
    return out;
  }
}

/** The set of a table of 256 entries, 1 for a member; the table belongs to the set from then on. */
export function fromTable(table: Uint8Array): ByteSet {
  let key = '';
  let size = 0;
  for (let i = 0; i < 256; i += 16) {
    let bits = 0;
    for (let j = 0; j < 16; j++) {
      if (table[i + j] === 1) {
        bits |= 1 << j;
        size++;
      }
    }
    key += String.fromCharCode(bits);
  }
  const hit = known.get(key);
  if (hit) return hit;
  const made = new ByteSet(table, size);
  if (known.size < 20_000) known.set(key, made);
  return made;
}

/** The set of the bytes given. */
export function setOf(bytes: Iterable<number>): ByteSet {
  const table = new Uint8Array(256);
  for (const b of bytes) table[b & 255] = 1;
  return fromTable(table);
}

const ranges = new Map<number, ByteSet>();

/** The set of the bytes from `min` to `max`, both included. */
export function rangeOf(min: number, max: number): ByteSet {
  const key = min * 256 + max;
  let set = ranges.get(key);
  if (!set) {
    const table = new Uint8Array(256);
    table.fill(1, min, max + 1);
    ranges.set(key, (set = fromTable(table)));
  }
  return set;
}

/** All bytes that are not in the set. */
export function complement(set: ByteSet): ByteSet {
  return fromTable(set.table.map(v => 1 - v));
}

/** The bytes that are in one of the sets. */
export function union(...sets: readonly ByteSet[]): ByteSet {
  const table = new Uint8Array(256);
  for (const set of sets) set.addTo(table);
  return fromTable(table);
}

/** The bytes that are in both sets. */
export function intersection(a: ByteSet, b: ByteSet): ByteSet {
  return fromTable(a.table.map((v, i) => v & (b.table[i] ?? 0)));
}

const folded = new WeakMap<ByteSet, ByteSet>();

/** The set with the other case of each ASCII letter in it; bytes above 127 have no case (C locale). */
export function bothCases(set: ByteSet): ByteSet {
  const known = folded.get(set);
  if (known) return known;
  const table = set.table.slice();
  for (let b = 0x41; b <= 0x5a; b++) if (table[b] === 1 || table[b + 32] === 1) table[b] = table[b + 32] = 1;
  const both = fromTable(table);
  folded.set(set, both);
  return both;
}

/** The other case of an ASCII letter, any other byte itself. */
export function otherCase(byte: number): number {
  return (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a) ? byte ^ 32 : byte;
}

const singles: (ByteSet | undefined)[] = [];

/** The set of one byte, and of its other case where case does not count. */
export function oneByte(byte: number, caseless: boolean): ByteSet {
  return (singles[byte * 2 + Number(caseless)] ??= setOf(caseless ? [byte, otherCase(byte)] : [byte]));
}

export const noByte: ByteSet = setOf([]);
export const anyByte: ByteSet = rangeOf(0, 255);
export const digits: ByteSet = rangeOf(0x30, 0x39);
export const upper: ByteSet = rangeOf(0x41, 0x5a);
export const lower: ByteSet = rangeOf(0x61, 0x7a);
export const letters: ByteSet = union(upper, lower);
export const alphanumerics: ByteSet = union(letters, digits);
export const wordBytes: ByteSet = union(alphanumerics, setOf([0x5f]));
/** isspace() of the C locale: blank, tab, newline, vertical tab, form feed, carriage return. */
export const spaces: ByteSet = setOf([0x20, 9, 10, 11, 12, 13]);

/** The named classes of the C locale: `[:alpha:]` and so on. `word` is PCRE's alone. */
export const posixClasses: ReadonlyMap<string, ByteSet> = new Map([
  ['alpha', letters],
  ['lower', lower],
  ['upper', upper],
  ['alnum', alphanumerics],
  ['ascii', rangeOf(0, 127)],
  ['blank', setOf([0x20, 9])],
  ['cntrl', union(rangeOf(0, 31), setOf([127]))],
  ['digit', digits],
  ['graph', rangeOf(0x21, 0x7e)],
  ['print', rangeOf(0x20, 0x7e)],
  ['punct', intersection(rangeOf(0x21, 0x7e), complement(alphanumerics))],
  ['space', spaces],
  ['word', wordBytes],
  ['xdigit', union(digits, rangeOf(0x41, 0x46), rangeOf(0x61, 0x66))],
]);
