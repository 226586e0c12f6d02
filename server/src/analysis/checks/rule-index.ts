/** Finds the rules of a table that a text may make fire, without asking all of them. */
import { lettersOf, meets, type Demand } from '../language/demands';
import { derived } from '../../text/derived';
import type { TableRule } from './as-language';

/** Of the rules whose demands a text meets, so many are held against it. */
const mostLookedAt = 500;

/** The places of rules that a text may make fire, ascending. */
export interface Fitting {
  readonly places: readonly number[];
  /** Where there are too many, the last place among them; rules behind it were not looked at. */
  readonly cut: number | undefined;
}

/** The letters that each rule demands, side by side: most rules are told apart by them alone. */
const lettersIn = derived((rules: readonly TableRule[]) => Int32Array.from(rules, rule => rule.letters));

/** Those from a place up to an end whose demands a text meets: the first of them where there are too many. */
export function fitting(rules: readonly TableRule[], from: number, end: number, text: string): Fitting {
  const found = new Gathered(rules, text);
  const letters = lettersIn(rules);
  const missing = ~lettersOf(found.lower);
  for (let place = from; place < end && found.cut === undefined; place++)
    if (((letters[place] ?? 0) & missing) === 0) found.look(place);
  return found;
}

class Gathered implements Fitting {
  readonly places: number[] = [];
  cut: number | undefined;
  readonly lower: string;

  constructor(
    private readonly rules: readonly TableRule[],
    text: string,
  ) {
    this.lower = text.toLowerCase();
  }

  look(place: number): void {
    if (!meets(this.rules[place]?.demands ?? [], this.lower)) return;
    this.places.push(place);
    if (this.places.length === mostLookedAt) this.cut = place;
  }
}

/** Rules by stretches of the texts that they demand: each under the demand that fewest others share. */
export class RuleIndex {
  private readonly byGram = new Map<number, number[]>();
  /** Rules that demand no text. */
  private readonly others: number[] = [];

  constructor(private readonly rules: readonly TableRule[]) {
    const count = new Map<number, number>();
    for (const { demands } of rules) {
      for (const demand of demands)
        for (const text of demand) for (const gram of gramsOf(text)) count.set(gram, (count.get(gram) ?? 0) + 1);
    }
    for (const [place, { demands }] of rules.entries()) {
      const grams = rarest(demands, count);
      if (!grams) this.others.push(place);
      for (const gram of grams ?? []) {
        const places = this.byGram.get(gram);
        if (!places) this.byGram.set(gram, [place]);
        else if (places[places.length - 1] !== place) places.push(place);
      }
    }
  }

  /** What `fitting` finds among all places before `end`. */
  before(end: number, text: string): Fitting {
    const lists = new Set([this.others]);
    for (const gram of gramsOf(text.toLowerCase())) lists.add(this.byGram.get(gram) ?? this.others);
    const found = new Gathered(this.rules, text);
    for (const place of merged([...lists], end)) {
      found.look(place);
      if (found.cut !== undefined) break;
    }
    return found;
  }
}

/** The numbers below `end` of ascending lists, ascending, each once. */
function* merged(lists: readonly (readonly number[])[], end: number): Generator<number> {
  const next = lists.map(() => 0);
  for (;;) {
    let least = end;
    for (const [i, list] of lists.entries()) least = Math.min(least, list[next[i] ?? 0] ?? end);
    if (least >= end) return;
    for (const [i, list] of lists.entries()) if (list[next[i] ?? 0] === least) next[i] = (next[i] ?? 0) + 1;
    yield least;
  }
}

/** The stretches of three bytes of a text, as numbers. */
function gramsOf(text: string): number[] {
  const out: number[] = [];
  for (let i = 0; i + 2 < text.length; i++)
    out.push((text.charCodeAt(i) << 16) | (text.charCodeAt(i + 1) << 8) | text.charCodeAt(i + 2));
  return out;
}

/** One gram of each text of the demand that has the rarest ones; undefined where no demand has them all. */
function rarest(demands: readonly Demand[], count: ReadonlyMap<number, number>): number[] | undefined {
  let best: { readonly grams: number[]; readonly rules: number } | undefined;
  for (const demand of demands) {
    const grams: number[] = [];
    let rules = 0;
    for (const text of demand) {
      const [first, ...others] = gramsOf(text);
      if (first === undefined) break;
      const rare = others.reduce((a, b) => ((count.get(b) ?? 0) < (count.get(a) ?? 0) ? b : a), first);
      grams.push(rare);
      rules += count.get(rare) ?? 0;
    }
    if (grams.length === demand.length && (!best || rules < best.rules)) best = { grams, rules };
  }
  return best?.grams;
}
