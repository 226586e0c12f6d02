/** What a table is asked for: which keys come to it, and what its right side means there. */
import { derived } from '../text/derived';
import type { SourceText } from '../text/source-text';
import { restrictionLists, type RestrictionEntry, type RestrictionList } from './restriction-lists';
import type { Place, Settings } from './settings';
import { parseTableName, resolveFile, tableUses, tablesWithin, type TableName } from './tables';
import type { Site } from './site';

/** `domains` and `networks`: only whether a key is there counts. */
export type TableRole =
  | 'client-access'
  | 'helo-access'
  | 'sender-access'
  | 'recipient-access'
  | 'domains'
  | 'networks'
  | 'recipients'
  | 'other';

export interface RoleOfTable {
  readonly role: TableRole;
  readonly table: TableName;
  /** The parameter that names it. */
  readonly parameter: string;
  readonly settings: Settings;
  /** The word that names it. */
  readonly place: Place | undefined;
  /** For access tables: where in its list it stands. */
  readonly list?: RestrictionList;
  readonly entry?: RestrictionEntry;
}

const listRoles: Readonly<Record<string, TableRole>> = {
  mydestination: 'domains',
  relay_domains: 'domains',
  virtual_alias_domains: 'domains',
  virtual_mailbox_domains: 'domains',
  debug_peer_list: 'networks',
  mynetworks: 'networks',
  smtpd_client_event_limit_exceptions: 'networks',
  postscreen_access_list: 'other',
  local_recipient_maps: 'recipients',
  relay_recipient_maps: 'recipients',
  virtual_mailbox_maps: 'recipients',
};

const accessRoles: readonly (readonly [RegExp, TableRole])[] = [
  [/^check_(?:client|reverse_client_hostname|sasl|ccert)_/, 'client-access'],
  [/^check_helo_/, 'helo-access'],
  [/^check_sender_/, 'sender-access'],
  [/^check_recipient_/, 'recipient-access'],
];

/** The role of a bare `type:name` in each list. */
const bareRoles: Readonly<Record<string, TableRole>> = {
  smtpd_client_restrictions: 'client-access',
  smtpd_helo_restrictions: 'helo-access',
  smtpd_sender_restrictions: 'sender-access',
  smtpd_relay_restrictions: 'recipient-access',
  smtpd_recipient_restrictions: 'recipient-access',
};

/** Every table of a site with its role, those inside unionmap: and pipemap: too. Remembered by site. */
export const tableRoles: (site: Site) => readonly RoleOfTable[] = derived(site => {
  const out: RoleOfTable[] = [];
  for (const list of restrictionLists(site)) {
    for (const entry of list.entries) {
      const word = entry.kind === 'table' ? entry.word : entry.known?.argument === 'table' ? entry.argument : undefined;
      const named = word && parseTableName(word.text.replace(/^\{\s*/, '').replace(/[\s,].*$/s, ''));
      const whole = word && parseTableName(word.text);
      const table = whole ?? named;
      if (!word || !table) continue;
      const role =
        entry.kind === 'table'
          ? (bareRoles[list.parameter] ?? 'other')
          : (accessRoles.find(([name]) => name.test(entry.name))?.[1] ?? 'other');
      // Tables asked with the names of servers or addresses have keys of their own kind.
      const asked = /_(?:a|mx|ns)_access$/.test(entry.name) ? 'other' : role;
      for (const each of tablesWithin(table)) {
        const { parameter, settings } = list;
        out.push({ role: asked, table: each, parameter, settings, place: word.place, list, entry });
      }
    }
  }
  for (const { table, parameter, settings, place } of tableUses(site)) {
    if (/_restrictions$/.test(parameter)) continue;
    out.push({ role: listRoles[parameter] ?? 'other', table, parameter, settings, place });
  }
  return out;
});

/** The text of the file behind a table that is read by lines of `key value`; undefined for other types and missing files. */
export function keyFileOf(site: Site, table: TableName): SourceText | undefined {
  if (!/^(?:hash|btree|dbm|sdbm|cdb|lmdb|texthash)$/.test(table.type)) return undefined;
  const { state } = resolveFile(site, table.name);
  return state.kind === 'text' ? state.source : undefined;
}
