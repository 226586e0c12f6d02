/** Who gets through a firewall, in a line: for the lenses above its chains and the hover on its rules. */
import { countRanges, printNetwork, printShare, type AddressSet } from '../analysis/packet/regions/address-set';
import type { PortQuery } from '../analysis/packet/regions/port-question';
import { decided } from '../analysis/packet/regions/decided';
import { reach, type Reach } from '../analysis/packet/regions/reach';
import { mailPorts, sharesAt, type RuleShare } from '../analysis/packet/regions/rule-share';
import { familyOf, mailOwner, siteFirewalls, type SiteFirewall } from '../analysis/packet/site-firewalls';
import { mailHost, userOf } from '../analysis/packet/world';
import { kindIn } from '../model/kind-in-site';
import type { Site } from '../model/site';
import type { Family } from '../syntax/iptables/rule';
import { say, type Message } from '../text/message';
import type { SourceText } from '../text/source-text';
import type { Span } from '../text/span';
import { code, type Doc } from './doc';

/** A question that a lens over a chain answers. */
export interface ChainQuestion {
  readonly span: Span;
  readonly way: PortQuery['way'];
  readonly port: number;
  readonly family: Family;
}

const chains = [
  ['INPUT', 'in', mailPorts],
  ['FORWARD', 'forward', [25]],
  ['OUTPUT', 'out', [25]],
] as const;

/** The questions of a firewall's file: each mail port where a built-in chain of the filter is first spoken of. */
export function chainQuestions(site: Site, source: SourceText): ChainQuestion[] {
  const one = firewallOf(site, source);
  if (!one) return [];
  const { ruleset } = one.firewall;
  const families = one.kind === 'shell' ? ([4, 6] as const) : [familyOf(source.path)];
  return families.flatMap(family =>
    chains.flatMap(([name, way, ports]) => {
      const chain = ruleset.tables[family].get('filter')?.chains.get(name);
      if (!chain || (chain.rules.length === 0 && chain.policy === 'ACCEPT')) return [];
      const origins = [chain.policyOrigin, ...chain.rules.map(placed => placed.origin)];
      let first: Span | undefined;
      for (const origin of origins) {
        if (origin?.source.path === source.path && (!first || origin.span.start < first.start)) first = origin.span;
      }
      const span = first;
      return span ? ports.map(port => ({ span, way, port, family })) : [];
    }),
  );
}

function firewallOf(site: Site, source: SourceText): SiteFirewall | undefined {
  return siteFirewalls(site).find(one => one.source.path === source.path);
}

/** The answer to a question; on the way out the packet is one of the mail system's own. */
export function askChain(site: Site, source: SourceText, { way, port, family }: ChainQuestion): Reach | undefined {
  const one = firewallOf(site, source);
  if (!one) return undefined;
  const query = { family, way, port };
  const { user, group } = way === 'out' ? userOf(mailOwner(site), mailHost(true)) : {};
  return reach(one.firewall.ruleset, {
    ...query,
    ...(user === undefined ? {} : { user }),
    ...(group === undefined ? {} : { group }),
  });
}

/** Who gets through, in a line. */
export function reachText(question: ChainQuestion, found: Reach | undefined): Message {
  const { way, family } = question;
  const who = !found ? say('not known', 'não se sabe') : openTo(found);
  const port =
    family === 6 ? say('{port} over IPv6', '{port} por IPv6', { port: question.port }) : String(question.port);
  if (way === 'out') {
    return say('{port} out, for mail: {who}', '{port} de saída, para o correio: {who}', { port, who });
  }
  if (way === 'forward') return say('{port} through: {who}', '{port} de passagem: {who}', { port, who });
  return say('{port}: {who}', '{port}: {who}', { port, who });
}

function openTo({ open: { surely, possibly }, unknown }: Reach): Message {
  if (unknown) return unknown;
  if (possibly.networks.length === 0) return say('closed', 'fechada');
  if (surely.share === 1) return say('open to all', 'aberta para todos');
  if (surely.networks.length > 0) {
    return say('open to {networks}', 'aberta para {networks}', { networks: addressesText(surely) });
  }
  return say(
    'open or not: that hangs on what the files do not tell',
    'aberta ou não: depende do que os arquivos não dizem',
  );
}

/** A set of addresses in a few words: its first network, how many ranges, how much of the address space. */
export function addressesText(set: AddressSet): Message {
  const [first] = set.networks;
  if (!first) return say('nobody', 'ninguém');
  if (set.share === 1) return say('any address', 'qualquer endereço');
  const args = {
    first: printNetwork(first),
    share: { text: { en: printShare(set.share), 'pt-BR': printShare(set.share, 'pt-BR') }, args: {} },
    family: `IPv${set.family}`,
    count: countRanges(set),
  };
  if (set.networks.length === 1) {
    return first.bits === (set.family === 4 ? 32 : 128)
      ? say('{first}', '{first}', args)
      : say('{first}, {share} of {family}', '{first}, {share} do {family}', args);
  }
  return args.count === 1
    ? say('{first} …, {share} of {family}', '{first} …, {share} do {family}', args)
    : say('{first} … {count} ranges, {share} of {family}', '{first} … {count} faixas, {share} do {family}', args);
}

/** Up to so many lines a firewall is run for an answer that cannot wait; a larger one only says what is known by then. */
const quick = 100;

/** What the rule under an offset really decides; empty where no rule stands there, and in a large file until it was checked. */
export function ruleRegionHover(site: Site, source: SourceText, offset: number): Doc {
  const kind = kindIn(site, source);
  if (kind !== 'shell' && kind !== 'iptables-save') return [];
  const short = source.starts.length <= quick;
  const firewalls = (short ? siteFirewalls(site) : siteFirewalls.known(site)) ?? [];
  return firewalls
    .filter(({ firewall }) => short || decided.known(firewall.ruleset) !== undefined)
    .flatMap(({ firewall }) => sharesAt(firewall.ruleset, source, offset).map(share => shareText(share)));
}

function shareText(share: RuleShare): Message {
  const { chain, family, dead, far, unknown } = share;
  const where = family === 6 ? `${chain}, IPv6` : chain;
  if (unknown) return unknown;
  if (dead) {
    return say('**{where}**: this rule never gets a packet.', '**{where}**: esta regra nunca recebe um pacote.', {
      where,
    });
  }
  const args = {
    where,
    verdict: verdictOf(share),
    far: addressesText(far),
    ports: share.ports.join(', '),
    rest: share.open
      ? say(
          ' Not all of it for certain: limits, sets or conditions decide too.',
          ' Nem tudo é certo: limites, conjuntos ou condições também decidem.',
        )
      : say('', ''),
  };
  if (share.side === 'source') {
    return share.ports.length > 0
      ? say(
          '**{where}**: {verdict} what comes from {far}, mail ports {ports} among it.{rest}',
          '**{where}**: {verdict} o que vem de {far}, inclusive as portas de correio {ports}.{rest}',
          args,
        )
      : say(
          '**{where}**: {verdict} what comes from {far}; no mail port.{rest}',
          '**{where}**: {verdict} o que vem de {far}; nenhuma porta de correio.{rest}',
          args,
        );
  }
  return share.ports.length > 0
    ? say(
        '**{where}**: {verdict} what goes to {far}, mail ports {ports} among it.{rest}',
        '**{where}**: {verdict} o que vai para {far}, inclusive as portas de correio {ports}.{rest}',
        args,
      )
    : say(
        '**{where}**: {verdict} what goes to {far}; no mail port.{rest}',
        '**{where}**: {verdict} o que vai para {far}; nenhuma porta de correio.{rest}',
        args,
      );
}

function verdictOf({ placed }: RuleShare): Message {
  const { action } = placed.rule;
  switch (action.kind) {
    case 'accept':
      return say('accepts', 'aceita');
    case 'drop':
      return say('drops', 'descarta');
    case 'reject':
      return say('refuses', 'recusa');
    case 'jump':
    case 'goto':
      return say('hands to {chain}', 'passa para {chain}', { chain: code(action.chain) });
    case 'return':
      return say('sends back', 'devolve');
    case 'translate':
    case 'redirect':
    case 'masquerade':
    case 'map-network':
      return say('translates', 'traduz');
    default:
      return say('meets', 'encontra');
  }
}
