/** Who gets through to a port: exact sets of addresses, with a packet that shows each. */
import type { Message } from '../../../text/message';
import { printAddress } from '../../../syntax/iptables/address';
import type { Family, Side } from '../../../syntax/iptables/rule';
import type { Packet } from '../packet';
import type { Ruleset } from '../ruleset';
import { AddressSet } from './address-set';
import { editBetween } from './change';
import { bounded, Diagrams, everything, nothing, tooMany } from './diagram';
import type { Node } from './diagram';
import { Question, translatesInward } from './port-question';
import type { Ground, Passage, PortQuery } from './port-question';
import type { Region, Space } from './space';
import { covers, vocabulary } from './space';
import { rulesOf } from './table-regions';
import { derived, once } from '../../../text/derived';

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

interface Answered {
  readonly reach: Reach;
  /** How it was found; nothing where the rules are too entangled. */
  readonly found?: { readonly passage: Passage; readonly ground: Ground };
}

const mostNodes = 2_000_000;
/** How many nodes questions and edits may add until the sets are made afresh. */
const growth = 300_000;

/** By the lineage of the file that makes a ruleset: what was asked of it last. */
const last = new WeakMap<object, Questions>();

/** The questions asked of a ruleset. */
class Questions {
  private readonly answers = new Map<string, Answered>();
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
    const known = this.answers.get(key) ?? this.carried.get(key) ?? this.answer(query);
    this.answers.set(key, known);
    return known.reach;
  }

  private answer(query: PortQuery): Answered {
    const { family } = query;
    const before = this.grounds.get(family);
    const inGround = (ground: Ground): Answered | undefined =>
      bounded(() => {
        const passage = new Question(this.ruleset, query, ground).answer();
        return { reach: this.told(query, passage), found: { passage, ground } };
      });
    // Where other questions have filled the sets, a question may find room in sets of its own.
    return (before && inGround(before)) ?? inGround(this.freshGround(family)) ?? { reach: entangled(query) };
  }

  private freshGround(family: Family): Ground {
    const words = vocabulary(rulesOf(this.ruleset.tables[family]));
    const ground = { diagrams: new Diagrams(mostNodes, words.rules * 16), words, mostSize: words.rules * 64 + growth };
    this.grounds.set(family, ground);
    return ground;
  }

  /** What was asked before an edit, as it is now: only the packets are followed again that the edit can concern. */
  private carriedOver({ ruleset: old, answers }: Questions): Map<string, Answered> {
    const out = new Map<string, Answered>();
    const edit = editBetween(old, this.ruleset);
    // In front of connection tracking rules see other states than those that a question asks about.
    if (!edit || edit.changes.some(({ table }) => table === 'raw')) return out;
    const added = vocabulary(edit.changes.flatMap(change => change.added.map(({ rule }) => rule)));
    for (const [key, known] of answers) {
      const { found, reach: told } = known;
      // A few rules more or less do not disentangle what was too entangled.
      if (!found) {
        out.set(key, known);
        continue;
      }
      const { passage, ground } = found;
      const { query } = told;
      if (ground.diagrams.size > ground.mostSize || !covers(ground.words, added)) continue;
      this.grounds.set(query.family, ground);
      const next = bounded((): Answered => {
        const question = new Question(this.ruleset, query, ground);
        const now = question.again(passage, edit.touched(query.family), translatesInward(old, query));
        const same = now === passage && (old.unknown.length === 0) === (this.ruleset.unknown.length === 0);
        return { reach: same ? told : this.told(query, now), found: { passage: now, ground } };
      });
      if (next) out.set(key, next);
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
    const possibly = this.set(() => this.possibly);
    return { possibly, surely: must === may ? possibly : this.set(() => this.space.onlyAddress(must, this.far)) };
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
    return this.set(() => space.diagrams.minus(space.onlyAddress(this.start, far), this.possibly));
  }

  get passing(): Packet | undefined {
    return bounded(() => this.example(this.passed.must));
  }

  get stopped(): Packet | undefined {
    return bounded(() => this.example(this.space.diagrams.minus(this.start, this.passed.may)));
  }

  /** What sets have no room for is not claimed: no address. */
  private set(make: () => Node): AddressSet {
    const { space, far, query } = this;
    const first = far === 'source' ? space.source : space.destination;
    return new AddressSet(space.diagrams, bounded(make) ?? nothing, first, query.family);
  }

  private example(node: Node): Packet | undefined {
    const d = this.space.diagrams;
    const kinds = [this.space.documentation(this.far), this.space.unicast(this.far), everything];
    const shown = kinds.map(kind => d.and(node, kind)).find(set => set !== nothing);
    const packet = this.space.packet(shown ?? nothing);
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
