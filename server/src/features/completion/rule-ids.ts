/** Names of rules in a comment that silences them. */
import { rules } from '../../rules/index.generated';
import type { SourceText } from '../../text/source-text';
import type { CompletionItem } from './item';
import { lineStart } from './main-cf';

/** The rules, behind `# postfix-lint: ignore`; undefined anywhere else. */
export function completeRuleIds(source: SourceText, offset: number): CompletionItem[] | undefined {
  const before = source.text.slice(lineStart(source, offset), offset);
  const typed = /#\s*postfix-lint:\s*ignore\s+(?:[\w-]+,\s*)*([\w-]*)$/.exec(before)?.[1];
  if (typed === undefined) return undefined;
  const span = { start: offset - typed.length, end: offset };
  return rules.map(({ id }) => ({
    label: id,
    kind: 'value',
    span,
    newText: `${id} -- `,
    about: { kind: 'rule', name: id },
  }));
}
