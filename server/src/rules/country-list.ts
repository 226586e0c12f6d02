/** Writes the networks of a country in the place of an allow-list, in the form in which the list is made. */
import type { PlacedRule } from '../analysis/packet/ruleset';
import type { SiteFirewall } from '../analysis/packet/site-firewalls';
import type { Assignment, ForCommand, Part, Word } from '../syntax/shell/nodes';
import { dialectOf, parseShell } from '../syntax/shell/parse-shell';
import { walkScript } from '../syntax/shell/walk';
import type { SourceText } from '../text/source-text';
import type { Span } from '../text/span';
import type { FileEdit } from './rule';

/** What a list that is written anew is made of. */
export interface CountryList {
  /** Whether an entry, as written, gives way: one that is a network of the public internet. */
  readonly gives: (entry: string) => boolean;
  readonly networks: readonly string[];
}

/**
 * The edits that write the list: in the words of a `for` loop, in the variable or array that it goes over, or as one line for
 * each network where rules name networks themselves, several with commas among them. Entries that do not give way (offices,
 * the LAN) stay. Undefined where the list is made otherwise, or where something else goes over it as well.
 */
export function writeList(
  one: SiteFirewall,
  rules: readonly PlacedRule[],
  list: CountryList,
): readonly FileEdit[] | undefined {
  const { source } = one;
  if (rules.some(({ origin }) => origin.source !== source)) return undefined;
  return asLines(one, rules, list) ?? (one.kind === 'shell' ? inLoop(one, rules, list) : undefined);
}

const sourceOption = /(\s(?:-s|--source|--src)\s+)(\d[\d./,]*)(?=\s|$)/;

/**
 * Rules next to each other whose lines differ in nothing but the networks: the first line becomes the new list, the others go.
 * A rule of another kind between them may be there to keep some out that a later line lets in, so then nothing is moved.
 */
function asLines(one: SiteFirewall, rules: readonly PlacedRule[], list: CountryList): FileEdit[] | undefined {
  const { source } = one;
  const { text } = source;
  const all = [...new Set(rules.map(({ origin }) => lineStart(text, origin.span)))].map(start => {
    const newline = text.indexOf('\n', start);
    const line = { start, end: newline < 0 ? text.length : newline };
    return { ...line, entries: sourceOption.exec(text.slice(line.start, line.end))?.[2]?.split(',') ?? [] };
  });
  const lines = all.filter(({ entries }) => entries.length === 0 || entries.some(list.gives));
  const written = ({ start, end }: Span): string => text.slice(start, end);
  const shape = (line: Span): string => written(line).replace(sourceOption, '$1NETWORK');
  const [first] = lines;
  if (!first || lines.some(line => line.entries.length === 0 || shape(line) !== shape(first))) return undefined;
  if (/\\\s*$|[;&|{}]/.test(written(first))) return undefined;
  const alike = all.filter(line => shape(line) === shape(first));
  if (!adjoin(one, new Set(alike.map(({ start }) => start)))) return undefined;
  const kept = lines.flatMap(line => line.entries.filter(entry => !list.gives(entry)));
  const newText = [...kept, ...list.networks]
    .map(network => written(first).replace(sourceOption, `$1${network}`))
    .join('\n');
  return lines.map((line, i) =>
    i === 0
      ? { source, span: { start: line.start, end: line.end }, newText }
      : { source, span: { start: line.start, end: Math.min(line.end + 1, text.length) }, newText: '' },
  );
}

const lineStart = (text: string, { start }: Span): number => text.lastIndexOf('\n', start - 1) + 1;

/** Whether the rules that some lines make, told by where these begin, have no other between them in their chains. */
function adjoin({ source, firewall }: SiteFirewall, starts: ReadonlySet<number>): boolean {
  const chains = [...firewall.ruleset.tables[4].values()].flatMap(table => [...table.chains.values()]);
  const own = ({ origin }: PlacedRule) => origin.source === source && starts.has(lineStart(source.text, origin.span));
  return chains.every(({ rules }) => {
    const from = rules.findIndex(own);
    const count = rules.filter(own).length;
    return rules.slice(from, from + count).every(own);
  });
}

/** Rules that a loop over the list makes. */
function inLoop(one: SiteFirewall, rules: readonly PlacedRule[], list: CountryList): FileEdit[] | undefined {
  const { source } = one;
  const loops: ForCommand[] = [];
  const assignments: Assignment[] = [];
  const uses: { readonly name: string; readonly span: Span }[] = [];
  walkScript(parseShell(source, dialectOf(source)), {
    command: command => void (command.kind === 'for' && loops.push(command)),
    assignment: assignment => void assignments.push(assignment),
    part: part => void (part.kind === 'parameter' && uses.push(part)),
  });
  const places = new Set(rules.map(({ origin }) => origin.span.start));
  const over = new Set<ForCommand>();
  for (const { origin } of rules) {
    const loop = loops.find(l => contains(l.span, origin.span) && hasSource(source.slice(origin.span), l.name));
    if (!loop) return undefined;
    over.add(loop);
  }
  const calls = one.firewall.readings.flatMap(reading => reading.calls);
  if (calls.some(call => [...over].some(l => contains(l.span, call.span)) && !places.has(call.span.start)))
    return undefined;
  const [loop, ...others] = over;
  if (!loop?.words) return undefined;
  const name = variableOf(loop.words);
  if (name === undefined) return others.length > 0 ? undefined : replaced(source, loop.words, list, ' \\\n  ');
  const loopsOver = [...over].every(l => l.words !== undefined && variableOf(l.words) === name);
  const used = uses.filter(use => use.name === name);
  const set = assignments.filter(assignment => assignment.name === name);
  const [only] = set;
  if (!loopsOver || used.length !== over.size || set.length !== 1 || !only || only.append) return undefined;
  if (only.array) {
    const words = only.array.filter(element => !element.subscript).map(element => element.value);
    return words.length === only.array.length ? replaced(source, words, list, '\n  ') : undefined;
  }
  return only.value && quotedList(source, only.value, list);
}

const contains = (outer: Span, inner: Span): boolean => outer.start <= inner.start && inner.end <= outer.end;

/** Whether a command's source address is the loop's variable and nothing else. */
function hasSource(command: string, name: string): boolean {
  return new RegExp(`\\s(?:-s|--source|--src)\\s+(["']?)\\$(?:${name}|\\{${name}\\})\\1(?=\\s|$)`).test(command);
}

/** The variable or array that a loop goes over, where its words are just that. */
function variableOf(words: readonly Word[]): string | undefined {
  const [word] = words;
  let part: Part | undefined = word?.parts[0];
  if (words.length !== 1 || word?.parts.length !== 1) return undefined;
  if (part?.kind === 'double' && part.parts.length === 1) part = part.parts[0];
  return part?.kind === 'parameter' && part.operator === undefined && !part.prefix ? part.name : undefined;
}

/** Puts the list in the place of plain words. */
function replaced(
  source: SourceText,
  words: readonly Word[],
  list: CountryList,
  lineEnd: string,
): FileEdit[] | undefined {
  const entries = words.map(word => source.slice(word.span));
  const start = words[0]?.span.start;
  const end = words[words.length - 1]?.span.end;
  if (start === undefined || end === undefined || !entries.every(plain) || !entries.some(list.gives)) return undefined;
  return [{ source, span: { start, end }, newText: wrapped(entries, list, lineEnd) }];
}

/** Puts the list between the quotes of a variable's value. */
function quotedList(source: SourceText, value: Word, list: CountryList): FileEdit[] | undefined {
  const found = /^(["'])((?:[^"'\\]|\\\n)*)\1$/.exec(source.slice(value.span));
  const entries = (found?.[2] ?? '').split(/[\s\\]+/).filter(entry => entry !== '');
  if (!found || !entries.every(plain) || !entries.some(list.gives)) return undefined;
  const span = { start: value.span.start + 1, end: value.span.end - 1 };
  return [{ source, span, newText: wrapped(entries, list, '\n  ') }];
}

const plain = (entry: string): boolean => /^[\w.:/-]+$/.test(entry);

/** Five networks to a line. */
function wrapped(entries: readonly string[], { gives, networks }: CountryList, lineEnd: string): string {
  const all = [...entries.filter(entry => !gives(entry)), ...networks];
  const lines: string[] = [];
  for (let i = 0; i < all.length; i += 5) lines.push(all.slice(i, i + 5).join(' '));
  return lines.join(lineEnd);
}
