/**
 * Lays main.cf out: `name = value`, continued lists indented alike, long lists one item a line. Only white space between
 * the words of a list is touched; the blanks inside any other value are part of it and stay.
 */
import type { ValueKind } from '../../facts/value-kinds';
import { holesIn } from '../../model/holes';
import type { Site } from '../../model/site';
import { splitList, type Word } from '../../syntax/list';
import { parseMainCf, valueSpan, type ParameterLine } from '../../syntax/main-cf/parse';
import type { SourceText } from '../../text/source-text';
import type { TextEdit } from '../../text/span';
import { readRestrictions } from '../tokens/restrictions';
import { classesOf, kindOfValue } from '../tokens/value';
import { lineEnd, trimmedLines } from './lines';
import { trim } from '../../text/space';

/** A line longer than this is broken up when it holds a list. */
const longest = 100;
const indent = '    ';

const lists: ReadonlySet<ValueKind> = new Set([
  'restrictions',
  'tables',
  'checks',
  'patterns',
  'networks',
  'words',
  'endpoints',
  'parameters',
]);

/** The edits that lay a main.cf out. */
export function formatMainCf(site: Site, source: SourceText): TextEdit[] {
  const { parameters, lines } = parseMainCf(source);
  const out: TextEdit[] = trimmedLines(source, lines);
  for (const parameter of parameters) {
    if (parameter.line.indented || holesIn(source.slice(parameter.line.span)).length > 0) continue;
    out.push(...formatSetting(site, source, parameter));
  }
  return out;
}

function formatSetting(site: Site, source: SourceText, parameter: ParameterLine): TextEdit[] {
  const { line, name, value } = parameter;
  const isList =
    lists.has(kindOfValue(site, name).kind) && !/\$\([^)]*\s/.test(value) && wordsOnOneLine(source, parameter);
  const whole = source.slice(line.span);
  const inOnePiece = line.comments.length === 0 && !/\n[ \t\r]*\n/.test(whole);
  const wanted =
    isList && inOnePiece && (line.joined.pieces.length > 1 || name.length + 3 + value.length > longest)
      ? onePerLine(site, source, parameter)
      : undefined;
  if (wanted !== undefined) return wanted === whole ? [] : [{ span: line.span, newText: wanted }];
  return [...formatHead(source, parameter), ...(isList ? reindent(source, parameter) : [])];
}

/** Whether no word, with its braces, runs over a line end: the blanks there would be part of it. */
function wordsOnOneLine(source: SourceText, parameter: ParameterLine): boolean {
  if (parameter.line.joined.pieces.length === 1) return true;
  return splitList(parameter.value).every(w => !source.slice(valueSpan(parameter, w.start, w.end)).includes('\n'));
}

/** The white space around the first `=`. */
function formatHead(source: SourceText, parameter: ParameterLine): TextEdit[] {
  const { line, name, nameSpan } = parameter;
  const first = line.joined.pieces[0];
  if (!first) return [];
  const text = source.slice(first);
  const equals = text.indexOf('=', nameSpan.end - first.start);
  if (equals < 0) return [];
  const rest = trim(text.slice(equals + 1));
  const ending = text.endsWith('\r') ? '\r' : '';
  const trailing = line.joined.pieces.length > 1 ? (/[ \t]*\r?$/.exec(text)?.[0] ?? '') : ending;
  const newText = rest === '' ? `${name} =${ending}` : `${name} = ${rest}${trailing}`;
  return newText === text ? [] : [{ span: first, newText }];
}

/** The white space at the start of the lines that continue a list. */
function reindent(source: SourceText, { line }: ParameterLine): TextEdit[] {
  return line.joined.pieces.slice(1).flatMap(piece => {
    const text = source.slice(piece);
    const newText = `${indent}${trim(text)}${text.endsWith('\r') ? '\r' : ''}`;
    return newText === text ? [] : [{ span: piece, newText }];
  });
}

/** The setting with one item a line; a restriction keeps its argument beside it. */
function onePerLine(site: Site, source: SourceText, { line, name, value }: ParameterLine): string | undefined {
  const words = splitList(value);
  if (words.length < 2 || words.some(w => w.text.startsWith('#'))) return undefined;
  const items = group(site, name, words);
  const commas = items.slice(0, -1).some((item, i) => {
    const next = items[i + 1]?.[0];
    const last = item[item.length - 1];
    return next && last && value.slice(last.end, next.start).includes(',');
  });
  const end = lineEnd(source);
  const texts = items.map((item, i) => {
    const text = item.map(w => w.text).join(' ');
    return commas && i < items.length - 1 ? `${text},` : text;
  });
  const first = source.slice(line.joined.pieces[0] ?? line.span);
  const below = trim(first.slice(first.indexOf('=') + 1)) === '';
  const head = below ? `${name} =${end}${indent}` : `${name} = `;
  const ending = source.slice(line.span).endsWith('\r') ? '\r' : '';
  return head + texts.join(end + indent) + ending;
}

function group(site: Site, name: string, words: readonly Word[]): Word[][] {
  if (kindOfValue(site, name).kind !== 'restrictions') return words.map(w => [w]);
  const classes = classesOf(site);
  const out: Word[][] = [];
  let together = false;
  for (const { word, role } of readRestrictions(words, n => classes.has(n))) {
    const last = out[out.length - 1];
    if (last && (role === 'argument' || together)) last.push(word);
    else out.push([word]);
    together = word.text.toLowerCase() === 'warn_if_reject';
  }
  return out;
}
