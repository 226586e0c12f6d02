/**
 * The baseline: findings that a site starts with, written down so that only new ones are told. Each is kept by its file,
 * its rule and a fingerprint of its line's text, with a count: lines may move, a line that is edited is told anew.
 */
import { derived } from '../text/derived';
import type { Files } from '../text/files';
import { say, type Message } from '../text/message';
import { dirname, relative } from '../text/path';
import type { SourceText } from '../text/source-text';
import type { Finding } from './rule';

/** How many findings of a rule are recorded on lines of one fingerprint. */
type Counts = ReadonlyMap<string, number>;

export interface Baseline {
  /** The folder of the baseline's file: paths in it are relative to that. */
  readonly folder: string;
  readonly counts: Counts;
}

/** What a baseline's file came to; `problem` says why it is none, and nothing is hidden then. */
export interface ReadBaseline {
  readonly baseline: Baseline;
  readonly problem?: Message;
}

const version = 1;

/** Reads a baseline's text. Never throws. */
export const parseBaseline: (source: SourceText) => ReadBaseline = derived(source => {
  const folder = dirname(source.path);
  const counts = countsIn(source.text);
  return counts
    ? { baseline: { folder, counts } }
    : {
        baseline: { folder, counts: new Map() },
        problem: say(
          'This is no baseline of version {version}: write it anew with --write-baseline',
          'Isto não é uma linha de base da versão {version}: grave-a de novo com --write-baseline',
          { version },
        ),
      };
});

/** The baseline at a path; undefined where no file is there or it is none. */
export function baselineAt(files: Files, path: string | undefined): Baseline | undefined {
  const state = path === undefined ? undefined : files.read(path);
  return state?.kind === 'text' ? parseBaseline(state.source).baseline : undefined;
}

/** The findings that a baseline does not hide: of each file, rule and text, so many as are recorded go, the first ones. */
export function beyondBaseline(findings: readonly Finding[], { folder, counts }: Baseline): readonly Finding[] {
  const left = new Map(counts);
  return findings.filter(finding => {
    const key = keyOf(finding, folder);
    const count = left.get(key) ?? 0;
    if (count > 0) left.set(key, count - 1);
    return count <= 0;
  });
}

/** The text of a baseline, to be put into `folder`, that hides these findings; the same findings give the same text. */
export function baselineText(findings: readonly Finding[], folder: string): string {
  const counts = new Map<string, number>();
  for (const finding of findings) {
    const key = keyOf(finding, folder);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const files = Object.create(null) as Record<string, Record<string, Record<string, number>>>;
  for (const [key, count] of [...counts].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const [file, rule, print] = JSON.parse(key) as [string, string, string];
    ((files[file] ??= {})[rule] ??= {})[print] = count;
  }
  return `${JSON.stringify({ version, files }, null, 2)}\n`;
}

/** Of the text of a line, 8 hexadecimal digits (FNV-1a, 32 bits); blanks at its ends and their number do not count. */
export function fingerprint(line: string): string {
  let hash = 0x811c9dc5;
  for (const character of line.trim().replace(/\s+/g, ' ')) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}

function keyOf({ source, rule, span }: Finding, folder: string): string {
  const { line } = source.positionAt(span.start);
  const text = source.text.slice(source.starts[line], source.starts[line + 1]);
  return JSON.stringify([relative(folder, source.path), rule, fingerprint(text)]);
}

function countsIn(text: string): Counts | undefined {
  const whole = entries(jsonOf(text));
  if (whole?.get('version') !== version) return undefined;
  const counts = new Map<string, number>();
  for (const [file, rules] of entries(whole.get('files')) ?? []) {
    for (const [rule, prints] of entries(rules) ?? []) {
      for (const [print, count] of entries(prints) ?? []) {
        if (typeof count === 'number' && count > 0) counts.set(JSON.stringify([file, rule, print]), count);
      }
    }
  }
  return counts;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function entries(value: unknown): ReadonlyMap<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? new Map(Object.entries(value))
    : undefined;
}
