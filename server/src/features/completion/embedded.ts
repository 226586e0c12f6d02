/** What can stand in settings outside of main.cf: behind `postconf -e`, in `service/type/name=value`, in overlays. */
import { embeddedSettings, isOverlay } from '../../model/embedded';
import { programOf, servicesOf } from '../../model/services';
import type { Site } from '../../model/site';
import { parseMainCf } from '../../syntax/main-cf/parse';
import type { SourceText } from '../../text/source-text';
import type { CompletionItem } from './item';
import { completeMainCf, lineStart, restOfLine } from './main-cf';
import { completeNames } from './names';

/** Completions in a setting that stands outside of main.cf; undefined where there is none. */
export function completeEmbedded(site: Site, source: SourceText, offset: number): CompletionItem[] | undefined {
  if (isOverlay(source.path)) return completeMainCf(site, source, offset);
  const before = source.text.slice(lineStart(source, offset), offset);
  if (/^\s*#/.test(before)) return undefined;
  const settings = embeddedSettings(source);
  const inside =
    settings && parseMainCf(settings).parameters.find(p => p.nameSpan.end < offset && offset <= p.line.span.end);
  if (settings && inside) return completeMainCf(site, settings, offset);
  const service = /^([\w.:[\]-]+)\/([a-z-]+)\/(\w*)$/.exec(before);
  const typed = service?.[3] ?? /\bpostconf\s+(?:-c\s+\S+\s+)?-[a-z]*e[a-z]*\s(?:.*\s)?["']?(\w*)$/.exec(before)?.[1];
  if (typed === undefined) return undefined;
  const program = service && servicesOf(site).find(s => s.name.text === service[1] && s.type.text === service[2]);
  const rest = /^\w*/.exec(restOfLine(source, offset))?.[0] ?? '';
  const quoted = /["']\w*$/.test(before);
  return completeNames({
    site,
    span: { start: offset - typed.length, end: offset + rest.length },
    taken: new Set(),
    equals: /^\s*=/.test(restOfLine(source, offset).slice(rest.length)) ? '' : quoted ? ' = ' : '=',
    ...(program && { program: programOf(program) }),
  });
}
