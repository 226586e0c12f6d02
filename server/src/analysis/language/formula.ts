/**
 * Conditions on the rest of a subject: an "or" of "and"s over steps that still want a byte, over their opposites, and over
 * "the subject ends here". One object for each condition, so that conditions can be compared and numbered.
 */
import { NotRegular } from './nodes';

/** A step that wants to go on (its number + 2), the subject's end (1), or the opposite of one (negative). */
export type Literal = number;

/** The literal that holds at the subject's end alone. */
export const end: Literal = 1;

/** The literal of a step. */
export function wants(step: number): Literal {
  return step + 2;
}

/** All literals of a clause hold; sorted, each once. */
export type Clause = readonly Literal[];

/** One of the clauses holds. No clauses: never. A clause without literals: always. */
export interface Formula {
  readonly key: string;
  readonly clauses: readonly Clause[];
}

/** Beyond this many clauses an answer is not worth its price. */
const mostClauses = 600;

export const never: Formula = { key: '', clauses: [] };
export const always: Formula = { key: '!', clauses: [[]] };

/** The formula of one literal. */
export function literal(value: Literal): Formula {
  return { key: String(value), clauses: [[value]] };
}

/** Either holds. */
export function or(parts: readonly Formula[]): Formula {
  if (parts.some(p => p === always || p.key === '!')) return always;
  const all = parts.filter(p => p.clauses.length > 0);
  const [only] = all;
  if (!only) return never;
  return all.length === 1 ? only : made(all.flatMap(p => p.clauses));
}

/** Both hold. */
export function and(a: Formula, b: Formula): Formula {
  if (a.key === '!') return b;
  if (b.key === '!') return a;
  if (a.clauses.length === 0 || b.clauses.length === 0) return never;
  if (a.key === b.key) return a;
  const out: Clause[] = [];
  for (const x of a.clauses) {
    for (const y of b.clauses) {
      const both = merge(x, y);
      if (both) out.push(both);
      if (out.length > mostClauses * 4) throw new NotRegular('conditions of this size');
    }
  }
  return made(out);
}

/** The opposite. */
export function not(a: Formula): Formula {
  let out = always;
  for (const clause of a.clauses) out = and(out, or(clause.map(l => literal(-l))));
  return out;
}

function merge(a: Clause, b: Clause): Clause | undefined {
  const out = [...new Set([...a, ...b])].sort((x, y) => x - y);
  return out.some(l => l < 0 && out.includes(-l)) ? undefined : out;
}

/** Drops clauses that another one implies, and gives equal formulas equal keys. */
function made(clauses: readonly Clause[]): Formula {
  const unique = new Map<string, Clause>();
  for (const clause of clauses) {
    if (clause.length === 0) return always;
    unique.set(clause.join(','), clause);
  }
  if (unique.size > mostClauses * 4) throw new NotRegular('conditions of this size');
  const singles = new Set<Literal>();
  for (const clause of unique.values()) if (clause.length === 1 && clause[0] !== undefined) singles.add(clause[0]);
  for (const single of singles) if (singles.has(-single)) return always;
  const longer = [...unique.values()].filter(c => c.length > 1 && !c.some(l => singles.has(l)));
  const kept = longer.filter(c => !longer.some(d => d !== c && d.length < c.length && d.every(l => c.includes(l))));
  const all: Clause[] = [...[...singles].map(l => [l]), ...kept];
  if (all.length > mostClauses) throw new NotRegular('conditions of this size');
  const keys = all.map(c => c.join(',')).sort();
  return { key: keys.join(';'), clauses: all };
}
