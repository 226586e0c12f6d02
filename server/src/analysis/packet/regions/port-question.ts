/** Follows the packets that a question asks about through the tables of their way, as sets. */
import { compareAddresses } from '../../../syntax/iptables/address';
import type { TableName } from '../../../syntax/iptables/command';
import type { Address, Family } from '../../../syntax/iptables/rule';
import { areDisjoint } from '../../../syntax/iptables/glance';
import type { PlacedRule, Ruleset, Table } from '../ruleset';
import type { Touched } from './change';
import type { Translated } from './chain-regions';
import { ChainRegions } from './chain-regions';
import type { Diagrams, Node } from './diagram';
import { nothing } from './diagram';
import type { Fixed, Region, Vocabulary } from './space';
import { Space } from './space';

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

/** What the packets asked for come to, in the sets of one space. */
export interface Passage {
  readonly space: Space;
  readonly start: Node;
  readonly passed: Region;
}

/** The sets of all questions of a family, and at what size they are made afresh. */
export interface Ground {
  readonly diagrams: Diagrams;
  readonly words: Vocabulary;
  readonly mostSize: number;
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

/** Whether nat may send packets elsewhere before they are let in or through. */
export function translatesInward({ tables }: Ruleset, { family, way }: PortQuery): boolean {
  return way !== 'out' && (tables[family].get('nat')?.chains.get('PREROUTING')?.rules.length ?? 0) > 0;
}

/** A question asked of a ruleset. Throws TooLarge where the sets grow beyond what their ground allows. */
export class Question {
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
    const { way } = this.query;
    const space = this.space(this.query.port, way);
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
    this.without = ({ rule }) => touched.misses(rule.glance);
    const now = this.pass(space, packets);
    const must = d.or(d.minus(passed.must, packets), now.must);
    const may = d.or(d.minus(passed.may, packets), now.may);
    return must === passed.must && may === passed.may ? passage : { space, start, passed: { must, may } };
  }

  private space(port: number, way: PortQuery['way']): Space {
    const { query } = this;
    const looped = query.inFace === 'lo' || query.outFace === 'lo';
    const fixed: Fixed = {
      ...(looped ? {} : { way }),
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
    const local =
      action.kind === 'redirect' ||
      !target ||
      (this.query.own?.some(own => compareAddresses(own, target.from) === 0) ?? false);
    const inner = this.space(ports?.from ?? this.query.port, local ? 'in' : 'forward');
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
      const part = this.walk(
        name === 'raw' && this.query.inFace !== 'lo' ? space.beforeTracking() : space,
        table,
      ).partition(chain, region);
      region = { must: part.accepted.must, may: this.diagrams.or(part.accepted.may, part.undecided) };
    }
    return region;
  }

  private join(a: Region, b: Region): Region {
    return { must: this.diagrams.or(a.must, b.must), may: this.diagrams.or(a.may, b.may) };
  }

  private walk(space: Space, table: Table): ChainRegions {
    const { without: missed } = this;
    const { glance } = space;
    const without = (placed: PlacedRule) => missed?.(placed) === true || areDisjoint(placed.rule.glance, glance);
    return new ChainRegions(space, table, { only: 'passes', without });
  }
}
