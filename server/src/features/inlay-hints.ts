/** Small texts beside the code: what `$x` stands for, which port a name is, how a short network is read, how large a set is. */
import { countRanges } from '../analysis/packet/regions/address-set';
import { countAddresses, namedAddresses } from '../analysis/packet/regions/named-addresses';
import { siteFirewalls } from '../analysis/packet/site-firewalls';
import { numberOfPort, nameOfPort, portsInFigures } from './hover/port';
import { fullNetwork } from './hover/network';
import { endpointOf, serviceSettings } from '../model/services';
import { siteSettings } from '../model/settings';
import type { Site } from '../model/site';
import type { Service } from '../syntax/master-cf/parse';
import { say, type Message } from '../text/message';
import type { SourceText } from '../text/source-text';
import type { Span } from '../text/span';
import { overlaps } from '../text/span';
import { tokensWithin } from './tokens/of-file';
import type { Meaning, Token } from './tokens/token';

/** A text to show at an offset. */
export interface InlayHint {
  readonly offset: number;
  readonly text: string | Message;
}

const longest = 40;

/** The hints in a part of a file. */
export function inlayHints(site: Site, source: SourceText, within: Span): InlayHint[] {
  const out: InlayHint[] = [];
  let service: Service | undefined;
  for (const token of tokensWithin(site, source, within)) {
    if (token.span.start > within.end) break;
    const { meaning } = token;
    if (meaning && 'service' in meaning && meaning.service) service = meaning.service;
    if (!meaning || !overlaps(token.span, within)) continue;
    const text = hintFor(site, source, token, meaning, service);
    if (text !== undefined && text !== '') out.push({ offset: endOf(source, token), text });
  }
  return [...out, ...setSizes(site, source, within)].sort((a, b) => a.offset - b.offset);
}

/** How many addresses lists, sets and loops of a firewall come to. */
function setSizes(site: Site, source: SourceText, within: Span): InlayHint[] {
  const one = siteFirewalls(site).find(firewall => firewall.source.path === source.path);
  if (!one) return [];
  return namedAddresses(one.firewall.ruleset, source, within).map(({ offset, set }) => {
    const ranges = countRanges(set);
    const count = countAddresses(set);
    const addresses = { text: { en: grouped(count ?? 0, ','), 'pt-BR': grouped(count ?? 0, '.') }, args: {} };
    const text =
      count === undefined
        ? say('{ranges} ranges', '{ranges} faixas', { ranges })
        : ranges === 1
          ? say('{addresses} addresses', '{addresses} endereços', { addresses })
          : say('{ranges} ranges, {addresses} addresses', '{ranges} faixas, {addresses} endereços', {
              ranges,
              addresses,
            });
    return { offset, text };
  });
}

function grouped(count: number, separator: string): string {
  return String(count).replace(/(?<=\d)(?=(?:\d{3})+$)/g, separator);
}

function endOf(source: SourceText, { span }: Token): number {
  return source.text[span.end] === '}' || source.text[span.end] === ')' ? span.end + 1 : span.end;
}

function hintFor(
  site: Site,
  source: SourceText,
  token: Token,
  meaning: Meaning,
  service: Service | undefined,
): string | undefined {
  switch (meaning.kind) {
    case 'parameter': {
      if (meaning.role !== 'use' || !/[${(]/.test(source.text[token.span.start - 1] ?? '')) return undefined;
      const settings = service && source === site.master ? serviceSettings(site, service) : siteSettings(site);
      const setting = settings.get(meaning.name);
      if (setting.unknown || setting.value === '') return undefined;
      const value = setting.value.replace(/\s+/g, ' ');
      return `= ${value.length > longest ? `${value.slice(0, longest)}…` : value}`;
    }
    case 'service': {
      if (!meaning.inet || !meaning.service) return undefined;
      const { port } = endpointOf(meaning.service);
      return otherName(port);
    }
    case 'port':
      return (meaning.by && portsInFigures(meaning.text)) ?? otherName(meaning.text, meaning.by);
    case 'network':
      return meaning.by && fullNetwork(meaning.text);
    default:
      return undefined;
  }
}

/** A name's number, or a number's name. */
function otherName(port: string, by?: 'iptables'): string | undefined {
  const number = numberOfPort(port, by);
  if (number === undefined) return undefined;
  return /^\d+$/.test(port) ? nameOfPort(number) : String(number);
}
