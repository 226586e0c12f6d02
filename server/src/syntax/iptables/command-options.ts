/** The options of iptables itself: letters, long names, and which go with which command (xshared.c, 1.8.9). */
import type { ExtensionSpec, Given, OptionSpec } from './extension';
import type { LongOption } from './options';

type Letter = string;

/** Letters, and whether a value follows. */
export const letters: ReadonlyMap<string, 'none' | 'must' | 'may'> = new Map([
  ...[...'ADRIENPopsdjitmgcM'].map(letter => [letter, 'must'] as const),
  ...[...'LSFZXhwW'].map(letter => [letter, 'may'] as const),
  ...[...'Vfbvnx46'].map(letter => [letter, 'none'] as const),
  ['C', 'must'],
]);

/** What a long option stands for: a letter of iptables itself, or an option of a loaded extension. */
export type What = Letter | { readonly loaded: Loaded; readonly option: OptionSpec };

/** Long names. */
export const globals: readonly LongOption<What>[] = (
  [
    ['append', 'A'],
    ['delete', 'D'],
    ['check', 'C'],
    ['insert', 'I'],
    ['replace', 'R'],
    ['list', 'L'],
    ['list-rules', 'S'],
    ['flush', 'F'],
    ['zero', 'Z'],
    ['new-chain', 'N'],
    ['delete-chain', 'X'],
    ['rename-chain', 'E'],
    ['policy', 'P'],
    ['source', 's'],
    ['destination', 'd'],
    ['src', 's'],
    ['dst', 'd'],
    ['protocol', 'p'],
    ['in-interface', 'i'],
    ['jump', 'j'],
    ['table', 't'],
    ['match', 'm'],
    ['numeric', 'n'],
    ['out-interface', 'o'],
    ['verbose', 'v'],
    ['wait', 'w'],
    ['wait-interval', 'W'],
    ['exact', 'x'],
    ['fragments', 'f'],
    ['version', 'V'],
    ['help', 'h'],
    ['line-numbers', '0'],
    ['modprobe', 'M'],
    ['set-counters', 'c'],
    ['goto', 'g'],
    ['ipv4', '4'],
    ['ipv6', '6'],
  ] as const
).map(([name, letter]) => ({
  name,
  value: letter === '0' ? 'none' : (letters.get(letter) ?? 'none'),
  identity: letter,
  what: letter,
}));

/** An extension on this line, with the options given to it so far. */
export interface Loaded {
  readonly spec: ExtensionSpec;
  readonly seen: Map<string, Given>;
  /** A later one of the same name has taken over. */
  completed: boolean;
}

/** Options of the rule part, in the order in which iptables checks whether a command allows them. */
export const ruleOptions = 'nsdpjvxio0cf';
/** By a command's letter (`number`: of rules by number): the options that it refuses. */
export const forbidden: Readonly<Record<string, string>> = {
  A: 'nx0',
  I: 'nx0',
  R: 'nx0',
  D: 'nx0c',
  C: 'nx0c',
  L: 'sdpjiocf',
  F: 'nsdpjxio0cf',
  Z: 'nsdpjxio0cf',
  N: 'nsdpjxio0cf',
  X: 'nsdpjxio0cf',
  E: 'nsdpjxio0cf',
  S: 'nsdpjxio0cf',
  P: 'nsdpjxio0f',
  number: 'nsdpjxio0cf',
};
/** Options that may be negated. */
export const negatable = 'sdpiof';
