/** What a file test/bench/NAME.bench.ts exports as `benches`; `npm run bench` measures and prints them. */

export interface Bench {
  readonly name: string;
  /** What is counted within one run: `session`, `rule`, `line`. */
  readonly unit: string;
  /** How many of them one run handles, smallest first; with more than one, growth is printed (1.0 is linear). */
  readonly sizes: readonly number[];
  /** Prepares a run of a size, unmeasured; what it returns is measured, over and over, and must do the same each time. */
  prepare(size: number): () => unknown;
  /** The milliseconds that one run of the largest size may take, where the product promises one. */
  readonly promise?: number;
}
