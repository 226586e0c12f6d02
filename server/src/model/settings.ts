/** The effective value of every parameter, for a service or for the site: after main.cf, `-o`, defaults, and expansion. */
import { compareVersions, defaultOf, parameters } from '../facts/parameters';
import { expand, type Expansion, type ExpansionProblem, type RawValue } from '../syntax/macro/expand';
import { splitList } from '../syntax/list';
import { parseMainCf, valueSpan, type ParameterLine } from '../syntax/main-cf/parse';
import { optionsOf, type OptionArgument, type Service } from '../syntax/master-cf/parse';
import { derived } from '../text/derived';
import { say, type Message } from '../text/message';
import type { SourceText } from '../text/source-text';
import type { Span } from '../text/span';
import { holesIn, isShellVariable } from './holes';
import { mergedForService, mergedSettings, type MergedSetting } from './merged-settings';
import type { Site } from './site';
import { trim, trimStart } from '../text/space';

/** Where a raw value was set. */
export type Origin =
  /** `source`: main.cf, or an overlay that is merged over it or over master.cf. */
  | { readonly kind: 'main'; readonly source: SourceText; readonly parameter: ParameterLine }
  | { readonly kind: 'option'; readonly source: SourceText; readonly service: Service; readonly option: OptionArgument }
  | { readonly kind: 'default' }
  /** Known from the machine or the running process: myhostname, process_name … */
  | { readonly kind: 'machine' };

/** A place in a file. */
export interface Place {
  readonly source: SourceText;
  readonly span: Span;
}

/** A word of a list value, with where it stands; undefined where it comes from a built-in default alone. */
export interface PlacedWord {
  readonly text: string;
  readonly place: Place | undefined;
}

export interface Setting {
  readonly name: string;
  /** The value before expansion. */
  readonly raw: string;
  /** The value after expansion, blanks at both ends trimmed. */
  readonly value: string;
  readonly origin: Origin;
  /** Set in main.cf or by `-o`, not a default. */
  readonly isSet: boolean;
  readonly problems: readonly ExpansionProblem[];
  /** All names that took part in the expansion. */
  readonly used: ReadonlySet<string>;
  /** Why the value cannot be known from the files (a template's hole, the machine's name), or undefined where it is. */
  readonly unknown: Message | undefined;
  /** Where a stretch of the value stands: the place it was copied from, or undefined for built-in text. */
  placeOf(start: number, end: number): Place | undefined;
}

/** The name's place where it is set; undefined for defaults. */
export function namePlace(setting: Setting): Place | undefined {
  const { origin } = setting;
  if (origin.kind === 'main') return { source: origin.source, span: origin.parameter.nameSpan };
  if (origin.kind === 'option') return { source: origin.source, span: origin.option.nameSpan };
  return undefined;
}

/** The whole value's place where it is set; undefined for defaults. */
export function valuePlace(setting: Setting): Place | undefined {
  const { origin } = setting;
  if (origin.kind === 'main') return { source: origin.source, span: origin.parameter.valueSpan };
  if (origin.kind === 'option') return { source: origin.source, span: origin.option.valueSpan };
  return undefined;
}

/** The settings that one process sees: those of a service with its `-o`, or those of main.cf alone. */
export class Settings {
  private readonly known = new Map<string, Setting>();
  private readonly main: ReadonlyMap<string, ParameterLine>;
  private readonly options: ReadonlyMap<string, OptionArgument>;
  private readonly mergedOwn: ReadonlyMap<string, MergedSetting> | undefined;
  private readonly merged: ReadonlyMap<string, MergedSetting>;

  constructor(
    readonly site: Site,
    readonly service: Service | undefined,
    private readonly masterSource: SourceText | undefined,
  ) {
    this.main = mainParameters(site);
    this.merged = mergedSettings(site);
    this.mergedOwn = service && mergedForService(site, `${service.name.text}/${service.type.text}`);
    this.options = new Map(
      service
        ? optionsOf(service)
            .filter(o => !o.problem)
            .map(o => [o.name, o])
        : [],
    );
  }

  get version(): string {
    return this.site.options.postfixVersion;
  }

  /** Whether the version aimed at is this one or newer. */
  atLeast(version: string): boolean {
    return compareVersions(this.version, version) >= 0;
  }

  /** The effective setting. A name that nothing defines gives an empty, unset value. */
  get(name: string): Setting {
    const hit = this.known.get(name);
    if (hit) return hit;
    const setting = this.shared(name) ?? this.evaluate(name);
    this.known.set(name, setting);
    return setting;
  }

  /** The effective value; empty where nothing defines it. */
  text(name: string): string {
    return this.get(name).value;
  }

  /** What a text with macros comes to; undefined where one of them is not defined or filled in by a template. */
  expanded(text: string): string | undefined {
    const raw = { raw: text, holder: { kind: 'default' as const }, placed: false };
    const expansion = expand<Origin>(raw, n => this.rawOf(n));
    return expansion.problems.length > 0 || holesIn(expansion.text).length > 0 ? undefined : expansion.text;
  }

  /** The words of a list value, each with its place. */
  words(name: string): PlacedWord[] {
    const setting = this.get(name);
    return splitList(setting.value).map(w => ({ text: w.text, place: setting.placeOf(w.start, w.end) }));
  }

  /** A yes/no value; undefined where it is neither (Postfix then dies) or unknown. */
  bool(name: string): boolean | undefined {
    const value = this.text(name).toLowerCase();
    return value === 'yes' ? true : value === 'no' ? false : undefined;
  }

  /** A whole number; undefined where it is none. */
  number(name: string): number | undefined {
    const value = this.text(name);
    return /^[-+]?\d+$/.test(value) ? Number(value) : undefined;
  }

  /** Whether anything at all defines a name: main.cf, `-o`, a default, the machine. */
  defines(name: string): boolean {
    return this.rawOf(name) !== undefined || parameters.has(name) || name in ofTheMachine;
  }

  /** The site's setting, where nothing that a service has of its own takes part in it. */
  private shared(name: string): Setting | undefined {
    if (!this.service || this.isOwn(name)) return undefined;
    const setting = siteSettings(this.site).get(name);
    for (const used of setting.used) if (this.isOwn(used)) return undefined;
    return setting;
  }

  /** The names that the service sets itself, by `-o` or in an overlay. */
  get ownNames(): readonly string[] {
    return [...this.options.keys(), ...(this.mergedOwn?.keys() ?? [])];
  }

  private isOwn(name: string): boolean {
    if (name === 'mydomain' && this.sets('myhostname')) return true;
    return this.sets(name) || name === 'process_name' || name === 'service_name';
  }

  private sets(name: string): boolean {
    return this.options.has(name) || this.mergedOwn?.has(name) === true;
  }

  private evaluate(name: string): Setting {
    const raw = this.rawOf(name) ?? { raw: '', holder: { kind: 'default' as const }, placed: false };
    const expansion = expand<Origin>(raw, n => this.rawOf(n));
    const trimmed = trim(expansion.text);
    const shift = expansion.text.length - trimStart(expansion.text).length;
    return {
      name,
      raw: raw.raw,
      value: trimmed,
      origin: raw.holder,
      isSet: raw.holder.kind === 'main' || raw.holder.kind === 'option',
      problems: expansion.problems,
      used: expansion.used,
      unknown: this.whyUnknown(name, raw, expansion),
      placeOf: (start, end) => placeIn(expansion, start + shift, end + shift),
    };
  }

  private rawOf(name: string): RawValue<Origin> | undefined {
    const own = this.mergedOwn?.get(name);
    if (own) return inOverlay(own);
    const option = this.options.get(name);
    if (option && this.service && this.masterSource) {
      const { service, masterSource: source } = this;
      return { raw: option.value, holder: { kind: 'option', source, service, option }, placed: true };
    }
    const over = this.merged.get(name);
    if (over) return inOverlay(over);
    const parameter = this.main.get(name);
    if (parameter && this.site.main) {
      return { raw: parameter.value, holder: { kind: 'main', source: this.site.main, parameter }, placed: true };
    }
    const machine = ofTheMachine[name]?.(this);
    if (machine !== undefined) return { raw: machine, holder: { kind: 'machine' }, placed: false };
    const standard = defaultOf(name, this.version);
    return standard === undefined ? undefined : { raw: standard, holder: { kind: 'default' }, placed: false };
  }

  private whyUnknown(name: string, raw: RawValue<Origin>, expansion: Expansion<Origin>): Message | undefined {
    if (holesIn(raw.raw).length > 0) {
      return say('{name} is filled in by a template', '{name} é preenchido por um modelo', { name });
    }
    for (const used of [name, ...expansion.used]) {
      const value = this.rawOf(used);
      if (value?.holder.kind !== 'main' && value?.holder.kind !== 'option' && fillsNames(this.site)) {
        return say('a template may set {name}', 'um modelo pode definir {name}', { name: used });
      }
      if (value && used !== name && holesIn(value.raw).length > 0) {
        return say('{name} is filled in by a template', '{name} é preenchido por um modelo', { name: used });
      }
      if (value) continue;
      if (used in ofTheMachine && (used !== name || parameters.has(name))) {
        return say("{name} is the machine's own", '{name} vem da própria máquina', { name: used });
      }
      if (used !== name && isShellVariable(used)) {
        return say('{name} is filled in from outside', '{name} é preenchido de fora', { name: used });
      }
    }
    return undefined;
  }
}

function inOverlay({ source, parameter }: MergedSetting): RawValue<Origin> {
  return { raw: parameter.value, holder: { kind: 'main', source, parameter }, placed: true };
}

function placeIn(expansion: Expansion<Origin>, start: number, end: number): Place | undefined {
  const piece = expansion.pieces.find(p => p.start <= start && start < Math.max(p.end, p.start + 1));
  if (!piece) return undefined;
  const last = expansion.pieces.find(p => p.start < end && end <= p.end);
  const from = offsetIn(piece, start);
  const to = last && last.holder === piece.holder ? offsetIn(last, end, true) : piece.rawEnd;
  return placeOfRaw(piece.holder, from, Math.max(from, to));
}

/** Literal pieces are as long as their raw text; others (a `$x` that led to a default) count as a whole. */
function offsetIn(piece: Expansion<Origin>['pieces'][number], offset: number, atEnd = false): number {
  if (piece.end - piece.start === piece.rawEnd - piece.rawStart) return piece.rawStart + (offset - piece.start);
  return atEnd ? piece.rawEnd : piece.rawStart;
}

function placeOfRaw(origin: Origin, start: number, end: number): Place | undefined {
  if (origin.kind === 'main') return { source: origin.source, span: valueSpan(origin.parameter, start, end) };
  if (origin.kind !== 'option') return undefined;
  const { joined } = origin.service.line;
  const { valueStart } = origin.option;
  return { source: origin.source, span: joined.sourceSpan(valueStart + start, valueStart + end) };
}

/** main.cf's settings by name; of two the last wins. */
export const mainParameters: (site: Site) => ReadonlyMap<string, ParameterLine> = derived(
  site => new Map(site.main ? parseMainCf(site.main).parameters.map(p => [p.name, p]) : []),
);

/** The names that main.cf sets, or an overlay that is merged over it. */
export const setNames: (site: Site) => ReadonlySet<string> = derived(
  site => new Set([...mainParameters(site).keys(), ...mergedSettings(site).keys()]),
);

/** Values that Postfix takes from the machine or the process; undefined where the site's options do not tell. */
const ofTheMachine: Readonly<Record<string, (settings: Settings) => string | undefined>> = {
  myhostname: s => s.site.options.host?.name,
  mydomain: s => domainOf(s.text('myhostname')),
  mynetworks: () => undefined,
  config_directory: () => '/etc/postfix',
  process_name: s => s.service?.command.text,
  service_name: s => s.service?.name.text,
  process_id: () => undefined,
  stress: () => '',
};

/** mydomain's default: myhostname without its first label, `localdomain` for a name without a dot (mail_params.c). */
function domainOf(hostname: string): string | undefined {
  if (hostname === '') return undefined;
  const dot = hostname.indexOf('.');
  return dot < 0 ? 'localdomain' : hostname.slice(dot + 1);
}

/** Whether a template writes settings into main.cf whose names nobody sees: `{{ name }} = …`, `{{ settings }}`, an include. */
const fillsNames: (site: Site) => boolean = derived(site => {
  if (!site.main || holesIn(site.main.text).length === 0) return false;
  const control = /^(?:\{%.*?%\}|\{#.*?#\}|<%(?!=)[^]*?%>|\s)+/;
  return parseMainCf(site.main).lines.some(line => {
    if (line.kind !== 'line') return false;
    const { text } = line.joined;
    return /^(?:\{\{(?!\s*ansible_managed)|<%=)/.test(text.replace(control, '')) || /\{%-?\s*include\b/.test(text);
  });
});

/** The settings of main.cf alone, as programs without `-o` see them. Remembered by site. */
export const siteSettings: (site: Site) => Settings = derived(site => new Settings(site, undefined, undefined));
