/** The demands on the firewall: who reaches port 25 outside, and whether users reach submission. */
import { nextHop } from '../../model/next-hop';
import { portNumber } from '../../model/services';
import { siteSettings } from '../../model/settings';
import type { Site } from '../../model/site';
import { say, type Message } from '../../text/message';
import { decidingPlace, packetEvidence } from '../evidence';
import { listenersOf } from '../mail-flow/listeners';
import type { Packet } from '../packet/packet';
import { printShare } from '../packet/regions/address-set';
import { reach } from '../packet/regions/reach';
import {
  ask,
  familyOf,
  lanAddress,
  mailOwner,
  routes,
  siteFirewalls,
  speaksOf,
  type SiteFirewall,
} from '../packet/site-firewalls';
import { resolution, worst, type Demand, type Finding } from './demand';

const far = '198.51.100.25';

/** The three demands on the firewalls of a site; unknown where it has none. */
export function firewallDemands(site: Site): readonly Demand[] {
  return [
    {
      id: 'own-delivery',
      title: say('The mail server itself may deliver to the outside', 'O próprio servidor de e-mail entrega para fora'),
      source: resolution,
      ...through(site, 'OUTPUT', one => ownDelivery(site, one)),
    },
    {
      id: 'outbound-25-closed',
      title: say(
        'Users of the host and the LAN cannot reach port 25 outside',
        'Usuários da máquina e a LAN não alcançam a porta 25 de fora',
      ),
      source: `${resolution}; RFC 5068, 3.2`,
      ...through(site, 'OUTPUT', closedOutside),
    },
    {
      id: 'submission-reachable',
      title: say('The firewall lets users reach submission', 'O firewall deixa os usuários chegarem à submissão'),
      source: `${resolution}; RFC 5068, 3.1`,
      ...through(site, 'INPUT', one => reachable(site, one)),
    },
  ];
}

const noFirewall: Finding = {
  status: 'unknown',
  reason: say(
    'no firewall script or dump was found with this site',
    'nenhum script ou dump de firewall foi encontrado com este site',
  ),
};

/** Asks each IPv4 firewall, those that say nothing of the chain only where none does. */
function through(site: Site, chain: string, question: (one: SiteFirewall) => Finding): Finding {
  const all = siteFirewalls(site).filter(one => familyOf(one.source.path) === 4);
  const speaking = all.filter(one => speaksOf(one, 'filter', chain));
  return worst((speaking.length > 0 ? speaking : all).map(question), noFirewall);
}

const nobodyKnows = (relayhost: string): Finding => ({
  status: 'unknown',
  reason: say(
    'which hosts and ports relayhost means is not known: {relayhost}',
    'não se sabe que hosts e portas relayhost quer dizer: {relayhost}',
    { relayhost },
  ),
});

/** Mail goes out on port 25, or to the port and the address that relayhost names. */
function ownDelivery(site: Site, one: SiteFirewall): Finding {
  const relayhost = siteSettings(site).get('relayhost');
  const next = nextHop(relayhost.value);
  if (relayhost.unknown ?? (!next && relayhost.value !== '')) return nobodyKnows(relayhost.value);
  const port = portNumber(next?.port || '25') ?? 25;
  const host = next?.host ?? '';
  const literal = /^\d+\.\d+\.\d+\.\d+$/.test(host);
  const user = mailOwner(site);
  const dst = literal ? host : far;
  const packet: Packet = { path: 'out', proto: 'tcp', dst, dport: port, state: 'new', user };
  const args = { user, port };
  return byPacket(one, packet, {
    passes: { status: 'met', reason: say('{user} reaches port {port}', '{user} alcança a porta {port}', args) },
    stops:
      host !== '' && !literal
        ? {
            status: 'unknown',
            reason: say(
              'port {port} is closed to {user} in general; whether {host} is excepted hangs on its address',
              'a porta {port} está fechada para {user} em geral; se {host} é exceção depende do endereço dele',
              { ...args, host },
            ),
          }
        : {
            status: 'not-met',
            reason: say(
              'port {port} outside is closed to {user} as well, so nothing is delivered: let {user} pass first',
              'a porta {port} de fora está fechada também para {user}, e nada é entregue: deixe {user} passar antes',
              args,
            ),
          },
  });
}

function closedOutside(one: SiteFirewall): Finding {
  const base = { proto: 'tcp', dst: far, dport: 25, state: 'new' } as const;
  const stops: Finding = {
    status: 'met',
    reason: say(
      'the packet of an ordinary user and that of a LAN computer both end here',
      'tanto o pacote de um usuário comum quanto o de um computador da LAN param aqui',
    ),
  };
  const local = byPacket(
    one,
    { path: 'out', ...base, user: null },
    {
      stops,
      passes: {
        status: 'not-met',
        reason: say(
          'any user of this host reaches port 25 outside: refuse it in OUTPUT to all but the mail server',
          'qualquer usuário desta máquina alcança a porta 25 de fora: recuse-a no OUTPUT a todos, menos ao servidor de e-mail',
        ),
      },
    },
  );
  const lan = byPacket(
    one,
    { path: 'forward-out', src: lanAddress(one), ...base },
    {
      stops,
      passes: routes(one)
        ? {
            status: 'not-met',
            reason: say(
              'a computer of the LAN reaches port 25 outside: refuse it in FORWARD',
              'um computador da LAN alcança a porta 25 de fora: recuse-a no FORWARD',
            ),
          }
        : {
            status: 'unknown',
            reason: say(
              'users of the host are stopped; no rule speaks of forwarded packets: if this host routes for a LAN, refuse port 25 in FORWARD',
              'os usuários da máquina são barrados; nenhuma regra fala de pacotes encaminhados: se esta máquina roteia uma LAN, recuse a porta 25 no FORWARD',
            ),
          },
    },
  );
  return worst([local, lan], noFirewall);
}

/** Whether the port is open to somebody: a list of networks need not let everybody in. */
function reachable(site: Site, one: SiteFirewall): Finding {
  const offered = listenersOf(site).filter(l => (l.port === 587 || l.port === 465) && !l.loopback);
  const port = site.main && !offered.some(l => l.port === 587) ? (offered[0]?.port ?? 587) : 587;
  const { passing, open, unknown } = reach(one.firewall.ruleset, { family: 4, way: 'in', port });
  const usual: Packet = { path: 'in', proto: 'tcp', src: '203.0.113.9', dport: port };
  const packet: Packet = { ...(open.surely.share < 1 ? (passing ?? usual) : usual), state: 'new' };
  const share = open.surely.share;
  const passes: Finding = {
    status: 'met',
    reason:
      share > 0 && share < 0.9999
        ? say('port {port} is open to {share} of the addresses', 'a porta {port} está aberta a {share} dos endereços', {
            port,
            share: say(printShare(share), printShare(share, 'pt-BR')),
          })
        : say('port {port} is open', 'a porta {port} está aberta', { port }),
  };
  const closed = say(
    'port {port} is closed to everybody outside: open it in INPUT',
    'a porta {port} está fechada para todos de fora: abra-a no INPUT',
    { port },
  );
  const some = say(
    'whether anybody outside reaches port {port} is not certain',
    'não é certo que alguém de fora alcance a porta {port}',
    { port },
  );
  const mayBe = unknown ?? (open.possibly.share > 0 ? some : undefined);
  return byPacket(one, packet, {
    passes,
    stops: mayBe ? { status: 'unknown', reason: mayBe } : { status: 'not-met', reason: closed },
  });
}

/** The answer by a packet's fate, with the packet and the rule that decided. */
function byPacket(
  one: SiteFirewall,
  packet: Packet,
  by: { readonly passes: Finding; readonly stops: Finding },
): Finding {
  const answer = ask(one, packet);
  const shown = { evidence: packetEvidence(packet, answer), place: decidingPlace(one, answer) };
  if (answer.verdict === 'unknown') return { status: 'unknown', reason: hangsOn(answer.unknown), ...shown };
  return { ...(answer.verdict === 'ACCEPT' ? by.passes : by.stops), ...shown };
}

function hangsOn([why]: readonly Message[]): Message {
  return why
    ? say('it hangs on this: {why}', 'depende do seguinte: {why}', { why })
    : say('the rules do not settle it', 'as regras não o definem');
}
