/** The tokens of pcre: and regexp: tables: patterns, their flags, actions and what the actions are given. */
import { actionDocs } from '../../facts/word-docs';
import { usedTables } from '../../model/kind-in-site';
import type { Site } from '../../model/site';
import { entriesAround, parseTableFile, type TableEntry, type TableFile } from '../../syntax/table/table-file';
import type { FlagMark, PatternPart, TableType } from '../../syntax/table/table-line';
import { derived } from '../../text/derived';
import type { SourceText } from '../../text/source-text';
import { isSpace } from '../../text/space';
import type { Span } from '../../text/span';
import { comment, withComments } from './main-cf';
import { Painter } from './painter';
import { patternStretches } from './pattern';
import type { Token } from './token';

/** The type of a table of patterns: what main.cf says of it, else what its name says. */
export function patternType(site: Site, source: SourceText): TableType {
  const types = new Set((usedTables(site).get(source.path)?.uses ?? []).map(u => u.table.type));
  if (types.has('pcre')) return 'pcre';
  if (types.has('regexp')) return 'regexp';
  return /regexp?$/.test(source.path) ? 'regexp' : 'pcre';
}

/** Whether an access restriction asks the table, so that its actions are those of access(5). */
export function actionsOf(site: Site, source: SourceText): 'access' | 'checks' {
  const uses = usedTables(site).get(source.path)?.uses ?? [];
  return uses.length > 0 && uses.every(u => /_restrictions$|_access/.test(u.parameter)) ? 'access' : 'checks';
}

/** A rule with its place in the file, or a comment. */
export interface ChecksLine {
  readonly span: Span;
  readonly entry?: TableEntry;
}

const linesByType = {
  pcre: derived((source: SourceText) => linesOf(parseTableFile(source, 'pcre'))),
  regexp: derived((source: SourceText) => linesOf(parseTableFile(source, 'regexp'))),
};

/** The rules and comments of a table, in order. */
export function checksLines(source: SourceText, site: Site): readonly ChecksLine[] {
  return linesByType[patternType(site, source)](source);
}

/** The rules and comments around an offset, others not read. */
export function checksLinesAround(source: SourceText, site: Site, offset: number): readonly ChecksLine[] {
  return linesOf(entriesAround(source, patternType(site, source), offset));
}

/** A rule; its place is worked out when it is asked for. */
class Rule implements ChecksLine {
  constructor(readonly entry: TableEntry) {}

  get span(): Span {
    return this.entry.line.span;
  }
}

function linesOf({ entries, comments }: Pick<TableFile, 'entries' | 'comments'>): ChecksLine[] {
  const out: ChecksLine[] = [];
  let next = 0;
  for (const entry of entries) {
    const rule = new Rule(entry);
    const { start } = rule.span;
    for (let span = comments[next]; span && span.start < start; span = comments[++next]) out.push({ span });
    out.push(rule);
  }
  for (const span of comments.slice(next)) out.push({ span });
  return out;
}

/** Paints one rule or comment. */
export function checksTokens(site: Site, source: SourceText, { span, entry }: ChecksLine): Token[] {
  if (!entry) return [comment(source, span)];
  const { line, says } = entry;
  const comments = commentsWithin(source, span);
  const isComment = (piece: Span): boolean => comments.some(c => piece.start <= c.start && c.end <= piece.end);
  const pieces = physicalLines(source, span).filter(piece => !isComment(piece));
  const painter = new Painter(source, pieces, undefined);
  const put = (bytes: Span, ...rest: [Token['type'], Token['meaning']?, Token['modifiers']?]): void => {
    const place = line.place(bytes);
    painter.paint(place.start, place.end, ...rest);
  };
  const pattern = (part: PatternPart): void => {
    if (part.negation) put(part.negation, 'operator');
    put({ start: part.span.start, end: part.span.start + 1 }, 'operator', undefined, ['delimiter']);
    for (const { within, type, modifiers } of patternStretches(part)) {
      const { start } = part.body;
      put({ start: start + within.start, end: start + within.end }, type, { kind: 'pattern', part, within }, modifiers);
    }
    put({ start: part.span.end - 1, end: part.span.end }, 'operator', undefined, ['delimiter']);
    for (const mark of part.marks) put(mark.span, 'property', { kind: 'pattern-flag', ...flagOf(part, mark) });
  };
  switch (says.kind) {
    case 'rule': {
      says.patterns.forEach(pattern);
      const { action, actionText, replacement } = says;
      const name = /^[A-Za-z_]+(?=\s|$)/.exec(actionText)?.[0] ?? '';
      const where = actionsOf(site, source);
      const known = name.toUpperCase() in actionDocs[where];
      const nameSpan = { start: action.start, end: action.start + name.length };
      if (known) put(nameSpan, 'keyword', { kind: 'action', name: name.toUpperCase(), where });
      if (name.toUpperCase() === 'FILTER') {
        const service = /^\S+\s+([^\s:]+):/.exec(actionText);
        if (service?.[1] !== undefined) {
          const from = action.start + service[0].length - 1 - service[1].length;
          put({ start: from, end: from + service[1].length }, 'namespace', {
            kind: 'service',
            name: service[1],
            role: 'use',
            inet: false,
          });
        }
      }
      for (const part of replacement.parts) {
        if (part.kind === 'group') {
          put({ start: action.start + part.span.start, end: action.start + part.span.end }, 'variable', {
            kind: 'group',
            name: part.name,
            part: says.patterns[0],
          });
        }
      }
      break;
    }
    case 'if':
      put(says.keyword, 'keyword', { kind: 'keyword', name: 'if' });
      pattern(says.pattern);
      break;
    case 'endif':
      put(says.keyword, 'keyword', { kind: 'keyword', name: 'endif' });
      break;
    default:
      says.patterns.forEach(pattern);
  }
  return withComments(source, comments, painter.finish('string'));
}

function flagOf(
  part: PatternPart,
  { letter, toggles }: FlagMark,
): { letter: string; toggles: FlagMark['toggles']; on: boolean } {
  const on =
    toggles === 'basic'
      ? part.dialect === 'bre'
      : toggles !== undefined && toggles !== 'obsolete' && part.flags[toggles];
  return { letter, toggles, on };
}

function physicalLines(source: SourceText, span: Span): Span[] {
  const out: Span[] = [];
  for (let start = span.start; start <= span.end;) {
    const newline = source.text.indexOf('\n', start);
    const end = newline < 0 ? span.end : Math.min(newline, span.end);
    out.push({ start, end });
    if (newline < 0 || newline >= span.end) break;
    start = newline + 1;
  }
  return out;
}

function commentsWithin(source: SourceText, span: Span): Span[] {
  return physicalLines(source, span)
    .slice(1)
    .flatMap(line => {
      let at = line.start;
      while (at < line.end && isSpace(source.text[at])) at++;
      return source.text[at] === '#' && at < line.end ? [{ start: at, end: line.end }] : [];
    });
}
