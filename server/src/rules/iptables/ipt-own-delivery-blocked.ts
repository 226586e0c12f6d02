import {
  ask,
  editedFirewall,
  mailOwner,
  siteFirewalls,
  speaksOf,
  type SiteFirewall,
} from '../../analysis/packet/site-firewalls';
import type { Packet } from '../../analysis/packet/packet';
import { reach } from '../../analysis/packet/regions/reach';
import { mailHost, userOf } from '../../analysis/packet/world';
import { nextHop } from '../../model/next-hop';
import { siteSettings } from '../../model/settings';
import type { Site } from '../../model/site';
import { anyHost } from '../../syntax/iptables/host-names';
import { say } from '../../text/message';
import { decidingPlace, packetEvidence } from '../packet-evidence';
import { defineRule, type FileEdit, type Fix } from '../rule';

export const rule = defineRule({
  id: 'ipt-own-delivery-blocked',
  title: { en: 'The mail server cannot deliver either', 'pt-BR': 'O próprio servidor de e-mail não consegue entregar' },
  severity: 'error',
  files: ['shell', 'iptables-save', 'main.cf'],
  fixable: true,
  evidence: true,
  page: {
    why: `Closing outbound port 25 keeps users and worms from sending past the mail server. Servers speak to each other on the same
port: without an exception the mail server's own connections are dropped as well, and its queue fills.`,
    remedy: 'Let the user that Postfix runs as pass first: `-m owner --uid-owner postfix -j ACCEPT`.',
    bad: { 'firewall.sh': '#!/bin/sh\niptables -A OUTPUT -p tcp --dport 25 -j DROP\n' },
    good: {
      'firewall.sh':
        '#!/bin/sh\niptables -A OUTPUT -p tcp --dport 25 -m owner --uid-owner postfix -j ACCEPT\niptables -A OUTPUT -p tcp --dport 25 -j DROP\n',
    },
    see: ['RFC 5321', 'iptables-extensions(8), owner', 'CGI.br RES/2009/002/P'],
  },
  messages: {
    blocked: {
      en: 'Mail for other servers goes out on port {port}, and for {user} as well it ends here ({verdict}): nothing can be delivered. Let {user} pass before it.',
      'pt-BR':
        'As mensagens para outros servidores saem pela porta {port}, e também para {user} param aqui ({verdict}): nada é entregue. Deixe {user} passar antes.',
    },
  },
  check(site, report) {
    const relay = relayOf(site);
    if (!relay) return;
    const { port } = relay;
    const user = mailOwner(site);
    const dst = relay.address ?? '198.51.100.25';
    const packet: Packet = { path: 'out', proto: 'tcp', dst, dport: port, state: 'new', user };
    for (const one of siteFirewalls(site)) {
      if (!speaksOf(one, 'filter', 'OUTPUT')) continue;
      const answer = ask(one, packet);
      if (answer.verdict !== 'DROP' && answer.verdict !== 'REJECT') continue;
      if (relay.named && isOpenTo(one, port, user)) continue;
      if (namedAddresses(one).some(src => ask(one, { ...packet, src }).verdict === 'ACCEPT')) continue;
      const place = decidingPlace(one, answer);
      report(
        place.source,
        place.span,
        'blocked',
        { user, verdict: answer.verdict, port },
        {
          severity: site.main ? 'error' : 'warning',
          evidence: packetEvidence(packet, answer),
          fixes: () => exception(site, one, place.span, packet),
        },
      );
    }
  },
});

/** Where mail for others goes; undefined where the files do not tell. `named`: to a host of which the resolver alone knows the address. */
function relayOf(
  site: Site,
): { readonly port: number; readonly address?: string; readonly named: boolean } | undefined {
  const { value, unknown } = siteSettings(site).get('relayhost');
  if (!site.main || value === '') return site.main && unknown ? undefined : { port: 25, named: false };
  const next = unknown ? undefined : nextHop(value);
  if (!next) return undefined;
  const { host } = next;
  const service = next.port || 'smtp';
  const port = /^\d+$/.test(service) ? Number(service) : anyHost.service(service, 'tcp');
  if (typeof port !== 'number') return undefined;
  const isAddress = /^\d{1,3}(?:\.\d{1,3}){3}$/.test(host);
  return { port, named: !isAddress, ...(isAddress ? { address: host } : {}) };
}

/** Whether the user who sends mail may reach a port on any host at all. */
function isOpenTo(one: SiteFirewall, port: number, name: string): boolean {
  const { user, group } = userOf(name, mailHost(true));
  const { open } = reach(one.firewall.ruleset, {
    family: 4,
    way: 'out',
    port,
    ...(user === undefined ? {} : { user }),
    ...(group === undefined ? {} : { group }),
  });
  return open.possibly.networks.length > 0;
}

/** Addresses that a script names and that may be the host's own: only the host knows which it has. Bounded. */
function namedAddresses({ source }: SiteFirewall): readonly string[] {
  const all = source.text.match(/(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d./])/g) ?? [];
  return [...new Set(all)].filter(a => !/^(?:0|127|255)\./.test(a) && a.split('.').every(n => +n < 256)).slice(0, 16);
}

/** Puts the exception where it comes first in the chain: behind a rule that is inserted, before one that is appended. */
function exception(site: Site, one: SiteFirewall, span: { start: number; end: number }, packet: Packet): Fix[] {
  const { source } = one;
  const user = packet.user ?? '';
  const line = source.slice(span);
  const { text } = source;
  const inserted = /\s-I\s+OUTPUT\b|\s--insert\s+OUTPUT\b/.test(line);
  const appended = /(?:^|\s)-A\s+OUTPUT\b|\s--append\s+OUTPUT\b/.test(line);
  if (!inserted && !appended) return [];
  const head = one.kind === 'shell' ? (/^(.*?)\s-[IA]\s+OUTPUT/.exec(line)?.[1] ?? 'iptables') : '';
  const rest = `OUTPUT -p tcp --dport ${packet.dport ?? 25} -m owner --uid-owner ${user} -j ACCEPT\n`;
  const lineStart = text.lastIndexOf('\n', span.start - 1) + 1;
  const indent = /^[ \t]*/.exec(text.slice(lineStart))?.[0] ?? '';
  const newline = text.indexOf('\n', span.end);
  const at = inserted ? (newline < 0 ? text.length : newline + 1) : lineStart;
  const missing = at === text.length && !text.endsWith('\n') ? '\n' : '';
  const newText = `${missing}${indent}${head}${head ? ' ' : ''}-${inserted ? 'I' : 'A'} ${rest}`;
  const edits: FileEdit[] = [{ source, span: { start: at, end: at }, newText }];
  if (ask(editedFirewall(site, one, edits), packet).verdict !== 'ACCEPT') return [];
  return [{ title: say('Let {user} pass first', 'Deixar {user} passar antes', { user }), safe: true, edits }];
}
