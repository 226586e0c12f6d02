/** Remembers what is computed from an immutable object for as long as that object lives. */

/** A function that remembers its results; `known` tells one without computing it. */
export interface Derived<K extends object, V> {
  (key: K): V;
  known(this: void, key: K): V | undefined;
}

/**
 * Wraps a pure function of one immutable object so that it runs once for each such object.
 * A change makes a new object and so a new result; nothing has to be invalidated by hand.
 */
export function derived<K extends object, V>(compute: (key: K) => V): Derived<K, V> {
  const known = new WeakMap<K, { value: V }>();
  const derive = (key: K): V => {
    const hit = known.get(key);
    if (hit) return hit.value;
    const value = compute(key);
    known.set(key, { value });
    return value;
  };
  return Object.assign(derive, { known: (key: K) => known.get(key)?.value });
}

/** A value that is made when it is first asked for. */
export function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** The value at a key of a map, made and kept where there is none. */
export function remember<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const value = make();
  map.set(key, value);
  return value;
}
