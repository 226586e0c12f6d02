/** Patterns that a header drives to PCRE's match limit: the rule then counts as not matched. Replayed, the library's count included. */
import type { Node, Pattern } from '../../syntax/pattern/tree';
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
/** A rule further up may answer one subject and not another. */
const mostSubjects = 12;

/**
 * Subjects that drive a PCRE pattern to the match limit, those that evade it first; none where none was found. Loops within loops
 * give up on a few letters. Three loops in a row that read the same text do so on a line of 900; two need 5,000 bytes or more,
 * which is not looked for. Remembered by pattern.
 */
export const slowSubjects: (compiled: CompiledPattern) => readonly Slow[] = derived(compiled => {
  const { parsed } = compiled;
  if (!parsed.ok || parsed.pattern.dialect !== 'pcre') return [];
  const { pattern } = parsed;
  let left = allSteps;
  const sample = sampleOf(pattern) ?? '';
  for (const growth of ['exponential', 'polynomial'] as const) {
    if (growth === 'polynomial' && !mayChainLoops(pattern)) break;
    const found: Slow[] = [];
    search: for (const attack of attacksOn(
      growth === 'exponential' ? loosened(pattern) : pattern,
      growth,
      new Budget(searchBudget),
    )) {
      for (const subject of subjectsOf(attack, sample)) {
        const { kind, spent } = compiled.match(subject, 0, Math.min(left, matchSteps));
        left -= spent;
        if (kind === 'error') found.push({ subject, growth, evades: accepts(pattern, subject) === true });
        if (left <= 0 || found.length >= mostSubjects) break search;
      }
    }
    if (found.length > 0) return [...found.filter(f => f.evades), ...found.filter(f => !f.evades)];
    if (left <= 0) break;
  }
  return [];
});

/** The first of {@link slowSubjects}. */
export function slowOf(compiled: CompiledPattern): Slow | undefined {
  return slowSubjects(compiled)[0];
}

/** Up to so many rounds a loop is left as it is. */
const fewTimes = 4;
const deepest = 400;

/**
 * A pattern whose loops have no upper bound, but for those of a few rounds: one of many rounds multiplies the work as well, as
 * far as it goes. Attacks on it are tried on the pattern itself.
 */
function loosened(pattern: Pattern): Pattern {
  const loosen = (node: Node, depth: number): Node => {
    if (depth > deepest) return node;
    switch (node.kind) {
      case 'sequence':
        return { ...node, items: node.items.map(i => loosen(i, depth + 1)) };
      case 'choice':
        return { ...node, branches: node.branches.map(b => loosen(b, depth + 1)) };
      case 'group':
        return { ...node, body: loosen(node.body, depth + 1) };
      case 'repeat': {
        const body = loosen(node.body, depth + 1);
        const many = node.min !== node.max && node.max > fewTimes;
        return many ? { ...node, body, min: Math.min(node.min, 1), max: Infinity } : { ...node, body };
      }
      default:
        return node;
    }
  };
  return { ...pattern, root: loosen(pattern.root, 0) };
}

/** What matches with the pump behind it, so that the loops take that first; and what fails, so that everything is tried. */
function subjectsOf({ growth, prefix, pump, suffixes }: Attack, sample: string): string[] {
  const times = growth === 'exponential' ? repeats : Math.ceil(lineLength / pump.length);
  const pumps = pump.repeat(times);
  return [sample + pumps, ...(growth === 'exponential' ? suffixes : suffixes.slice(0, 2)).map(s => prefix + pumps + s)];
}
