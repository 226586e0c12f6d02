/**
 * The way of one packet through the hooks of the kernel: raw, connection tracking, mangle, nat, routing, filter, in the
 * order of their priorities (netfilter's NF_IP_PRI_*; the same for both of iptables' backends).
 */
import { say } from '../../text/message';
import type { TableName } from '../../syntax/iptables/command';
import { compareAddresses } from '../../syntax/iptables/address';
import type { Address, Family } from '../../syntax/iptables/rule';
import { connectionStates } from '../../syntax/iptables/rule';
import type { Owner, Probe, ProbeConnection } from './match-packet';
import type { Ruleset } from './ruleset';
import type { Notes, Outcome } from './walk-chain';
import { walkChain } from './walk-chain';
import type { Setting, Side } from './world';
import { addressOf, hardware, isLocal, isLoopback, isMartian, routeTo } from './world';

/** One end of a connection, as its packets name it. */
export interface Endpoint {
  readonly address: Address;
  readonly port: number | undefined;
}

/** A connection: how its first packet was addressed, and what it looks like once it is translated. */
export interface Connection {
  readonly protocol: number;
  readonly family: Family;
  readonly client: Endpoint;
  readonly server: Endpoint;
  /** What the server sees as its client, and where the packets really go. */
  readonly seenClient: Endpoint;
  readonly realServer: Endpoint;
  readonly mark: number | undefined;
}

/** A packet to be sent on its way. */
export interface Sending {
  readonly from: Side;
  readonly family: Family;
  readonly protocol: number;
  readonly src: Address;
  readonly dst: Address;
  readonly sport: number | undefined;
  readonly dport: number | undefined;
  readonly flags: number;
  readonly icmp: { readonly type: number; readonly code: number } | undefined;
  readonly owner: Owner | undefined;
  /** Its state for connection tracking, unless a rule exempts it. */
  readonly state: number;
  /** An answer that a rule gives: it has the connection of what it answers even in front of connection tracking. */
  readonly answers?: boolean;
  /** The connection it belongs to already, and whether it goes against its direction. */
  readonly belongs?: { readonly connection: Connection; readonly reply: boolean };
}

/** What becomes of a packet. */
export type Fate =
  | {
      readonly kind: 'arrives';
      readonly at: Side;
      readonly src: Address;
      readonly dst: Address;
      readonly dport: number | undefined;
      readonly connection: Connection | undefined;
    }
  | { readonly kind: 'dropped' }
  | {
      readonly kind: 'rejected';
      readonly answer: string;
      /** The states it had: an answer belongs to a connection only where the packet did. */
      readonly states: number;
      /** Its connection, where nat has given that other addresses: an answer is translated back. */
      readonly translated?: Connection;
      readonly src: Address;
      readonly dst: Address;
      readonly sport: number | undefined;
      readonly dport: number | undefined;
    }
  | { readonly kind: 'undecided' };

type Hook = 'PREROUTING' | 'INPUT' | 'FORWARD' | 'OUTPUT' | 'POSTROUTING';

/** The tables of each hook in the order in which a packet meets them. */
const order: Readonly<Record<Hook, readonly TableName[]>> = {
  PREROUTING: ['raw', 'mangle', 'nat'],
  INPUT: ['mangle', 'filter', 'security', 'nat'],
  FORWARD: ['mangle', 'filter', 'security'],
  OUTPUT: ['raw', 'mangle', 'nat', 'filter', 'security'],
  POSTROUTING: ['mangle', 'nat'],
};

/** The changing part of a packet under way. */
interface Travel {
  readonly sending: Sending;
  readonly probe: Probe;
  readonly tracked: boolean | undefined;
  /** Translations found by nat rules for a first packet. */
  readonly newServer: Endpoint | undefined;
  readonly newClient: Endpoint | undefined;
  readonly looped: boolean;
}

/** Most ways that a packet is followed where rules leave it open. */
const mostWays = 16;
/** Most of the addresses and ports that a nat rule may choose from which are all followed. */
const mostChoices = 16;

const severalTargets = say(
  'which of many addresses or ports nat takes',
  'qual de muitos endereços ou portas o nat usa',
);

export class Journey {
  private ways = 0;

  constructor(
    private readonly ruleset: Ruleset,
    private readonly setting: Setting,
    private readonly notes: Notes,
  ) {}

  /** Sends a packet; gives each fate that it may have. */
  send(sending: Sending): Fate[] {
    const face = this.firstFace(sending);
    const probe: Probe = {
      family: sending.family,
      src: sending.src,
      dst: sending.dst,
      protocol: sending.protocol,
      sport: sending.sport,
      dport: sending.dport,
      flags: sending.flags,
      icmp: sending.icmp,
      inFace: sending.from === 'host' ? undefined : face,
      outFace: sending.from === 'host' ? face : undefined,
      states: sending.state,
      connection: connectionFor(sending),
      owner: sending.owner,
      mac: sending.from === 'host' ? undefined : hardware[sending.from],
      mark: 0,
      connectionMark: sending.belongs ? sending.belongs.connection.mark : 0,
    };
    const travel: Travel = { sending, probe, tracked: true, newServer: undefined, newClient: undefined, looped: false };
    return sending.from === 'host' ? this.hook('OUTPUT', 0, travel) : this.hook('PREROUTING', 0, travel);
  }

  private firstFace(sending: Sending): string {
    if (sending.from === 'host') return routeTo(sending.dst, this.setting);
    return sending.from === 'lan' ? this.setting.inFace : this.setting.outFace;
  }

  /** Goes on from a table of a hook. */
  private hook(hook: Hook, index: number, travel: Travel): Fate[] {
    const table = order[hook][index];
    if (table === undefined) return this.after(hook, travel);
    // Connection tracking knows the packet of a looped connection already; nat is asked once for each end.
    if (table === 'nat') {
      const settled = this.settledNat(hook, travel);
      if (settled) return this.hook(hook, index + 1, settled);
    }
    const found = this.ruleset.tables[travel.probe.family].get(table);
    if (!found) return this.hook(hook, index + 1, travel);
    const { states } = travel.probe;
    // In front of connection tracking no packet has a connection, but for those that come by the loopback.
    const early = table === 'raw' && !travel.looped && travel.sending.answers !== true;
    const seen = { ...travel.probe, states: early ? connectionStates.INVALID : states };
    const { outcomes, untracked } = walkChain(hook, found, seen, this.setting, this.notes);
    const probe = { ...seen, states };
    const tracked = early
      ? untracked === true
        ? false
        : untracked === undefined
          ? undefined
          : travel.tracked
      : travel.tracked;
    const next: Travel = { ...travel, probe, tracked };
    const fates: Fate[] = [];
    for (const outcome of distinct(outcomes)) fates.push(...this.follow(outcome, hook, index, next));
    return fates;
  }

  private follow(outcome: Outcome, hook: Hook, index: number, travel: Travel): Fate[] {
    switch (outcome.kind) {
      case 'drop':
        return [{ kind: 'dropped' }];
      case 'reject': {
        const { src, dst, sport, dport, states } = travel.probe;
        const moved = travel.newServer !== undefined && travel.tracked !== false;
        const translated = moved ? this.connectionOf(travel.sending, travel) : undefined;
        return [
          {
            kind: 'rejected',
            answer: outcome.answer,
            states,
            src,
            dst,
            sport,
            dport,
            ...(translated ? { translated } : {}),
          },
        ];
      }
      case 'undecided':
        return [{ kind: 'undecided' }];
      case 'translate':
        if (++this.ways > mostWays) return [{ kind: 'undecided' }];
        return this.translated(outcome.action, hook, index, travel);
      case 'accept':
        if (order[hook][index] !== 'raw') return this.hook(hook, index + 1, travel);
        if (travel.tracked !== undefined) return this.hook(hook, index + 1, this.track(travel));
        return [true, false].flatMap(tracked => this.hook(hook, index + 1, this.track({ ...travel, tracked })));
    }
  }

  /** Connection tracking, behind raw: what is exempt counts as UNTRACKED and is not translated. */
  private track(travel: Travel): Travel {
    if (travel.tracked !== false) return travel;
    return { ...travel, probe: { ...travel.probe, states: connectionStates.UNTRACKED } };
  }

  /** Applies the translation that a connection has, or says that no nat rule is to be asked: then where to go on from. */
  private settledNat(hook: Hook, travel: Travel): Travel | undefined {
    const { sending, probe } = travel;
    const { belongs } = sending;
    if (belongs && travel.tracked !== false) {
      const { connection, reply } = belongs;
      const destination = hook === 'PREROUTING' || hook === 'OUTPUT';
      if (destination) {
        const target = reply ? connection.client : connection.realServer;
        return { ...travel, probe: { ...probe, dst: target.address, dport: target.port ?? probe.dport } };
      }
      const origin = reply ? connection.server : connection.seenClient;
      return { ...travel, probe: { ...probe, src: origin.address, sport: origin.port ?? probe.sport } };
    }
    const first = travel.tracked !== false && (sending.state & connectionStates.NEW) !== 0;
    if (!first) return travel;
    // A connection of the host with itself is settled on its way out.
    return travel.looped && (hook === 'PREROUTING' || hook === 'INPUT') ? travel : undefined;
  }

  private translated(
    action: Extract<Outcome, { kind: 'translate' }>['action'],
    hook: Hook,
    index: number,
    travel: Travel,
  ): Fate[] {
    const { probe } = travel;
    const atDestination = hook === 'PREROUTING' || hook === 'OUTPUT';
    const on = (change: Partial<Travel>, fields: Partial<Probe>, bit: number) =>
      this.hook(hook, index + 1, { ...travel, ...change, probe: { ...probe, ...fields, states: probe.states | bit } });
    if (action.kind === 'map-network') {
      const old = atDestination ? probe.dst : probe.src;
      const { value, mask } = action.block;
      const address = old.map((word, i) => ((word & ~(mask[i] ?? 0)) | (value[i] ?? 0)) >>> 0);
      return atDestination
        ? on({ newServer: { address, port: probe.dport } }, { dst: address }, connectionStates.DNAT)
        : on({ newClient: { address, port: probe.sport } }, { src: address }, connectionStates.SNAT);
    }
    const fates: Fate[] = [];
    const choices = this.choices(action, hook, probe);
    for (const { address, port } of choices.slice(0, mostChoices)) {
      const moved = compareAddresses(address, atDestination ? probe.dst : probe.src) !== 0;
      fates.push(
        ...(atDestination
          ? on(
              { newServer: { address, port } },
              { dst: address, dport: port },
              moved || port !== probe.dport ? connectionStates.DNAT : 0,
            )
          : on({ newClient: { address, port } }, { src: address, sport: port }, moved ? connectionStates.SNAT : 0)),
      );
    }
    if (choices.length > mostChoices) {
      this.notes.doubts.push({ text: hook, why: severalTargets });
      fates.push({ kind: 'undecided' });
    }
    return fates;
  }

  /** The addresses and ports that nat may take, those behind {@link mostChoices} not all of them. */
  private choices(
    action: Exclude<Extract<Outcome, { kind: 'translate' }>['action'], { kind: 'map-network' }>,
    hook: Hook,
    probe: Probe,
  ): Endpoint[] {
    const atDestination = hook === 'PREROUTING' || hook === 'OUTPUT';
    const ports = action.kind === 'translate' ? action.to.ports : action.ports;
    const old = atDestination ? probe.dport : probe.sport;
    const several = ports !== undefined && ports.from !== ports.to;
    const kept = !ports || (several && old !== undefined && ports.from <= old && old <= ports.to);
    // Which port a connection comes from is asked by nobody.
    const free = several && !atDestination ? [undefined] : upTo(ports?.from ?? 0, ports?.to ?? 0);
    const numbers = kept ? [old] : free;
    return this.addresses(action, hook, probe).flatMap(address => numbers.map(port => ({ address, port })));
  }

  private addresses(
    action: Exclude<Extract<Outcome, { kind: 'translate' }>['action'], { kind: 'map-network' }>,
    hook: Hook,
    probe: Probe,
  ): readonly Address[] {
    if (action.kind === 'redirect') return [this.redirectTo(hook, probe)];
    if (action.kind === 'masquerade')
      return [addressOf(probe.outFace ?? this.setting.outFace, probe.family, this.setting)];
    const { addresses } = action.to;
    if (!addresses) return [hook === 'PREROUTING' || hook === 'OUTPUT' ? probe.dst : probe.src];
    const { from, to } = addresses;
    const [first, last] = [from.at(-1) ?? 0, to.at(-1) ?? 0];
    const near = from.slice(0, -1).every((word, i) => word === to[i]);
    return upTo(first, near ? last : first + mostChoices).map(word => [...from.slice(0, -1), word]);
  }

  private redirectTo(hook: Hook, probe: Probe): Address {
    if (hook === 'OUTPUT') return probe.family === 4 ? [0x7f000001] : [0, 0, 0, 1];
    return addressOf(probe.inFace ?? this.setting.outFace, probe.family, this.setting);
  }

  /** What follows a hook whose tables all let the packet pass. */
  private after(hook: Hook, travel: Travel): Fate[] {
    const { probe } = travel;
    switch (hook) {
      case 'PREROUTING': {
        const local = isLocal(probe.dst, this.setting);
        // Nor do such addresses come from outside (the kernel's check for martians).
        if (!travel.looped && (isLoopback(probe.dst) || isMartian(probe.src, this.setting)))
          return [{ kind: 'dropped' }];
        if (local) return this.hook('INPUT', 0, travel);
        return this.hook('FORWARD', 0, { ...travel, probe: { ...probe, outFace: routeTo(probe.dst, this.setting) } });
      }
      case 'FORWARD':
        return this.hook('POSTROUTING', 0, { ...travel, probe: { ...probe, inFace: undefined } });
      case 'OUTPUT':
        // What nat changed is routed anew; the chains of OUTPUT still saw the old way out.
        return this.hook('POSTROUTING', 0, {
          ...travel,
          probe: { ...probe, outFace: routeTo(probe.dst, this.setting) },
        });
      case 'POSTROUTING': {
        if (!isLocal(probe.dst, this.setting))
          return [this.arrival(routeTo(probe.dst, this.setting) === this.setting.inFace ? 'lan' : 'outside', travel)];
        return this.hook('PREROUTING', 0, {
          ...travel,
          looped: true,
          probe: { ...probe, inFace: 'lo', outFace: undefined, owner: undefined, mac: '00:00:00:00:00:00' },
        });
      }
      case 'INPUT':
        return [this.arrival('host', travel)];
    }
  }

  private arrival(at: Side, travel: Travel): Fate {
    const { probe, sending } = travel;
    return {
      kind: 'arrives',
      at,
      src: probe.src,
      dst: probe.dst,
      dport: probe.dport,
      connection: this.connectionOf(sending, travel),
    };
  }

  private connectionOf(sending: Sending, travel: Travel): Connection | undefined {
    if (travel.tracked === false) return undefined;
    if (sending.belongs) return sending.belongs.connection;
    const client = { address: sending.src, port: sending.sport };
    const server = { address: sending.dst, port: sending.dport };
    return {
      protocol: sending.protocol,
      family: sending.family,
      client,
      server,
      seenClient: travel.newClient ?? client,
      realServer: travel.newServer ?? server,
      mark: travel.probe.connectionMark,
    };
  }
}

/** The connection of a packet; a first packet makes it. */
function connectionFor({ belongs, state, protocol, src, dst, sport, dport }: Sending): ProbeConnection | undefined {
  if (belongs) return { ...belongs.connection, reply: belongs.reply };
  if ((state & connectionStates.NEW) === 0) return undefined;
  const client = { address: src, port: sport };
  return { protocol, client, server: { address: dst, port: dport }, reply: false };
}

/** Numbers from one to another, one more than {@link mostChoices} at most. */
function upTo(from: number, to: number): number[] {
  return Array.from({ length: Math.min(to - from, mostChoices) + 1 }, (_, i) => from + i);
}

function distinct(outcomes: readonly Outcome[]): readonly Outcome[] {
  if (outcomes.length < 2) return outcomes;
  return [...new Map(outcomes.map(outcome => [JSON.stringify(outcome), outcome])).values()];
}
