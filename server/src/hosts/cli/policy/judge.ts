/** Holds an answer against what was expected. */
import type { Reasoned } from '../../../analysis/answer';

export type Kind = 'session' | 'header' | 'packet';

/** An answer in the fields that policy tests speak of. */
export interface Answer {
  readonly got: Readonly<Record<string, unknown>>;
  readonly reasons: Reasoned;
  /** Further facts of a packet's way: who answered, what NAT changed. Part of no promise, but an `expect` may name them. */
  readonly more?: Readonly<Record<string, unknown>>;
}

export interface Result extends Answer {
  readonly name: string;
  readonly kind: Kind;
  readonly document: number;
  readonly index: number;
  readonly expect: unknown;
  readonly pass: boolean;
}

/**
 * Whether an answer is as expected. A case without an expectation passes. A word is a verdict (for a header the action,
 * null for no match; for a message its output); of a map each field that the answer could have must be equal.
 */
export function passes(kind: Kind, expect: unknown, { got, more }: Answer): boolean {
  if (expect === undefined) return true;
  if (typeof expect !== 'object' || expect === null) {
    if (kind !== 'header') return got.verdict === expect;
    return 'output' in got ? got.output === (expect ?? '') : !('verdict' in got) && got.action === expect;
  }
  const answer: Readonly<Record<string, unknown>> = { ...more, ...got };
  return Object.entries(expect).every(
    ([name, wanted]) => !compared[kind].includes(name) || text(answer[name]) === text(wanted),
  );
}

/** The fields of an expectation that are compared. */
const compared: Readonly<Record<Kind, readonly string[]>> = {
  session: ['verdict', 'code', 'enhanced', 'stage'],
  header: ['action', 'output', 'verdict'],
  packet: ['verdict', 'answer', 'reached', 'seen_src', 'seen_dst', 'seen_dport', 'works'],
};

/** YAML makes `code: 250` a number; null and absent are alike. */
function text(value: unknown): string {
  return value === undefined || value === null ? 'null' : typeof value === 'string' ? value : JSON.stringify(value);
}
