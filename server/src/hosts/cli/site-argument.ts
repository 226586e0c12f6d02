/** The one site that a command or a policy test speaks of. */
import { discover, type Wishes } from '../../model/discover';
import type { Site, SiteOptions } from '../../model/site';
import type { Files } from '../../text/files';
import { say } from '../../text/message';
import { wishesOf } from './inspect';
import type { Common } from './options';
import { absolute, shown, WrongUse, type Terminal } from './terminal';

/** The site at a path, or in the current folder. Throws {@link WrongUse} where there is none or more than one. */
export function siteAt(path: string | undefined, files: Files, common: Common, terminal: Terminal): Site {
  const given = absolute(terminal, path ?? '.');
  return siteIn(given, shown(terminal, given), files, wishesOf(common));
}

/** As {@link siteAt}; where there is no main.cf or master.cf, a firewall on its own will do. */
export function siteOrFirewallAt(path: string | undefined, files: Files, common: Common, terminal: Terminal): Site {
  const { sites } = discover(files, [absolute(terminal, path ?? '.')], wishesOf(common));
  const [alone] = sites.filter(s => s.firewalls.length > 0);
  return alone && !sites.some(s => s.main || s.master) ? alone : siteAt(path, files, common, terminal);
}

/** The site at an absolute path: in that folder, or the only one below it, or that of a file. `name`: what people call it. */
export function siteIn(path: string, name: string, files: Files, wishes: Wishes, host?: SiteOptions['host']): Site {
  const { sites, unreadable } = discover(files, [path], wishes);
  const failed = unreadable.find(u => u.given);
  if (failed) {
    const { en, 'pt-BR': pt } = failed.why.text;
    throw new WrongUse(say(`{name}: ${en}`, `{name}: ${pt}`, { ...failed.why.args, name }));
  }
  const real = sites.filter(s => s.main || s.master);
  const here = real.find(s => s.folder === path);
  const [site, second] = here ? [here] : real;
  if (!site) {
    throw new WrongUse(
      say('{name}: no main.cf or master.cf there', '{name}: não há main.cf nem master.cf ali', { name }),
    );
  }
  if (second) {
    const folders = real.map(s => s.folder.slice(path.length + 1)).join(', ');
    const args = { name, folders };
    throw new WrongUse(
      say('{name}: several sites, name one: {folders}', '{name}: há vários sites, indique um: {folders}', args),
    );
  }
  return host ? { ...site, options: { ...site.options, host } } : site;
}
