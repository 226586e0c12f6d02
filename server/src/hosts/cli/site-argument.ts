/** The one site that a command asks about. */
import { discover } from '../../model/discover';
import type { Site } from '../../model/site';
import type { Files } from '../../text/files';
import { say } from '../../text/message';
import { wishesOf } from './inspect';
import type { Common } from './options';
import { absolute, shown, WrongUse, type Terminal } from './terminal';

/** The site at a path, or in the current folder. Throws {@link WrongUse} where there is none or more than one. */
export function siteAt(path: string | undefined, files: Files, common: Common, terminal: Terminal): Site {
  const given = absolute(terminal, path ?? '.');
  const { sites, unreadable } = discover(files, [given], wishesOf(common));
  const name = shown(terminal, given);
  const failed = unreadable.find(u => u.given);
  if (failed)
    throw new WrongUse(say(`${name}: ${failed.why.text.en}`, `${name}: ${failed.why.text['pt-BR']}`, failed.why.args));
  const real = sites.filter(s => s.main || s.master);
  const here = real.find(s => s.folder === given);
  const [first, second] = here ? [here] : real;
  if (!first) {
    throw new WrongUse(
      say('{name}: no main.cf or master.cf there', '{name}: não há main.cf nem master.cf ali', { name }),
    );
  }
  if (second) {
    const folders = real.map(s => shown(terminal, s.folder)).join(', ');
    throw new WrongUse(
      say('{name}: several sites, name one: {folders}', '{name}: há vários sites, indique um: {folders}', {
        name,
        folders,
      }),
    );
  }
  return first;
}
