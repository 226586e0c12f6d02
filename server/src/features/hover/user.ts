/** What is known of a user, an alias or an address: where its mail goes, by the tables of the site. */
import type { Site } from '../../model/site';
import { say } from '../../text/message';
import { basename } from '../../text/path';
import { bullets, code, type Doc } from '../doc';
import { mailNames, meantBy } from '../mail-names';
import type { Meaning } from '../tokens/token';

/** The most lines that are shown. */
const most = 5;

/** Where mail for a user or an address goes. */
export function userHover(site: Site, { name, domain }: Meaning & { kind: 'user' }): Doc {
  const meansIt = (key: string): boolean => {
    if (!key.startsWith(name)) return false;
    const meant = meantBy(site, key);
    return meant.name === name && meant.domain === domain;
  };
  const lines = mailNames(site, meansIt, most).map(({ source, start, value }) => {
    const args = { file: basename(source.path), line: source.positionAt(start).line + 1, value: code(value, 120) };
    return say('{file} line {line}: {value}', '{file} linha {line}: {value}', args);
  });
  const full = domain === '' ? name : `${name}@${domain}`;
  const title = say('**{full}**', '**{full}**', { full });
  if (lines.length > 0) return [title, say('Mail for it goes to:', 'O correio dele vai para:'), ...bullets(lines)];
  if (domain !== '') return [title];
  return [
    title,
    say(
      'No alias of the site. Whether the host has such a user is for the host to say.',
      'Nenhum alias do site. Se o host tem tal usuário, só o host diz.',
    ),
  ];
}
