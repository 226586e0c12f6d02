/** Brace expansion (bash manual "Brace Expansion"): `{a,b}`, `{1..9..2}`, on a word's parts before anything is expanded. */
import type { Part } from '../../syntax/shell/nodes';

/** A character of unquoted text, or a part that braces pass over. */
type Item = string | Exclude<Part, { kind: 'text' }>;

/** More words than this are not made. */
const most = 100_000;

/** The words that a word becomes; undefined: too many. A word without braces comes back as it is. */
export function expandBraces(parts: readonly Part[]): readonly (readonly Part[])[] | undefined {
  if (!parts.some(p => p.kind === 'text' && p.value.includes('{'))) return [parts];
  const where = parts[0]?.span ?? { start: 0, end: 0 };
  const items: Item[] = parts.flatMap((p): Item[] => (p.kind === 'text' ? [...p.value] : [p]));
  const words = expand(items, 0);
  return words?.map(word => {
    const out: Part[] = [];
    for (const item of word) {
      const last = out[out.length - 1];
      if (typeof item !== 'string') out.push(item);
      else if (last?.kind === 'text') out[out.length - 1] = { ...last, value: last.value + item };
      else out.push({ kind: 'text', value: item, span: where });
    }
    return out;
  });
}

function expand(items: readonly Item[], depth: number): Item[][] | undefined {
  if (depth > 50) return [[...items]];
  for (let open = items.indexOf('{'); open >= 0; open = items.indexOf('{', open + 1)) {
    const found = alternatives(items, open);
    if (!found) continue;
    const { end, choices } = found;
    const head = items.slice(0, open);
    const tails = expand(items.slice(end + 1), depth + 1);
    if (!tails) return undefined;
    const out: Item[][] = [];
    for (const choice of choices) {
      const middles = expand(choice, depth + 1);
      if (!middles) return undefined;
      for (const middle of middles)
        for (const tail of tails) {
          if (out.length >= most) return undefined;
          out.push([...head, ...middle, ...tail]);
        }
    }
    return out;
  }
  return [[...items]];
}

/** What stands between a `{` and its `}`, cut at commas or counted out; undefined: this brace is plain text. */
function alternatives(
  items: readonly Item[],
  open: number,
): { end: number; choices: readonly (readonly Item[])[] } | undefined {
  if (items[open - 1] === '$') return undefined;
  const commas: number[] = [];
  let depth = 0;
  for (let i = open + 1; i < items.length; i++) {
    if (items[i] === '{') depth++;
    else if (items[i] === ',' && depth === 0) commas.push(i);
    else if (items[i] === '}' && depth-- === 0) {
      if (commas.length === 0) {
        const counted = sequence(items.slice(open + 1, i));
        return counted && { end: i, choices: counted };
      }
      const cuts = [open, ...commas, i];
      return { end: i, choices: cuts.slice(1).map((cut, k) => items.slice((cuts[k] ?? 0) + 1, cut)) };
    }
  }
  return undefined;
}

function sequence(items: readonly Item[]): string[][] | undefined {
  if (!items.every(i => typeof i === 'string')) return undefined;
  const found = /^(?:(-?\d+)\.\.(-?\d+)|([A-Za-z])\.\.([A-Za-z]))(?:\.\.(-?\d+))?$/.exec(items.join(''));
  if (!found) return undefined;
  const [, low, high, from, to, by] = found;
  const numeric = low !== undefined;
  const first = numeric ? Number(low) : (from ?? '').charCodeAt(0);
  const last = numeric ? Number(high) : (to ?? '').charCodeAt(0);
  const step = Math.abs(Number(by ?? 1)) || 1;
  if (Math.abs(last - first) / step > most) return undefined;
  const padded = numeric && [low, high].some(n => /^-?0\d/.test(n ?? ''));
  const width = padded ? Math.max(low.length, (high ?? '').length) : 0;
  const out: string[][] = [];
  for (let i = first; first <= last ? i <= last : i >= last; i += first <= last ? step : -step) {
    if (!numeric) out.push([String.fromCharCode(i)]);
    else if (i < 0) out.push([...`-${String(-i).padStart(width - 1, '0')}`]);
    else out.push([...String(i).padStart(width, '0')]);
  }
  return out;
}
