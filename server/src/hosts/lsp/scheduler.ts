/** When findings are checked again: at once while a check is quick, after a pause as long as the last one took while it is not. */

const longestPause = 400;

export class Scheduler {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running = false;
  private again = false;
  private lastCost = 0;

  /** `work` runs alone, to its end or until `isStale()` says that newer input has come in; then it is called again. */
  constructor(
    private readonly work: (isStale: () => boolean) => Promise<void>,
    private readonly watch: (run: Promise<void>) => void,
  ) {}

  request(): void {
    this.again = true;
    if (this.running || this.timer !== undefined) return;
    this.timer = setTimeout(
      () => {
        this.watch(this.run());
      },
      Math.min(this.lastCost, longestPause),
    );
  }

  stop(): void {
    clearTimeout(this.timer);
    this.again = false;
  }

  private async run(): Promise<void> {
    this.timer = undefined;
    this.running = true;
    this.again = false;
    const start = Date.now();
    try {
      await this.work(() => this.again);
    } finally {
      this.running = false;
      this.lastCost = Date.now() - start;
      if (this.again) this.request();
    }
  }
}

/** Lets the connection deliver what has come in meanwhile. */
export function breathe(): Promise<void> {
  return new Promise(done => setTimeout(done, 0));
}
