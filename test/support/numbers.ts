/** Numbers below a limit that look random and are the same for the same seed. */
export function numbers(seed = 1): (below: number) => number {
  let state = seed * 2654435761 + 1;
  return below => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}
