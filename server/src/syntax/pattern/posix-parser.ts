/**
 * Parses POSIX extended and basic patterns as glibc 2.36's regcomp does in the C locale, GNU operators included.
 * Without case glibc turns pattern and subject to capitals, but not an escaped letter: `\d` then never matches.
 */
import { span } from '../../text/span';
import { complement, noByte, setOf, spaces, wordBytes } from './byte-set';
import type { ByteSet } from './byte-set';
import { readBracket } from './posix-bracket';
import { PosixRefusal, posixProblem } from './posix-errors';
import type { PosixCode } from './posix-errors';
import type { AnchorKind, Node, ParsedPattern, PatternFlags } from './tree';

/** RE_DUP_MAX. */
const maxRepeat = 32767;
/** How deep groups and quantifiers may lie in each other; glibc recurses and has no limit but its stack. */
const maxDepth = 1000;

type Sign =
  | { readonly kind: 'char'; readonly byte: number; readonly escaped: boolean }
  | { readonly kind: 'anchor'; readonly at: AnchorKind }
  | { readonly kind: 'set'; readonly set: ByteSet; readonly form: 'dot' | 'escape' }
  | { readonly kind: 'reference'; readonly group: number }
  | { readonly kind: 'star' | 'plus' | 'question' | 'open-count' | 'close-count' }
  | { readonly kind: 'open' | 'close' | 'alternative' | 'bracket' | 'backslash' | 'end' };

interface Token {
  readonly sign: Sign;
  readonly start: number;
  readonly end: number;
}

interface Frame {
  /** Undefined for the whole pattern. */
  readonly open?: Token;
  readonly number: number;
  readonly branches: Node[];
  items: Node[];
  branchStart: number;
  /** Groups that were complete when the alternatives began, and those that any alternative so far completed. */
  readonly initial: ReadonlySet<number>;
  readonly collected: Set<number>;
}

/** Parses a POSIX pattern (bytes, one character each). Never throws. */
export function parsePosix(text: string, dialect: 'ere' | 'bre', flags: PatternFlags): ParsedPattern {
  try {
    const parser = new Parser(text, dialect, flags);
    const root = parser.parse();
    return {
      ok: true,
      pattern: {
        dialect,
        text,
        flags,
        root,
        groups: parser.groups,
        names: new Map(),
        start: {
          newline: 'lf',
          utf: false,
          ucp: false,
          noAutoPossess: false,
          noStartOptimize: false,
          noDotstarAnchor: false,
          notEmpty: 'nowhere',
        },
        trivia: [],
        hasBackReferences: parser.hasBackReferences,
      },
    };
  } catch (refusal) {
    if (refusal instanceof PosixRefusal) return { ok: false, problem: posixProblem(refusal, text.length) };
    throw refusal;
  }
}

/**
 * The outermost nodes of a POSIX pattern and where reading ended; of one that glibc refuses, what was read before the refusal.
 * Never throws.
 */
export function posixNodes(text: string, dialect: 'ere' | 'bre', flags: PatternFlags): { nodes: Node[]; end: number } {
  const parser = new Parser(text, dialect, flags);
  try {
    return { nodes: [parser.parse()], end: text.length };
  } catch (refusal) {
    if (refusal instanceof PosixRefusal) return parser.readSoFar();
    throw refusal;
  }
}

class Parser {
  groups = 0;
  hasBackReferences = false;
  private at = 0;
  private completed = new Set<number>();
  private readonly frames: Frame[];
  /** What a dot stands for. */
  private readonly dot: ByteSet;

  constructor(
    private readonly text: string,
    private readonly dialect: 'ere' | 'bre',
    private readonly flags: PatternFlags,
  ) {
    this.frames = [this.frame(undefined, 0, 0)];
    this.dot = complement(setOf(flags.multiline ? [0, 10] : [0]));
  }

  private frame(open: Token | undefined, number: number, start: number): Frame {
    return {
      ...(open ? { open } : {}),
      number,
      branches: [],
      items: [],
      branchStart: start,
      initial: new Set(this.completed),
      collected: new Set(),
    };
  }

  parse(): Node {
    let fresh = true;
    for (;;) {
      const token = this.next(fresh);
      this.at = token.end;
      const { sign } = token;
      fresh = false;
      if (sign.kind === 'end') break;
      if (sign.kind === 'alternative') {
        this.alternative(token);
        fresh = true;
      } else if (sign.kind === 'open') {
        if (this.frames.length > maxDepth) this.fail('DEEP', token);
        this.frames.push(this.frame(token, ++this.groups, token.end));
        fresh = true;
      } else if (sign.kind === 'close' && this.frames.length > 1) this.repeats(this.close(token));
      else if (this.atom(token)) continue;
    }
    const frame = this.top;
    if (frame.open) this.fail('EPAREN', frame.open);
    return this.body(frame, this.text.length);
  }

  readSoFar(): { nodes: Node[]; end: number } {
    return { nodes: this.frames.flatMap(frame => [...frame.branches, ...frame.items]), end: this.at };
  }

  private fail(code: PosixCode, place: { start: number; end: number }): never {
    throw new PosixRefusal(code, place.start, place.end);
  }

  private get top(): Frame {
    const top = this.frames[this.frames.length - 1];
    if (!top) return this.fail('EPAREN', { start: 0, end: 1 });
    return top;
  }

  /** The next token; `fresh`: at the start of the pattern, a group or an alternative, where basic `^` is an anchor. */
  private next(fresh: boolean, from = this.at): Token {
    const token = (sign: Sign, length: number): Token => ({ sign, start: from, end: from + length });
    const c = this.text[from];
    if (c === undefined) return token({ kind: 'end' }, 0);
    if (c === '\\') return this.escaped(from);
    const ere = this.dialect === 'ere';
    switch (c) {
      case '|':
        if (ere) return token({ kind: 'alternative' }, 1);
        break;
      case '*':
        return token({ kind: 'star' }, 1);
      case '+':
        if (ere) return token({ kind: 'plus' }, 1);
        break;
      case '?':
        if (ere) return token({ kind: 'question' }, 1);
        break;
      case '{':
        if (ere) return token({ kind: 'open-count' }, 1);
        break;
      case '}':
        if (ere) return token({ kind: 'close-count' }, 1);
        break;
      case '(':
        if (ere) return token({ kind: 'open' }, 1);
        break;
      case ')':
        if (ere) return token({ kind: 'close' }, 1);
        break;
      case '[':
        return token({ kind: 'bracket' }, 1);
      case '.':
        return token({ kind: 'set', set: this.dot, form: 'dot' }, 1);
      case '^':
        if (!ere && !fresh && from !== 0) break;
        return token({ kind: 'anchor', at: this.flags.multiline ? 'line-start' : 'subject-start' }, 1);
      case '$':
        if (!ere && !this.endsBranch(from + 1)) break;
        return token({ kind: 'anchor', at: this.flags.multiline ? 'line-end' : 'subject-end' }, 1);
      default:
        break;
    }
    return token({ kind: 'char', byte: c.charCodeAt(0), escaped: false }, 1);
  }

  private endsBranch(at: number): boolean {
    return at >= this.text.length || this.text.startsWith('\\)', at) || this.text.startsWith('\\|', at);
  }

  private escaped(from: number): Token {
    const token = (sign: Sign): Token => ({ sign, start: from, end: from + 2 });
    const c = this.text[from + 1];
    if (c === undefined) return { sign: { kind: 'backslash' }, start: from, end: from + 1 };
    const bre = this.dialect === 'bre';
    if (c >= '1' && c <= '9') return token({ kind: 'reference', group: Number(c) });
    switch (c) {
      case '<':
        return token({ kind: 'anchor', at: 'word-start' });
      case '>':
        return token({ kind: 'anchor', at: 'word-end' });
      case 'b':
        return token({ kind: 'anchor', at: 'word-boundary' });
      case 'B':
        return token({ kind: 'anchor', at: 'not-word-boundary' });
      case '`':
        return token({ kind: 'anchor', at: 'subject-start' });
      case "'":
        return token({ kind: 'anchor', at: 'subject-end' });
      case 'w':
        return token({ kind: 'set', set: wordBytes, form: 'escape' });
      case 'W':
        return token({ kind: 'set', set: complement(wordBytes), form: 'escape' });
      case 's':
        return token({ kind: 'set', set: spaces, form: 'escape' });
      case 'S':
        return token({ kind: 'set', set: complement(spaces), form: 'escape' });
      default:
        break;
    }
    const operators = {
      '|': 'alternative',
      '(': 'open',
      ')': 'close',
      '+': 'plus',
      '?': 'question',
      '{': 'open-count',
      '}': 'close-count',
    } as const;
    if (bre && c in operators) return token({ kind: operators[c as keyof typeof operators] });
    return token({ kind: 'char', byte: c.charCodeAt(0), escaped: true });
  }

  /** Reads an atom and its quantifiers. */
  private atom(token: Token): boolean {
    const { sign } = token;
    const place = span(token.start, token.end);
    switch (sign.kind) {
      case 'anchor':
        this.top.items.push({ kind: 'anchor', span: place, at: sign.at });
        this.afterAnchor();
        return true;
      case 'set':
        return this.repeats({ kind: 'set', span: place, set: sign.set, form: sign.form });
      case 'reference':
        if (!this.completed.has(sign.group)) this.fail('ESUBREG', token);
        this.hasBackReferences = true;
        return this.repeats({
          kind: 'backreference',
          span: place,
          groups: [sign.group],
          caseless: this.flags.caseless,
        });
      case 'bracket':
        return this.repeats(this.bracket(token));
      case 'backslash':
        return this.fail('EESCAPE', token);
      case 'open-count':
      case 'star':
      case 'plus':
      case 'question':
        if (this.dialect === 'ere' || sign.kind === 'open-count') this.fail('BADRPT', token);
        return this.repeats(this.char(this.lastByte(token), false, place));
      case 'close':
        if (this.dialect === 'bre') this.fail('ERPAREN', token);
        return this.repeats(this.char(0x29, false, place));
      case 'close-count':
        return this.repeats(this.char(0x7d, false, place));
      case 'char':
        return this.repeats(this.char(sign.byte, sign.escaped, place));
      default:
        return true;
    }
  }

  private lastByte(token: Token): number {
    return this.text.charCodeAt(token.end - 1);
  }

  /** A quantifier can not follow an anchor: refused in extended patterns, a literal star in basic ones. */
  private afterAnchor(): void {
    const next = this.next(false);
    const { kind } = next.sign;
    if (
      this.dialect === 'ere' &&
      (kind === 'star' || kind === 'plus' || kind === 'question' || kind === 'open-count')
    ) {
      this.fail('BADRPT', next);
    }
  }

  private char(byte: number, escaped: boolean, place: { start: number; end: number }): Node {
    const lower = byte >= 0x61 && byte <= 0x7a;
    const letter = lower || (byte >= 0x41 && byte <= 0x5a);
    if (this.flags.caseless && escaped && lower) return { kind: 'set', span: place, set: noByte, form: 'escape' };
    return { kind: 'byte', span: place, byte, caseless: this.flags.caseless && letter };
  }

  private bracket(token: Token): Node {
    const read = readBracket(this.text, token.end, this.flags);
    this.at = read.end;
    return {
      kind: 'set',
      span: span(token.start, read.end),
      set: read.set,
      form: 'class',
      items: read.items,
      ...(read.negated ? { negated: true } : {}),
    };
  }

  private alternative(token: Token): void {
    const { top } = this;
    top.branches.push(sequence(top.items, span(top.branchStart, token.start)));
    top.items = [];
    top.branchStart = token.end;
    for (const group of this.completed) top.collected.add(group);
    this.completed = new Set(top.initial);
  }

  private body(frame: Frame, end: number): Node {
    const last = sequence(frame.items, span(frame.branchStart, end));
    for (const group of frame.collected) this.completed.add(group);
    const [first] = frame.branches;
    if (!first) return last;
    return { kind: 'choice', span: span(first.span.start, end), branches: [...frame.branches, last] };
  }

  private close(token: Token): Node {
    const frame = this.top;
    this.frames.pop();
    const body = this.body(frame, token.start);
    if (frame.number <= 9) this.completed.add(frame.number);
    return { kind: 'group', span: span(frame.open?.start ?? 0, token.end), body, capture: frame.number };
  }

  /** Reads the quantifiers behind an item and adds the item to the branch. */
  private repeats(item: Node): true {
    let node = item;
    for (let depth = 0; ;) {
      const token = this.next(false);
      const counts = this.counts(token);
      if (!counts) break;
      const again =
        node.kind === 'repeat' &&
        node.min === 0 &&
        node.max === Infinity &&
        counts.min === 0 &&
        counts.max === Infinity;
      if (!again && ++depth > maxDepth) this.fail('DEEP', token);
      const place = { span: span(item.span.start, this.at), quantifier: span(token.start, this.at) };
      node = again
        ? { ...node, ...place }
        : { kind: 'repeat', body: node, min: counts.min, max: counts.max, mode: 'greedy', ...place };
      if (this.dialect === 'bre') {
        const { kind } = this.next(false).sign;
        if (kind === 'star' || kind === 'open-count') this.fail('BADRPT', this.next(false));
      }
    }
    this.top.items.push(node);
    return true;
  }

  private counts(token: Token): { min: number; max: number } | undefined {
    switch (token.sign.kind) {
      case 'star':
        this.at = token.end;
        return { min: 0, max: Infinity };
      case 'plus':
        this.at = token.end;
        return { min: 1, max: Infinity };
      case 'question':
        this.at = token.end;
        return { min: 0, max: 1 };
      case 'open-count':
        this.at = token.end;
        return this.interval(token);
      default:
        return undefined;
    }
  }

  /** A number inside braces: undefined for none, NaN where something else stands there. */
  private number(): { value: number | undefined; stop: Token } {
    let value: number | undefined;
    for (;;) {
      const token = this.next(false);
      this.at = token.end;
      const { sign } = token;
      if (sign.kind === 'end') return { value: NaN, stop: token };
      const byte = sign.kind === 'char' ? sign.byte : -1;
      if (sign.kind === 'close-count' || byte === 0x2c) return { value, stop: token };
      if (byte < 0x30 || byte > 0x39 || Number.isNaN(value)) value = NaN;
      else value = Math.min(maxRepeat + 1, (value ?? 0) * 10 + byte - 0x30);
    }
  }

  private interval(open: Token): { min: number; max: number } {
    const first = this.number();
    let { stop } = first;
    const comma = (token: Token): boolean => token.sign.kind === 'char';
    if (first.value === undefined && !comma(stop)) this.fail('BADBR', { start: open.start, end: this.at });
    const min = first.value ?? 0;
    let max = min;
    if (!Number.isNaN(min) && stop.sign.kind !== 'close-count') {
      const second = this.number();
      stop = second.stop;
      max = second.value ?? Infinity;
    }
    const place = { start: open.start, end: this.at };
    if (Number.isNaN(min) || Number.isNaN(max)) this.fail(stop.sign.kind === 'end' ? 'EBRACE' : 'BADBR', place);
    if (min > max || stop.sign.kind !== 'close-count') this.fail('BADBR', place);
    if ((max === Infinity ? min : max) > maxRepeat) this.fail('ESIZE', place);
    return { min, max };
  }
}

function sequence(items: readonly Node[], place: { start: number; end: number }): Node {
  const [only] = items;
  if (!only) return { kind: 'empty', span: place };
  return items.length === 1 ? only : { kind: 'sequence', span: place, items };
}
