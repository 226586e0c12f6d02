/** Words that stand where a lookup table is meant: whole values of table parameters, and arguments of restrictions. */
import { restrictions } from '../facts/restrictions';
import { valueShape } from '../facts/value-kinds';
import { optionsOf } from '../syntax/master-cf/parse';
import { bracePayload } from '../syntax/list';
import { derived } from '../text/derived';
import { masterOf, serviceSettings, servicesOf } from './services';
import { setNames, siteSettings, type PlacedWord, type Settings } from './settings';
import type { Site } from './site';

export interface TableWord extends PlacedWord {
  readonly parameter: string;
  readonly settings: Settings;
  /** A word without a type is a mistake here; else it may be a domain, a network, another restriction. */
  readonly onlyTables: boolean;
}

/** All such words that main.cf and `-o` write; values that a template or the machine decides are left out. */
export const tableWords: (site: Site) => readonly TableWord[] = derived(site => {
  const out: TableWord[] = [];
  const main = siteSettings(site);
  for (const name of site.main ? setNames(site) : []) collect(main, name, out);
  for (const service of masterOf(site).assumed ? [] : servicesOf(site)) {
    const settings = serviceSettings(site, service);
    for (const option of optionsOf(service)) if (!option.problem) collect(settings, option.name, out);
  }
  return out;
});

function collect(settings: Settings, parameter: string, out: TableWord[]): void {
  const { kind } = valueShape(parameter);
  if (!['tables', 'checks', 'patterns', 'networks', 'restrictions'].includes(kind)) return;
  const setting = settings.get(parameter);
  if (setting.unknown || setting.problems.length > 0) return;
  let tableNext = false;
  for (const word of settings.words(parameter)) {
    // A list of clients or domains ends at a `#`; behind one, nothing is a table.
    if (word.text.startsWith('#')) break;
    if (kind === 'restrictions') {
      const inner = bracePayload({ text: word.text, start: 0, end: word.text.length });
      if (tableNext && !inner) out.push({ ...word, parameter, settings, onlyTables: true });
      tableNext = restrictions.get(word.text.toLowerCase())?.argument === 'table';
    } else if (!word.text.startsWith('{')) {
      out.push({ ...word, parameter, settings, onlyTables: kind === 'tables' || kind === 'checks' });
    }
  }
}
