/** Names of parameters: all there are, those of the site's transports, and the site's own. */
import { parameterDoc } from '../../facts/parameter-docs';
import { parameters, transportEndings, type Parameter } from '../../facts/parameters';
import { valueShape } from '../../facts/value-kinds';
import { compareVersions } from '../../facts/parameters';
import type { Site } from '../../model/site';
import { classesOf } from '../tokens/value';
import type { Span } from '../../text/span';
import type { CompletionItem } from './item';
import { transportServices } from './value';

/** A name that can be set, and what is known of it. */
interface Settable {
  readonly name: string;
  readonly known: Parameter | undefined;
}

/** What a running program tells and nobody sets; placeholders of the facts. */
const notSettable =
  /^(?:process_(?:id|name)|service_name|stress|mail_version|command_execution_directory|transport_.+)$/;

function settable(site: Site): Settable[] {
  const out: Settable[] = [];
  const version = site.options.postfixVersion;
  for (const [name, known] of parameters) {
    if (notSettable.test(name) && name !== 'transport_maps' && name !== 'transport_retry_time') continue;
    if (known.since !== undefined && compareVersions(known.since, version) > 0) continue;
    out.push({ name, known });
  }
  const transports = new Set(transportServices(site).map(s => s.name.text));
  for (const transport of transports) {
    for (const ending of transportEndings.keys()) {
      const name = `${transport}${ending}`;
      if (!parameters.has(name)) out.push({ name, known: undefined });
    }
  }
  for (const name of classesOf(site)) if (!parameters.has(name)) out.push({ name, known: undefined });
  return out;
}

/** Where the names stand, and what is to be left out. */
export interface NamePlace {
  readonly site: Site;
  readonly span: Span;
  /** Names that are set already. */
  readonly taken: ReadonlySet<string>;
  /** What stands between name and value: ` = ` in main.cf, `=` after `-o`; empty where an `=` is there. */
  readonly equals: string;
  /** The program that has to read it, in master.cf. */
  readonly program?: string;
}

/** The names that can be set at a place. */
export function completeNames({ site, span, taken, equals, program }: NamePlace): CompletionItem[] {
  const out: CompletionItem[] = [];
  for (const { name, known } of settable(site)) {
    if (taken.has(name)) continue;
    const reads = program === undefined || readBy(known, program);
    if (!reads && program !== undefined) continue;
    const shape = valueShape(name);
    out.push({
      label: name,
      kind: 'parameter',
      span,
      newText: name + equals,
      about: { kind: 'parameter', name },
      rank: known?.obsoleteSince !== undefined ? 9 : parameterDoc(name) ? 4 : 6,
      ...(known?.obsoleteSince !== undefined && { deprecated: true }),
      ...(equals !== '' && shape.kind !== 'text' && { asksMore: true }),
    });
  }
  return out;
}

/** Whether a program reads a parameter; programs we know nothing of read all. */
export function readBy(known: Parameter | undefined, program: string): boolean {
  if (!known?.readBy || known.readBy.includes('global')) return true;
  const name = program === 'lmtp' ? 'smtp' : program === 'nqmgr' ? 'qmgr' : program;
  return known.readBy.includes(name);
}
