/** Restriction lists as the settings give them: which words are restrictions, which are their arguments. */
import {
  restrictionParameters,
  restrictions,
  type Restriction,
  type RestrictionParameter,
} from '../facts/restrictions';
import { optionsOf, type Service } from '../syntax/master-cf/parse';
import { derived } from '../text/derived';
import { programOf, serviceSettings, servicesOf } from './services';
import { siteSettings, type PlacedWord, type Settings } from './settings';
import { parseTableName } from './tables';
import type { Site } from './site';

/** One restriction of a list, with its argument. */
export interface RestrictionEntry {
  /** As compared: lower case. */
  readonly name: string;
  readonly word: PlacedWord;
  /** `table`: a bare `type:name`, short for the list's own access check. `unknown`: nothing that smtpd knows. */
  readonly kind: 'builtin' | 'class' | 'table' | 'unknown';
  readonly known: Restriction | undefined;
  /** The word behind it, where the restriction takes one. */
  readonly argument: PlacedWord | undefined;
  /** Stands behind warn_if_reject: it only warns. */
  readonly warnOnly: boolean;
}

export interface RestrictionList {
  /** The parameter: one of smtpd's lists, or the name of a restriction class. */
  readonly parameter: string;
  readonly isClass: boolean;
  readonly settings: Settings;
  /** The service whose `-o` makes this list differ from main.cf's; undefined for main.cf's own. */
  readonly service: Service | undefined;
  readonly entries: readonly RestrictionEntry[];
}

/** Reads the entries of a list. Words that a class or restriction does not explain are `unknown`. */
export function readRestrictions(settings: Settings, parameter: string): RestrictionEntry[] {
  const classes = classNames(settings);
  const words = settings.words(parameter);
  const out: RestrictionEntry[] = [];
  let warnOnly = false;
  for (let i = 0; i < words.length; i++) {
    const word = words[i];
    if (!word) break;
    const name = word.text.toLowerCase();
    const known = restrictions.get(name);
    const takes = known !== undefined && known.argument !== 'none' && known.argument !== 'restriction';
    const argument = takes ? words[i + 1] : undefined;
    if (takes) i++;
    const isTable = !known && parseTableName(word.text) !== undefined;
    const kind = known ? 'builtin' : classes.has(word.text) ? 'class' : isTable ? 'table' : 'unknown';
    out.push({ name, word, kind, known, argument, warnOnly });
    warnOnly = name === 'warn_if_reject';
  }
  return out;
}

/** The names of smtpd_restriction_classes. */
export function classNames(settings: Settings): ReadonlySet<string> {
  return new Set(settings.words('smtpd_restriction_classes').map(w => w.text));
}

/**
 * The lists of a site that its files set: those of main.cf, those that a service's `-o` sets or changes by a macro it uses,
 * and the restriction classes. Lists whose value is not known whole (templates) are left out. Remembered by site.
 */
export const restrictionLists: (site: Site) => readonly RestrictionList[] = derived(site => {
  const out: RestrictionList[] = [];
  const add = (settings: Settings, parameter: string, service: Service | undefined, isClass: boolean): void => {
    const setting = settings.get(parameter);
    if (!setting.isSet || setting.unknown) return;
    out.push({ parameter, isClass, settings, service, entries: readRestrictions(settings, parameter) });
  };
  const main = siteSettings(site);
  for (const parameter of restrictionParameters) add(main, parameter, undefined, false);
  for (const name of classNames(main)) if (!isListParameter(name)) add(main, name, undefined, true);
  for (const service of servicesOf(site)) {
    if (programOf(service) !== 'smtpd') continue;
    const changed = new Set(optionsOf(service).map(o => o.name));
    if (changed.size === 0) continue;
    const settings = serviceSettings(site, service);
    const differs = (name: string): boolean => {
      const { used } = settings.get(name);
      return changed.has(name) || [...used].some(u => changed.has(u));
    };
    for (const parameter of restrictionParameters) if (differs(parameter)) add(settings, parameter, service, false);
    for (const name of classNames(settings))
      if (!isListParameter(name) && differs(name)) add(settings, name, service, true);
  }
  return out;
});

function isListParameter(name: string): name is RestrictionParameter {
  return (restrictionParameters as readonly string[]).includes(name);
}
