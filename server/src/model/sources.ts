/** The files of a site that are checked with it. */
import { derived } from '../text/derived';
import type { Site, SiteFile } from './site';
import { fileTypes, resolveFile, tableUses } from './tables';

/** Every file of a site, each once, in a steady order: main.cf, master.cf, the tables they name, firewalls, the rest. */
export const sourcesOf: (site: Site) => readonly SiteFile[] = derived(site => {
  const known = new Map<string, SiteFile>();
  const own: SiteFile[] = [];
  if (site.main) own.push({ kind: 'main.cf', source: site.main });
  if (site.master) own.push({ kind: 'master.cf', source: site.master });
  for (const file of [...own, ...tableFiles(site), ...site.firewalls, ...site.extra]) {
    if (!known.has(file.source.path)) known.set(file.source.path, file);
  }
  return [...known.values()];
});

function tableFiles(site: Site): readonly SiteFile[] {
  return tableUses(site).flatMap(({ table: { type, name } }): SiteFile[] => {
    if (!fileTypes.has(type)) return [];
    const { state } = resolveFile(site, name);
    if (state.kind !== 'text') return [];
    return [{ kind: type === 'pcre' || type === 'regexp' ? 'checks' : 'table', source: state.source }];
  });
}
