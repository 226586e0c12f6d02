/** Who gets through to a port: exact sets of addresses, with a packet that shows each. */
import type { Message } from '../../../text/message';
import { compareAddresses, printAddress } from '../../../syntax/iptables/address';
import type { TableName } from '../../../syntax/iptables/command';
import type { Address, Family, Side } from '../../../syntax/iptables/rule';
import type { Packet } from '../packet';
import type { PlacedRule, Ruleset, Table } from '../ruleset';
import { AddressSet } from './address-set';
import type { Translated } from './chain-regions';
import { ChainRegions } from './chain-regions';
import { editBetween } from './change';
import type { Touched } from './change';
import { bounded, Diagrams, everything, nothing, tooMany } from './diagram';
import type { Node } from './diagram';
import type { Fixed, Region, Vocabulary } from './space';
import { covers, Space, vocabulary } from './space';
import { rulesOf } from './table-regions';
import { derived, once, remember } from '../../../text/derived';

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
  readonly passing?: Packet | undefined;
  readonly stopped?: Packet | undefined;
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

/** What the packets asked for come to, in the sets of one space. */
interface Passage {
  readonly space: Space;
  readonly start: Node;
  readonly passed: Region;
}

/** The sets of all questions of a family, and at what size they are made afresh. */
interface Ground {
  readonly diagrams: Diagrams;
  readonly words: Vocabulary;
  readonly mostSize: number;
}

interface Answered {
  readonly passage: Passage;
  readonly ground: Ground;
  readonly reach: Reach;
}

const mostNodes = 2_000_000;
/** How many nodes questions and edits may add until the sets are made afresh. */
const growth = 300_000;

/** By the lineage of the file that makes a ruleset: what was asked of it last. */
const last = new WeakMap<object, Questions>();

/** The questions asked of a ruleset. */
class Questions {
  private readonly answers = new Map<string, Answered>();
  private readonly hopeless = new Map<string, Reach>();
  private readonly carried: ReadonlyMap<string, Answered>;
  private readonly grounds = new Map<Family, Ground>();

  constructor(private readonly ruleset: Ruleset) {
    const { source } = ruleset;
    const before = source && last.get(source.lineage);
    this.carried = before ? this.carriedOver(before) : new Map<string, Answered>();
    if (source && !source.trial) last.set(source.lineage, this);
  }

  ask(query: PortQuery): Reach {
    const key = JSON.stringify(query);
    const known = this.answers.get(key) ?? this.carried.get(key);
    if (known) {
      this.answers.set(key, known);
      return known.reach;
    }
    const hopeless = this.hopeless.get(key);
    if (hopeless) return hopeless;
    const answered = bounded(() => {
      const ground = this.ground(query.family);
      const passage = new Question(this.ruleset, query, ground).answer();
      return { passage, ground, reach: this.told(query, passage) };
    });
    if (!answered) return remember(this.hopeless, key, () => entangled(query));
    this.answers.set(key, answered);
    return answered.reach;
  }

  private ground(family: Family): Ground {
    let found = this.grounds.get(family);
    if (!found) {
      const words = vocabulary(rulesOf(this.ruleset.tables[family]));
      found = { diagrams: new Diagrams(mostNodes, words.rules * 16), words, mostSize: words.rules * 64 + growth };
      this.grounds.set(family, found);
    }
    return found;
  }

  /** What was asked before an edit, as it is now: only the packets are followed again that the edit can concern. */
  private carriedOver({ ruleset: old, answers }: Questions): Map<string, Answered> {
    const out = new Map<string, Answered>();
    const edit = editBetween(old, this.ruleset);
    if (!edit) return out;
    const added = vocabulary(edit.changes.flatMap(change => change.added.map(({ rule }) => rule)));
    for (const [key, { passage, ground, reach: told }] of answers) {
      const { query } = told;
      if (ground.diagrams.size > ground.mostSize || !covers(ground.words, added)) continue;
      this.grounds.set(query.family, ground);
      const next = bounded(() =>
        new Question(this.ruleset, query, ground).again(
          passage,
          edit.touched(query.family),
          translatesInward(old, query),
        ),
      );
      if (!next) continue;
      const same = next === passage && (old.unknown.length === 0) === (this.ruleset.unknown.length === 0);
      out.set(key, { passage: next, ground, reach: same ? told : this.told(query, next) });
    }
    return out;
  }

  private told(query: PortQuery, { space, start, passed }: Passage): Reach {
    const unknown = this.ruleset.unknown.length > 0;
    return new PassageReach(query, space, start, unknown ? { must: nothing, may: start } : passed);
  }
}

const questionsOf = derived((ruleset: Ruleset) => new Questions(ruleset));

/** Answers who gets through to a port. Never throws; bounded. Remembered by the ruleset, and from one edit to the next. */
export function reach(ruleset: Ruleset, query: PortQuery): Reach {
  return questionsOf(ruleset).ask(query);
}

/** A {@link Reach} that is read off its sets as far as it is asked. */
class PassageReach implements Reach {
  private readonly far: Side;
  private readonly possibly: Node;
  private readonly addresses = once((): Addresses => {
    const { must, may } = this.passed;
    const possibly = this.set(this.possibly);
    return { possibly, surely: must === may ? possibly : this.set(this.space.onlyAddress(must, this.far)) };
  });

  constructor(
    readonly query: PortQuery,
    private readonly space: Space,
    private readonly start: Node,
    private readonly passed: Region,
  ) {
    this.far = query.way === 'out' ? 'destination' : 'source';
    this.possibly = space.onlyAddress(passed.may, this.far);
  }

  get open(): Addresses {
    return this.addresses();
  }

  get closed(): AddressSet {
    const { space, far } = this;
    return this.set(space.diagrams.minus(space.onlyAddress(this.start, far), this.possibly));
  }

  get passing(): Packet | undefined {
    return this.example(this.passed.must);
  }

  get stopped(): Packet | undefined {
    return this.example(this.space.diagrams.minus(this.start, this.passed.may));
  }

  private set(node: Node): AddressSet {
    const { space, far, query } = this;
    return new AddressSet(space.diagrams, node, far === 'source' ? space.source : space.destination, query.family);
  }

  private example(node: Node): Packet | undefined {
    const packet = this.space.packet(node);
    if (!packet) return undefined;
    const { way, port, protocol = 'tcp' } = this.query;
    const source = { src: printAddress(packet.src) };
    const destination = { dst: printAddress(packet.dst) };
    return {
      path: way === 'in' ? 'in' : way === 'out' ? 'out' : 'forward-out',
      proto: protocol,
      ...(way === 'out' ? destination : way === 'in' ? source : { ...source, ...destination }),
      dport: port,
    };
  }
}

/** The answer where rules are too many or too entangled to follow. */
function entangled(query: PortQuery): Reach {
  const { family } = query;
  const none = AddressSet.of(nothing, family);
  const open: Addresses = { surely: none, possibly: AddressSet.of(everything, family) };
  return { query, open, closed: none, unknown: tooMany };
}

/** Whether nat may send packets elsewhere before they are let in or through. */
function translatesInward({ tables }: Ruleset, { family, way }: PortQuery): boolean {
  return way !== 'out' && (tables[family].get('nat')?.chains.get('PREROUTING')?.rules.length ?? 0) > 0;
}

class Question {
  private readonly diagrams: Diagrams;
  private without: ((placed: PlacedRule) => boolean) | undefined;

  constructor(
    private readonly ruleset: Ruleset,
    private readonly query: PortQuery,
    private readonly ground: Ground,
  ) {
    this.diagrams = ground.diagrams;
  }

  /** Follows all packets that are asked for. */
  answer(): Passage {
    const space = this.space(this.query.port);
    const { way } = this.query;
    const start = this.start(space, way === 'in' ? 'INPUT' : way === 'out' ? 'OUTPUT' : 'FORWARD');
    return { space, start, passed: this.pass(space, start) };
  }

  /** Follows those again that an edit can concern; the same passage where nothing came of it. */
  again(passage: Passage, all: Touched, translated: boolean): Passage {
    const { space, start, passed } = passage;
    const d = this.diagrams;
    // What nat sends elsewhere keeps nothing but where it comes from.
    const touched = translated || translatesInward(this.ruleset, this.query) ? all.bySource() : all;
    const packets = d.and(start, touched.node(space));
    if (packets === nothing) return passage;
    this.without = ({ rule }) => touched.misses(rule.conditions);
    const now = this.pass(space, packets);
    const must = d.or(d.minus(passed.must, packets), now.must);
    const may = d.or(d.minus(passed.may, packets), now.may);
    return must === passed.must && may === passed.may ? passage : { space, start, passed: { must, may } };
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
    return new Space(this.diagrams, query.family, this.ground.words, fixed);
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
    const found = nat ? this.walk(space, nat).partition('PREROUTING', raw) : undefined;
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
    const found = nat ? this.walk(space, nat).partition('OUTPUT', before) : undefined;
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
      const part = this.walk(space, table).partition(chain, region);
      region = { must: part.accepted.must, may: this.diagrams.or(part.accepted.may, part.undecided) };
    }
    return region;
  }

  private join(a: Region, b: Region): Region {
    return { must: this.diagrams.or(a.must, b.must), may: this.diagrams.or(a.may, b.may) };
  }

  private walk(space: Space, table: Table): ChainRegions {
    const { without } = this;
    return new ChainRegions(space, table, { only: 'passes', ...(without && { without }) });
  }
}
