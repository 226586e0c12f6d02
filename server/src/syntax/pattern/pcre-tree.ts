/** Builds the tree of a PCRE pattern from its tokens; refuses what libpcre2's second pass refuses. */
import type { Span } from '../../text/span';
import { span } from '../../text/span';
import type { ByteSet } from './byte-set';
import { anyByte, setOf } from './byte-set';
import { PcreRefusal } from './pcre-errors';
import type { Opening, Token, Tokens } from './pcre-tokens';
import type { Condition, LookNode, Node } from './tree';
import { unicodeOtherCase } from './unicode-latin1';

/** A group under construction. */
interface Frame {
  readonly token?: Extract<Token, { kind: 'open' }>;
  readonly index: number;
  /** Finished branches, then the items of the one being read. */
  readonly branches: Node[];
  items: Node[];
  branchStart: number;
  /** The offset that the library noted last in this branch; it reports it for conditions that have none of their own. */
  noted: number;
  condition?: Condition;
}

/** The tree, and a refusal that the library would find only after all others. */
export interface Built {
  readonly root: Node;
  readonly hasBackReferences: boolean;
  readonly late: PcreRefusal | undefined;
}

/** Builds the tree. `widths`: of look-behinds, by the index of their opening token. */
export function buildPcreTree(
  read: Tokens,
  widths: ReadonlyMap<number, number[]>,
  where: { readonly start: number; readonly end: number; readonly newlineSet: ByteSet; readonly ucp?: boolean },
): Built {
  return new Builder(read, widths, where).build();
}

class Builder {
  private readonly frames: Frame[];
  private lookDepth = 0;
  private late: PcreRefusal | undefined;
  private hasBackReferences = false;
  private readonly firstReference = new Map<number, number>();
  private readonly numbers = new Map<string, number[]>();

  constructor(
    private readonly read: Tokens,
    private readonly widths: ReadonlyMap<number, number[]>,
    private readonly where: {
      readonly start: number;
      readonly end: number;
      readonly newlineSet: ByteSet;
      readonly ucp?: boolean;
    },
  ) {
    this.frames = [{ index: -1, branches: [], items: [], branchStart: where.start, noted: 0 }];
    for (const { name, number } of read.named) this.numbers.set(name, [...(this.numbers.get(name) ?? []), number]);
    for (const token of read.tokens) {
      if (token.kind === 'reference' && !this.firstReference.has(token.group))
        this.firstReference.set(token.group, token.offset);
    }
  }

  build(): Built {
    this.read.tokens.forEach((token, i) => {
      this.token(token, i);
    });
    const top = this.top;
    const root = this.finish(top, this.where.end);
    return { root, hasBackReferences: this.hasBackReferences, late: this.late };
  }

  private get top(): Frame {
    const top = this.frames[this.frames.length - 1];
    if (!top) throw new PcreRefusal(22, this.where.end);
    return top;
  }

  private push(node: Node): void {
    this.top.items.push(node);
  }

  private token(token: Token, index: number): void {
    const place = span(token.start, token.end);
    switch (token.kind) {
      case 'byte':
        return this.push(this.byte(token, place));
      case 'set': {
        const { set, form, items, negated } = token;
        return this.push({
          kind: 'set',
          span: place,
          set,
          form,
          ...(items ? { items } : {}),
          ...(negated ? { negated } : {}),
        });
      }
      case 'not-crlf':
        return this.push(notCrlf(place));
      case 'anchor':
        return this.push({ kind: 'anchor', span: place, at: token.at });
      case 'newline':
        return this.push({ kind: 'newline', span: place, set: this.where.newlineSet });
      case 'cluster':
        return this.push({ kind: 'cluster', span: place });
      case 'keep':
        if (this.lookDepth > 0) throw new PcreRefusal(99, this.where.end);
        return this.push({ kind: 'keep', span: place });
      case 'reference': {
        const offset = token.group < 10 ? (this.firstReference.get(token.group) ?? token.offset) : token.offset;
        if (token.group > this.read.groups) throw new PcreRefusal(15, offset);
        this.top.noted = offset;
        return this.reference([token.group], token.caseless, place);
      }
      case 'name-reference':
        return this.reference(this.named(token.name, token.offset), token.caseless, place);
      case 'call':
        if (token.group > this.read.groups) throw new PcreRefusal(15, token.offset);
        this.top.noted = token.offset;
        return this.push({ kind: 'call', span: place, group: token.group });
      case 'name-call':
        return this.push({ kind: 'call', span: place, group: this.named(token.name, token.offset)[0] ?? 0 });
      case 'open':
        return this.open(token, index);
      case 'alternative': {
        const { top } = this;
        top.branches.push(sequence(top.items, span(top.branchStart, token.start)));
        top.items = [];
        top.branchStart = token.end;
        top.noted = 0;
        return;
      }
      case 'close':
        return this.close(token);
      case 'quantifier':
        return this.quantify(token, place);
      case 'verb':
        return this.push({
          kind: 'verb',
          span: place,
          verb: token.verb,
          ...(token.name === undefined ? {} : { name: token.name }),
        });
    }
  }

  private byte(token: Extract<Token, { kind: 'byte' }>, place: Span): Node {
    if (!token.caseless || token.byte < 128)
      return { kind: 'byte', span: place, byte: token.byte, caseless: token.caseless };
    const set = setOf([token.byte, unicodeOtherCase(token.byte)]);
    if (set.size === 1) return { kind: 'byte', span: place, byte: token.byte, caseless: false };
    return { kind: 'set', span: place, set, form: 'escape' };
  }

  private named(name: string, offset: number): number[] {
    const numbers = this.numbers.get(name);
    if (!numbers) throw new PcreRefusal(15, offset);
    this.top.noted = offset;
    return numbers;
  }

  private reference(groups: readonly number[], caseless: boolean, place: Span): void {
    this.hasBackReferences = true;
    this.push({ kind: 'backreference', span: place, groups, caseless });
  }

  private open(token: Extract<Token, { kind: 'open' }>, index: number): void {
    if (token.opening.as === 'look') this.lookDepth++;
    const condition = this.condition(token.opening, span(token.start, token.end));
    this.frames.push({
      token,
      index,
      branches: [],
      items: [],
      branchStart: token.end,
      noted: 0,
      ...(condition ? { condition } : {}),
    });
  }

  private condition(opening: Opening, place: Span): Condition | undefined {
    switch (opening.as) {
      case 'if-group':
        if (opening.group > this.read.groups) throw new PcreRefusal(15, opening.offset);
        return { kind: 'group', groups: [opening.group], span: place };
      case 'if-name':
        return { kind: 'group', groups: this.named(opening.name, opening.offset), span: place };
      case 'if-recursion-name':
        return { kind: 'recursion', groups: this.named(opening.name, opening.offset), span: place };
      case 'if-recursion':
        return this.recursionCondition(opening, place);
      case 'if-version':
        return { kind: 'constant', value: opening.holds, span: place };
      case 'define':
        return { kind: 'define', span: place };
      default:
        return undefined;
    }
  }

  private recursionCondition(opening: { name: string; offset: number }, place: Span): Condition {
    const named = this.numbers.get(opening.name);
    if (named) return { kind: 'group', groups: named, span: place };
    let number = 0;
    for (let i = 1; i < opening.name.length; i++) {
      number = number * 10 + Number(opening.name[i]);
      if (number > 65535) throw new PcreRefusal(61, opening.offset + i);
    }
    if (number > this.read.groups) throw new PcreRefusal(15, opening.offset);
    return { kind: 'recursion', groups: number === 0 ? undefined : [number], span: place };
  }

  /** The body of a group: its branches as one node. */
  private finish(frame: Frame, end: number): Node {
    frame.branches.push(sequence(frame.items, span(frame.branchStart, end)));
    const [only] = frame.branches;
    const start = frame.token?.end ?? this.where.start;
    if (frame.branches.length === 1 && only) return only;
    return { kind: 'choice', span: span(start, end), branches: frame.branches };
  }

  private close(token: Token): void {
    const frame = this.frames.pop();
    if (!frame?.token) return;
    const { opening } = frame.token;
    const place = span(frame.token.start, token.end);
    if (opening.as.startsWith('if-') || opening.as === 'define') {
      this.push(this.conditional(frame, place, token.start));
      return;
    }
    const body = this.finish(frame, token.start);
    switch (opening.as) {
      case 'capture':
        return this.push({
          kind: 'group',
          span: place,
          body,
          capture: opening.number,
          ...(opening.name === undefined ? {} : { name: opening.name }),
        });
      case 'atomic':
        return this.push({ kind: 'group', span: place, body, atomic: true });
      case 'look': {
        this.lookDepth--;
        const widths = this.widths.get(frame.index);
        const { behind, negative, nonAtomic } = opening;
        const look: LookNode = {
          kind: 'look',
          span: place,
          body,
          behind,
          negative,
          ...(nonAtomic ? { nonAtomic } : {}),
          ...(widths ? { widths } : {}),
        };
        return this.push(look);
      }
      default:
        return this.push({ kind: 'group', span: place, body });
    }
  }

  private conditional(frame: Frame, place: Span, end: number): Node {
    let { condition } = frame;
    if (!condition) {
      const first = frame.branches.length > 0 ? undefined : frame.items[0];
      const look = first?.kind === 'look' ? first : this.lookOf(frame);
      if (look) {
        condition = { kind: 'look', look, span: look.span };
        this.dropLook(frame);
      }
    }
    frame.branches.push(sequence(frame.items, span(frame.branchStart, end)));
    const [yes, no, more] = frame.branches;
    if (frame.token && 'offset' in frame.token.opening) {
      // For a numbered condition the library points at the parenthesis before it.
      this.top.noted = frame.token.opening.offset - (frame.token.opening.as === 'if-group' ? 2 : 0);
    }
    if (condition?.kind === 'define' && no) this.late ??= new PcreRefusal(54, this.top.noted);
    else if (more) this.late ??= new PcreRefusal(27, this.top.noted);
    return {
      kind: 'conditional',
      span: place,
      condition: condition ?? { kind: 'constant', value: false, span: place },
      yes: yes ?? { kind: 'empty', span: span(end, end) },
      ...(no ? { no } : {}),
    };
  }

  private lookOf(frame: Frame): LookNode | undefined {
    const branch = frame.branches[0];
    if (branch?.kind === 'look') return branch;
    const first = branch?.kind === 'sequence' ? branch.items[0] : undefined;
    return first?.kind === 'look' ? first : undefined;
  }

  /** Takes the assertion that is the condition out of the first branch. */
  private dropLook(frame: Frame): void {
    const branch = frame.branches[0];
    if (!branch) {
      const look = frame.items.shift();
      if (look) frame.branchStart = look.span.end;
      return;
    }
    const rest = branch.kind === 'sequence' ? branch.items.slice(1) : [];
    const start = branch.kind === 'sequence' ? (branch.items[0]?.span.end ?? branch.span.end) : branch.span.end;
    frame.branches[0] = sequence(rest, span(start, Math.max(start, branch.span.end)));
  }

  private quantify(token: Extract<Token, { kind: 'quantifier' }>, place: Span): void {
    const { top } = this;
    const body = top.items.pop();
    if (!body) return;
    top.items.push({
      kind: 'repeat',
      span: span(body.span.start, token.end),
      body,
      min: token.min,
      max: token.max,
      mode: token.mode,
      quantifier: place,
    });
  }
}

function sequence(items: readonly Node[], place: Span): Node {
  const [only] = items;
  if (!only) return { kind: 'empty', span: place };
  return items.length === 1 ? only : { kind: 'sequence', span: place, items };
}

/** `.` where the newline is CR LF: `(?!\r\n)` and any byte. */
function notCrlf(place: Span): Node {
  const byte = (value: number): Node => ({ kind: 'byte', span: place, byte: value, caseless: false });
  const crlf: Node = { kind: 'sequence', span: place, items: [byte(13), byte(10)] };
  return {
    kind: 'group',
    span: place,
    body: {
      kind: 'sequence',
      span: place,
      items: [
        { kind: 'look', span: place, body: crlf, behind: false, negative: true },
        { kind: 'set', span: place, set: anyByte, form: 'dot' },
      ],
    },
  };
}
