/** Rules that never get their turn: whatever makes them fire is taken by rules before them. */
import { lettersOf, meets } from '../language/demands';
import type { Found } from '../language/search';
import { isShadowed } from '../language/table-language';
import { Budget } from '../../text/budget';
import { derived, once } from '../../text/derived';
import { editOf, LastMade, placeAfter, type Edit } from './edited-table';
import { tableRules, type TableRule } from './as-language';
import type { LoadedTable } from './load-table';
import { exampleOf, holds, oddExampleOf } from './rule-example';
import { fitting, RuleIndex, type Fitting } from './rule-index';

export interface Shadow {
  readonly later: TableRule;
  /** The rules that take its place, in order; one wherever one is enough. */
  readonly earlier: readonly TableRule[];
  /** A header (bytes) that makes the later rule's patterns match and gets the answer of an earlier one. */
  readonly header: string;
}

const searchBudget = 6000;
/** Of all the rules that take a text so many are looked at. */
const mostTakers = 60;

/** A text for which takers were sought, also in lower case, with those found. */
interface Asked {
  readonly text: string;
  readonly lower: string;
  readonly takers: readonly number[];
  /** The place behind which no taker was sought, where too many came into question. */
  readonly cut: number | undefined;
  /** What is in it (lettersOf). */
  readonly letters: number;
}

/** What was found out about one rule. Rules are named by their place. */
interface Verdict {
  readonly example: Found;
  readonly earlier: readonly number[] | undefined;
  readonly asked: readonly Asked[];
}

interface Studied {
  readonly rules: readonly TableRule[];
  readonly verdicts: readonly Verdict[];
  /**
   * Side by side, for each verdict the letters of all texts that were asked, by which most edits are told not to touch it;
   * `anyLetters` where it names other rules by their places.
   */
  readonly letters: Int32Array;
  /** Whether a verdict says more than that the rule gets its turn, 1 or 0. */
  readonly telling: Uint8Array;
}

const anyLetters = -1;
/** For so many texts all rules are gone through before an index of them is made. */
const worthAnIndex = 200;

function lettersAsked({ asked }: Verdict): number {
  const namesRules = asked.some(a => a.takers.length > 0 || a.cut !== undefined);
  return namesRules ? anyLetters : asked.reduce((all, a) => all | a.letters, 0);
}

function isTelling({ example, earlier }: Verdict): boolean {
  return earlier !== undefined || example.kind === 'none';
}

const latest = new LastMade<Studied>();

/** Remembered by table; after an edit of a few rules only those are looked at again whose texts a rule that came or went takes. */
const studied: (table: LoadedTable) => Studied = derived(table => {
  const rules = tableRules(table);
  const last = latest.get(table);
  const edit = last && editOf(last.rules, rules, sameTests);
  const study = last && edit ? afterEdit(rules, last, edit) : studyOf(rules);
  latest.set(table, study);
  return study;
});

/** The verdicts that tell more than that a rule gets its turn, with their rules, in order. */
function* tellingOnes(table: LoadedTable): Generator<{ readonly rule: TableRule; readonly verdict: Verdict }> {
  const { rules, verdicts, telling } = studied(table);
  for (let place = telling.indexOf(1); place >= 0; place = telling.indexOf(1, place + 1)) {
    const rule = rules[place];
    const verdict = verdicts[place];
    if (rule && verdict) yield { rule, verdict };
  }
}

/** The shadowed rules of a table, in order. */
export const shadowsOf: (table: LoadedTable) => readonly Shadow[] = derived(table => {
  const { rules } = studied(table);
  const out: Shadow[] = [];
  for (const { rule: later, verdict } of tellingOnes(table)) {
    const { example, earlier } = verdict;
    if (earlier && example.kind === 'found')
      out.push({ later, earlier: earlier.flatMap(e => rules[e] ?? []), header: example.subject });
  }
  return out;
});

/** The rules that nothing at all can make fire, in order. */
export function silentRules(table: LoadedTable): readonly TableRule[] {
  return [...tellingOnes(table)].filter(t => t.verdict.example.kind === 'none').map(t => t.rule);
}

function studyOf(rules: readonly TableRule[]): Studied {
  const index = new RuleIndex(rules);
  const verdicts = rules.map((later, place) => verdictOn(rules, later, text => index.before(place, text)));
  const telling = Uint8Array.from(verdicts, v => Number(isTelling(v)));
  return { rules, verdicts, letters: Int32Array.from(verdicts, lettersAsked), telling };
}

function afterEdit(rules: readonly TableRule[], before: Studied, edit: Edit): Studied {
  const { start, oldEnd, newEnd } = edit;
  const gone = before.rules.slice(start, oldEnd);
  const fresh = rules.slice(start, newEnd);
  const mayMeet = (rule: TableRule, letters: number): boolean => (rule.letters & ~letters) === 0;
  const meetsAll = (rule: TableRule, { lower, letters }: Asked): boolean =>
    mayMeet(rule, letters) && meets(rule.demands, lower);
  const isTouched = ({ asked }: Verdict): boolean =>
    asked.some(
      a =>
        a.takers.some(taker => taker >= start && taker < oldEnd) ||
        (a.cut !== undefined && start <= a.cut && [...gone, ...fresh].some(rule => meetsAll(rule, a))) ||
        fresh.some(rule => meetsAll(rule, a) && holds(rule, a.text)),
    );
  const moved = (places: readonly number[]): number[] => places.flatMap(p => placeAfter(edit, p) ?? []);
  const movedVerdict = (old: Verdict): Verdict => ({
    example: old.example,
    earlier: old.earlier && moved(old.earlier),
    asked: old.asked.map(a => ({
      ...a,
      takers: moved(a.takers),
      cut: a.cut === undefined ? undefined : placeAfter(edit, a.cut),
    })),
  });

  const verdicts: Verdict[] = before.verdicts
    .slice(0, start)
    .concat(Array(newEnd - start), before.verdicts.slice(oldEnd));
  const letters = new Int32Array(rules.length);
  const telling = new Uint8Array(rules.length);
  letters.set(before.letters.subarray(0, start));
  letters.set(before.letters.subarray(oldEnd), newEnd);
  telling.set(before.telling.subarray(0, start));
  telling.set(before.telling.subarray(oldEnd), newEnd);
  const put = (place: number, verdict: Verdict): void => {
    verdicts[place] = verdict;
    letters[place] = lettersAsked(verdict);
    telling[place] = Number(isTelling(verdict));
  };
  const index = once(() => new RuleIndex(rules));
  let sought = 0;
  const fittingTo = (place: number, text: string): Fitting =>
    ++sought > worthAnIndex ? index().before(place, text) : fitting(rules, 0, place, text);
  const putAnew = (place: number): void => {
    const later = rules[place];
    if (later)
      put(
        place,
        verdictOn(rules, later, text => fittingTo(place, text)),
      );
  };
  for (let place = start; place < newEnd; place++) putAnew(place);
  for (let place = newEnd; place < rules.length; place++) {
    const all = letters[place] ?? anyLetters;
    if (all !== anyLetters && !fresh.some(rule => mayMeet(rule, all))) continue;
    const old = verdicts[place];
    if (!old) continue;
    if (isTouched(old)) putAnew(place);
    else if (oldEnd !== newEnd && all === anyLetters) put(place, movedVerdict(old));
  }
  return { rules, verdicts, letters, telling };
}

/** The rules among those at some places that a text makes fire. */
function takersOf(rules: readonly TableRule[], places: readonly number[], text: string): number[] {
  const out: number[] = [];
  for (const place of places) {
    const rule = rules[place];
    if (rule && holds(rule, text)) out.push(place);
    if (out.length === mostTakers) break;
  }
  return out;
}

function verdictOn(rules: readonly TableRule[], later: TableRule, fittingTo: (text: string) => Fitting): Verdict {
  const example = exampleOf(later);
  if (example.kind !== 'found') return { example, earlier: undefined, asked: [] };
  const asked: Asked[] = [];
  const ask = (text: string): readonly number[] => {
    const { places, cut } = fittingTo(text);
    const takers = takersOf(rules, places, text);
    const lower = text.toLowerCase();
    asked.push({ text, lower, takers, cut, letters: lettersOf(lower) });
    return takers;
  };
  const odd = oddExampleOf(later);
  // What nobody takes is proof enough that the rule gets its turn.
  const escapes = odd !== undefined && ask(odd).length === 0;
  const earlier = escapes ? undefined : takersOfAll(rules, later, [example.subject, odd ?? example.subject], ask);
  return { example, earlier, asked };
}

/** So many rules together are looked at, and of those that take one text so many one by one. */
const mostTogether = 5;
const mostAlone = 8;

/**
 * Looks for one rule that takes all of a later one, both its examples among them; else goes from text to text: each that still escapes the rules found so far
 * names the next, until nothing escapes or nobody takes it.
 */
function takersOfAll(
  rules: readonly TableRule[],
  later: TableRule,
  [plain, odd]: readonly [string, string],
  takersOf: (text: string) => readonly number[],
): readonly number[] | undefined {
  const first = takersOf(plain);
  const alone = first.filter(t => rules[t] && holds(rules[t], odd));
  for (const one of alone.slice(0, mostAlone)) {
    const rule = rules[one];
    if (!rule) continue;
    if (sameTests(rule, later) || isShadowed([rule], later, new Budget(searchBudget)).kind === 'none') return [one];
  }
  const together: number[] = [];
  let takers = first;
  while (together.length < mostTogether) {
    const next = takers.find(t => !together.includes(t));
    if (next === undefined) return undefined;
    together.push(next);
    const earlier = together.flatMap(t => rules[t] ?? []);
    const left = isShadowed(earlier, later, new Budget(searchBudget));
    if (left.kind === 'none') return together.sort((a, b) => a - b);
    if (left.kind === 'unknown') return undefined;
    takers = takersOf(left.subject);
  }
  return undefined;
}

function sameTests(a: TableRule, b: TableRule): boolean {
  return (
    a.tests === b.tests ||
    (a.tests.length === b.tests.length &&
      a.tests.every((t, i) => t.pattern === b.tests[i]?.pattern && t.negated === b.tests[i]?.negated))
  );
}
