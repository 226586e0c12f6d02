/** Questions whose answer the files do not hold: every answer is tried, and what they all lead to is certain. */
import { remember } from '../text/derived';
import type { Message } from '../text/message';

/** Asks a question by its key; the same key gets the same answer all through one run. */
export interface Ask {
  /** One of `options`, of which there is at least one. `why` tells a person what the answer hangs on. */
  choose<T>(key: string, options: readonly T[], why: Message): T;
}

/** An answer that was taken on the way through one run, where there was more than one to take. */
export interface Choice {
  readonly key: string;
  /** Which of the options, counted from 0, of how many. */
  readonly taken: number;
  readonly options: number;
  /** The option itself. */
  readonly answer: unknown;
  readonly why: Message;
}

/** One run: what came out, and the answers it rests on. */
export interface Run<T> {
  readonly outcome: T;
  readonly choices: readonly Choice[];
}

/** All runs up to the limit; `complete` is false when there were more. */
export interface Runs<T> {
  readonly runs: readonly Run<T>[];
  readonly complete: boolean;
}

/** What narrows an exploration. */
export interface Narrow<T> {
  /** Ends it early. */
  readonly enough?: (run: Run<T>) => boolean;
  /** How many questions may get another answer than the first that is thought of. */
  readonly deviations?: number;
  /** Which answers to a question are thought of, by their places, in that order; where none is, the first is taken. */
  readonly admits?: (key: string, options: readonly unknown[]) => readonly number[];
}

/** Questions of all runs of an exploration together, after which it gives up. */
const mostQuestions = 50_000;

/** How many of the first choices are not the first answer. */
function deviating(choices: readonly Choice[], count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) if (choices[i]?.taken !== 0) sum++;
  return sum;
}

/** Runs a function once for every combination of answers that it asks for, depth first, at most `limit` times. */
export function explore<T>(run: (ask: Ask) => T, limit: number, narrow: Narrow<T> = {}): Runs<T> {
  const { enough, admits, deviations = Infinity } = narrow;
  const runs: Run<T>[] = [];
  let path: number[] = [];
  let questions = 0;
  for (;;) {
    const choices: Choice[] = [];
    const known = new Map<string, number>();
    const ask: Ask = {
      choose: (key, options, why) => {
        let at = known.get(key);
        if (at === undefined) {
          const open = admits?.(key, options);
          const count = open ? open.length : options.length;
          if (count < 2) return options[open?.[0] ?? 0] as (typeof options)[number];
          const taken = path[choices.length] ?? 0;
          at = open ? (open[taken] ?? 0) : taken;
          known.set(key, at);
          choices.push({ key, taken, options: count, answer: options[at], why });
        }
        return options[Math.min(at, options.length - 1)] as (typeof options)[number];
      },
    };
    const outcome = run(ask);
    const made = { outcome, choices };
    runs.push(made);
    if (enough?.(made)) return { runs, complete: false };
    let last = choices.length - 1;
    while (last >= 0) {
      const choice = choices[last];
      if (choice && choice.taken + 1 < choice.options && deviating(choices, last) < deviations) break;
      last--;
    }
    if (last < 0) return { runs, complete: true };
    questions += choices.length;
    if (runs.length >= limit || questions > mostQuestions) return { runs, complete: false };
    path = choices.slice(0, last + 1).map(c => c.taken);
    path[last] = (path[last] ?? 0) + 1;
  }
}

/** What is known of one key: the result, or the question that comes next and what is known behind each of its answers. */
type Branch<T> =
  | { readonly value: T }
  | {
      readonly key: string;
      readonly options: readonly unknown[];
      readonly why: Message;
      readonly next: (Branch<T> | undefined)[];
    };

/**
 * Remembers what a pure function gives for a key and for the answers to the questions that it asks. A remembered result
 * asks the same questions in the same order again, so that a run can't tell the difference. `most`: keys kept at once.
 */
export class Remembered<T> {
  private readonly known = new Map<string, Branch<T>>();

  constructor(private readonly most = 2000) {}

  /** The result for a key; `compute` must depend on nothing but the key and what it asks. What it throws is not kept. */
  get(key: string, ask: Ask, compute: (ask: Ask) => T): T {
    const root = this.known.get(key);
    let branch = root;
    while (branch && !('value' in branch)) {
      const answer = ask.choose(branch.key, branch.options, branch.why);
      branch = branch.next[branch.options.indexOf(answer)];
    }
    if (branch) return branch.value;
    const asked: { key: string; options: readonly unknown[]; why: Message; at: number }[] = [];
    const value = compute({
      choose: (question, options, why) => {
        const answer = ask.choose(question, options, why);
        asked.push({ key: question, options, why, at: options.indexOf(answer) });
        return answer;
      },
    });
    this.keep(key, root, asked, { value });
    return value;
  }

  private keep(
    key: string,
    root: Branch<T> | undefined,
    asked: readonly { key: string; options: readonly unknown[]; why: Message; at: number }[],
    leaf: Branch<T>,
  ): void {
    let hang = (branch: Branch<T>): void => {
      if (this.known.size >= this.most) this.known.clear();
      this.known.set(key, branch);
    };
    let branch = root;
    for (const { at, ...question } of asked) {
      if (!branch) {
        branch = { ...question, next: [] };
        hang(branch);
      }
      if ('value' in branch) return;
      const { next } = branch;
      hang = below => (next[at] = below);
      branch = next[at];
    }
    if (!branch) hang(leaf);
  }
}

/** What the outcome really hangs on: the questions of which two answers, all before being equal, lead to different outcomes. */
export function decisive<T>(runs: readonly Run<T>[], same: (a: T, b: T) => boolean): Message[] {
  const found = new Map<string, Message>();
  const parts: { readonly runs: readonly Run<T>[]; readonly depth: number }[] = [{ runs, depth: 0 }];
  for (let part = parts.pop(); part; part = parts.pop()) {
    const [first] = part.runs;
    if (!first || part.runs.every(r => same(r.outcome, first.outcome))) continue;
    let { depth } = part;
    while (part.runs.every(r => r.choices[depth] && r.choices[depth]?.taken === first.choices[depth]?.taken)) depth++;
    const byAnswer = new Map<number, Run<T>[]>();
    for (const run of part.runs) {
      const choice = run.choices[depth];
      if (choice) remember(byAnswer, choice.taken, () => []).push(run);
    }
    const asked = part.runs.find(r => r.choices[depth])?.choices[depth];
    if (!asked) continue;
    const answers = [...byAnswer.values()];
    const uniform = answers.map(a => outcomes(a, same));
    const head = uniform[0] ?? [];
    const differ = uniform.some(u => u.length !== head.length || u.some(o => !head.some(h => same(h, o))));
    if (differ) found.set(asked.key, asked.why);
    for (const answer of [...answers].reverse()) parts.push({ runs: answer, depth: depth + 1 });
  }
  return [...found.values()];
}

/** The outcomes that differ, each once. */
export function outcomes<T>(runs: readonly Run<T>[], same: (a: T, b: T) => boolean): T[] {
  const out: T[] = [];
  for (const run of runs) if (!out.some(o => same(o, run.outcome))) out.push(run.outcome);
  return out;
}
