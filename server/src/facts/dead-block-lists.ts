/**
 * DNS block lists that have shut down: zone (with all below it), since when, how it ended, and who says so. As of November
 * 2026; a zone is entered only when its operator or a monitor of block lists has announced the end.
 */
export interface DeadBlockList {
  readonly zone: string;
  /** Year, or year and month. */
  readonly since: string;
  /** `within`: its entries are part of a living list, so that asking it is only superfluous. */
  readonly within: boolean;
  /** `world`: it answered for every address at least once since, so that whoever asked it refused all mail. */
  readonly listedTheWorld: boolean;
  readonly source: string;
}

const rows = `
relays.osirusoft.com      2003-08 world dnsbl.com
blackholes.easynet.nl     2003-12 -     operator's announcement, easynet.nl
dynablock.easynet.nl      2003-12 -     operator's announcement, easynet.nl
proxies.blackholes.easynet.nl 2003-12 - operator's announcement, easynet.nl
opm.blitzed.org           2006-05 -     operator's announcement, blitzed.org
relays.ordb.org           2006-12 world operator's announcement, ordb.org; listed everything in March 2008
dsbl.org                  2008-05 -     operator's announcement, dsbl.org
rfc-ignorant.org          2012-09 -     operator's announcement, rfc-ignorant.org
njabl.org                 2013-03 world operator's announcement, njabl.org; the domain is in other hands
ahbl.org                  2015-01 world operator's announcement, ahbl.org
virbl.dnsbl.bit.nl        2017    -     dnsbl.com, rollernet.us (2017)
virbl.bit.nl              2017    -     dnsbl.com, rollernet.us (2017)
spam.abuse.ch             2019-02 -     abuse.ch, by rspamd issue 2744
spamcannibal.org          2019-05 world dnsbl.com; the domain expired and is in other hands
bl.emailbasura.org        2019-10 world dnsbl.com; the domain is in other hands
dnsbl.inps.de             2020-05 -     operator's announcement, by dnsbl.com
cbl.abuseat.org           2021-01 within merged into Spamhaus XBL, which zen.spamhaus.org holds
ubl.unsubscore.com        2023    -     dnsbl.com
sorbs.net                 2024-06 -     operator's announcement, by dnsbl.com
ix.dnsbl.manitu.net       2025-01 -     operator's announcement, nixspam.net
db.wpbl.info              2025    -     operator's announcement, wpbl.info
`;

/** All of them. */
export const deadBlockLists: readonly DeadBlockList[] = rows
  .trim()
  .split('\n')
  .map(row => {
    const [zone = '', since = '', end, ...source] = row.split(/\s+/);
    return { zone, since, listedTheWorld: end === 'world', within: end === 'within', source: source.join(' ') };
  });

/** The dead list that a zone is, or lies below; undefined for one that is not known to be dead. */
export function deadBlockList(zone: string): DeadBlockList | undefined {
  const name = zone.toLowerCase().replace(/\.$/, '');
  return deadBlockLists.find(d => name === d.zone || name.endsWith(`.${d.zone}`));
}
