/** The files of a site that are checked with it. */
import { derived } from '../text/derived';
import type { Site, SiteFile } from './site';

/** Every file of a site, each once, in a steady order: main.cf, master.cf, firewalls, the rest. */
export const sourcesOf: (site: Site) => readonly SiteFile[] = derived(site => {
  const files: SiteFile[] = [];
  if (site.main) files.push({ kind: 'main.cf', source: site.main });
  if (site.master) files.push({ kind: 'master.cf', source: site.master });
  const known = new Map<string, SiteFile>();
  for (const file of [...files, ...site.firewalls, ...site.extra]) {
    if (!known.has(file.source.path)) known.set(file.source.path, file);
  }
  return [...known.values()];
});
