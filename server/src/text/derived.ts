/** Remembers what is computed from an immutable object for as long as that object lives. */

/**
 * Wraps a pure function of one immutable object so that it runs once for each such object.
 * A change makes a new object and so a new result; nothing has to be invalidated by hand.
 */
export function derived<K extends object, V>(compute: (key: K) => V): (key: K) => V {
  const known = new WeakMap<K, { value: V }>();
  return key => {
    const hit = known.get(key);
    if (hit) return hit.value;
    const value = compute(key);
    known.set(key, { value });
    return value;
  };
}

/** The value at a key of a map, made and kept where there is none. */
export function remember<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const value = make();
  map.set(key, value);
  return value;
}
