/** Which header and body checks the mail of which service passes: smtpd → its cleanup service → the checks set there. */
import { internalService, serviceSettings } from '../../model/services';
import { siteSettings, type Settings } from '../../model/settings';
import type { Site } from '../../model/site';
import type { Service } from '../../syntax/master-cf/parse';

/** The parameters of cleanup(8) that name checks of incoming mail. */
export const checkParameters = ['header_checks', 'mime_header_checks', 'nested_header_checks', 'body_checks'] as const;
export type CheckParameter = (typeof checkParameters)[number];

/**
 * The parameter whose tables cleanup(8) asks about a line: MIME headers are looked up in mime_header_checks wherever they stand;
 * what is not set for MIME headers and for headers of attached mail is that of header_checks. `place` is the parameter by the
 * line's place: a header of the mail, of a part, of attached mail, or a line of a body.
 */
export function lookedUpIn(place: CheckParameter, line: string, settings: Settings): CheckParameter {
  if (place === 'body_checks') return place;
  const isMime = /^(?:content-[^\s:]*|mime-version)[ \t]*:/i.test(line);
  const own = isMime ? 'mime_header_checks' : place;
  return settings.get(own).isSet ? own : 'header_checks';
}

/** The cleanup service that a service hands its mail to; undefined where master.cf has none of that name. */
export function cleanupOf(site: Site, service: Service): Service | undefined {
  return internalService(site, serviceSettings(site, service).text('cleanup_service_name') || 'cleanup');
}

/** The settings of that cleanup service; those of main.cf where it is missing or not known. */
export function cleanupSettings(site: Site, service: Service): Settings {
  const cleanup = cleanupOf(site, service);
  return cleanup ? serviceSettings(site, cleanup) : siteSettings(site);
}
