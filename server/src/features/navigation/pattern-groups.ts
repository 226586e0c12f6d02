/** Groups of a pattern, their brackets, and the `\1` and `$1` that stand for them. */
import { compiledPattern } from '../../analysis/checks/compiled-pattern';
import { kindIn } from '../../model/kind-in-site';
import type { Site } from '../../model/site';
import type { Node } from '../../syntax/pattern/tree';
import type { SourceText } from '../../text/source-text';
import { span, type Span } from '../../text/span';
import { checksLines } from '../tokens/checks';

/** One group: the whole of it, its two brackets, and where else its text is used. */
export interface PatternGroup {
  readonly whole: Span;
  readonly brackets: readonly Span[];
  readonly uses: readonly Span[];
  /** The cursor stands on a use. */
  readonly onUse: boolean;
}

const mostNodes = 5000;

/** The group whose bracket or use is under the cursor; undefined where there is none, or outside tables of patterns. */
export function groupAt(site: Site, source: SourceText, offset: number): PatternGroup | undefined {
  if (kindIn(site, source) !== 'checks') return undefined;
  const entry = checksLines(source, site).find(l => l.span.start <= offset && offset <= l.span.end)?.entry;
  if (!entry) return undefined;
  const { says, line } = entry;
  const parts = says.kind === 'if' ? [says.pattern] : says.kind === 'endif' ? [] : says.patterns;
  const under = (place: Span): boolean => place.start <= offset && offset < place.end;
  for (const [i, part] of parts.entries()) {
    const { parsed } = compiledPattern(part.bytes, part.dialect, part.flags);
    if (!parsed.ok) continue;
    const place = (start: number, end: number): Span =>
      line.place(span(part.body.start + start, part.body.start + end));
    const nodes = nodesOf(parsed.pattern.root);
    const given = says.kind === 'rule' && i === 0 ? says : undefined;
    const inAction = (given?.replacement.parts ?? []).map(p => ({
      number: p.kind === 'group' ? Number(p.name) : 0,
      place: line.place(span((given?.action.start ?? 0) + p.span.start, (given?.action.start ?? 0) + p.span.end)),
    }));
    for (const node of nodes) {
      if (node.kind !== 'group' && node.kind !== 'look' && node.kind !== 'conditional') continue;
      const { start, end } = node.span;
      const number = node.kind === 'group' ? node.capture : undefined;
      const used = number === undefined ? [] : nodes.filter(n => refersTo(n, number));
      const uses = [
        ...used.map(n => place(n.span.start, n.span.end)),
        ...inAction.filter(p => p.number === number).map(p => p.place),
      ];
      const brackets = [place(start, start + 1), place(end - 1, end)];
      const onUse = uses.some(under);
      if (onUse || brackets.some(under)) return { whole: place(start, end), brackets, uses, onUse };
    }
  }
  return undefined;
}

function refersTo(node: Node, group: number): boolean {
  return (
    (node.kind === 'backreference' && node.groups.includes(group)) || (node.kind === 'call' && node.group === group)
  );
}

/** All nodes of a tree, so many at most. */
function nodesOf(root: Node): readonly Node[] {
  const out: Node[] = [];
  const todo: Node[] = [root];
  for (let node = todo.pop(); node && out.length < mostNodes; node = todo.pop()) {
    out.push(node);
    switch (node.kind) {
      case 'sequence':
        todo.push(...node.items);
        break;
      case 'choice':
        todo.push(...node.branches);
        break;
      case 'group':
      case 'look':
      case 'repeat':
        todo.push(node.body);
        break;
      case 'conditional':
        todo.push(node.yes, ...(node.no ? [node.no] : []));
        break;
      default:
    }
  }
  return out;
}
