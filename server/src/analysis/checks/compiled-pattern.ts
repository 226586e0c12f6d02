/** Patterns ready to match, remembered by what they are: an edit of one rule compiles that rule alone. */
import { parsePattern } from '../../syntax/pattern/parse-pattern';
import type { Dialect, ParsedPattern, PatternFlags } from '../../syntax/pattern/tree';
import type { Outcome } from '../regex/pcre/match-state';
import { preparePcre } from '../regex/pcre/program';
import { preparePosix } from '../regex/posix/program';

/** A pattern as parsed and, once asked for, as something that matches. */
export interface CompiledPattern {
  readonly parsed: ParsedPattern;
  /** Matches a subject (bytes); `groups`: the highest group needed. `steps`: how much work it may take. */
  match(subject: string, groups: number, steps: number): Outcome & { readonly spent: number };
}

/** How much work a single match may take: below 50 ms. */
export const matchSteps = 500_000;

/** A step of the POSIX simulation costs a small part of one of PCRE's backtracking; so a header of full length is decided too. */
const posixStepsPerStep = 4;

const known = new Map<string, CompiledPattern>();
const maxKnown = 40_000;

/** The pattern of a text, a dialect and flags; the same one for the same. Never throws. */
export function compiledPattern(text: string, dialect: Dialect, flags: PatternFlags): CompiledPattern {
  const { caseless, multiline, dotAll, extended, anchored, dollarEndOnly, ungreedy } = flags;
  const bits = [caseless, multiline, dotAll, extended, anchored, dollarEndOnly, ungreedy].map(Number).join('');
  const key = `${dialect} ${bits} ${text}`;
  let pattern = known.get(key);
  if (!pattern) {
    if (known.size >= maxKnown) known.clear();
    known.set(key, (pattern = make(parsePattern(text, dialect, flags))));
  }
  return pattern;
}

function make(parsed: ParsedPattern): CompiledPattern {
  let matcher: CompiledPattern['match'] | undefined;
  return {
    parsed,
    match(subject, groups, steps) {
      if (!parsed.ok) return { kind: 'no match', spent: 0 };
      if (!matcher) {
        const { pattern } = parsed;
        if (pattern.dialect === 'pcre') {
          const pcre = preparePcre(pattern);
          matcher = (s, _groups, n) => pcre.match(s, n);
        } else {
          const posix = preparePosix(pattern);
          matcher = (s, g, n) => {
            const outcome = posix.match(s, n * posixStepsPerStep, g);
            return { ...outcome, spent: outcome.spent / posixStepsPerStep };
          };
        }
      }
      return matcher(subject, groups, steps);
    },
  };
}
