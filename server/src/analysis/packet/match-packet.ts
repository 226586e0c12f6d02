/** Whether a packet, at one place on its way, meets a rule's conditions: yes, no, or not decided. */
import type { Message } from '../../text/message';
import { say } from '../../text/message';
import { compareAddresses } from '../../syntax/iptables/address';
import type { Address, Condition, ConnectionField, Family, Range, Side } from '../../syntax/iptables/rule';
import { connectionStates, withoutConnection } from '../../syntax/iptables/rule';
import type { Traffic } from './traffic';
import { setMatches } from './match-set';
import type { Setting } from './world';
import { addressType, inBlock } from './world';

/** True, false, or undefined where nobody can tell. */
export type Truth = boolean | undefined;

/** A packet as a chain sees it. */
export interface Probe {
  readonly family: Family;
  readonly src: Address;
  readonly dst: Address;
  readonly protocol: number;
  readonly sport: number | undefined;
  readonly dport: number | undefined;
  readonly flags: number;
  readonly icmp: { readonly type: number; readonly code: number } | undefined;
  readonly inFace: string | undefined;
  readonly outFace: string | undefined;
  /** One of the states of connection tracking, with SNAT and DNAT where the connection is translated. */
  readonly states: number;
  /** The connection that `states` tells of, as its first packet was addressed; undefined where that is not known. */
  readonly connection: ProbeConnection | undefined;
  /** Who owns the socket it comes from; undefined where it comes from none, or the owner is not known. */
  readonly owner: Owner | undefined;
  readonly mac: string | undefined;
  /** Undefined: not known. */
  mark: number | undefined;
  connectionMark: number | undefined;
}

/** The connection that a packet belongs to. */
export interface ProbeConnection {
  readonly protocol: number;
  readonly client: { readonly address: Address; readonly port: number | undefined };
  readonly server: { readonly address: Address; readonly port: number | undefined };
  /** Whether the packet goes against its direction. */
  readonly reply: boolean;
}

export interface Owner {
  readonly user: number | undefined;
  readonly group: number | undefined;
}

/** What was not decided, and why. */
export interface Doubt {
  readonly text: string;
  readonly why: Message;
}

/** Ids above are names whose number nobody knows. */
const firstNameId = 2 ** 33;

const carriesPorts = new Set([6, 17, 33, 132, 136]);

/** Whether all conditions are met; what is undecided goes to `doubts` where it decides. Stops at the first that is not met. */
export function meetsAll(
  conditions: readonly Condition[],
  probe: Probe,
  setting: Setting,
  traffic: Traffic | undefined,
  doubts: Doubt[],
): Truth {
  let truth: Truth = true;
  const open: Doubt[] = [];
  for (const condition of conditions) {
    const met = meets(condition, probe, setting, truth === true ? traffic : undefined);
    if (met === false) return false;
    if (met === undefined) {
      truth = undefined;
      open.push(doubt(condition));
    }
  }
  doubts.push(...open);
  return truth;
}

/** Whether connection tracking knows a packet's connection. */
export function hasConnection({ states }: Probe): boolean {
  return (states & withoutConnection) === 0;
}

/** Whether one condition is met. Rates and lists are decided only where the traffic so far is given. */
export function meets(condition: Condition, probe: Probe, setting: Setting, traffic: Traffic | undefined): Truth {
  switch (condition.kind) {
    case 'address':
      return inBlock(at(probe, condition.side), condition.block) !== condition.not;
    case 'address-range': {
      const address = at(probe, condition.side);
      const inside = compareAddresses(condition.from, address) <= 0 && compareAddresses(address, condition.to) <= 0;
      return inside !== condition.not;
    }
    case 'interface':
      return faceMatches(condition.side === 'in' ? probe.inFace : probe.outFace, condition) !== condition.not;
    case 'protocol':
      return (probe.protocol === condition.number) !== condition.not;
    case 'ports':
      return portsMatch(probe, condition);
    case 'tcp-flags':
      return probe.protocol === 6 && ((probe.flags & condition.mask) === condition.set) !== condition.not;
    case 'icmp': {
      if (!probe.icmp) return false;
      const hit =
        condition.type === 255 || (probe.icmp.type === condition.type && within(probe.icmp.code, condition.code));
      return hit !== condition.not;
    }
    case 'state':
      return ((probe.states & condition.states) !== 0) !== condition.not;
    case 'connection':
      return connectionMatches(probe, condition);
    case 'owner':
      return ownerMatches(probe.owner, condition);
    case 'owned':
      return (probe.owner !== undefined) !== condition.not;
    case 'fragment':
    case 'unusual':
      return condition.not;
    case 'mac':
      return probe.mac === undefined ? false : (probe.mac === condition.address) !== condition.not;
    case 'mark': {
      // Negated or not, a packet without a connection does not meet it (xt_connmark).
      if (condition.on === 'connection' && !hasConnection(probe)) return false;
      const mark = condition.on === 'packet' ? probe.mark : probe.connectionMark;
      return mark === undefined ? undefined : ((mark & condition.mask) >>> 0 === condition.value) !== condition.not;
    }
    case 'address-type':
      return condition.types.includes(addressType(at(probe, condition.side), setting)) !== condition.not;
    case 'packet-type': {
      const kind = addressType(probe.dst, setting);
      const type = kind === 'MULTICAST' ? 'multicast' : kind === 'BROADCAST' ? 'broadcast' : 'unicast';
      return (type === condition.type) !== condition.not;
    }
    case 'length':
      return holds(condition.bytes, 65535, condition.not);
    case 'hops':
      return holds(condition.left, 255, condition.not);
    case 'undecided':
      return undefined;
    case 'set':
      return setMatches(condition, probe);
    case 'never':
      return false;
    case 'limit':
    case 'rate-by':
    case 'recent':
    case 'connections':
      return traffic?.meets(condition, probe);
  }
}

function at(probe: Probe, side: Side): Address {
  return side === 'source' ? probe.src : probe.dst;
}

function within(value: number, range: Range): boolean {
  return range.from <= value && value <= range.to;
}

/** Whether a number up to `most` that nobody knows is in a range: told of all and of none. */
function holds({ from, to }: Range, most: number, not: boolean): Truth {
  if (from > to) return not;
  return from === 0 && to === most ? !not : undefined;
}

function faceMatches(
  face: string | undefined,
  condition: { readonly name: string; readonly prefix: boolean },
): boolean {
  if (face === undefined) return condition.prefix && condition.name === '';
  return condition.prefix ? face.startsWith(condition.name) : face === condition.name;
}

/** The ports that a system gives to connections of its own: where a packet's source port is not named it is one of these. */
export const ephemeral: Range = { from: 32768, to: 60999 };

function portsMatch(probe: Probe, condition: Extract<Condition, { kind: 'ports' }>): Truth {
  if (!carriesPorts.has(probe.protocol)) return false;
  const { side, ranges } = condition;
  const hit = (port: number | undefined) => portWithin(port, ranges);
  const sides =
    side === 'either' ? [hit(probe.sport), hit(probe.dport)] : [hit(side === 'source' ? probe.sport : probe.dport)];
  if (sides.includes(true)) return !condition.not;
  return sides.includes(undefined) ? undefined : condition.not;
}

function portWithin(port: number | undefined, ranges: readonly Range[]): Truth {
  if (port !== undefined) return ranges.some(range => within(port, range));
  if (ranges.some(range => range.from <= ephemeral.from && ephemeral.to <= range.to)) return true;
  return ranges.some(range => range.from <= ephemeral.to && ephemeral.from <= range.to) ? undefined : false;
}

/** What xt_conntrack says of a packet's connection. */
function connectionMatches(probe: Probe, condition: Extract<Condition, { kind: 'connection' }>): Truth {
  if (!hasConnection(probe)) return condition.withState;
  const { connection } = probe;
  if (!connection) return undefined;
  const hit = connectionHas(connection, condition.asks);
  return hit === undefined ? undefined : hit !== condition.not;
}

function connectionHas({ protocol, client, server, reply }: ProbeConnection, asks: ConnectionField): Truth {
  switch (asks.field) {
    case 'reply':
      return reply;
    case 'protocol':
      return protocol === asks.number;
    case 'address':
      return inBlock((asks.side === 'source' ? client : server).address, asks.block);
    case 'port':
      // For other protocols the kernel compares what it keeps in the place of ports.
      if (!carriesPorts.has(protocol)) return undefined;
      return portWithin((asks.side === 'source' ? client : server).port, [asks.ports]);
  }
}

function ownerMatches(owner: Owner | undefined, condition: Extract<Condition, { kind: 'owner' }>): Truth {
  // What comes from no socket is nobody's: only the negated form is met (xt_owner).
  if (!owner) return condition.not;
  const id = condition.what === 'user' ? owner.user : owner.group;
  if (id === undefined) return undefined;
  const byName = condition.ids.from >= firstNameId;
  if (byName !== id >= firstNameId) {
    // A name and a number: only root is known to be 0 and no other.
    if (id === 0 || (condition.ids.from === 0 && condition.ids.to === 0)) return condition.not;
    return undefined;
  }
  return within(id, condition.ids) !== condition.not;
}

function doubt(condition: Condition): Doubt {
  if (condition.kind === 'undecided') return { text: condition.text, why: condition.why };
  const texts: Partial<Record<Condition['kind'], Message>> = {
    set: say(
      'what is in the set {name} (ipset) is not known',
      'o conteúdo do conjunto {name} (ipset) não é conhecido',
      {
        name: condition.kind === 'set' ? condition.name : '',
      },
    ),
    owner: say('the number of the user or group is not known', 'o número do usuário ou grupo não é conhecido'),
    mark: say('the mark on the packet is not known', 'a marca do pacote não é conhecida'),
    length: say('the length of the packet is not known', 'o tamanho do pacote não é conhecido'),
    hops: say('the TTL of the packet is not known', 'o TTL do pacote não é conhecido'),
  };
  return {
    text: condition.kind,
    why:
      texts[condition.kind] ??
      say('it depends on the traffic so far ({what})', 'depende do tráfego até ali ({what})', { what: condition.kind }),
  };
}

/** All states of connection tracking apart from translations. */
export const everyState =
  connectionStates.INVALID |
  connectionStates.NEW |
  connectionStates.ESTABLISHED |
  connectionStates.RELATED |
  connectionStates.UNTRACKED;
