/** The domains that are a site's own: those it is final destination for, by its files or by the user's word. */
import { compiledTypes, parseTableName, resolveFile } from '../../model/tables';
import { siteSettings, type Place } from '../../model/settings';
import type { Site } from '../../model/site';
import { logicalLines } from '../../syntax/logical-lines';
import { derived } from '../../text/derived';

export interface OwnDomain {
  /** Lower case. */
  readonly name: string;
  /** Where it is listed; undefined for one that only the options name. */
  readonly place: Place | undefined;
}

/** A name with at least one dot that can be a mail domain: no address, no pattern, no `localhost.…`. */
const domainName =
  /^(?!localhost\.)(?!.*\.localdomain$)(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/;
const lists = ['mydestination', 'virtual_alias_domains', 'virtual_mailbox_domains'] as const;

/**
 * The own domains: the options' first, then those of mydestination, virtual_alias_domains and virtual_mailbox_domains,
 * listed or as the keys of a table file. Host names in mydestination count, for mail is taken for them too.
 * What only a database or a template knows is left out.
 */
export const ownDomains: (site: Site) => readonly OwnDomain[] = derived(site => {
  const found = new Map<string, OwnDomain>();
  const add = (text: string, place: Place | undefined): void => {
    const name = text.toLowerCase();
    if (domainName.test(name) && !found.has(name)) found.set(name, { name, place });
  };
  for (const domain of site.options.domains) add(domain, undefined);
  const settings = siteSettings(site);
  for (const parameter of lists) {
    if (settings.get(parameter).problems.length > 0 && settings.text(parameter) === '') continue;
    for (const word of settings.words(parameter)) {
      const table = parseTableName(word.text);
      if (!table) add(word.text, word.place);
      else if (compiledTypes.has(table.type) || table.type === 'texthash') {
        for (const key of keysOf(site, table.name)) add(key, word.place);
      }
    }
  }
  return [...found.values()];
});

function keysOf(site: Site, path: string): string[] {
  const { state } = resolveFile(site, path);
  if (state.kind !== 'text') return [];
  return logicalLines(state.source).flatMap(line => {
    if (line.kind !== 'line') return [];
    const key = /^\S+/.exec(line.joined.text)?.[0] ?? '';
    return key.includes('@') ? [] : [key];
  });
}
