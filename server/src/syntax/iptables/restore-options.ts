/** The options of iptables-restore, as its getopt goes through them (xtables-restore.c of 1.8.9). */
import type { Word } from './word';
import { wordLabel, wordText } from './word';

const letters = 'bchntvwVW';
const valued = 'MT';
/** Long names, and the letters that they stand for. */
const names: readonly (readonly [string, string])[] = [
  ['counters', 'c'],
  ['verbose', 'v'],
  ['version', 'V'],
  ['test', 't'],
  ['help', 'h'],
  ['noflush', 'n'],
  ['modprobe', 'M'],
  ['table', 'T'],
  ['wait', 'w'],
  ['wait-interval', 'W'],
];

/** What the options ask for. */
export interface RestoreOptions {
  /** What is said (exit status 1) of the first option that is not known. */
  readonly wrong?: string;
  /** The letters given, long names among them. */
  readonly given: ReadonlySet<string>;
  /** `-T`: the only table that is loaded. */
  readonly only?: string;
}

/** Reads the words behind iptables-restore; what a word in front leaves open is not called wrong. */
export function readRestoreOptions(words: readonly Word[], program: string): RestoreOptions {
  const given = new Set<string>();
  let open = false;
  let only: string | undefined;
  const take = (letter: string, value: string | undefined) => {
    given.add(letter);
    if (letter === 'T' && value !== undefined) only = value;
  };
  const found = (wrong?: string): RestoreOptions => ({
    given,
    ...(only !== undefined && { only }),
    ...(wrong !== undefined && !open && { wrong: `${program}: ${wrong}` }),
  });
  for (let i = 0; i < words.length; i++) {
    const word = words[i];
    const text = word && wordText(word);
    if (text === undefined) {
      open = true;
      continue;
    }
    const next = () => {
      const value = words[++i];
      return value && wordLabel(value);
    };
    if (text === '--') break;
    if (text.startsWith('--')) {
      const [name = '', value] = text.slice(2).split('=', 2);
      const [long, another] = names.filter(([known]) => known.startsWith(name));
      if (!long) return found(`unrecognized option '${text}'`);
      // Of a beginning of several names nothing is said.
      if (another && long[0] !== name) open = true;
      else if (value !== undefined && !`${valued}wW`.includes(long[1]))
        return found(`option '--${long[0]}' doesn't allow an argument`);
      else take(long[1], valued.includes(long[1]) ? (value ?? next()) : undefined);
    } else if (text.startsWith('-')) {
      for (let at = 1; at < text.length; at++) {
        const letter = text[at] ?? '';
        if (valued.includes(letter)) {
          take(letter, at === text.length - 1 ? next() : text.slice(at + 1));
          break;
        }
        if (!letters.includes(letter)) return found(`invalid option -- '${letter}'`);
        take(letter, undefined);
      }
    }
  }
  return found();
}
