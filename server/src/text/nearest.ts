/** The name that somebody most likely meant: for "did you mean". */

/**
 * Of the names the one nearest to a word by typing slips (a letter more, less, other, or two swapped), case ignored.
 * Undefined where none is near: at most a third of the word's letters may differ. Of equals the first.
 */
export function nearest(word: string, names: Iterable<string>): string | undefined {
  const wanted = word.toLowerCase();
  let limit = Math.max(1, Math.floor(wanted.length / 3));
  let best: string | undefined;
  for (const name of names) {
    if (Math.abs(name.length - wanted.length) > limit) continue;
    const slips = slipsBetween(wanted, name.toLowerCase(), limit);
    if (slips > limit || (best !== undefined && slips === limit)) continue;
    best = name;
    limit = slips;
    if (slips === 0) break;
  }
  return best;
}

/**
 * The few names, nearest first, that a misspelt word can stand for: at most one slip in words of up to three letters, two up
 * to seven, three in longer ones; those one slip further away than the nearest are kept.
 */
export function nearestFew(word: string, names: Iterable<string>): string[] {
  const wanted = word.toLowerCase();
  const limit = wanted.length < 4 ? 1 : wanted.length < 8 ? 2 : 3;
  const found: { name: string; slips: number }[] = [];
  for (const name of names) {
    if (Math.abs(name.length - wanted.length) > limit) continue;
    const slips = slipsBetween(wanted, name.toLowerCase(), limit);
    if (slips <= limit) found.push({ name, slips });
  }
  found.sort((a, b) => a.slips - b.slips || (a.name < b.name ? -1 : 1));
  const most = (found[0]?.slips ?? 0) + 1;
  return found
    .filter(f => f.slips <= most)
    .map(f => f.name)
    .slice(0, 3);
}

/** Optimal string alignment distance; gives up with `limit + 1` once it is above the limit. */
export function slipsBetween(a: string, b: string, limit: number): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      row.push(cost);
    }
    if (Math.min(...row) > limit) return limit + 1;
    before = last;
    last = row;
  }
  return last[b.length] ?? limit + 1;
}
