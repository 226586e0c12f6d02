/** What the rules on sessions share: the evidence as it is shown, and where the thing stands that let the session pass. */
import type { ListenerSearches, Search } from '../analysis/smtp/searches';
import { namePlace, type Place, type Settings } from '../model/settings';
import { masterOf } from '../model/services';
import type { Site } from '../model/site';

export { permittingStep, sessionEvidence } from '../analysis/evidence';

/** A session that a search found. */
export type FoundSession = Extract<Search, { kind: 'found' }>;

/** The place of the first of some parameters that is set, for a service; else the service's own name. */
export function settingPlace(
  site: Site,
  settings: Settings,
  listener: ListenerSearches,
  names: readonly string[],
): Place {
  for (const name of names) {
    const place = namePlace(settings.get(name));
    if (place) return place;
  }
  const { tree, assumed } = masterOf(site);
  if (!assumed) return { source: tree.source, span: listener.service.name.span };
  return { source: site.main ?? tree.source, span: { start: 0, end: 0 } };
}
