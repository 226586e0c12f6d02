/** Names of parameters: at the start of a line of main.cf, and behind `-o` in master.cf. */
import { compareVersions, defaultOf, parameters, type Parameter } from '../../facts/parameters';
import { programOf, servicesOf } from '../../model/services';
import type { Site } from '../../model/site';
import { parseMainCf } from '../../syntax/main-cf/parse';
import { optionsOf } from '../../syntax/master-cf/parse';
import { say } from '../../text/message';
import type { SourceText } from '../../text/source-text';
import { span, touches, type Span } from '../../text/span';
import type { Completion, Offer } from '../completion';

/** Offers names that are not set yet: in main.cf all of them, behind `-o` those that the service's program reads. */
export const parameterNames: Offer = (site, source, offset) => {
  if (source === site.main) return inMain(site, source, offset);
  if (source === site.master) return inMaster(site, source, offset);
  return [];
};

function inMain(site: Site, source: SourceText, offset: number): Completion[] {
  const { text } = source;
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  if (!/^\w*$/.test(text.slice(lineStart, offset))) return [];
  const rest = /^\w*/.exec(text.slice(offset))?.[0].length ?? 0;
  const place = span(lineStart, offset + rest);
  const hasEquals = /^[ \t]*=/.test(text.slice(place.end));
  const taken = new Set(
    parseMainCf(source)
      .parameters.filter(p => !touches(p.nameSpan, offset))
      .map(p => p.name),
  );
  return offered(site, taken, () => true, place, hasEquals ? '' : ' = ');
}

function inMaster(site: Site, source: SourceText, offset: number): Completion[] {
  const { text } = source;
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const before = /(?:^|\s)-o[ \t]+(?:\{[ \t]*)?(\w*)$/.exec(text.slice(lineStart, offset));
  if (!before || /^\s*#/.test(text.slice(lineStart, offset))) return [];
  const rest = /^\w*/.exec(text.slice(offset))?.[0].length ?? 0;
  const place = span(offset - (before[1] ?? '').length, offset + rest);
  const service = servicesOf(site)
    .filter(s => s.line.span.start <= offset)
    .at(-1);
  if (!service) return [];
  const taken = new Set(
    optionsOf(service)
      .filter(o => !touches(o.nameSpan, offset))
      .map(o => o.name),
  );
  const program = programOf(service);
  const reads = ({ readBy }: Parameter): boolean => !readBy || readBy.includes('global') || readBy.includes(program);
  return offered(site, taken, reads, place, text[place.end] === '=' ? '' : '=');
}

function offered(
  site: Site,
  taken: ReadonlySet<string>,
  wanted: (parameter: Parameter) => boolean,
  place: Span,
  tail: string,
): Completion[] {
  const version = site.options.postfixVersion;
  const found: Completion[] = [];
  for (const parameter of parameters.values()) {
    const { name, since, obsoleteSince } = parameter;
    if (taken.has(name) || !wanted(parameter)) continue;
    if (since !== undefined && compareVersions(version, since) < 0) continue;
    const deprecated = obsoleteSince !== undefined && compareVersions(version, obsoleteSince) >= 0;
    const value = defaultOf(name, version);
    found.push({
      label: name,
      kind: 'parameter',
      span: place,
      newText: name + tail,
      ...(value !== undefined && { detail: `= ${value}` }),
      documentation: describe(parameter, value),
      ...(deprecated && { deprecated }),
    });
  }
  return found;
}

function describe({ since, readBy }: Parameter, value: string | undefined) {
  const readers = !readBy || readBy.includes('global') ? '' : readBy.join(', ');
  return say(
    'Default: {value}. Since Postfix {since}.{readers}',
    'Padrão: {value}. Desde o Postfix {since}.{readers}',
    {
      value: value === undefined ? '?' : value === '' ? '∅' : value,
      since: since ?? '1.0',
      readers: readers && ` → ${readers}`,
    },
  );
}
