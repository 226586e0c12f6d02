/** Patterns that a header drives to PCRE's match limit: the rule then counts as not matched. Replayed, the library's count included. */
import { accepts } from '../language/automaton';
import { mayChainLoops } from '../language/loop-chain';
import { sampleOf } from '../language/sample';
import { attacksOn, type Attack } from '../language/slow';
import { Budget } from '../../text/budget';
import { derived } from '../../text/derived';
import { matchSteps, type CompiledPattern } from './compiled-pattern';

/** A subject on which the library gives up. */
export interface Slow {
  readonly subject: string;
  readonly growth: Attack['growth'];
  /** The pattern does match the subject, were there no limit: a way around the rule. */
  readonly evades: boolean;
}

/** So often a pump is repeated: doubling the work each time leaves any match limit far behind. */
const repeats = 40;
/** A header of one line that any mail server hands on. */
const lineLength = 900;
const searchBudget = 40_000;
/** What all tries on one pattern together may cost. */
const allSteps = 2 * matchSteps;

/**
 * A subject that drives a PCRE pattern to the match limit, one that evades it where there is such; undefined where none was
 * found. Loops within loops give up on a few letters. Three loops in a row that read the same text do so on a line of 900;
 * two need 5,000 bytes or more, which is not looked for. Remembered by pattern.
 */
export const slowOf: (compiled: CompiledPattern) => Slow | undefined = derived(compiled => {
  const { parsed } = compiled;
  if (!parsed.ok || parsed.pattern.dialect !== 'pcre') return undefined;
  const { pattern } = parsed;
  let left = allSteps;
  let slow: Slow | undefined;
  const sample = sampleOf(pattern) ?? '';
  for (const growth of ['exponential', 'polynomial'] as const) {
    if (growth === 'polynomial' && !mayChainLoops(pattern)) break;
    for (const attack of attacksOn(pattern, growth, new Budget(searchBudget))) {
      for (const subject of subjectsOf(attack, sample)) {
        const { kind, spent } = compiled.match(subject, 0, Math.min(left, matchSteps));
        left -= spent;
        if (kind === 'error') {
          const evades = accepts(pattern, subject) === true;
          if (evades) return { subject, growth, evades };
          slow ??= { subject, growth, evades };
        }
        if (left <= 0) return slow;
      }
    }
    if (slow) return slow;
  }
  return slow;
});

/** What matches with the pump behind it, so that the loops take that first; and what fails, so that everything is tried. */
function subjectsOf({ growth, prefix, pump, suffixes }: Attack, sample: string): string[] {
  const times = growth === 'exponential' ? repeats : Math.ceil(lineLength / pump.length);
  const pumps = pump.repeat(times);
  return [sample + pumps, ...suffixes.slice(0, growth === 'exponential' ? 4 : 2).map(s => prefix + pumps + s)];
}
