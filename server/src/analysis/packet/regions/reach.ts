/** Who gets through to a port: exact sets of addresses, with a packet that shows each. */
import { say } from '../../../text/message';
import type { Message } from '../../../text/message';
import { compareAddresses, printAddress } from '../../../syntax/iptables/address';
import type { TableName } from '../../../syntax/iptables/command';
import type { Address, Family, Side } from '../../../syntax/iptables/rule';
import type { Packet } from '../packet';
import type { Ruleset } from '../ruleset';
import type { AddressSet } from './address-set';
import { addressSet } from './address-set';
import type { Translated } from './chain-regions';
import { ChainRegions } from './chain-regions';
import { rulesOf } from './decided';
import { Diagrams, everything, nothing, TooLarge } from './diagram';
import type { Node } from './diagram';
import type { Fixed, Region, Vocabulary } from './space';
import { Space, vocabulary } from './space';
import { derived } from '../../../text/derived';

/** What is asked: first packets to one port, on one way. */
export interface PortQuery {
  readonly family: Family;
  /** in: to the host itself; out: from a process of the host; forward: through the host. */
  readonly way: 'in' | 'out' | 'forward';
  readonly protocol?: 'tcp' | 'udp';
  readonly port: number;
  /** On the way out: the number of the user who sends (see `nameRange` for one known by name only), or null for none. */
  readonly user?: number | null;
  readonly group?: number | null;
  /** Only packets that come in, or leave, by this interface. Default: any but `lo`. */
  readonly inFace?: string;
  readonly outFace?: string;
  /** The host's own addresses, where they are known: what is translated to others is forwarded. */
  readonly own?: readonly Address[];
}

/** Addresses for which something holds surely, and those for which it may. */
export interface Addresses {
  readonly surely: AddressSet;
  readonly possibly: AddressSet;
}

/** What comes of the packets asked for, by their source and by their destination. */
export interface Reach {
  readonly query: PortQuery;
  /** Far addresses with a packet that passes: sources on the way in and through, destinations on the way out. */
  readonly open: Addresses;
  /** Far addresses of which every packet is refused, surely. */
  readonly closed: AddressSet;
  /** A packet that surely passes, and one that surely does not, in the terms of a packet question. */
  readonly passing?: Packet;
  readonly stopped?: Packet;
  /** Set where the rules are too entangled to say anything. */
  readonly unknown?: Message;
}

const synOnly = 2;
/** A source port that no rule is likely to name: of those that systems give to their own connections. */
const ordinaryPort = 49_000;

type Chains = readonly (readonly [TableName, string])[];
const inward: Chains = [
  ['mangle', 'INPUT'],
  ['filter', 'INPUT'],
  ['security', 'INPUT'],
];
const through: Chains = [
  ['mangle', 'FORWARD'],
  ['filter', 'FORWARD'],
  ['security', 'FORWARD'],
  ['mangle', 'POSTROUTING'],
];

/** Answers who gets through to a port. Never throws; bounded by `most` nodes of memory. */
export function reach(ruleset: Ruleset, query: PortQuery, most = 2_000_000): Reach {
  try {
    return new Question(ruleset, query, most).answer();
  } catch (error) {
    if (!(error instanceof TooLarge || error instanceof RangeError)) throw error;
    const none: AddressSet = { family: query.family, networks: [], complete: false, share: 0 };
    const all: AddressSet = {
      family: query.family,
      networks: [{ address: query.family === 4 ? [0] : [0, 0, 0, 0], bits: 0 }],
      complete: true,
      share: 1,
    };
    const addresses: Addresses = { surely: none, possibly: all };
    return {
      query,
      open: addresses,
      closed: none,
      unknown: say(
        'the rules are too many or too entangled to follow all packets',
        'as regras são muitas ou emaranhadas demais para seguir todos os pacotes',
      ),
    };
  }
}

const wordsOf = derived((tables: Ruleset['tables'][Family]) => vocabulary(rulesOf(tables)));

class Question {
  private readonly diagrams: Diagrams;
  private readonly words: Vocabulary;

  constructor(
    private readonly ruleset: Ruleset,
    private readonly query: PortQuery,
    most: number,
  ) {
    this.words = wordsOf(ruleset.tables[query.family]);
    this.diagrams = new Diagrams(most, this.words.rules * 16);
  }

  answer(): Reach {
    const { query } = this;
    const space = this.space(query.port);
    const d = this.diagrams;
    const hook = query.way === 'in' ? 'INPUT' : query.way === 'out' ? 'OUTPUT' : 'FORWARD';
    const start = this.start(space, hook);
    const passed = this.pass(space, start);
    const unknown = this.ruleset.unknown.length > 0;
    const must = unknown ? nothing : passed.must;
    const may = unknown ? start : passed.may;
    const far = this.side(space, start, must, may, query.way === 'out' ? 'destination' : 'source');
    const passing = this.example(space, must);
    const stopped = this.example(space, d.minus(start, may));
    return {
      query,
      ...far,
      ...(passing ? { passing } : {}),
      ...(stopped ? { stopped } : {}),
    };
  }

  private side(space: Space, start: Node, must: Node, may: Node, side: Side): { open: Addresses; closed: AddressSet } {
    const d = this.diagrams;
    const first = side === 'source' ? space.source : space.destination;
    const set = (node: Node) => addressSet(d, node, first, this.query.family);
    const possibly = space.onlyAddress(may, side);
    const whole = set(possibly);
    const surely = must === may ? whole : set(space.onlyAddress(must, side));
    return { open: { surely, possibly: whole }, closed: set(d.minus(space.onlyAddress(start, side), possibly)) };
  }

  private space(port: number): Space {
    const { query } = this;
    const fixed: Fixed = {
      protocol: (query.protocol ?? 'tcp') === 'tcp' ? 6 : 17,
      state: 'NEW',
      flags: (query.protocol ?? 'tcp') === 'tcp' ? synOnly : 0,
      sport: ordinaryPort,
      dport: port,
      ...(query.way === 'out' && query.user !== undefined ? { user: query.user } : {}),
      ...(query.way === 'out' && query.group !== undefined ? { group: query.group } : {}),
    };
    return new Space(this.diagrams, query.family, this.words, fixed);
  }

  /** The packets asked for, as the chain of their way sees them. */
  private start(space: Space, hook: string): Node {
    const { query } = this;
    const d = this.diagrams;
    let start = space.hook(hook);
    const wanted = (name: string | undefined) => (face: string) => (name === undefined ? face !== 'lo' : face === name);
    if (hook === 'INPUT' || hook === 'FORWARD') start = d.and(start, space.face('in', wanted(query.inFace)));
    if (hook === 'OUTPUT' || hook === 'FORWARD') start = d.and(start, space.face('out', wanted(query.outFace)));
    return start;
  }

  private pass(space: Space, start: Node): Region {
    const whole: Region = { must: start, may: start };
    if (this.query.way === 'out') return this.outward(space, whole);
    // Before routing nobody knows the way out; those chains see no outgoing interface.
    const early = this.early(space, whole);
    const direct = this.query.way === 'in' ? inward : through;
    let passed = this.chains(space, direct, early.straight);
    for (const item of early.translated) passed = this.join(passed, this.afterTranslation(space, item));
    return passed;
  }

  private early(space: Space, whole: Region): { straight: Region; translated: readonly Translated[] } {
    const seen = this.reinterpret(space, whole, 'PREROUTING');
    const raw = this.chains(
      space,
      [
        ['raw', 'PREROUTING'],
        ['mangle', 'PREROUTING'],
      ],
      seen,
    );
    const nat = this.table('nat', 'PREROUTING');
    const found = nat ? new ChainRegions(space, nat, false).partition('PREROUTING', raw) : undefined;
    const straight = found
      ? { must: found.accepted.must, may: this.diagrams.or(found.accepted.may, found.undecided) }
      : raw;
    return { straight: this.both(space, straight, whole), translated: found?.translated ?? [] };
  }

  /** The same packets as another hook sees them: what it says of the way out is forgotten. */
  private reinterpret(space: Space, region: Region, hook: string): Region {
    const d = this.diagrams;
    const at = space.hook(hook);
    const bare = (node: Node) => d.and(space.withoutWayOut(node), at);
    return { must: bare(region.must), may: bare(region.may) };
  }

  /** Brings what earlier chains let pass back to the terms of the packets asked for. */
  private both(space: Space, passed: Region, whole: Region): Region {
    const d = this.diagrams;
    return {
      must: d.and(space.withoutWayOut(passed.must), whole.must),
      may: d.and(space.withoutWayOut(passed.may), whole.may),
    };
  }

  /** What becomes of packets that nat sends elsewhere: by their sources, which stay what they were. */
  private afterTranslation(space: Space, { action, region }: Translated): Region {
    const ports = action.kind === 'translate' ? action.to.ports : action.kind === 'redirect' ? action.ports : undefined;
    const several = ports !== undefined && ports.from !== ports.to;
    const target = action.kind === 'translate' ? action.to.addresses : undefined;
    const range = target !== undefined && compareAddresses(target.from, target.to) !== 0;
    if (several || range || action.kind === 'map-network') return { must: nothing, may: this.terms(space, region.may) };
    const inner = ports ? this.space(ports.from) : space;
    const local =
      action.kind === 'redirect' ||
      !target ||
      (this.query.own?.some(own => compareAddresses(own, target.from) === 0) ?? false);
    const d = this.diagrams;
    const place = (node: Node) => {
      const free = inner.forgetAddress(space.withoutWayOut(node), 'destination');
      const at = d.and(free, inner.hook(local ? 'INPUT' : 'FORWARD'));
      return target
        ? d.and(
            at,
            inner.block(
              'destination',
              target.from,
              target.from.map(() => 0xffffffff),
            ),
          )
        : at;
    };
    const out = this.chains(inner, local ? inward : through, { must: place(region.must), may: place(region.may) });
    const back = (node: Node, limit: Node) =>
      d.and(inner.forgetAddress(inner.withoutWayOut(node), 'destination'), this.terms(space, limit));
    return { must: back(out.must, region.must), may: back(out.may, region.may) };
  }

  private terms(space: Space, node: Node): Node {
    return this.diagrams.and(
      space.withoutWayOut(node),
      this.start(space, this.query.way === 'in' ? 'INPUT' : 'FORWARD'),
    );
  }

  private outward(space: Space, whole: Region): Region {
    const before = this.chains(
      space,
      [
        ['raw', 'OUTPUT'],
        ['mangle', 'OUTPUT'],
      ],
      whole,
    );
    const nat = this.table('nat', 'OUTPUT');
    const found = nat ? new ChainRegions(space, nat, false).partition('OUTPUT', before) : undefined;
    let passed = found
      ? { must: found.accepted.must, may: this.diagrams.or(found.accepted.may, found.undecided) }
      : before;
    // What is sent elsewhere on its way out may or may not pass there.
    const moved = found?.translated.reduce((all, item) => this.diagrams.or(all, item.region.may), nothing) ?? nothing;
    passed = this.chains(
      space,
      [
        ['filter', 'OUTPUT'],
        ['security', 'OUTPUT'],
        ['mangle', 'POSTROUTING'],
      ],
      passed,
    );
    return { must: passed.must, may: this.diagrams.or(passed.may, moved) };
  }

  private table(name: TableName, chain: string) {
    const table = this.ruleset.tables[this.query.family].get(name);
    return (table?.chains.get(chain)?.rules.length ?? 0) > 0 ? table : undefined;
  }

  private chains(space: Space, list: Chains, entering: Region): Region {
    let region = entering;
    for (const [name, chain] of list) {
      const table = this.ruleset.tables[this.query.family].get(name);
      const found = table?.chains.get(chain);
      if (!table || !found || (found.rules.length === 0 && found.policy === 'ACCEPT')) continue;
      const part = new ChainRegions(space, table, false).partition(chain, region);
      region = { must: part.accepted.must, may: this.diagrams.or(part.accepted.may, part.undecided) };
    }
    return region;
  }

  private join(a: Region, b: Region): Region {
    return { must: this.diagrams.or(a.must, b.must), may: this.diagrams.or(a.may, b.may) };
  }

  private example(space: Space, node: Node): Packet | undefined {
    const packet = space.packet(node);
    if (!packet || node === everything) return packet ? this.question(packet.src, packet.dst) : undefined;
    return this.question(packet.src, packet.dst);
  }

  private question(src: Address, dst: Address): Packet {
    const { way, port, protocol = 'tcp' } = this.query;
    const path = way === 'in' ? 'in' : way === 'out' ? 'out' : 'forward-out';
    const source = { src: printAddress(src) };
    const destination = { dst: printAddress(dst) };
    return {
      path,
      proto: protocol,
      ...(way === 'out' ? destination : way === 'in' ? source : { ...source, ...destination }),
      dport: port,
    };
  }
}
