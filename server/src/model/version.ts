/** Postfix versions as people write them: `3.7`, `3.7.11`, `3.10`. */

/**
 * Compares two versions number by number; what is left out counts as 0, so `3.7` is `3.7.0`.
 * Negative when `a` is older than `b`. Parts that are no numbers (`3.11-20250101`) count by their leading digits.
 */
export function compareVersions(a: string, b: string): number {
  const left = a.split('.');
  const right = b.split('.');
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = part(left[i]) - part(right[i]);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Whether a text is a version this product understands: two or three numbers with dots between. */
export function isVersion(text: string): boolean {
  return /^\d{1,2}\.\d{1,3}(?:\.\d{1,3})?$/.test(text);
}

function part(text: string | undefined): number {
  return Number.parseInt(text ?? '0', 10) || 0;
}
