/** What the rules on firewalls share: the evidence as it is shown, and where the rule stands that decided. */
import type { Packet } from '../analysis/packet/packet';
import type { PlacedRule } from '../analysis/packet/ruleset';
import { printAddress } from '../syntax/iptables/address';
import { connectionStates } from '../syntax/iptables/rule';

export { decidingPlace, packetEvidence } from '../analysis/evidence';

/** The states of a packet question, the most ordinary first. */
const states = [
  [connectionStates.NEW, 'new'],
  [connectionStates.ESTABLISHED, 'established'],
  [connectionStates.RELATED, 'related'],
  [connectionStates.INVALID, 'invalid'],
] as const;

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
    } else if (condition.kind === 'state') {
      const state = states.find(([bit]) => (condition.states & bit) !== 0);
      if (!state) return undefined;
      packet.state = state[1];
    } else return undefined;
  }
  return packet;
}
