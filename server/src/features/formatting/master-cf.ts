/**
 * Lays master.cf out: the columns of all services one below the other, continued lines indented by two blanks. The words
 * of a line stay as they are, and their number; what stands inside braces is not touched.
 */
import { holesIn } from '../../model/holes';
import { parseMasterCf, type Argument, type Field, type Service } from '../../syntax/master-cf/parse';
import type { SourceText } from '../../text/source-text';
import type { TextEdit } from '../../text/span';
import { trimmedLines } from './lines';
import { trim } from '../../text/space';

/** The widths of the stock file, the blank behind a column counted. */
const stockWidths = [10, 6, 8, 8, 8, 8, 8] as const;
/** A longer name is left to stick out. */
const widestName = 26;
const indent = '  ';

/** The edits that lay a master.cf out. */
export function formatMasterCf(source: SourceText): TextEdit[] {
  const { services, lines, problems } = parseMasterCf(source);
  const broken = new Set(problems.map(p => p.line));
  const touched = services.filter(s => !broken.has(s.line) && holesIn(source.slice(s.line.span)).length === 0);
  const names = touched.map(s => s.name.text.length + 1).filter(width => width <= widestName);
  const width = Math.max(stockWidths[0], ...names);
  return [...trimmedLines(source, lines), ...touched.flatMap(service => formatService(source, service, width))];
}

function fieldsOf(service: Service): Field[] {
  const { name, type, private: priv, unprivileged, chroot, wakeup, maxProcesses } = service;
  return [name, type, priv, unprivileged, chroot, wakeup, maxProcesses];
}

function formatService(source: SourceText, service: Service, nameWidth: number): TextEdit[] {
  const { pieces } = service.line.joined;
  const [first, ...rest] = pieces;
  if (!first || service.command.span.end > first.end) return [];
  if (service.arguments.some(a => wordOf(source, a).includes('\n'))) return [];
  const columns = fieldsOf(service).map((field, i) => {
    const width = i === 0 ? nameWidth : (stockWidths[i] ?? 8);
    return field.text.length < width ? field.text.padEnd(width) : `${field.text} `;
  });
  const tail = source.text.slice(service.command.span.start, first.end);
  const out: TextEdit[] = [];
  put(out, source, first, `${columns.join('')}${trim(tail)}`);
  for (const piece of rest) put(out, source, piece, `${indent}${trim(source.slice(piece))}`);
  return out;
}

function put(out: TextEdit[], source: SourceText, span: { start: number; end: number }, text: string): void {
  const now = source.slice(span);
  const newText = now.endsWith('\r') ? `${text}\r` : text;
  if (newText !== now) out.push({ span, newText });
}

/** The word of an argument that may hold braces: behind `-o` where that stands apart. */
function wordOf(source: SourceText, argument: Argument): string {
  return argument.kind === 'plain' || argument.glued
    ? source.slice(argument.span)
    : source.slice(argument.span).replace(/^-o\s*/, '');
}
