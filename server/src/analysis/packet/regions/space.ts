/** What of a packet is asked, bit by bit, and rules' conditions as sets of packets. */
import { connectionStates } from '../../../syntax/iptables/rule';
import type { Address, Condition, Family, Range, Rule, Side } from '../../../syntax/iptables/rule';
import type { Glance } from '../../../syntax/iptables/glance';
import type { SetContent } from '../../../syntax/iptables/set-content';
import type { Diagrams, Node } from './diagram';
import { everything, nothing } from './diagram';

/** Two sets around one that is not decided: surely in, possibly in. Both the same where all is decided. */
export interface Region {
  readonly must: Node;
  readonly may: Node;
}

/** Fields with one known value; the others are asked. */
export interface Fixed {
  /** Where the packets go: to the host, from it, or through it; all of them to a single host. */
  readonly way?: 'in' | 'out' | 'forward';
  readonly protocol?: number;
  readonly state?: 'NEW' | 'ESTABLISHED' | 'RELATED' | 'INVALID' | 'UNTRACKED';
  readonly flags?: number;
  readonly sport?: number;
  readonly dport?: number;
  /** A name, or null for none. */
  readonly inFace?: string | null;
  readonly outFace?: string | null;
  /** A user's number (or stand-in for its name), or null for no socket. */
  readonly user?: number | null;
  readonly group?: number | null;
}

const states = ['NEW', 'ESTABLISHED', 'RELATED', 'INVALID', 'UNTRACKED'] as const;

/** A field that has few different values as far as the rules can tell. */
interface Choice<T> {
  readonly first: number;
  readonly width: number;
  readonly values: readonly T[];
}

/** Elements of a set that are drawn, at most: larger ones are left open. */
const mostElements = 200;

/** Stand-in for an interface that no rule names. */
const otherFace = '\u0000other';

/** The values of a packet's fields that some rule names. */
export interface Vocabulary {
  readonly names: ReadonlySet<string>;
  readonly ids: Readonly<Record<'user' | 'group', ReadonlySet<number>>>;
  readonly macs: ReadonlySet<string>;
  /** How many rules there are. */
  readonly rules: number;
}

/** Collects the values that rules name. */
export function vocabulary(rules: Iterable<Rule>): Vocabulary {
  const names = new Set<string>(['lo', otherFace]);
  const ids = { user: new Set<number>([0]), group: new Set<number>([0]) };
  const macs = new Set<string>(['']);
  let count = 0;
  for (const rule of rules) {
    count++;
    for (const condition of rule.conditions) {
      if (condition.kind === 'interface') names.add(condition.prefix ? `${condition.name}\u0000` : condition.name);
      else if (condition.kind === 'owner') {
        ids[condition.what].add(condition.ids.from);
        ids[condition.what].add(condition.ids.to + 1);
      } else if (condition.kind === 'mac') macs.add(condition.address);
    }
  }
  return { names, ids, macs, rules: count };
}

/** Whether the values of one are all among those of another. */
export function covers(words: Vocabulary, { names, ids, macs }: Vocabulary): boolean {
  return (
    [...names].every(name => words.names.has(name)) &&
    [...ids.user].every(id => words.ids.user.has(id)) &&
    [...ids.group].every(id => words.ids.group.has(id)) &&
    [...macs].every(mac => words.macs.has(mac))
  );
}

/** The bits of a packet of a family, laid out for the rules of one ruleset. */
export class Space {
  readonly width: number;
  /** Where the bits of the addresses begin. */
  readonly source: number;
  readonly destination: number;
  readonly total: number;
  private readonly inFaces: Choice<string | null>;
  private readonly outFaces: Choice<string | null>;
  private readonly stateChoice: Choice<(typeof states)[number]>;
  private readonly users: Choice<number | null>;
  private readonly groups: Choice<number | null>;
  private readonly macs: Choice<string | null>;
  private readonly protocolBits: number;
  private readonly flagBits: number;
  private readonly dportBits: number;
  private readonly sportBits: number;

  constructor(
    readonly diagrams: Diagrams,
    readonly family: Family,
    private readonly words: Vocabulary,
    readonly fixed: Fixed = {},
  ) {
    const { names, ids, macs } = words;
    let next = 0;
    const choice = <T>(values: readonly T[]): Choice<T> => {
      const width = Math.ceil(Math.log2(Math.max(2, values.length)));
      const made = { first: next, width, values };
      next += width;
      return made;
    };
    const bits = (width: number) => {
      next += width;
      return next - width;
    };
    this.inFaces = choice([null, ...names]);
    this.outFaces = choice([null, ...names]);
    this.stateChoice = choice(states);
    this.protocolBits = bits(8);
    this.users = choice([null, ...[...ids.user].sort((a, b) => a - b)]);
    this.groups = choice([null, ...[...ids.group].sort((a, b) => a - b)]);
    this.macs = choice([null, ...macs]);
    this.flagBits = bits(8);
    this.dportBits = bits(16);
    this.sportBits = bits(16);
    this.width = family === 4 ? 32 : 128;
    this.destination = bits(this.width);
    this.source = bits(this.width);
    this.total = next;
  }

  /** What a hook can see at all: no outgoing interface in INPUT, no owner there, and so on. */
  hook(name: string): Node {
    const d = this.diagrams;
    const inSide = name === 'PREROUTING' || name === 'INPUT' || name === 'FORWARD';
    const outSide = name === 'OUTPUT' || name === 'FORWARD' || name === 'POSTROUTING';
    const own = name === 'OUTPUT' || name === 'POSTROUTING';
    const parts = [
      this.pick(this.inFaces, this.fixed.inFace, face => (face !== null) === inSide),
      this.pick(this.outFaces, this.fixed.outFace, face => (face !== null) === outSide),
      this.pick(this.stateChoice, this.fixed.state, () => true),
      own ? this.pick(this.users, this.fixed.user, () => true) : this.pick(this.users, null, user => user === null),
      own
        ? this.pick(this.groups, this.fixed.group, () => true)
        : this.pick(this.groups, null, group => group === null),
      this.pick(this.macs, undefined, mac => (mac !== null) === inSide),
    ];
    return parts.reduce((all, part) => d.and(part, all), everything);
  }

  /** Packets by which they come in, or go out: one of these interfaces or any but these. */
  face(side: 'in' | 'out', test: (name: string) => boolean): Node {
    const choice = side === 'in' ? this.inFaces : this.outFaces;
    return this.pick(
      choice,
      side === 'in' ? this.fixed.inFace : this.fixed.outFace,
      face => face !== null && test(plainFace(face)),
    );
  }

  /** Packets with an address that a single host of the network may have: no 0.0.0.0/8, no loopback, no multicast and above. */
  unicast(side: Side): Node {
    const d = this.diagrams;
    const first = (value: number, bits: number) => {
      const rest = this.family === 4 ? [] : [0, 0, 0];
      return this.block(side, [value, ...rest], [(0xffffffff << (32 - bits)) >>> 0, ...rest]);
    };
    const others =
      this.family === 4
        ? [first(0, 8), first(0x7f000000, 8), first(0xe0000000, 3)]
        : [first(0, 8), first(0xff000000, 8)];
    return d.not(d.union(others));
  }

  /** Packets with an address that is kept for examples (RFC 5737, RFC 3849). */
  documentation(side: Side): Node {
    return this.family === 4
      ? this.block(side, [0xcb007101], [0xffffff81])
      : this.block(side, [0x20010db8, 0, 0, 1], [0xffffffff, 0xffffffff, 0xffffffff, 0xffffff81]);
  }

  /** Packets in these states. */
  state(...wanted: readonly (typeof states)[number][]): Node {
    return this.pick(this.stateChoice, this.fixed.state, state => wanted.includes(state));
  }

  /** The same space as rules see it in front of connection tracking, where one state is asked: no packet has a connection yet. */
  beforeTracking(): Space {
    return new Space(this.diagrams, this.family, this.words, { ...this.fixed, state: 'INVALID' });
  }

  /** Packets as they are in front of connection tracking: without a connection, but for those that come by the loopback. */
  untracked(hook: string): Node {
    const none = this.state('INVALID');
    return hook === 'PREROUTING'
      ? this.diagrams.or(
          none,
          this.face('in', name => name === 'lo'),
        )
      : none;
  }

  /** What all its packets have in common, by the fields that are fixed. */
  get glance(): Glance {
    const { protocol, dport, sport, state } = this.fixed;
    const only = (port: number | undefined) => (port === undefined ? undefined : [{ from: port, to: port }]);
    const dports = only(dport);
    const sports = only(sport);
    return {
      ...(protocol === undefined ? {} : { protocol }),
      ...(dports && { dports }),
      ...(sports && { sports }),
      ...(state === undefined ? {} : { states: connectionStates[state] }),
    };
  }

  /** Packets to one port. */
  dport(port: number): Node {
    return this.port('dport', { from: port, to: port });
  }

  /** Packets of one protocol. */
  protocol(number: number): Node {
    const { protocol } = this.fixed;
    if (protocol !== undefined) return protocol === number ? everything : nothing;
    return this.diagrams.bits(this.protocolBits, 8, number, 255);
  }

  /** A set without what it says of interfaces and of the state before it was known. */
  withoutWayOut(node: Node): Node {
    return this.diagrams.forget(node, this.outFaces.first, this.outFaces.width + this.stateChoice.width);
  }

  /** A set without what it says of one side's address. */
  forgetAddress(node: Node, side: Side): Node {
    return this.diagrams.forget(node, side === 'source' ? this.source : this.destination, this.width);
  }

  /** A set without all but what it says of the source address (or the destination). */
  onlyAddress(node: Node, side: Side): Node {
    const d = this.diagrams;
    const rest = d.forget(node, 0, this.destination);
    return side === 'source' ? d.forget(rest, this.destination, this.width) : d.forget(rest, this.source, this.width);
  }

  /** Packets with an address in a block. */
  block(side: Side, value: Address, mask: Address): Node {
    let out: Node = everything;
    const first = side === 'source' ? this.source : this.destination;
    for (let i = value.length - 1; i >= 0; i--)
      out = this.diagrams.bits(first + 32 * i, 32, value[i] ?? 0, mask[i] ?? 0, out);
    return out;
  }

  /** The packets that meet all conditions of a rule: surely and possibly. */
  rule(conditions: readonly Condition[]): Region {
    let must: Node = everything;
    let may: Node = everything;
    for (let i = conditions.length - 1; i >= 0; i--) {
      const condition = conditions[i];
      if (!condition) continue;
      const region = this.read(condition);
      may = this.diagrams.and(region.may, may);
      must = region.must === region.may && must === may ? may : this.diagrams.and(region.must, must);
      if (may === nothing) return { must: nothing, may: nothing };
    }
    return { must, may };
  }

  private read(condition: Condition): Region {
    const d = this.diagrams;
    const exact = (node: Node, not = false): Region => {
      const set = not ? d.not(node) : node;
      return { must: set, may: set };
    };
    switch (condition.kind) {
      case 'address':
        return exact(this.block(condition.side, condition.block.value, condition.block.mask), condition.not);
      case 'address-range':
        return exact(this.range(condition.side, condition.from, condition.to), condition.not);
      case 'interface': {
        const met = (face: string) => (condition.prefix ? face.startsWith(condition.name) : face === condition.name);
        return exact(this.face(condition.side, face => met(face) !== condition.not));
      }
      case 'protocol':
        return exact(this.protocol(condition.number), condition.not);
      case 'ports':
        return exact(this.ports(condition));
      case 'tcp-flags': {
        const fixed = this.fixed.flags;
        const flags =
          fixed === undefined
            ? d.bits(this.flagBits, 8, condition.set, condition.mask)
            : (fixed & condition.mask) === condition.set
              ? everything
              : nothing;
        const possible = (condition.set & ~condition.mask) === 0 ? flags : nothing;
        return exact(d.and(this.protocol(6), condition.not ? d.not(possible) : possible));
      }
      case 'icmp': {
        const icmp = d.or(this.protocol(1), this.protocol(58));
        const type =
          condition.type === 255
            ? everything
            : this.port('dport', {
                from: condition.type * 256 + condition.code.from,
                to: condition.type * 256 + condition.code.to,
              });
        return exact(d.and(icmp, condition.not ? d.not(type) : type));
      }
      case 'state':
        return this.states(condition.states, condition.not);
      case 'owner': {
        const choice = condition.what === 'user' ? this.users : this.groups;
        const fixed = condition.what === 'user' ? this.fixed.user : this.fixed.group;
        const inside = (id: number) => condition.ids.from <= id && id <= condition.ids.to;
        return exact(this.pick(choice, fixed, id => (id !== null && inside(id)) !== condition.not));
      }
      case 'owned':
        return exact(this.pick(this.users, this.fixed.user, user => (user !== null) !== condition.not));
      case 'fragment':
        // What is asked about is a whole packet; otherwise later fragments exist, though none behind connection tracking.
        if (this.fixed.protocol !== undefined) return exact(condition.not ? everything : nothing);
        return { must: condition.not ? everything : nothing, may: everything };
      case 'unusual':
        // As with fragments; but nobody tells for certain that what is not asked about has none of it.
        if (this.fixed.protocol !== undefined) return exact(condition.not ? everything : nothing);
        return { must: nothing, may: everything };
      case 'mac':
        return exact(
          this.pick(this.macs, undefined, mac => mac !== null && (mac === condition.address) !== condition.not),
        );
      case 'set':
        return this.set(condition);
      case 'never':
        return exact(nothing);
      case 'address-type':
        return this.addressType(condition);
      default:
        return { must: nothing, may: everything };
    }
  }

  private addressType({ side, types, not }: Extract<Condition, { kind: 'address-type' }>): Region {
    const d = this.diagrams;
    let all: Node | undefined = nothing;
    for (const type of types) {
      const node = this.ofType(side, type);
      all = all === undefined || node === undefined ? undefined : d.or(all, node);
    }
    if (all === undefined) return { must: nothing, may: everything };
    const node = not ? d.not(all) : all;
    return { must: node, may: node };
  }

  /** The packets with a type of address, as routing sees it; undefined where that hangs on addresses that nobody knows. */
  private ofType(side: Side, type: string): Node | undefined {
    const v4 = this.family === 4;
    const multicast = this.block(
      side,
      v4 ? [0xe0000000] : [0xff000000, 0, 0, 0],
      v4 ? [0xf0000000] : [0xff000000, 0, 0, 0],
    );
    const { way } = this.fixed;
    if (!way || (way === 'forward' && side === 'destination')) return type === 'MULTICAST' ? multicast : undefined;
    // One end is the host itself. The other end is not: such packets are dropped before, or do not leave by a cable.
    if (side === (way === 'out' ? 'source' : 'destination')) return type === 'LOCAL' ? everything : nothing;
    switch (type) {
      case 'MULTICAST':
        return multicast;
      case 'LOCAL':
      case 'BROADCAST':
        return nothing;
      case 'UNICAST':
        return this.diagrams.not(multicast);
      default:
        return undefined;
    }
  }

  private states(bits: number, not: boolean): Region {
    const named = states.filter(state => bits & connectionStates[state]);
    const plain = this.state(...named);
    // SNAT and DNAT are said of a connection beside its state: any packet may be of such a one.
    const virtual = (bits & (connectionStates.SNAT | connectionStates.DNAT)) !== 0;
    const must = virtual && not ? nothing : not ? this.diagrams.not(plain) : plain;
    const may = virtual && !not ? everything : not ? this.diagrams.not(plain) : plain;
    return { must, may };
  }

  private ports(condition: Extract<Condition, { kind: 'ports' }>): Node {
    const d = this.diagrams;
    const any = (field: 'sport' | 'dport') =>
      condition.ranges.reduce((set, range) => d.or(set, this.port(field, range)), nothing);
    const hit =
      condition.side === 'either'
        ? d.or(any('sport'), any('dport'))
        : any(condition.side === 'source' ? 'sport' : 'dport');
    const carriers = [6, 17, 33, 132, 136].reduce((set, number) => d.or(set, this.protocol(number)), nothing);
    return d.and(carriers, condition.not ? d.not(hit) : hit);
  }

  private set({ content, fields, not }: Extract<Condition, { kind: 'set' }>): Region {
    const inside = content && this.members(content, fields);
    if (inside === undefined) return { must: nothing, may: everything };
    const node = not ? this.diagrams.not(inside) : inside;
    return { must: node, may: node };
  }

  /** The packets that a set (ipset) matches; undefined where it is too large to be drawn. */
  private members(content: SetContent, fields: readonly string[]): Node | undefined {
    const d = this.diagrams;
    if (content.kind === 'list') {
      let all: Node | undefined = nothing;
      for (const member of content.members) {
        const node = this.members(member, fields);
        all = all === undefined || node === undefined ? undefined : d.or(all, node);
      }
      return all;
    }
    if (fields.length < content.dimensions || (content.family ?? this.family) !== this.family) return nothing;
    if (content.elements.length > mostElements) return undefined;
    return content.elements.reduce((all, { parts, nomatch }) => {
      const node = parts.reduce((set, part, i) => {
        const side = fields[i] === 'src' ? 'source' : 'destination';
        if (part.kind === 'addresses') return d.and(set, this.range(side, part.from, part.to));
        const { protocol, range } = part;
        const carriers = protocol === undefined ? d.or(this.protocol(6), this.protocol(17)) : this.protocol(protocol);
        const isIcmp = protocol === 1 || protocol === 58;
        return d.and(set, d.and(carriers, this.port(side === 'source' && !isIcmp ? 'sport' : 'dport', range)));
      }, everything);
      return nomatch ? d.minus(all, node) : d.or(all, node);
    }, nothing);
  }

  private port(field: 'sport' | 'dport', range: Range): Node {
    const fixed = this.fixed[field];
    if (fixed !== undefined) return range.from <= fixed && fixed <= range.to ? everything : nothing;
    return this.diagrams.between(field === 'sport' ? this.sportBits : this.dportBits, 16, range.from, range.to);
  }

  /** Addresses between two, both included. */
  range(side: Side, from: Address, to: Address): Node {
    const d = this.diagrams;
    const first = side === 'source' ? this.source : this.destination;
    const atLeast = from.reduceRight<Node>((below, word, i) => {
      const above = d.between(first + 32 * i, 32, word + 1, 0xffffffff);
      return d.or(word === 0xffffffff ? nothing : above, d.and(d.bits(first + 32 * i, 32, word, 0xffffffff), below));
    }, everything);
    const atMost = to.reduceRight<Node>((below, word, i) => {
      const under = word === 0 ? nothing : d.between(first + 32 * i, 32, 0, word - 1);
      return d.or(under, d.and(d.bits(first + 32 * i, 32, word, 0xffffffff), below));
    }, everything);
    return d.and(atLeast, atMost);
  }

  private pick<T>(choice: Choice<T>, fixed: T | undefined, test: (value: T) => boolean): Node {
    if (fixed !== undefined) return test(fixed) ? everything : nothing;
    let out: Node = nothing;
    for (const [i, value] of choice.values.entries()) {
      if (test(value))
        out = this.diagrams.or(out, this.diagrams.bits(choice.first, choice.width, i, 2 ** choice.width - 1));
    }
    return out;
  }

  /** Reads one packet off a set: what the fields of its bits say. Fixed fields are as they were fixed. */
  packet(node: Node): SpacePacket | undefined {
    const member = this.diagrams.member(node, variable => (variable >= this.destination ? 1 : 0));
    if (!member) return undefined;
    const number = (first: number, width: number) => {
      let value = 0;
      for (let i = 0; i < width; i++) value = value * 2 + (member.get(first + i) ?? 0);
      return value;
    };
    const value = <T>(choice: Choice<T>, fixed: T | undefined) =>
      fixed !== undefined ? fixed : choice.values[number(choice.first, choice.width)];
    const address = (first: number): Address =>
      Array.from({ length: this.width / 32 }, (_, i) => number(first + 32 * i, 32));
    const face = (name: string | null | undefined) =>
      name === null || name === undefined ? undefined : plainFace(name);
    return {
      protocol: this.fixed.protocol ?? number(this.protocolBits, 8),
      state: value(this.stateChoice, this.fixed.state) ?? 'NEW',
      flags: this.fixed.flags ?? number(this.flagBits, 8),
      sport: this.fixed.sport ?? number(this.sportBits, 16),
      dport: this.fixed.dport ?? number(this.dportBits, 16),
      inFace: face(value(this.inFaces, this.fixed.inFace)),
      outFace: face(value(this.outFaces, this.fixed.outFace)),
      user: value(this.users, this.fixed.user) ?? undefined,
      src: address(this.source),
      dst: address(this.destination),
    };
  }
}

/** One packet of a set. */
export interface SpacePacket {
  readonly protocol: number;
  readonly state: (typeof states)[number];
  readonly flags: number;
  readonly sport: number;
  readonly dport: number;
  readonly inFace: string | undefined;
  readonly outFace: string | undefined;
  readonly user: number | undefined;
  readonly src: Address;
  readonly dst: Address;
}

/** An interface's name as rules see it; those that only stand for a prefix, or for any other, end in a sign of their own. */
function plainFace(face: string): string {
  return face === otherFace ? '\u0001' : face.endsWith('\u0000') ? `${face.slice(0, -1)}\u0001` : face;
}
