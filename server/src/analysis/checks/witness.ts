/** Lines that show what a rule of a table does: a short one that it answers, and a near one that passes. All are replayed. */
import { stopsMail } from '../../facts/check-actions';
import { parsePattern } from '../../syntax/pattern/parse-pattern';
import { pcreDefaults } from '../../syntax/pattern/tree';
import { Budget } from '../../text/budget';
import { sampleOf } from '../language/sample';
import { example, isShadowed, type LanguageRule, type Test } from '../language/table-language';
import { askTable, type TableAnswer } from './ask-table';
import { rulesByPlace, type TableRule } from './as-language';
import type { LoadedTable } from './load-table';
import { nearLines } from './near-lines';
import { exampleOf, ownHolds } from './rule-example';
import type { ChecksUse } from './try-header';

/** A line (bytes) with what the table answers to it. */
export interface Replayed {
  readonly line: string;
  readonly answer: TableAnswer;
}

/** What a rule catches. */
export type Catch =
  | { readonly kind: 'line'; readonly shown: Replayed }
  /** An earlier rule answers whatever this one would; `shown` is such a line with the answer of the earlier one. */
  | { readonly kind: 'never'; readonly shown: Replayed }
  /** None was found, which proves nothing. */
  | { readonly kind: 'unknown' };

const searchBudget = 6000;
const mostEarlier = 4;

const shapes: Readonly<Record<'header' | 'line', readonly Test[]>> = {
  header: shape('\\A[A-Za-z][A-Za-z0-9-]*: [!-~](?:[ -~]*[!-~])?\\z'),
  line: shape('\\A[!-~](?:[ -~]*[!-~])?\\z'),
};

function shape(text: string): Test[] {
  const parsed = parsePattern(text, 'pcre', pcreDefaults);
  return parsed.ok ? [{ pattern: parsed.pattern, negated: false }] : [];
}

/** A short line that the rule at a place of a table answers, in the words of a mail where that is possible. */
export function caughtBy(table: LoadedTable, place: number, use: ChecksUse): Catch {
  const rule = rulesByPlace(table).get(place);
  if (!rule) return { kind: 'unknown' };
  let taken: Replayed | undefined;
  for (const line of linesFor(rule, use)) {
    const answer = askTable(table, use, line);
    if (answer.rule === place) return { kind: 'line', shown: { line, answer } };
    if (answer.rule !== undefined) taken ??= { line, answer };
  }
  return taken ? besideEarlier(table, rule, use, taken) : { kind: 'unknown' };
}

/** A line for a rule whose obvious ones are taken by earlier rules. */
function besideEarlier(table: LoadedTable, rule: TableRule, use: ChecksUse, taken: Replayed): Catch {
  const earlier: TableRule[] = [];
  let next: Replayed = taken;
  while (earlier.length < mostEarlier) {
    const before = rulesByPlace(table).get(next.answer.rule ?? -1);
    if (!before || before.index >= rule.index || earlier.includes(before)) break;
    earlier.push(before);
    const shaped = isShadowed(earlier, { ...rule, tests: [...rule.tests, ...shapeOf(use)] }, new Budget(searchBudget));
    const found = shaped.kind === 'found' ? shaped : isShadowed(earlier, rule, new Budget(searchBudget));
    if (found.kind === 'none') return { kind: 'never', shown: taken };
    if (found.kind === 'unknown') break;
    for (const line of polished(found.subject, use)) {
      next = { line, answer: askTable(table, use, line) };
      if (next.answer.rule === rule.index) return { kind: 'line', shown: next };
    }
  }
  return { kind: 'unknown' };
}

/**
 * The line nearest to one that a rule answers that this rule does not answer and no other stops: written in another case, with
 * other blanks, folded, encoded, with a letter changed; undefined where none of these passes.
 */
export function passesBeside(table: LoadedTable, place: number, use: ChecksUse, caught: string): Replayed | undefined {
  const rule = rulesByPlace(table).get(place);
  if (!rule) return undefined;
  for (const line of rule.tests[rule.tests.length - 1]?.negated ? opposites(rule, use) : nearLines(caught, use)) {
    if (ownHolds(rule, line)) continue;
    const answer = askTable(table, use, line);
    if (passesBy(answer, place, use)) return { line, answer };
  }
  return undefined;
}

/** Lines that have what a rule wants to be missing, where its turn comes. */
function* opposites({ tests, outcome }: TableRule, use: ChecksUse): Generator<string> {
  const turned = tests.map((test, i) => (i === tests.length - 1 ? { ...test, negated: false } : test));
  const [only, ...others] = turned;
  const sample = only && others.length === 0 ? sampleOf(only.pattern) : undefined;
  if (sample !== undefined) yield* polished(sample, use);
  const searched = search({ tests: [...turned, ...shapeOf(use)], outcome });
  if (searched !== undefined) yield* polished(searched, use);
}

/** Whether an answer is not that of the rule at a place, and lets the mail go its way. */
export function passesBy({ action, rule, unknown }: TableAnswer, place: number, use: ChecksUse): boolean {
  return unknown.length === 0 && rule !== place && !(action !== null && keepsOut(action, use));
}

/** Whether an action keeps mail from going its way in a table of some use. */
export function keepsOut(action: string, use: ChecksUse): boolean {
  return stopsMail(action, use === 'access' ? 'access' : 'checks');
}

function shapeOf(use: ChecksUse): readonly Test[] {
  return shapes[use === 'header_checks' ? 'header' : 'line'];
}

/** Lines that most likely make a rule fire, the most readable ones first. */
function* linesFor(rule: TableRule, use: ChecksUse): Generator<string> {
  const [test, ...others] = rule.tests;
  const sample = test && others.length === 0 && !test.negated ? sampleOf(test.pattern) : undefined;
  if (sample !== undefined) yield* polished(sample, use);
  const searched = search({ ...rule, tests: [...rule.tests, ...shapeOf(use)] });
  if (searched !== undefined) yield* polished(searched, use);
  else if (use === 'header_checks') {
    const headless = search({ ...rule, tests: [...rule.tests, ...shapes.line] });
    if (headless !== undefined) yield headless;
  }
  const any = exampleOf(rule);
  if (any.kind === 'found') yield any.subject;
}

function search(rule: LanguageRule): string | undefined {
  const found = example(rule, new Budget(searchBudget));
  return found.kind === 'found' ? found.subject : undefined;
}

/** A text as a line of its kind, in the ways people write it, and as it is. */
function* polished(text: string, use: ChecksUse): Generator<string> {
  if (use !== 'header_checks') {
    if (text !== '') yield text;
    return;
  }
  const [, name = '', value = ''] = /^([A-Za-z][A-Za-z0-9-]*:)([^]*)$/.exec(text) ?? [];
  if (name === '') {
    yield `Subject: ${text}`;
    if (/^[A-Za-z][A-Za-z0-9-]{0,40}$/.test(text)) yield `${text}: x`;
    yield `From: ${text}`;
    yield `X-Mailer: ${text}`;
    yield text;
    return;
  }
  const usual = name.replace(/(?<![A-Za-z])[a-z]/g, c => c.toUpperCase());
  if (value === '') yield `${usual} x`;
  else if (/^(?:from|sender|reply-to|to|cc):$/i.test(name) && /^\s*[a-z0-9-]+\.[a-z0-9.-]+$/i.test(value))
    yield `${usual} someone@${value.trimStart()}`;
  else if (value.trimStart().startsWith('@')) yield `${usual} someone${value.trimStart()}`;
  else yield `${usual} ${value.trimStart()}`;
  yield `${name} ${value.trimStart()}`;
  yield text;
}
