/** Expands `$name` in values, lazily and recursively, as mail_conf_eval(3) does, and remembers where each piece came from. */
import { parseMacros, type Comparison, type Macro, type Reference } from './parse';
import { trim } from '../../text/space';

/** Why a value could not be expanded whole. */
export type ExpansionProblem =
  | { readonly kind: 'undefined'; readonly name: string }
  | { readonly kind: 'loop'; readonly name: string }
  /** Too many names within one another, or too many in all. */
  | { readonly kind: 'nesting'; readonly name: string }
  | { readonly kind: 'syntax'; readonly text: string };

/** A stretch of the expanded text and the raw value it was copied from. */
export interface ExpandedPiece<Holder> {
  /** Offsets in the expanded text. */
  readonly start: number;
  readonly end: number;
  /** Who holds the raw value, and where in it the stretch stands. */
  readonly holder: Holder;
  readonly rawStart: number;
  readonly rawEnd: number;
}

export interface Expansion<Holder> {
  readonly text: string;
  readonly pieces: readonly ExpandedPiece<Holder>[];
  readonly problems: readonly ExpansionProblem[];
  /** The names that were looked up on the way, nested ones too. */
  readonly used: ReadonlySet<string>;
}

/** A raw value and who holds it. A holder without a place of its own (a built-in default) is passed over: see `placed`. */
export interface RawValue<Holder> {
  readonly raw: string;
  readonly holder: Holder;
  /** Whether the holder stands in a file; pieces of one that does not are ascribed to the reference that led there. */
  readonly placed: boolean;
}

/** Gives the raw value of a name, or undefined where nothing defines it. */
export type Lookup<Holder> = (name: string) => RawValue<Holder> | undefined;

/** Postfix gives up at 100 nested calls ("unreasonable macro call nesting"); a loop is found at the first return. */
const deepest = 100;
/** Names that double themselves at each step would keep any program busy for ever; no real value comes near. */
const mostNames = 10_000;

/**
 * Expands a value. An undefined name becomes nothing, as in Postfix, and is named in `problems`; a loop or a reference
 * that cannot be read makes Postfix stop: the text is then what could be read.
 */
export function expand<Holder>(value: RawValue<Holder>, lookup: Lookup<Holder>): Expansion<Holder> {
  const expander = new Expander(lookup);
  expander.raw(value, undefined);
  return {
    text: expander.text,
    pieces: expander.pieces,
    problems: expander.problems,
    used: expander.used,
  };
}

interface Place<Holder> {
  readonly holder: Holder;
  readonly start: number;
  readonly end: number;
}

class Expander<Holder> {
  text = '';
  readonly pieces: ExpandedPiece<Holder>[] = [];
  readonly problems: ExpansionProblem[] = [];
  readonly used = new Set<string>();
  private names = 0;
  private readonly active: string[] = [];

  constructor(private readonly lookup: Lookup<Holder>) {}

  raw(value: RawValue<Holder>, via: Place<Holder> | undefined): void {
    const parsed = value.raw.includes('$') ? parseMacros(value.raw) : undefined;
    for (const problem of parsed?.problems ?? []) this.problems.push({ kind: 'syntax', text: problem.text });
    const whole: Macro = { kind: 'literal', text: value.raw, start: 0, end: value.raw.length };
    this.list(parsed?.parts ?? [whole], value, via);
  }

  private list(parts: readonly Macro[], holder: RawValue<Holder>, via: Place<Holder> | undefined): void {
    for (const part of parts) {
      if (this.names > mostNames) return;
      const place = holder.placed ? { holder: holder.holder, start: part.start, end: part.end } : via;
      if (part.kind === 'literal') this.put(part.text, place);
      else this.reference(part, holder, place, via);
    }
  }

  private put(text: string, place: Place<Holder> | undefined): void {
    if (text === '') return;
    const start = this.text.length;
    this.text += text;
    if (place) {
      const { holder, start: rawStart, end: rawEnd } = place;
      this.pieces.push({ start, end: this.text.length, holder, rawStart, rawEnd });
    }
  }

  private reference(
    part: Reference,
    holder: RawValue<Holder>,
    place: Place<Holder> | undefined,
    via: Place<Holder> | undefined,
  ): void {
    if (part.comparison) {
      if (!this.holds(part.comparison, holder)) this.list(part.otherwise ?? [], holder, via);
      else if (part.then) this.list(part.then, holder, via);
      else if (!part.otherwise) this.put('true', place);
      return;
    }
    if (!part.then && !part.otherwise) {
      this.named(part.name, place);
      return;
    }
    const value = this.aside(() => this.named(part.name, undefined, true));
    this.list((value !== '' ? part.then : part.otherwise) ?? [], holder, via);
  }

  private named(name: string, place: Place<Holder> | undefined, quietly = false): void {
    this.used.add(name);
    if (this.active.includes(name)) {
      this.problems.push({ kind: 'loop', name });
      return;
    }
    if (this.active.length >= deepest || ++this.names > mostNames) {
      this.problems.push({ kind: 'nesting', name });
      return;
    }
    const value = this.lookup(name);
    if (!value) {
      if (!quietly) this.problems.push({ kind: 'undefined', name });
      return;
    }
    this.active.push(name);
    this.raw(value, place);
    this.active.pop();
  }

  /** Runs a step and gives what it would have written. */
  private aside(step: () => void): string {
    const { text, pieces } = this;
    const count = pieces.length;
    step();
    const written = this.text.slice(text.length);
    this.text = text;
    this.pieces.length = count;
    return written;
  }

  private holds(comparison: Comparison, holder: RawValue<Holder>): boolean {
    const left = this.aside(() => this.list(comparison.left, holder, undefined));
    const right = this.aside(() => this.list(comparison.right, holder, undefined));
    const { operator } = comparison;
    if (!operator.endsWith('level')) return decide(operator, compareValues(left, right));
    const order = compareLevels(left, right);
    if (order !== undefined) return decide(operator.replace('level', ''), order);
    const malformed = parseLevel(left) ? right : left;
    this.problems.push({ kind: 'syntax', text: `malformed compatibility level syntax: "${malformed}"` });
    return false;
  }
}

function decide(operator: string, order: number): boolean {
  switch (operator) {
    case '==':
      return order === 0;
    case '!=':
      return order !== 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    default:
      return order >= 0;
  }
}

/** Numbers as numbers, else as text by bytes (postconf(5), "relational expressions"). */
function compareValues(left: string, right: string): number {
  if (/^\d+$/.test(left) && /^\d+$/.test(right)) return Math.sign(Number(left) - Number(right));
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Compares compatibility levels `major[.minor[.patch]]`; undefined where one of them is none. */
export function compareLevels(left: string, right: string): number | undefined {
  const a = parseLevel(left);
  const b = parseLevel(right);
  if (!a || !b) return undefined;
  for (let i = 0; i < 3; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return Math.sign(difference);
  }
  return 0;
}

/** A compatibility level as numbers, or undefined for text that is none ("malformed compatibility level syntax"). */
export function parseLevel(text: string): number[] | undefined {
  return /^\d+(?:\.\d+){0,2}$/.test(trim(text)) ? trim(text).split('.').map(Number) : undefined;
}
