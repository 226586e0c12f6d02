/** The text files behind tables: `key value` files as postmap(1) and texthash: read them, and cidr: tables (cidr_table(5)). */
import { logicalLines, type LogicalLine } from '../../syntax/logical-lines';
import { derived } from '../../text/derived';
import { toBytes, type SourceText } from '../../text/source-text';
import type { Span } from '../../text/span';
import { inNetwork, parseCidr, type Network } from './ip';

/** A line of a `key value` file. Key and value are bytes; the key is as written, quotes included. */
export interface TableEntry {
  readonly key: string;
  readonly value: string;
  readonly span: Span;
  readonly keySpan: Span;
  readonly valueSpan: Span;
}

/** A line that is passed over, and Postfix's words for it. */
export interface TableProblem {
  readonly span: Span;
  readonly says: string;
}

export interface TableFile {
  readonly entries: readonly TableEntry[];
  readonly problems: readonly TableProblem[];
}

const space = /[ \t\r\n\v\f]/;
const isSpace = (c: string | undefined): boolean => c !== undefined && space.test(c);

/** Reads a `key value` file: one entry a logical line, split at the first unquoted blank. Never fails. */
export const readTable: (source: SourceText) => TableFile = derived(source => {
  const entries: TableEntry[] = [];
  const problems: TableProblem[] = [];
  for (const line of logicalLines(source)) {
    if (line.kind !== 'line') continue;
    const text = line.joined.text;
    const bad = (says: string): unknown => problems.push({ span: line.span, says });
    if (line.indented) {
      bad(`logical line must not start with whitespace: "${text.slice(0, 30)}${text.length > 30 ? '...' : ''}"`);
      continue;
    }
    let at = 0;
    let quoted = false;
    for (; at < text.length; at++) {
      const c = text.charAt(at);
      if (c === '\\') at++;
      else if (isSpace(c)) {
        if (!quoted) break;
      } else if (c === '"') quoted = !quoted;
    }
    at = Math.min(at, text.length);
    if (quoted) {
      bad(`unbalanced '"' in '${text}' -- ignoring this line`);
      continue;
    }
    const key = text.slice(0, at);
    let from = at;
    while (from < text.length && isSpace(text[from])) from++;
    let to = text.length;
    while (to > from && isSpace(text[to - 1])) to--;
    if (key === '' || from === to) {
      bad('expected format: key whitespace value -- ignoring this line');
      continue;
    }
    if (key.endsWith(':')) bad('record is in "key: value" format; is this an alias file?');
    entries.push({
      key: bytesOf(source, key),
      value: bytesOf(source, text.slice(from, to)),
      span: line.span,
      keySpan: line.joined.sourceSpan(0, at),
      valueSpan: line.joined.sourceSpan(from, to),
    });
  }
  return { entries, problems };
});

const bytesOf = (source: SourceText, text: string): string => (source.encoding === 'utf8' ? toBytes(text) : text);

/**
 * Reads an aliases(5) file: `name: value`; names are folded as newaliases(1) does. Problems have the words of postalias(1),
 * measured with 3.7.11.
 */
export const readAliases: (source: SourceText) => TableFile = derived(source => {
  const entries: TableEntry[] = [];
  const problems: TableProblem[] = [];
  for (const line of logicalLines(source)) {
    if (line.kind !== 'line' || line.indented) continue;
    const { joined, span } = line;
    const match = /^("(?:[^"\\]|\\.)*"|(?:[^:"\\]|\\.)*?)(\s*:\s*)(.*?)\s*$/s.exec(joined.text);
    const [, written = '', colon = '', value = ''] = match ?? [];
    if (written === '' || value === '') {
      problems.push({ span, says: 'need name:value pair' });
      continue;
    }
    const keySpan = joined.sourceSpan(0, written.length);
    if (!written.startsWith('"') && written.includes('@')) {
      problems.push({ span: keySpan, says: 'name must be local' });
      continue;
    }
    const name = written.replace(/^"|"$/g, '').replace(/\\(.)/g, '$1').toLowerCase();
    const from = written.length + colon.length;
    entries.push({
      key: bytesOf(source, name),
      value: bytesOf(source, value),
      span,
      keySpan,
      valueSpan: joined.sourceSpan(from, from + value.length),
    });
  }
  return { entries, problems };
});

/** A rule of a cidr: table. `if` has the place of its `endif`, or -1 where there is none. */
export interface CidrRule {
  readonly kind: 'rule' | 'if' | 'endif';
  readonly net?: Network;
  readonly negated: boolean;
  readonly value: string;
  readonly span: Span;
  end: number;
}

export interface CidrTable {
  readonly rules: readonly CidrRule[];
  readonly problems: readonly TableProblem[];
}

/** Reads a cidr: table. Lines that Postfix skips are problems, with its words. */
export const readCidr: (source: SourceText) => CidrTable = derived(source => {
  const rules: CidrRule[] = [];
  const problems: TableProblem[] = [];
  const open: number[] = [];
  for (const line of logicalLines(source)) {
    if (line.kind !== 'line' || line.indented) continue;
    const rule = cidrRule(line, open.length);
    if (typeof rule === 'string') {
      problems.push({ span: line.span, says: `${rule}: skipping this rule` });
      continue;
    }
    if (rule.kind === 'if') open.push(rules.length);
    if (rule.kind === 'endif') {
      const start = rules[open.pop() ?? -1];
      if (start) start.end = rules.length;
    }
    rules.push({ ...rule, value: bytesOf(source, rule.value) });
  }
  for (const at of open)
    problems.push({ span: rules[at]?.span ?? { start: 0, end: 0 }, says: 'IF has no matching ENDIF' });
  return { rules, problems };
});

function cidrRule(line: LogicalLine, depth: number): CidrRule | string {
  let text = line.joined.text;
  let negated = false;
  const strip = (): void => {
    for (; text !== '' && (text.startsWith('!') || isSpace(text[0])); text = text.slice(1)) {
      if (text.startsWith('!')) negated = !negated;
    }
  };
  if (/^if(?![A-Za-z0-9])/i.test(text)) {
    text = text.slice(2);
    strip();
    text = text.trimEnd();
    if (text === '') return 'no address pattern';
    const net = parseCidr(text);
    return typeof net === 'string' ? net : { kind: 'if', net, negated, value: '', span: line.span, end: -1 };
  }
  if (/^endif(?![A-Za-z0-9])/i.test(text)) {
    if (text.slice(5).trim() !== '') return 'garbage after ENDIF';
    return depth === 0 ? 'ENDIF without IF' : { kind: 'endif', negated, value: '', span: line.span, end: -1 };
  }
  strip();
  const at = text.search(space);
  const pattern = at < 0 ? text : text.slice(0, at);
  const value = at < 0 ? '' : text.slice(at).trim();
  if (pattern === '') return 'no address pattern';
  const net = parseCidr(pattern);
  if (typeof net === 'string') return net;
  return value === '' ? 'no lookup result' : { kind: 'rule', net, negated, value, span: line.span, end: -1 };
}

/** The first rule of a cidr: table that an address meets; undefined for none. Bytes as from parseIp. */
export function lookupCidr(table: CidrTable, address: readonly number[]): CidrRule | undefined {
  for (let i = 0; i < table.rules.length; i++) {
    const rule = table.rules[i];
    if (!rule?.net) continue;
    const met = rule.net.bytes.length === address.length && inNetwork(address, rule.net) !== rule.negated;
    if (rule.kind === 'rule') {
      if (met) return rule;
    } else if (!met) {
      if (rule.end < 0) return undefined;
      i = rule.end;
    }
  }
  return undefined;
}
