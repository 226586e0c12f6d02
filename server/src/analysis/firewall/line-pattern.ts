/** The regular expressions that scripts give to grep and sed, as far as they have no groups: matched step by step. */
import { characterClasses } from './glob';

interface Atom {
  readonly fits: (c: string) => boolean;
  readonly least: 0 | 1;
  readonly many: boolean;
}

interface Alternative {
  readonly start: boolean;
  readonly end: boolean;
  readonly atoms: readonly Atom[];
}

export type LinePattern = readonly Alternative[];

/** Reads a basic or extended expression; undefined where it has groups, bounds or back references. */
export function readLinePattern(text: string, extended: boolean, ignoreCase = false): LinePattern | undefined {
  const out: Alternative[] = [];
  let atoms: Atom[] = [];
  let start = false;
  let end = false;
  let begun = false;
  const fold = (c: string) => (ignoreCase ? c.toLowerCase() : c);
  const single =
    (c: string): ((x: string) => boolean) =>
    x =>
      fold(x) === fold(c);
  const close = () => {
    out.push({ start, end, atoms });
    atoms = [];
    start = end = begun = false;
  };
  for (let i = 0; i < text.length; i++) {
    const c = text[i] ?? '';
    const next = text[i + 1] ?? '';
    const operator = extended ? c : c === '\\' && '|+?(){}'.includes(next) ? next : c === '*' ? c : '';
    if (operator !== '' && '|+?*(){}'.includes(operator)) {
      if (!extended && c === '\\') i++;
      const last = atoms.pop();
      if (operator === '|') {
        if (last) atoms.push(last);
        close();
        continue;
      }
      if ('(){}'.includes(operator)) return undefined;
      if (last) {
        atoms.push({ ...last, least: operator === '+' ? last.least : 0, many: operator !== '?' || last.many });
        continue;
      }
      atoms.push({ fits: single(c), least: 1, many: false });
      begun = true;
      continue;
    }
    if (c === '^' && !begun) start = true;
    else if (c === '$' && (i + 1 === text.length || text[i + 1] === '|' || text.startsWith('\\|', i + 1))) end = true;
    else if (c === '.') atoms.push({ fits: () => true, least: 1, many: false });
    else if (c === '[') {
      const set = readSet(text, i, fold);
      if (!set) return undefined;
      atoms.push({ fits: set.fits, least: 1, many: false });
      i = set.end;
    } else if (c === '\\') {
      i++;
      if (/[0-9<>bBwW]/.test(next)) return undefined;
      atoms.push({ fits: next === 's' ? x => ' \t\n\r\f\v'.includes(x) : single(next), least: 1, many: false });
    } else atoms.push({ fits: single(c), least: 1, many: false });
    begun = true;
  }
  close();
  return out;
}

function readSet(
  text: string,
  open: number,
  fold: (c: string) => string,
): { fits: (c: string) => boolean; end: number } | undefined {
  let i = open + 1;
  const negated = text[i] === '^';
  if (negated) i++;
  const tests: ((c: string) => boolean)[] = [];
  for (let first = true; ; first = false) {
    const c = text[i];
    if (c === undefined) return undefined;
    if (c === ']' && !first) break;
    const named = /^\[:(\w+):\]/.exec(text.slice(i, i + 12));
    if (named) {
      const test = characterClasses[named[1] ?? ''];
      if (!test) return undefined;
      tests.push(c => test.test(c));
      i += named[0].length;
    } else if (text[i + 1] === '-' && text[i + 2] !== undefined && text[i + 2] !== ']') {
      const high = text[i + 2] ?? '';
      tests.push(x => (c <= x && x <= high) || fold(x) === fold(c));
      i += 3;
    } else {
      tests.push(x => fold(x) === fold(c));
      i++;
    }
  }
  return { fits: x => tests.some(t => t(x)) !== negated, end: i };
}

/** The first place where a pattern matches, and the longest match there. */
export function findInLine(pattern: LinePattern, line: string, from = 0): { start: number; end: number } | undefined {
  for (let start = from; start <= line.length; start++) {
    let best = -1;
    for (const one of pattern) {
      if (one.start && start > 0) continue;
      best = Math.max(best, longest(one, line, start));
    }
    if (best >= 0) return { start, end: best };
  }
  return undefined;
}

function longest(pattern: Alternative, line: string, start: number): number {
  const last = pattern.atoms.length;
  const close = (states: Set<number>) => {
    for (const state of states) if (pattern.atoms[state]?.least === 0) states.add(state + 1);
    return states;
  };
  let states = close(new Set([0]));
  let best = -1;
  for (let at = start; ; at++) {
    if (states.has(last) && (!pattern.end || at === line.length)) best = at;
    const c = line[at];
    if (c === undefined || states.size === 0) return best;
    const next = new Set<number>();
    for (const state of states) {
      const atom = pattern.atoms[state];
      if (!atom?.fits(c)) continue;
      next.add(state + 1);
      if (atom.many) next.add(state);
    }
    states = close(next);
  }
}
