/** What can stand at a place of master.cf: columns, programs, and the options that a program reads. */
import { columnDocs, flagDocs, programDocs } from '../../facts/word-docs';
import { recommendedServices } from './services';
import { optionsOf, parseMasterCf, serviceBefore, serviceTypes, type Service } from '../../syntax/master-cf/parse';
import { basename } from '../../text/path';
import { programOf } from '../../model/services';
import type { Site } from '../../model/site';
import type { SourceText } from '../../text/source-text';
import type { Span } from '../../text/span';
import type { CompletionItem } from './item';
import { lineStart, restOfLine } from './main-cf';
import { completeNames } from './names';
import { completeValue } from './value';

const columnNames = ['name', 'type', 'private', 'unprivileged', 'chroot', 'wakeup', 'maxProcesses', 'command'] as const;

const choices: Readonly<Record<string, readonly string[]>> = {
  type: serviceTypes,
  private: ['-', 'n', 'y'],
  unprivileged: ['-', 'n', 'y'],
  chroot: ['n', 'y', '-'],
  wakeup: ['-', '60', '300', '1000?'],
  maxProcesses: ['-', '0', '1', '10'],
};

/** Completions at an offset of master.cf. */
export function completeMasterCf(site: Site, source: SourceText, offset: number): CompletionItem[] {
  const start = lineStart(source, offset);
  const line = source.text.slice(start, offset);
  if (/^\s*#/.test(line)) return [];
  const service = serviceAt(source, offset);
  const typed = /\S*$/.exec(line)?.[0] ?? '';
  const span = {
    start: offset - typed.length,
    end: offset + (/^[\w-]*/.exec(restOfLine(source, offset))?.[0].length ?? 0),
  };
  if (/^\s/.test(line)) return service ? completeArguments(site, source, service, offset, typed, span) : [];
  const count = line.trimStart() === '' ? 0 : line.trim().split(/\s+/).length - (typed === '' ? 0 : 1);
  if (count >= 8) return service ? completeArguments(site, source, service, offset, typed, span) : [];
  return completeColumn(count, span);
}

/** The service whose line or indented lines an offset lies in. */
function serviceAt(source: SourceText, offset: number): Service | undefined {
  const found = serviceBefore(parseMasterCf(source), offset);
  if (!found || offset <= found.line.span.end) return found;
  const between = source.text.slice(found.line.span.end, lineStart(source, offset));
  return /^(?:\s|#[^\n]*\n)*$/.test(between) ? found : undefined;
}

function completeColumn(count: number, span: Span): CompletionItem[] {
  const column = columnNames[count];
  if (column === 'name') return recommendedServices(span);
  if (column === 'command') {
    return Object.keys(programDocs)
      .filter(name => name !== 'master' && name !== 'nqmgr')
      .map(name => ({ label: name, kind: 'function', span, newText: name, about: { kind: 'program', name } }));
  }
  return (column ? (choices[column] ?? []) : []).map((text, i) => ({
    label: text,
    kind: 'keyword',
    span,
    newText: text,
    rank: 1 + i / 100,
    ...(column !== undefined && column in columnDocs && { about: { kind: 'column' as const, name: column } }),
  }));
}

/** The words of the line before the one under the cursor decide: the value of `-o`, its name, a flag, or a program's own words. */
function completeArguments(
  site: Site,
  source: SourceText,
  service: Service,
  offset: number,
  typed: string,
  span: Span,
): CompletionItem[] {
  const program = basename(programOf(service));
  const before = source.text.slice(service.line.span.start, offset);
  const brace = /-o\s*\{\s*([\w-]+)\s*=([^{}]*)$/.exec(before) ?? /(?:^|\s)-o\s*([\w-]+)=(\S*)$/.exec(before);
  if (brace) {
    const after = /^\S*/.exec(restOfLine(source, offset))?.[0] ?? '';
    return completeValue({ site, parameter: brace[1] ?? '', service, before: brace[2] ?? '', after, offset });
  }
  const name = /-o\s*\{?\s*([\w-]*)$/.exec(before);
  if (name && /(?:^|\s)-o/.test(before)) {
    const word = name[1] ?? '';
    const rest = restOfLine(source, offset);
    const more = /^[\w-]*/.exec(rest)?.[0] ?? '';
    const braced = /\{\s*[\w-]*$/.test(before);
    return completeNames({
      site,
      span: { start: offset - word.length, end: offset + more.length },
      taken: new Set(
        optionsOf(service)
          .filter(o => !(o.nameSpan.start <= offset && offset <= o.nameSpan.end))
          .map(o => o.name),
      ),
      equals: /^\s*=/.test(rest.slice(more.length)) ? '' : braced ? ' = ' : '=',
      program,
    });
  }
  return flags(program, typed, span);
}

function flags(program: string, typed: string, span: Span): CompletionItem[] {
  const at = { start: span.start, end: Math.max(span.end, span.start + typed.length) };
  const item = (text: string, rank: number, newText = text): CompletionItem => ({
    label: text,
    kind: text.startsWith('-') ? 'keyword' : 'property',
    span: at,
    newText,
    rank,
    about: { kind: 'flag', name: text.replace(/=$/, '') },
    asksMore: text === '-o',
  });
  const macro = /\$[{(]?(\w*)$/.exec(typed);
  if (macro && (program === 'pipe' || program === 'spawn')) {
    const start = span.start + typed.length - macro[0].length;
    return Object.keys(flagDocs)
      .filter(name => name.startsWith('$'))
      .map(name => ({
        label: name,
        kind: 'variable',
        span: { start, end: start + macro[0].length },
        newText: `\${${name.slice(1)}}`,
        about: { kind: 'flag', name },
      }));
  }
  const out = [item('-o', 1, '-o '), item('-v', 5)];
  const own =
    program === 'pipe'
      ? ['flags=', 'user=', 'argv=', 'directory=', 'chroot=', 'eol=', 'null_sender=', 'size=']
      : program === 'spawn'
        ? ['user=', 'argv=']
        : [];
  return [...own.map(text => item(text, 2)), ...out];
}
