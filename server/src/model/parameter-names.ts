/** What a parameter's name is on a site: Postfix's own, a transport's, one's own, or nothing at all. */
import { inventions, obsolete, vdaParameters } from '../facts/obsolete';
import { parameters, transportParameter } from '../facts/parameters';
import { restrictions as knownRestrictions } from '../facts/restrictions';
import { macrosOf, parseMainCf } from '../syntax/main-cf/parse';
import { optionsOf } from '../syntax/master-cf/parse';
import { parseMacros, references } from '../syntax/macro/parse';
import { splitList } from '../syntax/list';
import { derived } from '../text/derived';
import { nearestFew } from '../text/nearest';
import { holesIn, isShellVariable } from './holes';
import { mergedSettings } from './merged-settings';
import { masterOf, serviceSettings, servicesOf } from './services';
import { mainParameters, siteSettings } from './settings';
import type { Site } from './site';
import { tableUses } from './tables';

/** Every name that some `$name` of main.cf or master.cf asks for, wherever it stands. */
export const usedNames: (site: Site) => ReadonlySet<string> = derived(site => {
  const used = new Set<string>();
  const merged = [...mergedSettings(site).values()].map(m => m.parameter);
  for (const parameter of [...(site.main ? parseMainCf(site.main).parameters : []), ...merged]) {
    if (!parameter.value.includes('$')) continue;
    for (const { name } of references(macrosOf(parameter).parts)) used.add(name);
  }
  for (const service of masterOf(site).tree.services) {
    for (const { value } of optionsOf(service)) {
      if (!value.includes('$')) continue;
      for (const { name } of references(parseMacros(value).parts)) used.add(name);
    }
  }
  return used;
});

/** The names of restriction classes, of main.cf and of every service. */
export const restrictionClasses: (site: Site) => ReadonlySet<string> = derived(site => {
  const lists = [siteSettings(site), ...servicesOf(site).map(s => serviceSettings(site, s))];
  return new Set(lists.flatMap(s => splitList(s.text('smtpd_restriction_classes')).map(w => w.text)));
});

/** Prefixes of parameters that describe a query in main.cf (`ldap:name` reads `name_server_host`; old way of ldap_table(5)). */
const querySources: (site: Site) => readonly string[] = derived(site => {
  const named = tableUses(site).filter(({ table }) => /^(?:ldap|mysql|pgsql|sqlite|memcache)$/.test(table.type));
  return [...new Set(named.map(({ table }) => table.name))].filter(name => name !== '' && !name.includes('/'));
});

export type NameKind =
  /** Postfix's own, or once its own. */
  | 'built-in'
  /** `NAME_destination_…` of a transport that master.cf has, or that cannot be looked up. */
  | 'transport'
  /** The same of a transport that master.cf does not have. */
  | 'no-transport'
  /** One's own, and something asks for it. */
  | 'own'
  /** Nothing that anything reads. */
  | 'unread';

const builtIn: ReadonlySet<string> = new Set(
  // The manual's own placeholder for a transport's name is no transport.
  [...parameters.keys()].filter(name => !(name.startsWith('transport_') && transportParameter(name))),
);

/** The names of Postfix's own parameters, of all versions. */
export const builtInNames: ReadonlySet<string> = builtIn;

/** What a name that is set on a site is. */
export function nameKind(site: Site, name: string): NameKind {
  if (builtIn.has(name) || obsolete.has(name)) return 'built-in';
  if (usedNames(site).has(name) || restrictionClasses(site).has(name)) return 'own';
  if (querySources(site).some(prefix => name.startsWith(`${prefix}_`))) return 'own';
  const own = transportParameter(name);
  if (!own) return 'unread';
  if (!site.master) return 'transport';
  return servicesOf(site).some(s => s.name.text === own.transport) ? 'transport' : 'no-transport';
}

/** What somebody most likely made of a name that nothing reads. `names` are those that were meant. */
export interface Misreading {
  readonly kind: 'near' | 'invention' | 'vda' | 'transport' | 'restriction' | 'none';
  readonly names: readonly string[];
}

/** How many misspelt names of one site are looked up for near ones; a file of nonsense is no slip. */
const mostSlips = 200;

const slipsOf = derived((_site: Site) => new Map<string, readonly string[]>());

/** Names of Postfix's parameters and of the site's own that an undefined `$name` can stand for, nearest first. */
export function nearSettings(site: Site, name: string): readonly string[] {
  const own = nearestFew(name, [...mainParameters(site).keys()].slice(0, 2000));
  return own.length > 0 ? own : near(site, name);
}

/** The same of Postfix's own parameters alone. */
function near(site: Site, name: string): readonly string[] {
  const known = slipsOf(site);
  const hit = known.get(name);
  if (hit) return hit;
  if (known.size >= mostSlips) return [];
  const found = nearestFew(name, builtIn);
  known.set(name, found);
  return found;
}

/** Names that only Postfix itself starts in this way: a name of one's own mostly starts otherwise. */
const families = /^(?:smtpd|smtp|lmtp|postscreen|tls|tlsproxy|milter|virtual|qmgr|qmqpd|mailbox|bounce|address)_/;

/**
 * What is wrong with a name that is set on a site; undefined for a name that is read, that a template fills in, or that may
 * well be one's own.
 */
export function misreading(site: Site, name: string): Misreading | undefined {
  const kind = nameKind(site, name);
  if (kind !== 'unread' && kind !== 'no-transport') return undefined;
  if (holesIn(name).length > 0 || isShellVariable(name) || !/^[A-Za-z0-9][\w.:-]*$/.test(name)) return undefined;
  if (vdaParameters.has(name)) return { kind: 'vda', names: [] };
  const meant = inventions.get(name);
  if (meant !== undefined) return { kind: 'invention', names: [meant] };
  const names = near(site, name);
  if (names.length > 0) return { kind: 'near', names };
  if (kind === 'no-transport') return { kind: 'transport', names: [transportParameter(name)?.transport ?? ''] };
  if (/^(?:check|defer|permit|reject)_/.test(name)) {
    const restrictions = nearestFew(name, knownRestrictions.keys());
    if (restrictions.length > 0) return { kind: 'restriction', names: restrictions };
  }
  // Without a master.cf at hand a name may be used there.
  return site.master && families.test(name) ? { kind: 'none', names: [] } : undefined;
}
