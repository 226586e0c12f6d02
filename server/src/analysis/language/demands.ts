/** Texts without which a pattern cannot match: they find the few rules of a large table that a header may concern. */
import type { Node, Pattern } from '../../syntax/pattern/tree';

/** Each match holds one of these texts at least, lower case where case does not count. */
export type Demand = readonly string[];

/** Beyond so many texts a choice is not spelled out. */
const mostTexts = 64;
/** A choice that goes on is spelled out up to so many texts. */
const mostRuns = 16;
const longestText = 40;

/** All demands of a pattern; a match meets every one. None where the pattern may end anywhere, and for what demands no text. */
export function demandsOf(pattern: Pattern): Demand[] {
  const walker = new Walker();
  const whole = walker.walk(pattern.root, 0);
  if (walker.endsAnywhere) return [];
  return [...whole.demands, ...(whole.texts ? [whole.texts] : [])].filter(d => !d.includes(''));
}

/** Whether a text (lower case) meets all demands; false: it does not match for sure. */
export function meets(demands: readonly Demand[], lower: string): boolean {
  for (const demand of demands) {
    let met = false;
    for (const text of demand) met ||= lower.includes(text);
    if (!met) return false;
  }
  return true;
}

/** The characters of a text (lower case), a bit for each digit and each letter; the rest share theirs. */
export function lettersOf(lower: string): number {
  let letters = 0;
  for (let i = 0; i < lower.length; i++) {
    const code = lower.charCodeAt(i);
    letters |= 1 << (code >= 48 && code <= 57 ? code - 48 : 10 + (code % 22));
  }
  return letters;
}

/** Letters that are in each text that meets all demands: one that lacks any of them need not be looked through. */
export function lettersDemanded(demands: readonly Demand[]): number {
  let letters = 0;
  for (const demand of demands) if (demand.length > 0) letters |= demand.map(lettersOf).reduce((a, b) => a & b);
  return letters;
}

/** What a part of a pattern may match: all texts it can be where they are few, and what it demands otherwise. */
interface Part {
  readonly texts: readonly string[] | undefined;
  readonly demands: readonly Demand[];
}

const anything: Part = { texts: undefined, demands: [] };
const nothing: Part = { texts: [''], demands: [] };

class Walker {
  /** `(*ACCEPT)`: what follows need not be there. */
  endsAnywhere = false;

  walk(node: Node, depth: number): Part {
    if (depth > 400) return anything;
    switch (node.kind) {
      case 'byte':
        return { texts: [String.fromCharCode(node.byte).toLowerCase()], demands: [] };
      case 'set': {
        if (node.set.size > 8) return anything;
        const texts = node.set.bytes().map(b => String.fromCharCode(b).toLowerCase());
        return { texts: unique(texts), demands: [] };
      }
      case 'empty':
      case 'keep':
      case 'anchor':
      case 'look':
        return nothing;
      case 'group':
        return this.walk(node.body, depth + 1);
      case 'sequence':
        return this.sequence(node.items.map(item => this.walk(item, depth + 1)));
      case 'choice':
        return choice(node.branches.map(branch => this.walk(branch, depth + 1)));
      case 'repeat': {
        const body = this.walk(node.body, depth + 1);
        if (node.min === 0)
          return node.max === 1 && body.texts ? { texts: unique([...body.texts, '']), demands: [] } : anything;
        if (node.max === 1) return body;
        return { texts: undefined, demands: [...body.demands, ...(body.texts ? [body.texts] : [])] };
      }
      case 'verb':
        if (node.verb === 'accept') this.endsAnywhere = true;
        return nothing;
      case 'conditional':
        this.walk(node.yes, depth + 1);
        if (node.no) this.walk(node.no, depth + 1);
        return anything;
      default:
        return anything;
    }
  }

  private sequence(parts: readonly Part[]): Part {
    const demands: Demand[] = [];
    let run: readonly string[] | undefined = [''];
    let whole = true;
    const cut = (): void => {
      if (run && !run.includes('')) demands.push(run);
      whole = false;
    };
    for (const { texts, demands: inner } of parts) {
      demands.push(...inner);
      if (texts && run && texts.length * run.length <= mostRuns && (run[0] ?? '').length < longestText) {
        const before: readonly string[] = run;
        run =
          before.length === 1 && texts.length === 1 ? [(before[0] ?? '') + (texts[0] ?? '')] : product(before, texts);
      } else {
        cut();
        run = texts;
      }
    }
    if (whole) return { texts: run, demands };
    cut();
    return { texts: undefined, demands };
  }
}

function product(heads: readonly string[], tails: readonly string[]): string[] {
  return unique(heads.flatMap(head => tails.map(tail => head + tail)));
}

function choice(branches: readonly Part[]): Part {
  if (branches.every(b => b.texts)) {
    const texts = unique(branches.flatMap(b => b.texts ?? []));
    if (texts.length <= mostTexts) return { texts, demands: [] };
  }
  const demand: string[] = [];
  for (const { texts, demands } of branches) {
    const best = sharpest([...demands, ...(texts ? [texts] : [])]);
    if (!best || demand.length + best.length > mostTexts) return anything;
    demand.push(...best);
  }
  return { texts: undefined, demands: [unique(demand)] };
}

/** The demand whose shortest text is longest. */
function sharpest(demands: readonly Demand[]): Demand | undefined {
  const shortest = (d: Demand): number => Math.min(...d.map(t => t.length));
  return demands.reduce<Demand | undefined>((a, b) => (a && shortest(a) >= shortest(b) ? a : b), undefined);
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
