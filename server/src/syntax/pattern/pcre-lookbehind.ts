/** How far each branch of a look-behind goes back; refuses what libpcre2 refuses of look-behinds. */
import { PcreRefusal } from './pcre-errors';
import type { Token, Tokens } from './pcre-tokens';

/** The widest look-behind that the library takes. */
const maxWidth = 65535;

/**
 * The widths of the branches of each look-behind, by the index of its opening token. Throws {@link PcreRefusal} for a
 * look-behind without fixed widths. `firstReferences`: where groups 1 to 9 are referred to first.
 */
export function lookBehindWidths(read: Tokens, closes: ReadonlyMap<number, number>): Map<number, number[]> {
  const measure = new Measure(read, closes);
  measure.lookBehindsIn(0, read.tokens.length, []);
  return measure.widths;
}

/** A measured stretch: its width, and the token that ended it (an alternative, a closing, or the end). */
interface Branch {
  readonly width: number;
  readonly end: number;
}

class NotFixed extends Error {}

class Measure {
  readonly widths = new Map<number, number[]>();
  private branches = 0;
  private readonly known = new Map<number, number | undefined>();
  private readonly firstOpen = new Map<number, number>();
  private readonly firstReference = new Map<number, number>();
  private readonly tokens: readonly Token[];

  constructor(
    private readonly read: Tokens,
    private readonly closes: ReadonlyMap<number, number>,
  ) {
    this.tokens = read.tokens;
    this.tokens.forEach((token, i) => {
      if (token.kind === 'open' && token.opening.as === 'capture' && !this.firstOpen.has(token.opening.number)) {
        this.firstOpen.set(token.opening.number, i);
      }
      if (token.kind === 'reference' && !this.firstReference.has(token.group)) {
        this.firstReference.set(token.group, token.offset);
      }
    });
  }

  /** Measures the look-behinds among the tokens from `from` up to `to`. */
  lookBehindsIn(from: number, to: number, calls: readonly number[]): void {
    for (let i = from; i < to; i++) {
      const token = this.tokens[i];
      if (token?.kind === 'open' && token.opening.as === 'look' && token.opening.behind) i = this.lookBehind(i, calls);
    }
  }

  private closeOf(open: number): number {
    return this.closes.get(open) ?? this.tokens.length;
  }

  /** Measures one look-behind; returns the index of its closing token. */
  private lookBehind(open: number, calls: readonly number[]): number {
    const token = this.tokens[open];
    const offset = token?.kind === 'open' && token.opening.as === 'look' ? token.opening.offset : 0;
    const close = this.closeOf(open);
    const widths: number[] = [];
    try {
      for (let at = open + 1; at <= close;) {
        const branch = this.branch(at, close, calls, offset);
        widths.push(branch.width);
        at = branch.end + 1;
      }
    } catch (why) {
      if (why instanceof NotFixed) throw new PcreRefusal(25, offset);
      throw why;
    }
    this.widths.set(open, widths);
    return close;
  }

  private branch(from: number, close: number, calls: readonly number[], offset: number): Branch {
    if (this.branches++ > 2000) throw new PcreRefusal(35, offset);
    let width = 0;
    let last = 0;
    for (let i = from; ; i++) {
      const token = this.tokens[i];
      if (!token || token.kind === 'alternative' || i >= close) return { width, end: i };
      if (token.kind === 'verb' && (token.verb === 'accept' || token.verb === 'fail')) {
        return { width, end: this.endOfBranch(i, close) };
      }
      const item = this.item(i, token, calls, offset, last);
      width += item.width;
      last = Math.max(0, item.width);
      if (width > maxWidth) throw new PcreRefusal(87, offset);
      i = item.end;
    }
  }

  private endOfBranch(from: number, close: number): number {
    let i = from;
    while (i < close && this.tokens[i]?.kind !== 'alternative') {
      i = this.tokens[i]?.kind === 'open' ? this.closeOf(i) + 1 : i + 1;
    }
    return i;
  }

  private item(i: number, token: Token, calls: readonly number[], offset: number, last: number): Branch {
    const here = (width: number): Branch => ({ width, end: i });
    switch (token.kind) {
      case 'byte':
      case 'set':
      case 'not-crlf':
        return here(1);
      case 'anchor':
      case 'keep':
      case 'verb':
        return here(0);
      case 'reference':
        if (this.read.duplicateNumbers) throw new NotFixed();
        return here(this.called(i, token.group, this.firstReference.get(token.group) ?? token.offset, calls, offset));
      case 'call':
        return here(this.called(i, token.group, token.offset, calls, offset));
      case 'name-reference':
      case 'name-call': {
        const named = this.read.named.filter(group => group.name === token.name);
        const [first] = named;
        if (!first) throw new PcreRefusal(15, token.offset);
        if (token.kind === 'name-reference' && (named.length > 1 || this.read.duplicateNumbers)) throw new NotFixed();
        return here(this.called(i, first.number, token.offset, calls, offset));
      }
      case 'open':
        return this.group(i, token, calls, offset);
      case 'quantifier':
        if (token.min !== token.max) throw new NotFixed();
        return here(token.min === 0 ? -last : (token.min - 1) * last);
      default:
        throw new NotFixed();
    }
  }

  private group(i: number, token: Extract<Token, { kind: 'open' }>, calls: readonly number[], offset: number): Branch {
    const close = this.closeOf(i);
    const { opening } = token;
    if (opening.as === 'define') return { width: 0, end: close };
    if (opening.as !== 'look') {
      return { width: this.groupWidth(i, opening.as === 'capture' ? opening.number : 0, calls, offset), end: close };
    }
    if (opening.behind) return { width: 0, end: this.lookBehind(i, calls) };
    this.lookBehindsIn(i + 1, close, calls);
    const after = this.tokens[close + 1];
    return { width: 0, end: after?.kind === 'quantifier' ? close + 1 : close };
  }

  /** The width that all branches of a group share. */
  private groupWidth(open: number, number: number, calls: readonly number[], offset: number): number {
    const cached = number > 0 && !this.read.duplicateNumbers;
    if (cached && this.known.has(number)) {
      const width = this.known.get(number);
      if (width === undefined) throw new NotFixed();
      return width;
    }
    const close = this.closeOf(open);
    let width: number | undefined;
    try {
      for (let at = open + 1; at <= close;) {
        const branch = this.branch(at, close, calls, offset);
        if (width !== undefined && width !== branch.width) throw new NotFixed();
        width = branch.width;
        at = branch.end + 1;
      }
    } catch (why) {
      if (cached && why instanceof NotFixed) this.known.set(number, undefined);
      throw why;
    }
    if (cached) this.known.set(number, width);
    return width ?? 0;
  }

  private called(i: number, group: number, at: number, calls: readonly number[], offset: number): number {
    if (group > this.read.groups) throw new PcreRefusal(15, at);
    const open = this.firstOpen.get(group);
    if (open === undefined) throw new NotFixed();
    if ((i > open && i < this.closeOf(open)) || calls.includes(open)) throw new NotFixed();
    return this.groupWidth(open, group, [...calls, open], offset);
  }
}
