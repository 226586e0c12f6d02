/** Bounds every search: so many steps, and a word from outside that the answer is no longer wanted. */

/** Thrown by {@link Budget.step} when an asker has cancelled; hosts catch it, nobody else does. */
export class Cancelled extends Error {
  constructor() {
    super('cancelled');
  }
}

/** Counts steps down. Pure analysis takes one along and answers "unknown" when it is spent. */
export class Budget {
  private left: number;

  constructor(
    readonly steps: number,
    private readonly isCancelled: () => boolean = () => false,
  ) {
    this.left = steps;
  }

  /** Takes `n` steps; false when the budget is spent. Throws {@link Cancelled} when the asker has gone away. */
  step(n = 1): boolean {
    this.left -= n;
    if ((this.left & 1023) === 0 && this.isCancelled()) throw new Cancelled();
    return this.left >= 0;
  }

  get spent(): boolean {
    return this.left < 0;
  }

  /** How many steps were taken. */
  get taken(): number {
    return this.steps - this.left;
  }
}
