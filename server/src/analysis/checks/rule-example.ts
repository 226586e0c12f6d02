/** Texts that make a rule fire, and rules that nothing makes fire. */
import { accepts } from '../language/automaton';
import { oddSampleOf, sampleOf } from '../language/sample';
import type { Found } from '../language/search';
import { example } from '../language/table-language';
import type { Pattern } from '../../syntax/pattern/tree';
import { Budget } from '../../text/budget';
import type { TableRule } from './as-language';
import { matchSteps } from './compiled-pattern';

const searchBudget = 20_000;

/** A text that makes a rule's tests hold, read off its patterns or searched for; `none` where nothing at all does. */
export function exampleOf(rule: TableRule): Found {
  const [test, ...others] = rule.tests;
  if (!test || others.length > 0 || test.negated) return readOff(rule) ?? searched(rule);
  let found = known.get(test.pattern);
  if (!found) known.set(test.pattern, (found = readOff(rule) ?? searched(rule)));
  return found;
}

/** Examples of rules that stand alone, by their pattern: an edit elsewhere in the table leaves them as they are. */
const known = new WeakMap<Pattern, Found>();

/** The sample of the rule's own pattern, as it is, as a header of its own, or behind that of the `if` around it. */
function readOff(rule: TableRule): Found | undefined {
  const subject = sampled(rule, sampleOf);
  return subject === undefined ? undefined : { kind: 'found', subject };
}

function sampled(rule: TableRule, sample: typeof sampleOf): string | undefined {
  const samples = rule.tests.map(t => (t.negated ? '' : sample(t.pattern)));
  const own = samples[samples.length - 1];
  if (own === undefined) return undefined;
  const named = /^[A-Za-z][A-Za-z0-9-]*:/.test(own) ? [] : [`Subject: ${own}`];
  return [...named, own, (samples[0] ?? '') + own].find(text => holds(rule, text));
}

/** Another text that makes a rule's tests hold, as unlike the example as can be; undefined where none can be read off. */
export function oddExampleOf(rule: TableRule): string | undefined {
  return sampled(rule, oddSampleOf);
}

function searched(rule: TableRule): Found {
  const found = example(rule, new Budget(searchBudget));
  return found.kind === 'found' && !holds(rule, found.subject) ? { kind: 'unknown' } : found;
}

/** Whether a text makes a rule fire: its own patterns by the matcher, the `if`s around it by their automata. */
export function holds(rule: TableRule, header: string): boolean {
  const ifs = rule.tests.slice(0, rule.tests.length - rule.rule.patterns.length);
  return ownHolds(rule, header) && ifs.every(t => accepts(t.pattern, header) === !t.negated);
}

/** Whether the patterns of a rule itself hold for a text, by the matcher; what it cannot decide does not. */
export function ownHolds({ rule }: TableRule, header: string): boolean {
  return rule.patterns.every(({ part, compiled }) => {
    const { kind } = compiled.match(header, 0, matchSteps / 20);
    return kind === 'match' ? !part.negated : kind === 'no match' && part.negated;
  });
}
