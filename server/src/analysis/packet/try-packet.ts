/** Sends one packet through a ruleset and tells what becomes of it. */
import { printAddress } from '../../syntax/iptables/address';
import type { HostNames } from '../../syntax/iptables/host-names';
import { connectionStates, withoutConnection } from '../../syntax/iptables/rule';
import { say } from '../../text/message';
import type { Message } from '../../text/message';
import type { Reasoned } from '../answer';
import type { Connection, Fate, Sending } from './journey';
import { Journey } from './journey';
import type { Owner } from './match-packet';
import type { Packet, Verdict, World } from './packet';
import type { Ruleset } from './ruleset';
import { Traffic } from './traffic';
import type { Notes } from './walk-chain';
import type { Endpoints, Setting } from './world';
import { addressOf, endpoints, isLocal, mailHost, routeTo, settingOf, userOf } from './world';

/** The fate of a packet. What is changed on the way, and whether the answer gets back, only where it arrives. */
export interface PacketAnswer extends Reasoned {
  readonly verdict: Verdict;
  /** Which answer a REJECT gives: `tcp-reset`, `icmp-port-unreachable` …; `lost` where that answer is dropped itself. */
  readonly answer?: string;
  readonly reached?: 'host' | 'lan' | 'outside';
  readonly seen_src?: string;
  readonly seen_dst?: string;
  readonly seen_dport?: number;
  /** Whether a whole conversation gets through, both ways. Absent where that is not known. */
  readonly works?: boolean;
}

/** What may be said beside the world. */
export interface TryOptions {
  /** What went through before; without it, rates and lists leave the answer open (but a burst counts from nothing). */
  readonly traffic?: Traffic;
  /** The users of the host. Default: those of {@link mailHost}. */
  readonly names?: HostNames;
  /** The packet alone is sent, not the conversation that it opens: `works` is left out. */
  readonly alone?: boolean;
}

const flagBits: Readonly<Record<string, number>> = {
  FIN: 1,
  SYN: 2,
  RST: 4,
  PSH: 8,
  ACK: 16,
  URG: 32,
  ECE: 64,
  CWR: 128,
  NONE: 0,
};
const protocols = { tcp: 6, udp: 17, icmp: 1, icmpv6: 58 } as const;
const root: Owner = { user: 0, group: 0 };

/** Rules that one question looks at, at most. */
const mostRules = 2_000_000;

/**
 * Sends a packet (its fields and defaults: see {@link Packet} and {@link World}) through a ruleset. `unknown` only where
 * its possible fates differ; then `unknown` of the answer says on what that hangs.
 */
export function tryPacket(
  firewall: Ruleset,
  packet: Packet,
  world: World = {},
  options: TryOptions = {},
): PacketAnswer {
  const setting = settingOf(world);
  const ends = endpoints(packet, setting);
  if (!ends) {
    const why = say('an address of the packet cannot be read', 'um endereço do pacote não pode ser lido');
    return { verdict: 'unknown', trace: [], unknown: [why] };
  }
  const burst = Math.max(1, Math.min(packet.burst ?? 1, 1000));
  const traffic = options.traffic ?? (packet.burst === undefined ? undefined : new Traffic());
  const names = options.names ?? mailHost(true);
  let answer: PacketAnswer = { verdict: 'unknown', trace: [], unknown: [] };
  for (let i = 0; i < burst; i++) {
    traffic?.begin();
    answer = new Question(firewall, packet, setting, ends, names, traffic, options.alone === true).answer();
    traffic?.end(packet.burst !== undefined);
  }
  return answer;
}

class Question {
  private readonly notes: Notes;

  constructor(
    private readonly firewall: Ruleset,
    private readonly packet: Packet,
    private readonly setting: Setting,
    private readonly ends: Endpoints,
    private readonly names: HostNames,
    private readonly traffic: Traffic | undefined,
    private readonly alone: boolean,
  ) {
    this.notes = { steps: [], doubts: [], traffic, left: mostRules };
  }

  answer(): PacketAnswer {
    const sending = this.sending();
    const fates = this.send(sending, this.notes);
    const verdicts = new Set(fates.map(verdictOf));
    const [only] = verdicts;
    const unknown = this.firewall.unknown;
    if (verdicts.size !== 1 || only === undefined || only === 'unknown' || unknown.length > 0) {
      const why = [...this.notes.doubts.map(doubt => doubt.why), ...unknown];
      return { verdict: 'unknown', trace: this.notes.steps, unknown: distinct(why) };
    }
    const base = { verdict: only, trace: this.notes.steps, unknown: [] };
    if (only === 'DROP') return base;
    if (only === 'REJECT') {
      const answers = new Set(fates.map(fate => this.rejectAnswer(fate)));
      const [answer] = answers;
      return answers.size === 1 && answer !== undefined ? { ...base, answer } : base;
    }
    return { ...base, ...this.arrival(fates, sending) };
  }

  private send(sending: Sending, notes: Notes): Fate[] {
    return new Journey(this.firewall, this.setting, notes).send(sending);
  }

  /** The packet with everything filled in. */
  private sending(): Sending {
    const { packet, ends, setting } = this;
    const { family } = ends;
    const proto = packet.proto ?? 'tcp';
    const protocol = proto === 'icmp' && family === 6 ? 58 : protocols[proto];
    const isIcmp = protocol === 1 || protocol === 58;
    const src =
      ends.src ?? (isLocal(ends.dst, setting) ? ends.dst : addressOf(routeTo(ends.dst, setting), family, setting));
    const crafted = packet.flags === undefined ? undefined : readFlags(packet.flags);
    const established = packet.state === 'established';
    const icmp = isIcmp ? { type: packet.icmptype ?? (family === 4 ? 8 : 128), code: packet.icmpcode ?? 0 } : undefined;
    const base = {
      from: ends.from,
      family,
      protocol,
      src,
      dst: ends.dst,
      sport: isIcmp ? undefined : (packet.sport ?? (packet.reply === true && established ? 25 : undefined)),
      dport: isIcmp ? undefined : packet.reply === true && packet.dport === undefined ? undefined : (packet.dport ?? 0),
      flags: protocol === 6 ? (crafted ?? (established ? 0x18 : 2)) : 0,
      icmp,
      owner: this.owner(protocol, crafted !== undefined),
      state: this.state(protocol, crafted, icmp?.type),
    };
    if (!established) return base;
    const here = { address: base.src, port: base.sport };
    const there = { address: base.dst, port: base.dport };
    const reply = packet.reply === true;
    const [client, server] = reply ? [there, here] : [here, there];
    const connection: Connection = {
      protocol,
      family,
      client,
      server,
      seenClient: client,
      realServer: server,
      mark: 0,
    };
    return { ...base, belongs: { connection, reply } };
  }

  private owner(protocol: number, crafted: boolean): Owner | undefined {
    const { packet, ends } = this;
    if (ends.from !== 'host') return undefined;
    // Raw sockets, and sockets that a listener handed out, are root's.
    if (crafted || protocol === 1 || protocol === 58) return root;
    if (packet.state === 'established' && packet.reply === true) return root;
    return userOf(packet.user ?? 'alice', this.names);
  }

  private state(protocol: number, flags: number | undefined, icmpType: number | undefined): number {
    switch (this.packet.state) {
      case 'established':
        return connectionStates.ESTABLISHED;
      case 'related':
        return connectionStates.RELATED;
      case 'invalid':
        return connectionStates.INVALID;
      case 'untracked':
        return connectionStates.UNTRACKED;
      default:
        if (protocol === 6 && flags !== undefined) return firstState(flags);
        if (icmpType === undefined) return connectionStates.NEW;
        // Neighbour and router messages are not tracked (nf_conntrack_proto_icmpv6.c); only questions open a connection.
        if (protocol === 58 && icmpType >= 130 && icmpType <= 137) return connectionStates.UNTRACKED;
        return (protocol === 1 ? [8, 13, 15, 17] : [128, 139]).includes(icmpType)
          ? connectionStates.NEW
          : connectionStates.INVALID;
    }
  }

  /** What is told of a packet that arrives; only what all its possible ways have in common. */
  private arrival(fates: readonly Fate[], sending: Sending): Partial<PacketAnswer> {
    const arrived = fates.filter(fate => fate.kind === 'arrives');
    const same = <T>(of: (fate: (typeof arrived)[number]) => T): T | undefined => {
      const values = arrived.map(of);
      return values.every(value => JSON.stringify(value) === JSON.stringify(values[0])) ? values[0] : undefined;
    };
    const at = same(fate => fate.at);
    const src = same(fate => printAddress(fate.src));
    const dst = same(fate => printAddress(fate.dst));
    const dport = same(fate => fate.dport);
    const named = this.ends.src !== undefined;
    const works = this.works(arrived, sending);
    return {
      ...(at === undefined ? {} : { reached: at }),
      ...(named && src !== undefined && src !== printAddress(sending.src) ? { seen_src: src } : {}),
      ...(dst !== undefined && dst !== printAddress(sending.dst) ? { seen_dst: dst } : {}),
      ...(dport !== undefined && sending.dport !== undefined && dport !== sending.dport && dport !== 0
        ? { seen_dport: dport }
        : {}),
      ...(works === undefined ? {} : { works }),
    };
  }

  /** Whether a TCP conversation gets through: the answer to the first packet, and data both ways. */
  private works(arrived: readonly Extract<Fate, { kind: 'arrives' }>[], sending: Sending): boolean | undefined {
    if (this.alone) return undefined;
    const isFirst = sending.protocol === 6 && this.packet.flags === undefined && (this.packet.state ?? 'new') === 'new';
    if (!isFirst) return undefined;
    const notes: Notes = { steps: [], doubts: [], traffic: this.traffic, left: mostRules };
    if (this.traffic) this.traffic.vague = true;
    const results = new Set(arrived.map(fate => this.conversation(fate, sending, notes)));
    if (this.traffic) this.traffic.vague = false;
    const [only] = results;
    return results.size === 1 ? only : undefined;
  }

  private conversation(fate: Extract<Fate, { kind: 'arrives' }>, sending: Sending, notes: Notes): boolean | undefined {
    let known: boolean | undefined = true;
    const steps = [
      { reply: true, flags: 0x12 },
      { reply: false, flags: 0x10 },
      { reply: true, flags: 0x18 },
      { reply: false, flags: 0x18 },
    ];
    for (const { reply, flags } of steps) {
      const next = this.follower(fate, sending, reply, flags);
      const verdicts = new Set(this.send(next, notes).map(verdictOf));
      if (!verdicts.has('ACCEPT') && !verdicts.has('unknown')) return false;
      if (verdicts.size > 1 || verdicts.has('unknown')) known = undefined;
    }
    return known;
  }

  /** A later packet of the conversation that a first packet opened. */
  private follower(fate: Extract<Fate, { kind: 'arrives' }>, sending: Sending, reply: boolean, flags: number): Sending {
    const { connection } = fate;
    // Without connection tracking of its first packet, the answer is taken for the beginning of something, or for nothing.
    const state = connection ? connectionStates.ESTABLISHED : firstState(flags);
    const common = { family: sending.family, protocol: 6, flags, icmp: undefined, state };
    const belongs = connection ? { belongs: { connection, reply } } : {};
    if (!reply) {
      return {
        ...common,
        ...belongs,
        from: sending.from,
        src: sending.src,
        dst: sending.dst,
        sport: sending.sport,
        dport: sending.dport,
        owner: sending.owner,
      };
    }
    const client = connection?.seenClient ?? { address: fate.src, port: sending.sport };
    return {
      ...common,
      ...belongs,
      from: fate.at,
      src: fate.dst,
      dst: client.address,
      sport: fate.dport,
      dport: client.port,
      owner: fate.at === 'host' ? root : undefined,
    };
  }

  /** What a REJECT answers, or `lost` where the answer is dropped on its own way. */
  private rejectAnswer(fate: Fate): string | undefined {
    if (fate.kind !== 'rejected') return undefined;
    const { family } = this.ends;
    const reset = fate.answer === 'tcp-reset';
    const notes: Notes = { steps: [], doubts: [], traffic: this.traffic, left: mostRules };
    const to = fate.src;
    const host = isLocal(fate.dst, this.setting)
      ? fate.dst
      : addressOf(routeTo(to, this.setting), family, this.setting);
    const fates = this.send(
      {
        from: 'host',
        family,
        protocol: reset ? 6 : family === 4 ? 1 : 58,
        src: reset ? fate.dst : isLocal(to, this.setting) && !isLocal(fate.dst, this.setting) ? to : host,
        dst: to,
        sport: reset ? fate.dport : undefined,
        dport: reset ? fate.sport : undefined,
        flags: reset ? 0x14 : 0,
        icmp: reset ? undefined : unreachable(fate.answer),
        owner: undefined,
        answers: true,
        ...(fate.translated ? { belongs: { connection: fate.translated, reply: true } } : {}),
        // It counts as part of the connection that it answers, translated as that is.
        state:
          fate.states & withoutConnection
            ? connectionStates.INVALID
            : connectionStates.RELATED | (fate.states & (connectionStates.SNAT | connectionStates.DNAT)),
      },
      notes,
    );
    const verdicts = new Set(fates.map(verdictOf));
    if (verdicts.size !== 1 || verdicts.has('unknown')) return undefined;
    return verdicts.has('ACCEPT') ? fate.answer : 'lost';
  }
}

function verdictOf(fate: Fate): Verdict {
  return ({ arrives: 'ACCEPT', dropped: 'DROP', rejected: 'REJECT', undecided: 'unknown' } as const)[fate.kind];
}

function readFlags(text: string): number {
  let bits = 0;
  for (const name of text.split(',')) bits |= flagBits[name.trim().toUpperCase()] ?? 0;
  return bits;
}

/** The state of a TCP packet that belongs to nothing: SYN and a bare ACK open a connection (nf_conntrack_proto_tcp.c). */
function firstState(flags: number): number {
  const bare = flags & ~(8 | 64 | 128 | 32);
  return bare === 2 || bare === 16 ? connectionStates.NEW : connectionStates.INVALID;
}

const codes: Readonly<Record<string, number>> = {
  'icmp-net-unreachable': 0,
  'icmp-host-unreachable': 1,
  'icmp-proto-unreachable': 2,
  'icmp-port-unreachable': 3,
  'icmp-net-prohibited': 9,
  'icmp-host-prohibited': 10,
  'icmp-admin-prohibited': 13,
  'icmp6-no-route': 0,
  'icmp6-adm-prohibited': 1,
  'icmp6-addr-unreachable': 3,
  'icmp6-port-unreachable': 4,
  'icmp6-policy-fail': 5,
  'icmp6-reject-route': 6,
};

function unreachable(answer: string): { type: number; code: number } {
  return { type: answer.startsWith('icmp6') ? 1 : 3, code: codes[answer] ?? 0 };
}

function distinct(messages: readonly Message[]): Message[] {
  return [...new Map(messages.map(message => [JSON.stringify(message), message])).values()];
}
