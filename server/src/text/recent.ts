/** What was worked out lately: after an edit of a long file most of its lines are asked for again. */

/** Values by a key, those asked for longest ago forgotten: it holds at least `most` and at most twice as many. */
export class Recent<K, V extends object> {
  private young = new Map<K, V>();
  private old = new Map<K, V>();

  /** `own`: what of a key is kept; of a text that is a piece of a longer one, {@link ownText}. */
  constructor(
    private readonly most: number,
    private readonly own: (key: K) => K = key => key,
  ) {}

  /** The value that was set for a key, unless it is forgotten. */
  get(key: K): V | undefined {
    const found = this.young.get(key);
    if (found) return found;
    const older = this.old.get(key);
    if (older) this.set(key, older);
    return older;
  }

  set(key: K, value: V): void {
    if (this.young.size >= this.most) {
      this.old = this.young;
      this.young = new Map();
    }
    this.young.set(this.own(key), value);
  }
}

/** The same text in memory of its own: a piece of a long text would keep all of that alive. */
export function ownText(text: string): string {
  return ` ${text}`.slice(1);
}
