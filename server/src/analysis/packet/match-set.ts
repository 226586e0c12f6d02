/** Whether a packet is in an ipset (the kernel's ip_set_test and xt_set). */
import { compareAddresses } from '../../syntax/iptables/address';
import type { Condition } from '../../syntax/iptables/rule';
import type { SetContent, SetElement, SetPart } from '../../syntax/iptables/set-content';
import type { Probe, Truth } from './match-packet';
import { ephemeral } from './match-packet';

/** Whether the condition `--match-set` is met; undefined where the set's content or the packet's port is not known. */
export function setMatches({ content, fields, not }: Extract<Condition, { kind: 'set' }>, probe: Probe): Truth {
  const inside = content && isIn(content, fields, probe);
  return inside === undefined ? undefined : inside !== not;
}

function isIn(content: SetContent, fields: readonly string[], probe: Probe): Truth {
  if (content.kind === 'list') {
    const members = content.members.map(member => isIn(member, fields, probe));
    return members.includes(true) ? true : members.includes(undefined) ? undefined : false;
  }
  // A rule that gives fewer fields than the set has, and a packet of the other family, match nothing.
  if (fields.length < content.dimensions || (content.family ?? probe.family) !== probe.family) return false;
  let inside: Truth = false;
  for (const element of content.elements) {
    const met = meetsElement(element, fields, probe);
    if (met === true) inside = !element.nomatch;
    else if (met === undefined && inside === element.nomatch) inside = undefined;
  }
  return inside;
}

function meetsElement({ parts }: SetElement, fields: readonly string[], probe: Probe): Truth {
  let truth: Truth = true;
  for (const [i, part] of parts.entries()) {
    const met = meetsPart(part, fields[i] === 'src', probe);
    if (met === false) return false;
    if (met === undefined) truth = undefined;
  }
  return truth;
}

function meetsPart(part: SetPart, source: boolean, probe: Probe): Truth {
  if (part.kind === 'addresses') {
    const address = source ? probe.src : probe.dst;
    return compareAddresses(part.from, address) <= 0 && compareAddresses(address, part.to) <= 0;
  }
  const { protocol, range } = part;
  if (protocol === undefined ? probe.protocol !== 6 && probe.protocol !== 17 : probe.protocol !== protocol)
    return false;
  const { icmp } = probe;
  const port = icmp ? icmp.type * 256 + icmp.code : source ? probe.sport : probe.dport;
  if (port !== undefined) return range.from <= port && port <= range.to;
  if (range.from <= ephemeral.from && ephemeral.to <= range.to) return true;
  return range.from <= ephemeral.to && ephemeral.from <= range.to ? undefined : false;
}
