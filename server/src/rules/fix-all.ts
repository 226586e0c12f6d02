/** Applies fixes until nothing is left to fix: one rule after the other, with a fresh check after each. */
import type { SourceText } from '../text/source-text';
import { applyEdits, type Span } from '../text/span';
import type { FileEdit, Finding, Fix } from './rule';

/** A fix that was applied. */
export interface Applied {
  readonly finding: Finding;
  readonly fix: Fix;
}

export interface FixAll {
  /** The changed files by path, as they are now; files that were not there before among them. */
  readonly changed: ReadonlyMap<string, SourceText>;
  readonly applied: readonly Applied[];
  /** What is found after the last fix. */
  readonly left: readonly Finding[];
}

/** After so many checks it ends, whatever is left. */
const mostRounds = 200;

/**
 * `check` finds what there is with the given files over the others; `wanted` says which fixes may be applied; of several on
 * one finding the first wanted one is. Of one rule's fixes all that do not touch each other are applied at once, in the
 * rules' order; the others wait for the fresh check. Ends where nothing is wanted, where a state returns, or after a bound.
 */
export function fixAll(
  check: (changed: ReadonlyMap<string, SourceText>) => readonly Finding[],
  wanted: (finding: Finding, fix: Fix) => boolean,
  ruleOrder: readonly string[],
): FixAll {
  let changed: ReadonlyMap<string, SourceText> = new Map();
  const applied: Applied[] = [];
  const originals = new Map<string, string>();
  const seen = new Set<string>([stateOf(changed, originals)]);
  const ranks = new Map(ruleOrder.map((id, i) => [id, i]));
  let left = check(changed);
  for (let round = 0; round < mostRounds; round++) {
    const next = firstRule(left, wanted, ranks).flatMap(choice => advance(changed, choice, originals, seen));
    const step = next[0];
    if (!step) break;
    changed = step.changed;
    applied.push(...step.chosen);
    seen.add(stateOf(changed, originals));
    left = check(changed);
  }
  return { changed, applied, left };
}

/** The wanted fixes, rule by rule in order. */
function firstRule(
  findings: readonly Finding[],
  wanted: (finding: Finding, fix: Fix) => boolean,
  ranks: ReadonlyMap<string, number>,
): Applied[][] {
  const byRule = new Map<string, Applied[]>();
  for (const finding of findings) {
    const fix = finding.fixes.find(f => wanted(finding, f));
    if (fix) byRule.set(finding.rule, [...(byRule.get(finding.rule) ?? []), { finding, fix }]);
  }
  return [...byRule].sort(([a], [b]) => (ranks.get(a) ?? 0) - (ranks.get(b) ?? 0)).map(([, list]) => list);
}

/** The files after one rule's fixes that do not touch each other; nothing where that leads to a state already seen. */
function advance(
  changed: ReadonlyMap<string, SourceText>,
  choice: readonly Applied[],
  originals: Map<string, string>,
  seen: ReadonlySet<string>,
): { changed: ReadonlyMap<string, SourceText>; chosen: readonly Applied[] }[] {
  const chosen: Applied[] = [];
  const edits = new Map<string, FileEdit[]>();
  for (const each of choice) {
    const meets = each.fix.edits.some(e => edits.get(e.source.path)?.some(other => meet(e.span, other.span)));
    if (meets) continue;
    chosen.push(each);
    for (const edit of each.fix.edits) edits.set(edit.source.path, [...(edits.get(edit.source.path) ?? []), edit]);
  }
  const after = new Map(changed);
  for (const [path, list] of edits) {
    const source = list[0]?.source;
    if (source && !originals.has(path)) originals.set(path, source.text);
    if (source) after.set(path, source.edited(applyEdits(source.text, list).text));
  }
  return seen.has(stateOf(after, originals)) ? [] : [{ changed: after, chosen }];
}

function meet(a: Span, b: Span): boolean {
  return a.start <= b.end && b.start <= a.end;
}

/** What differs from the files as they were. */
function stateOf(changed: ReadonlyMap<string, SourceText>, originals: ReadonlyMap<string, string>): string {
  const different = [...changed].filter(([path, source]) => source.text !== originals.get(path));
  return JSON.stringify(different.map(([path, source]) => [path, source.text]).sort());
}
