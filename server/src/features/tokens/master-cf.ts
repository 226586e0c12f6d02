/** The tokens of master.cf: the eight columns, then the arguments of the program. */
import { parameters } from '../../facts/parameters';
import { programOf } from '../../model/services';
import type { Site } from '../../model/site';
import type { FileLine } from '../../syntax/logical-lines';
import { parseMasterCf, serviceBefore, type Argument, type Field, type Service } from '../../syntax/master-cf/parse';
import type { SourceText } from '../../text/source-text';
import { comment, withComments } from './main-cf';
import { Painter } from './painter';
import type { Column, Token } from './token';
import { isNetwork, paintValue } from './value';

const columns: readonly Column[] = ['type', 'private', 'unprivileged', 'chroot', 'wakeup', 'maxProcesses'];

/** Paints one line of master.cf. */
export function masterCfTokens(site: Site, source: SourceText, line: FileLine): Token[] {
  if (line.kind !== 'line') return line.kind === 'comment' ? [comment(source, line.span)] : [];
  const found = serviceBefore(parseMasterCf(source), line.span.start);
  const service = found?.line === line ? found : undefined;
  const painter = new Painter(source, line.joined.pieces, line.joined);
  if (service) paintService(painter, site, service);
  return withComments(source, line.comments, painter.finish('string'));
}

function paintService(painter: Painter, site: Site, service: Service): void {
  paintName(painter, service);
  for (const column of columns) {
    const field = service[column];
    const type = column === 'type' ? 'type' : /^\d/.test(field.text) ? 'number' : 'keyword';
    painter.paint(field.start, endOf(field), type, { kind: 'column', column, text: field.text, service });
  }
  const { command } = service;
  const program = programOf(service);
  painter.paint(command.start, endOf(command), 'function', { kind: 'program', name: program, service });
  for (const argument of service.arguments) paintArgument(painter, site, service, program, argument);
}

function paintName(painter: Painter, service: Service): void {
  const { name } = service;
  const inet = service.type.text === 'inet';
  const role = 'set' as const;
  const meaning = { kind: 'service', name: name.text, role, inet, service } as const;
  const host = inet ? /^(\[[^\]]*\]|[^:]*):/.exec(name.text)?.[1] : undefined;
  if (host === undefined) {
    painter.paint(name.start, endOf(name), 'namespace', meaning, ['declaration']);
    return;
  }
  const colon = name.start + host.length;
  painter.paint(
    name.start,
    colon,
    'number',
    isNetwork(host) ? { kind: 'network', text: host } : { kind: 'domain', text: host },
  );
  painter.paint(colon, colon + 1, 'operator');
  painter.paint(colon + 1, endOf(name), 'namespace', meaning, ['declaration']);
}

function paintArgument(painter: Painter, site: Site, service: Service, program: string, argument: Argument): void {
  const { joined } = service.line;
  const start = joined.joinedOffset(argument.span.start) ?? 0;
  const end = (joined.joinedOffset(argument.span.end - 1) ?? 0) + 1;
  if (argument.kind === 'plain') {
    const text = argument.text;
    if (/^-/.test(text)) painter.paint(start, end, 'operator', { kind: 'flag', text, program });
    else paintArgv(painter, program, text, start, end);
    return;
  }
  painter.paint(start, start + 2, 'operator', { kind: 'flag', text: '-o', program });
  const nameStart = joined.joinedOffset(argument.nameSpan.start);
  if (nameStart === undefined || argument.name === '') return;
  const nameEnd = nameStart + argument.name.length;
  const known = parameters.has(argument.name) ? (['defaultLibrary'] as const) : [];
  painter.paint(
    nameStart,
    nameEnd,
    'parameter',
    { kind: 'parameter', name: argument.name, role: 'set', service },
    known,
  );
  const equals = joined.text.indexOf('=', nameEnd);
  if (equals >= 0 && equals < end) painter.paint(equals, equals + 1, 'operator');
  paintValue(painter.paint, argument.value, argument.valueStart, { site, parameter: argument.name, service });
}

/** `attribute=value` and the macros of pipe(8) and spawn(8). */
function paintArgv(painter: Painter, program: string, text: string, start: number, end: number): void {
  const name = /^[a-z_]+(?==)/.exec(text)?.[0];
  let from = start;
  if (name !== undefined && (program === 'pipe' || program === 'spawn')) {
    painter.paint(start, start + name.length, 'property', { kind: 'flag', text: name, program });
    painter.paint(start + name.length, start + name.length + 1, 'operator');
    from = start + name.length + 1;
  }
  for (const macro of text.slice(from - start).matchAll(/\$(?:\{\w+\}|\(\w+\)|\w+)/g)) {
    const at = from + macro.index;
    painter.paint(at, Math.min(end, at + macro[0].length), 'macro', {
      kind: 'flag',
      text: `$${macro[0].replace(/\W/g, '')}`,
      program,
    });
  }
}

function endOf(field: Field): number {
  return field.start + field.text.length;
}
