/** What an edit left of a script: the commands in front of it, and those behind it, which have moved. */
import { unchanged } from '../../text/chunks';
import type { SourceText } from '../../text/source-text';
import type { Span } from '../../text/span';
import type { ShellScript, Unit } from './nodes';
import type { Script } from './plain-line';
import { LeftUnit, PlainUnit } from './plain-line';

/** What a script ends with. */
export interface Tail {
  readonly units: readonly Unit[];
  readonly comments: readonly Span[];
}

/** What stands unchanged of a script that was read without a problem. */
export class Unchanged {
  /** Where reading begins. */
  readonly from: number;
  private readonly shift: number;
  /** Where what stands behind the edit begins, in the script before. */
  private readonly behind: number;
  private readonly count: number;

  constructor(
    private readonly before: ShellScript,
    after: SourceText,
  ) {
    const { units, source } = before;
    const { head, tail } = unchanged(source.text, after.text);
    this.shift = after.text.length - source.text.length;
    this.behind = source.text.length - tail;
    // A command ends for certain where another one has begun; how some read hangs on the text behind them.
    const far = units.findIndex(unit => unit.far === true);
    this.count = Math.max(0, Math.min(beginningBefore(units, head + 1) - 1, far < 0 ? Infinity : far));
    this.from = this.count === 0 ? 0 : (units[this.count]?.span.start ?? 0);
  }

  /** The commands before the edit. */
  head(script: Script): Unit[] {
    return this.before.units.slice(0, this.count).map(unit => moved(unit, script, 0));
  }

  commentsInHead(): Span[] {
    return this.before.comments.filter(comment => comment.start < this.from);
  }

  /** All that is left to read, where a command begins that began behind the edit before as well. */
  tail(start: number, script: Script): Tail | undefined {
    const { before, shift, behind } = this;
    const at = start - shift;
    if (at < behind) return undefined;
    const first = beginningBefore(before.units, at);
    if (before.units[first]?.span.start !== at) return undefined;
    return {
      units: before.units.slice(first).map(unit => moved(unit, script, shift)),
      comments: before.comments
        .filter(comment => comment.start >= at)
        .map(({ start: from, end }) => ({ start: from + shift, end: end + shift })),
    };
  }
}

function moved({ plain, span, far }: Unit, script: Script, by: number): Unit {
  if (plain) return new PlainUnit(script, span.start + by, plain);
  return new LeftUnit(script, { start: span.start + by, end: span.end + by }, far);
}

/** How many commands begin before an offset. */
function beginningBefore(units: readonly Unit[], offset: number): number {
  let low = 0;
  let high = units.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((units[middle]?.span.start ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
