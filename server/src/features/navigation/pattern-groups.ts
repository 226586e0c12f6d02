/** Groups and classes of a pattern, their brackets, and what stands for a group elsewhere: `\1`, `(?1)`, `(?(1)`, `$1`. */
import type { Site } from '../../model/site';
import { childrenOf } from '../../syntax/pattern/children';
import type { Node } from '../../syntax/pattern/tree';
import type { TableEntry } from '../../syntax/table/table-file';
import type { SourceText } from '../../text/source-text';
import { span, type Span } from '../../text/span';
import { entryAt, placedPatterns } from '../pattern-at';

/** One group or class: the whole of it, its two brackets, and where else its text is used. */
export interface PatternGroup {
  readonly whole: Span;
  readonly brackets: readonly Span[];
  readonly uses: readonly Span[];
  /** The cursor stands on a use. */
  readonly onUse: boolean;
}

const mostNodes = 5000;

/**
 * The group or class whose bracket or use is under the cursor, or directly before it; undefined where there is none, or outside
 * tables of patterns. Of brackets side by side the one behind the cursor counts.
 */
export function groupAt(site: Site, source: SourceText, offset: number): PatternGroup | undefined {
  const entry = entryAt(site, source, offset);
  if (!entry) return undefined;
  const groups = groupsIn(entry);
  const find = (under: (place: Span) => boolean): PatternGroup | undefined => {
    for (const group of groups) {
      const onUse = group.uses.some(under);
      if (onUse || group.brackets.some(under)) return { ...group, onUse };
    }
    return undefined;
  };
  return find(p => p.start <= offset && offset < p.end) ?? find(p => p.end === offset);
}

function groupsIn(entry: TableEntry): Omit<PatternGroup, 'onUse'>[] {
  const { says, line } = entry;
  const uses = says.kind === 'rule' ? says.replacement.parts.filter(part => part.kind === 'group') : [];
  const start = says.kind === 'rule' ? says.action.start : 0;
  return placedPatterns(entry).flatMap(({ parsed, place }, i) => {
    if (!parsed.ok) return [];
    const nodes = nodesOf(parsed.pattern.root);
    return nodes.flatMap(node => {
      const brackets = bracketsOf(node);
      if (brackets.length === 0) return [];
      const number = node.kind === 'group' ? node.capture : undefined;
      const within = number === undefined ? [] : nodes.flatMap(n => useOf(n, number));
      const inAction = i > 0 ? [] : uses.filter(u => Number(u.name) === number);
      return {
        whole: place(node.span),
        brackets: brackets.map(place),
        uses: [...within.map(place), ...inAction.map(u => line.place(span(start + u.span.start, start + u.span.end)))],
      };
    });
  });
}

function bracketsOf(node: Node): Span[] {
  const { start, end } = node.span;
  const closed =
    node.kind === 'group' ||
    node.kind === 'look' ||
    node.kind === 'conditional' ||
    (node.kind === 'set' && node.form === 'class');
  return closed ? [span(start, start + 1), span(end - 1, end)] : [];
}

/** Where a node stands for a group. */
function useOf(node: Node, group: number): Span[] {
  switch (node.kind) {
    case 'backreference':
      return node.groups.includes(group) ? [node.span] : [];
    case 'call':
      return node.group === group ? [node.span] : [];
    case 'conditional': {
      const { condition } = node;
      return condition.kind === 'group' && condition.groups.includes(group) ? [condition.span] : [];
    }
    default:
      return [];
  }
}

/** All nodes of a tree, so many at most. */
function nodesOf(root: Node): readonly Node[] {
  const out: Node[] = [];
  const todo: Node[] = [root];
  for (let node = todo.pop(); node && out.length < mostNodes; node = todo.pop()) {
    out.push(node);
    todo.push(...childrenOf(node));
  }
  return out;
}
