/** What can stand at a place of a pcre: or regexp: table. */
import { compiledPattern } from '../../analysis/checks/compiled-pattern';
import { isCheckClass } from '../../analysis/checks/site-checks';
import { allowedIn, checkActions } from '../../facts/check-actions';
import { compareVersions } from '../../facts/parameters';
import { actionDocs } from '../../facts/word-docs';
import { usedTables } from '../../model/kind-in-site';
import { programOf } from '../../model/services';
import type { Site } from '../../model/site';
import { childrenOf } from '../../syntax/pattern/children';
import type { Node } from '../../syntax/pattern/tree';
import { readTableLine, type PatternPart } from '../../syntax/table/table-line';
import { fromBytes, toBytes, type SourceText } from '../../text/source-text';
import { actionsOf, patternType } from '../tokens/checks';
import type { CompletionItem } from './item';
import { lineStart } from './main-cf';
import { transportServices } from './value';

const headers = [
  'From',
  'To',
  'Cc',
  'Subject',
  'Sender',
  'Reply-To',
  'Received',
  'Message-ID',
  'Return-Path',
  'Date',
  'Content-Type',
  'Content-Disposition',
  'Content-Transfer-Encoding',
  'MIME-Version',
  'X-Mailer',
  'User-Agent',
  'List-Unsubscribe',
  'DKIM-Signature',
  'Authentication-Results',
  'X-Spam-Flag',
];

const mostGroups = 30;

const flags = { pcre: ['i', 'm', 's', 'x', 'A', 'E', 'U'], regexp: ['i', 'm', 'x'] } as const;

/** Completions at an offset of a table of patterns. */
export function completeChecks(site: Site, source: SourceText, offset: number): CompletionItem[] {
  const before = source.text.slice(lineStart(source, offset), offset);
  if (/^\s*#/.test(before)) return [];
  const typed = /\S*$/.exec(before)?.[0] ?? '';
  const span = { start: offset - typed.length, end: offset };
  if (before === '' || /^[A-Za-z]*$/.test(before)) return starts(span);
  const header = /^(?:if\s+)?!?\/\^\(?(?:\?:)?(?:[\w-]+\|)*([\w-]*)$/.exec(before)?.[1];
  if (header !== undefined) {
    const at = { start: offset - header.length, end: offset };
    return headers.map(name => ({ label: name, kind: 'property', span: at, newText: `${name}:`, rank: 3 }));
  }
  const type = patternType(site, source);
  const says = readTableLine(toBytes(`${before.trimEnd()} x`), type);
  if (says.kind !== 'rule') return [];
  const closed = /\s/.test(before.slice(-1 - typed.length).charAt(0)) || typed === '';
  const action = says.actionText.replace(/ ?x$/, '');
  if (action === '' && !closed) {
    return flags[type].map(letter => ({
      label: letter,
      kind: 'keyword',
      span: { start: offset, end: offset },
      newText: letter,
      about: { kind: 'pattern-flag', name: letter },
    }));
  }
  const dollar = /\$[{(]?\d*$/.exec(before);
  if (dollar) return groupsOf(says.patterns[0], { start: offset - dollar[0].length, end: offset });
  const filter = /^FILTER\s+([\w-]*)$/i.exec(action.trimEnd() + (typed === '' ? ' ' : ''));
  if (filter) {
    return transportServices(site).map(s => ({
      label: s.name.text,
      kind: 'module',
      span,
      newText: `${s.name.text}:`,
      about: { kind: 'program', name: programOf(s) },
    }));
  }
  return /\s/.test(action.trim()) || (action.trim() !== '' && typed === '') ? [] : actions(site, source, span);
}

/** The groups of the rule's pattern, as an action names them. */
function groupsOf(part: PatternPart | undefined, span: CompletionItem['span']): CompletionItem[] {
  const parsed = part && compiledPattern(part.bytes, part.dialect, part.flags).parsed;
  if (!part || part.negated || !parsed?.ok) return [];
  return Array.from({ length: Math.min(parsed.pattern.groups, mostGroups) }, (_, i): CompletionItem => {
    const group = groupText(part.bytes, parsed.pattern.root, i + 1);
    return {
      label: `$${i + 1}`,
      kind: 'variable',
      span,
      newText: `\${${i + 1}}`,
      ...(group !== undefined && { detail: fromBytes(group) }),
    };
  });
}

function groupText(bytes: string, root: Node, number: number): string | undefined {
  const todo = [root];
  for (let node = todo.pop(); node; node = todo.pop()) {
    if (node.kind === 'group' && node.capture === number)
      return bytes.slice(node.span.start, node.span.end).slice(0, 60);
    todo.push(...childrenOf(node));
  }
  return undefined;
}

function starts(span: CompletionItem['span']): CompletionItem[] {
  return [
    { label: '/pattern/', kind: 'snippet', span, newText: '/^${1:Subject}:${2}/ ${3:REJECT}', snippet: true, rank: 1 },
    { label: 'if', kind: 'keyword', span, newText: 'if /^${1:From}:/\n$2\nendif', snippet: true, rank: 2 },
    { label: 'endif', kind: 'keyword', span, newText: 'endif', rank: 3 },
  ].map((item): CompletionItem => ({
    ...item,
    kind: item.kind as CompletionItem['kind'],
    about: { kind: 'pattern-flag', name: item.label },
  }));
}

function actions(site: Site, source: SourceText, span: CompletionItem['span']): CompletionItem[] {
  const where = actionsOf(site, source);
  const version = site.options.postfixVersion;
  const uses = usedTables(site).get(source.path)?.uses ?? [];
  const classes = uses.map(u => u.parameter.replace(/^lmtp_/, 'smtp_')).filter(isCheckClass);
  const fits = (name: string): boolean => {
    const known = checkActions.get(name);
    if (where === 'checks' && known?.since !== undefined && compareVersions(known.since, version) > 0) return false;
    return where === 'access' || classes.length === 0 || !known || classes.some(c => allowedIn(known, c));
  };
  return Object.keys(actionDocs[where])
    .filter(fits)
    .map(name => ({
      label: name,
      kind: 'keyword',
      span,
      newText: checkActions.get(name)?.needsArgument ? `${name} ` : name,
      rank: 2,
      about: { kind: 'action', where, name },
    }));
}
