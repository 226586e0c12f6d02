/** The firewalls of a site, set up once: each script or dump beside it, with the machine they guard as far as it is known. */
import { editedSite, type SiteEdit } from '../../model/edited-site';
import { siteSettings } from '../../model/settings';
import type { Site } from '../../model/site';
import { basename } from '../../text/path';
import { derived, type Derived } from '../../text/derived';
import type { SourceText } from '../../text/source-text';
import { loadFirewall, type Firewall } from './firewall';
import type { Packet } from './packet';
import { tryPacket, type PacketAnswer } from './try-packet';
import { mailHost } from './world';
import { anyHost, type HostNames } from '../../syntax/iptables/host-names';
import type { Read } from '../../syntax/iptables/command';
import { readCommand } from '../../syntax/iptables/read-command';
import type { Family } from '../../syntax/iptables/rule';
import type { Word } from '../../syntax/iptables/word';
import type { IptablesCall } from '../firewall/calls';

export interface SiteFirewall {
  readonly source: SourceText;
  readonly kind: 'shell' | 'iptables-save';
  readonly firewall: Firewall;
}

/**
 * The host that a checked firewall is taken to guard: nothing is known of its resolver and its sets, but the users that mail
 * programs run as are there, by the numbers of a usual installation; only whether two names mean the same user counts.
 */
const guarded: HostNames = {
  ...anyHost,
  user: name => mailHost(true).user(name) ?? 'unknown',
  group: name => mailHost(true).group(name) ?? 'unknown',
};

/** The firewalls of a site, in the order of its files. Remembered by site. */
export const siteFirewalls: Derived<Site, readonly SiteFirewall[]> = derived((site: Site) =>
  site.firewalls.flatMap(({ kind, source }) =>
    kind === 'shell' || kind === 'iptables-save' ? [load(site, kind, source)] : [],
  ),
);

/**
 * One firewall of a site with some edits made; the site's others are not set up for it.
 */
export function editedFirewall(site: Site, { kind, source }: SiteFirewall, edits: readonly SiteEdit[]): SiteFirewall {
  const edited = editedSite(site, edits);
  return load(edited, kind, edited.firewalls.find(file => file.source.path === source.path)?.source ?? source);
}

function load(site: Site, kind: SiteFirewall['kind'], source: SourceText): SiteFirewall {
  const firewall = loadFirewall([{ kind, source }], {
    files: site.files,
    family: familyOf(source.path),
    names: guarded,
  });
  return { source, kind, firewall };
}

/** The family of a dump, by its name: `rules.v6`, `ip6tables.rules`. */
export function familyOf(path: string): Family {
  return /(?:v6|ip6tables|6\.rules)/.test(basename(path)) ? 6 : 4;
}

/** The user that Postfix's own connections belong to (mail_owner), by name. */
export function mailOwner(site: Site): string {
  return siteSettings(site).text('mail_owner') || 'postfix';
}

/** What a call of iptables with other words would read as, whatever tables and chains are there. */
export function readOtherwise(call: Pick<IptablesCall, 'program' | 'backend'>, words: readonly Word[]): Read {
  return readCommand(words, {
    family: call.program === 'ip6tables' ? 6 : 4,
    backend: call.backend ?? 'nft',
    names: guarded,
  });
}

/** Sends a packet, it alone, through a firewall of the site. */
export function ask(one: SiteFirewall, packet: Packet): PacketAnswer {
  return tryPacket(one.firewall.ruleset, packet, {}, { names: guarded, alone: true });
}

/** Whether a firewall says anything at all about a chain of a table in a family: a rule or a policy of its own. */
export function speaksOf(one: SiteFirewall, table: 'filter' | 'nat', chain: string, family: Family = 4): boolean {
  const found = one.firewall.ruleset.tables[family].get(table)?.chains.get(chain);
  return found !== undefined && (found.rules.length > 0 || found.policyOrigin !== undefined);
}

/** Whether the host is a router by the firewall's own words: it translates addresses, or has rules on forwarded packets. */
export function routes(one: SiteFirewall): boolean {
  const forward = one.firewall.ruleset.tables[4].get('filter')?.chains.get('FORWARD');
  return speaksOf(one, 'nat', 'POSTROUTING') || (forward !== undefined && forward.rules.length > 0);
}

/** An address of the LAN that the rules themselves name as a source, else a usual one. */
export function lanAddress(one: SiteFirewall): string {
  const named = /-s\s+((?:10|172\.(?:1[6-9]|2\d|3[01])|192\.168)(?:\.\d{1,3}){1,3})\/\d+/.exec(one.source.text)?.[1];
  return named ? `${named.split('.').slice(0, 3).join('.')}.50` : '192.168.1.50';
}
