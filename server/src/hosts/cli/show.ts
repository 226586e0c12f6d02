/** `postfix-lint show [SERVICE]`: the effective settings of a site or of one service, each with its origin; or a table's rules. */
import { compareVersions, parameters, transportEndings } from '../../facts/parameters';
import { programOf, serviceLabel, servicesOf, serviceSettings } from '../../model/services';
import { setNames, siteSettings, type Setting } from '../../model/settings';
import type { Site } from '../../model/site';
import { optionsOf, type Service } from '../../syntax/master-cf/parse';
import { format } from '../../text/message';
import { DiskFiles } from '../disk-files';
import type { Common } from './options';
import { jsonVersion } from './print/json';
import { paints, width } from './print/layout';
import { serviceNamed } from './service-argument';
import { runShowTable } from './show-table';
import { siteAt } from './site-argument';
import { shown, type Terminal } from './terminal';

const words = {
  en: { set: 'set', defaults: 'defaults', unknown: 'not known' },
  'pt-BR': { set: 'definido', defaults: 'padrões', unknown: 'desconhecido' },
} as const;

/** Prints the settings: those that are set first, then the defaults. */
export function runShow(common: Common, terminal: Terminal): number {
  const [name] = common.positionals;
  if (name !== undefined && /^(?:pcre|regexp):/.test(name)) return runShowTable(name, common, terminal);
  const site = siteAt(common.own.text('site'), new DiskFiles(), common, terminal);
  const service = name === undefined ? undefined : serviceNamed(site, name);
  const settings = service ? serviceSettings(site, service) : siteSettings(site);
  const all = namesFor(site, service).map(n => asRead(settings.get(n)));
  const ordered = [...all.filter(s => s.isSet), ...all.filter(s => !s.isSet)];
  if (common.format === 'json') {
    const list = ordered.map(s => settingJson(s, common, terminal));
    const head = {
      version: jsonVersion,
      site: shown(terminal, site.folder),
      service: service ? serviceLabel(service) : null,
    };
    terminal.out(`${JSON.stringify({ ...head, settings: list }, null, 2)}\n`);
    return 0;
  }
  const paint = paints(common.colour);
  const w = words[common.lang];
  const print = (title: string, list: readonly Setting[]) => {
    if (list.length > 0) terminal.out(`${paint.dim(`# ${title}`)}\n${list.map(s => line(s)).join('')}`);
  };
  const line = (setting: Setting) => {
    const value = `${setting.name} =${setting.value && ` ${setting.value}`}`;
    const origin =
      originText(setting, terminal) ?? (setting.unknown ? `${w.unknown}: ${format(setting.unknown, common.lang)}` : '');
    if (!origin) return `${value}\n`;
    const gap = value.length + origin.length + 4 <= width ? '  ' : '\n    ';
    return `${value}${gap}${paint.dim(`# ${origin}`)}\n`;
  };
  print(
    w.set,
    ordered.filter(s => s.isSet),
  );
  print(
    w.defaults,
    ordered.filter(s => !s.isSet),
  );
  return 0;
}

/** Postfix reads some parameters without expanding them: programs do that later, with names of their own. */
function asRead(setting: Setting): Setting {
  return parameters.get(setting.name)?.type === 'raw' ? { ...setting, value: setting.raw.trim() } : setting;
}

/** The parameters of a site, or those that a service's program reads, by name; with what is set there anyway. */
function namesFor(site: Site, service: Service | undefined): readonly string[] {
  const version = site.options.postfixVersion;
  const program = service && programOf(service);
  const known = [...parameters.values()].filter(
    ({ since, readBy }) =>
      (since === undefined || compareVersions(version, since) >= 0) &&
      (program === undefined || !readBy || readBy.includes('global') || readBy.includes(program)),
  );
  const set = program === undefined ? [...setNames(site), ...transportNames(site)] : [];
  const options = service ? optionsOf(service).filter(o => !o.problem) : [];
  return [...new Set([...known, ...options].map(p => p.name).concat(set))].sort();
}

/** The parameters that exist once for each transport: `relay_destination_rate_delay` (postconf(5), trivial-rewrite(8)). */
function transportNames(site: Site): readonly string[] {
  return servicesOf(site)
    .filter(service => agents.has(programOf(service)))
    .flatMap(service =>
      [...transportEndings.keys()]
        .filter(e => e !== '_time_limit' || programOf(service) === 'pipe')
        .map(e => service.name.text + e),
    );
}

const agents = new Set(['smtp', 'lmtp', 'local', 'virtual', 'pipe', 'error', 'discard']);

function settingJson(setting: Setting, { lang }: Common, terminal: Terminal) {
  const { name, value, raw, origin, isSet, unknown } = setting;
  const place = placeOf(setting);
  return {
    name,
    value,
    raw,
    default: !isSet,
    origin: { kind: origin.kind, ...(place && { file: shown(terminal, place.path), line: place.line }) },
    ...(unknown && { unknown: format(unknown, lang) }),
  };
}

function originText(setting: Setting, terminal: Terminal): string | undefined {
  const place = placeOf(setting);
  return place && `${shown(terminal, place.path)}:${place.line + 1}`;
}

/** Where a setting is set, lines from 0. */
function placeOf({ origin }: Setting): { path: string; line: number } | undefined {
  if (origin.kind !== 'main' && origin.kind !== 'option') return undefined;
  const { start } = origin.kind === 'main' ? origin.parameter.nameSpan : origin.option.nameSpan;
  return { path: origin.source.path, line: origin.source.positionAt(start).line };
}
