/** What the rules on firewalls share: the evidence as it is shown, and where the rule stands that decided. */
import type { Packet } from '../analysis/packet/packet';
import type { PlacedRule } from '../analysis/packet/ruleset';
import type { SiteFirewall } from '../analysis/packet/site-firewalls';
import type { PacketAnswer } from '../analysis/packet/try-packet';
import { printAddress } from '../syntax/iptables/address';
import type { Place } from '../model/settings';
import type { Evidence } from './rule';

/** A packet with its fate, as `try packet` takes and gives it. */
export function packetEvidence(packet: Packet, answer: PacketAnswer): Evidence {
  const { verdict, seen_src } = answer;
  return { packet: { ...packet, verdict, ...(seen_src === undefined ? {} : { seen_src }) } };
}

/** Where the last step of an answer stands that stands in a file; else the start of the firewall's own file. */
export function decidingPlace(one: SiteFirewall, answer: PacketAnswer): Place {
  for (let i = answer.trace.length - 1; i >= 0; i--) {
    const step = answer.trace[i];
    if (step?.source && step.span) return { source: step.source, span: step.span };
  }
  return { source: one.source, span: { start: 0, end: 0 } };
}

/** A packet that meets what a rule asks of addresses, protocol and ports; undefined where it asks for more than that. */
export function packetFor(placed: PlacedRule, chain: string): Packet | undefined {
  const path = chain === 'OUTPUT' ? 'out' : chain === 'FORWARD' ? 'forward-out' : 'in';
  const packet: { -readonly [K in keyof Packet]: Packet[K] } = { path, proto: 'tcp', state: 'new' };
  for (const condition of placed.rule.conditions) {
    if ('not' in condition && condition.not) return undefined;
    if (condition.kind === 'protocol') {
      if (condition.number !== 6 && condition.number !== 17) return undefined;
      packet.proto = condition.number === 6 ? 'tcp' : 'udp';
    } else if (condition.kind === 'address') {
      packet[condition.side === 'source' ? 'src' : 'dst'] = printAddress(condition.block.value);
    } else if (condition.kind === 'ports') {
      const port = condition.ranges[0]?.from;
      if (port === undefined) return undefined;
      packet[condition.side === 'source' ? 'sport' : 'dport'] = port;
    } else if (condition.kind !== 'state') return undefined;
  }
  return packet;
}
