/** What each stretch of a pattern is to its reader: a group's bracket, a quantifier, a class … For painting and pointing. */
import type { Span } from '../../text/span';
import { pcreTokens } from './pcre-parser';
import type { Token } from './pcre-tokens';
import { posixNodes } from './posix-parser';
import type { ClassItem, Dialect, Node, PatternFlags } from './tree';

export type SignKind =
  | 'literal'
  /** A byte that is written in another way than as itself: `\.`, `\x41`; also `\Q` and `\E`. */
  | 'escape'
  /** `.`, `\d`, `[`, `]`, `[:alpha:]` */
  | 'class'
  /** A byte or a range between the brackets of a class. */
  | 'member'
  | 'anchor'
  | 'group'
  /** The name that a group is given. */
  | 'name'
  | 'quantifier'
  | 'alternation'
  /** A back-reference, a call, or the group that a conditional asks for. */
  | 'reference'
  /** The letters of `(?i)` and `(?i:`. */
  | 'flags'
  /** `(*COMMIT)`, `(*UTF)` */
  | 'verb'
  | 'comment';

/** A stretch; the span counts bytes of the pattern. */
export interface Sign {
  readonly kind: SignKind;
  readonly span: Span;
}

/** Patterns longer than this many bytes are not taken apart. */
const longest = 5000;

/**
 * The signs of a pattern (bytes, one character each), in order, none overlapping. Ignored blanks have none, neither has what
 * stands behind the place where its library stops reading, nor a pattern of more than 5,000 bytes. Never throws.
 */
export function patternSigns(text: string, dialect: Dialect, flags: PatternFlags): readonly Sign[] {
  if (text.length > longest) return [];
  const out = new Collector(text);
  if (dialect === 'pcre') out.pcre(flags);
  else out.posix(posixNodes(text, dialect, flags));
  return out.signs();
}

class Collector {
  private readonly found: Sign[] = [];

  constructor(private readonly text: string) {}

  /** In order; of two that overlap the first one, for libpcre2 reads some things as several; neighbouring literals as one. */
  signs(): Sign[] {
    this.found.sort((a, b) => a.span.start - b.span.start);
    const out: Sign[] = [];
    for (const sign of this.found) {
      const last = out[out.length - 1];
      if (last && sign.span.start < last.span.end) continue;
      if (last?.kind === 'literal' && sign.kind === 'literal' && last.span.end === sign.span.start) {
        out[out.length - 1] = { kind: 'literal', span: { start: last.span.start, end: sign.span.end } };
      } else out.push(sign);
    }
    return out;
  }

  private put(kind: SignKind, start: number, end: number): void {
    if (start < end) this.found.push({ kind, span: { start, end } });
  }

  pcre(flags: PatternFlags): void {
    const { tokens, trivia } = pcreTokens(this.text, flags);
    for (const { start, end } of trivia) this.trivia(start, end);
    for (const token of tokens) this.token(token);
  }

  private trivia(start: number, end: number): void {
    const written = this.text.slice(start, end);
    if (written.startsWith('(?#') || written.startsWith('#')) this.put('comment', start, end);
    else if (written.startsWith('(*')) this.put('verb', start, end);
    else if (written.startsWith('\\')) this.put('escape', start, end);
    else if (written.startsWith('(?')) this.around('group', 'flags', start, start + 2, end - 1, end);
  }

  /** A stretch whose middle is something else. */
  private around(kind: SignKind, inner: SignKind, start: number, from: number, to: number, end: number): void {
    this.put(kind, start, from);
    this.put(inner, from, to);
    this.put(kind, to, end);
  }

  private token(token: Token): void {
    const { start, end } = token;
    switch (token.kind) {
      case 'byte':
        return this.put(end - start > 1 ? 'escape' : 'literal', start, end);
      case 'set':
        return token.items ? this.bracket(start, end, token.items) : this.put('class', start, end);
      case 'not-crlf':
      case 'newline':
      case 'cluster':
        return this.put('class', start, end);
      case 'anchor':
      case 'keep':
        return this.put('anchor', start, end);
      case 'reference':
      case 'name-reference':
      case 'call':
      case 'name-call':
        return this.put('reference', start, end);
      case 'open':
        return this.opening(start, end);
      case 'close':
        return this.put('group', start, end);
      case 'alternative':
        return this.put('alternation', start, end);
      case 'quantifier':
        return this.put('quantifier', start, end);
      case 'verb':
        return this.put('verb', start, end);
    }
  }

  private opening(start: number, end: number): void {
    const written = this.text.slice(start, end);
    const inner = (pattern: RegExp, kind: SignKind): boolean => {
      const [, before = '', middle = ''] = pattern.exec(written) ?? [];
      if (middle === '') return false;
      const from = start + before.length;
      this.around('group', kind, start, from, from + middle.length, end);
      return true;
    };
    if (inner(/^(\(\?P?[<'])(\w+)[>']$/, 'name')) return;
    if (inner(/^(\(\?\([<']?)(?!DEFINE|VERSION)([\w&+-]+)[>']?\)$/, 'reference')) return;
    if (!inner(/^(\(\?)([\^a-zA-Z-]+):$/, 'flags')) this.put('group', start, end);
  }

  private bracket(start: number, end: number, items: readonly ClassItem[]): void {
    let at = start;
    for (const { span, kind } of items) {
      this.put('class', at, span.start);
      const escaped = kind === 'byte' && span.end - span.start > 1;
      this.put(escaped ? 'escape' : kind === 'byte' || kind === 'range' ? 'member' : 'class', span.start, span.end);
      at = span.end;
    }
    this.put('class', at, end);
  }

  posix({ nodes, end: readTo }: { readonly nodes: readonly Node[]; readonly end: number }): void {
    const todo = [...nodes];
    for (let node = todo.pop(); node; node = todo.pop()) {
      const { start, end } = node.span;
      switch (node.kind) {
        case 'sequence':
          todo.push(...node.items);
          break;
        case 'choice':
          todo.push(...node.branches);
          break;
        case 'group':
          todo.push(node.body);
          break;
        case 'repeat':
          this.put('quantifier', node.quantifier.start, node.quantifier.end);
          todo.push(node.body);
          break;
        case 'byte':
          this.put(end - start > 1 ? 'escape' : 'literal', start, end);
          break;
        case 'set':
          if (node.items) this.bracket(start, end, node.items);
          else this.put(node.set.size === 0 ? 'escape' : 'class', start, end);
          break;
        case 'anchor':
          this.put('anchor', start, end);
          break;
        case 'backreference':
          this.put('reference', start, end);
          break;
        default:
      }
    }
    this.between(readTo);
  }

  /** The signs of a POSIX pattern that are no nodes: brackets of groups, bars, and the first stars of several. */
  private between(readTo: number): void {
    let at = 0;
    const known = [...this.found].sort((a, b) => a.span.start - b.span.start);
    for (const sign of known) {
      this.operators(at, sign.span.start);
      at = sign.span.end;
    }
    this.operators(at, readTo);
  }

  private operators(start: number, end: number): void {
    for (const { 0: written, index } of this.text.slice(start, end).matchAll(/\\?[()|*]/g)) {
      const kind = written.endsWith('|') ? 'alternation' : written === '*' ? 'quantifier' : 'group';
      this.put(kind, start + index, start + index + written.length);
    }
  }
}
