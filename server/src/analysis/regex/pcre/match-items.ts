/** Single items of a PCRE pattern: repeated bytes, newlines, back-references. */
import { lazy, possessive, T } from './op';
import type { Op } from './op';
import { otherCase } from '../../../syntax/pattern/byte-set';
import { MatchState, R } from './match-state';

/** Matches items and gives back what they took. */
export class ItemMatcher extends MatchState {
  protected advance(length: number, pc: number): number {
    if (length === 0) return -1;
    this.pos += length;
    return pc + 1;
  }

  /** A repeated byte. */
  protected repeat(op: Op, pc: number): number {
    if (op.single !== T.One) return this.repeatWide(op, pc);
    const { bytes, end } = this;
    const set = op.item?.set;
    if (!set) return -1;
    let pos = this.pos;
    const least = pos + op.min;
    if (least > end) return -1;
    while (pos < least) {
      if (set[bytes[pos] ?? 0] !== 1) return -1;
      pos++;
    }
    this.steps -= op.min >> 3;
    if (op.min === op.max) {
      this.pos = pos;
      return pc + 1;
    }
    if (op.mode === lazy) {
      const key = this.key(pc + 1, pos, this.frame);
      this.push(R.More, pc, pos, op.max - op.min, this.frame, key);
      this.pos = pos;
      return this.call(key) ? -1 : pc + 1;
    }
    const start = pos;
    const most = Math.min(end, op.max === Infinity ? end : pos + op.max - op.min);
    while (pos < most && set[bytes[pos] ?? 0] === 1) pos++;
    this.steps -= (pos - start) >> 3;
    if (op.mode === possessive) {
      this.pos = pos;
      return pc + 1;
    }
    return this.giveBack(op, pc, pos, start);
  }

  /** Tries what follows a greedy repeat that reaches to `pos`, and may give back as far as `start`. */
  protected giveBack(op: Op, pc: number, pos: number, start: number): number {
    this.pos = pos;
    const { category } = op.item ?? { category: 'char' };
    const isClass = category === 'class' || category === 'property-class';
    // Only a class makes a point of its own for the last place.
    if (pos === start && !isClass) return pc + 1;
    const key = this.key(pc + 1, pos, this.frame);
    this.push(R.Less, pc, pos, start, this.frame, key);
    return this.call(key) ? -1 : pc + 1;
  }

  /** `\R` and `\X` repeated: each may take two bytes. */
  protected repeatWide(op: Op, pc: number): number {
    let pos = this.pos;
    let done = 0;
    const step = (): boolean => {
      this.pos = pos;
      const length = op.single === T.Newline ? this.newlineSequence(op) : this.clusterLength();
      pos += length;
      return length > 0;
    };
    for (; done < op.min; done++) if (!step()) return -1;
    if (op.min === op.max) {
      this.pos = pos;
      return pc + 1;
    }
    if (op.mode === lazy) {
      this.push(R.More, pc, pos, op.max - op.min, this.frame, -1);
      this.pos = pos;
      return this.call(-1) ? -1 : pc + 1;
    }
    const start = pos;
    for (; done < op.max; done++) if (--this.steps < 0 || !step()) break;
    if (op.mode === possessive) {
      this.pos = pos;
      return pc + 1;
    }
    return this.giveBack(op, pc, pos, start);
  }

  /** The length of what a reference stands for where it stands there too; -1 where not, or where no group is set. */
  protected referenceLength(op: Op): number {
    const { caps, bytes } = this;
    const group = op.groups.find(g => (caps[2 * g + 1] ?? -1) >= 0);
    if (group === undefined) return -1;
    const from = caps[2 * group] ?? 0;
    const length = (caps[2 * group + 1] ?? 0) - from;
    if (this.pos + length > this.end) return -1;
    this.steps -= length >> 3;
    for (let i = 0; i < length; i++) {
      const a = bytes[from + i] ?? 0;
      const b = bytes[this.pos + i] ?? 0;
      if (a !== b && !(op.caseless && otherCase(a) === b)) return -1;
    }
    return length;
  }

  protected reference(op: Op, pc: number): number {
    const group = op.groups.find(g => (this.caps[2 * g + 1] ?? -1) >= 0);
    const set = group !== undefined;
    const empty = set && this.caps[2 * group] === this.caps[2 * group + 1];
    if (op.min === 1 && op.max === 1) {
      const length = this.referenceLength(op);
      if (length < 0) return -1;
      this.pos += length;
      return pc + 1;
    }
    if (empty || (!set && op.min === 0)) return pc + 1;
    for (let i = 0; i < op.min; i++) {
      const length = this.referenceLength(op);
      if (length < 0) return -1;
      this.pos += length;
    }
    if (op.min === op.max) return pc + 1;
    if (op.mode === lazy) {
      this.push(R.MoreRef, pc, this.pos, op.max - op.min, this.frame, -1);
      return this.call(-1) ? -1 : pc + 1;
    }
    const start = this.pos;
    let length = 0;
    for (let i = op.min; i < op.max; i++) {
      const more = this.referenceLength(op);
      if (more < 0) break;
      length = more;
      this.pos += more;
    }
    this.push(R.LessRef, pc, this.pos, start, this.frame, length);
    return this.call(-1) ? -1 : pc + 1;
  }

  protected oneLess(pc: number, start: number): number {
    const op = this.ops[pc];
    if (!op || this.pos <= start) return -1;
    this.pos--;
    const wide = op.single === T.Newline || op.single === T.Cluster;
    if (wide && this.pos > start && this.bytes[this.pos] === 10 && this.bytes[this.pos - 1] === 13) this.pos--;
    return this.giveBack(op, pc, this.pos, start);
  }

  protected oneMore(pc: number, left: number): number {
    const op = this.ops[pc];
    if (!op || left <= 0) return -1;
    if (op.single === T.One) {
      const b = this.bytes[this.pos];
      if (b === undefined || op.item?.set[b] !== 1) return -1;
      this.pos++;
    } else {
      const length = op.single === T.Newline ? this.newlineSequence(op) : this.clusterLength();
      if (length === 0) return -1;
      this.pos += length;
    }
    const key = op.single === T.One ? this.key(pc + 1, this.pos, this.frame) : -1;
    this.push(R.More, pc, this.pos, left - 1, this.frame, key);
    return this.call(key) ? -1 : pc + 1;
  }
}
