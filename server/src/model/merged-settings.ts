/**
 * Settings that a container merges over main.cf and master.cf when it starts: mailcow appends extra.cf, docker-mailserver hands
 * each line of postfix-main.cf to `postconf -e` and each of postfix-master.cf to `postconf -P`. The last line counts.
 */
import { parseMainCf, type ParameterLine } from '../syntax/main-cf/parse';
import { derived } from '../text/derived';
import type { SourceText } from '../text/source-text';
import { embeddedSettings, isOverlay, isServiceOverlay } from './embedded';
import type { Site } from './site';

/** A setting and the file that holds it. */
export interface MergedSetting {
  readonly source: SourceText;
  readonly parameter: ParameterLine;
}

type ByName = ReadonlyMap<string, MergedSetting>;

const nothing: ByName = new Map();

/** What overlays of a site set in its main.cf, by name. Empty where the site has no main.cf: a fragment says nothing of the whole. */
export const mergedSettings: (site: Site) => ByName = derived(site => {
  const out = new Map<string, MergedSetting>();
  for (const { kind, source } of site.main ? site.extra : []) {
    if (kind !== 'postconf' || !isOverlay(source.path)) continue;
    for (const parameter of parseMainCf(source).parameters) out.set(parameter.name, { source, parameter });
  }
  return out;
});

const byService: (site: Site) => ReadonlyMap<string, ByName> = derived(site => {
  const out = new Map<string, Map<string, MergedSetting>>();
  for (const { kind, source } of site.master ? site.extra : []) {
    if (kind !== 'postconf' || !isServiceOverlay(source.path)) continue;
    const settings = embeddedSettings(source);
    for (const parameter of settings ? parseMainCf(settings).parameters : []) {
      const { start } = parameter.nameSpan;
      const service = source.text.slice(source.text.lastIndexOf('\n', start - 1) + 1, start).replace(/\/$/, '');
      const own = out.get(service) ?? new Map<string, MergedSetting>();
      out.set(service, own.set(parameter.name, { source, parameter }));
    }
  }
  return out;
});

/** What overlays of a site set for one service, `name/type`, by name; it counts more than the service's own `-o`. */
export function mergedForService(site: Site, label: string): ByName {
  return byService(site).get(label) ?? nothing;
}
