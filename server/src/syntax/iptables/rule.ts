/**
 * What a packet filter rule says, apart from how a program spells it: conditions that a packet meets or not, and what
 * happens to one that meets them all.
 */
import type { Message } from '../../text/message';
import type { Glance } from './glance';
import type { SetContent } from './set-content';

export type Family = 4 | 6;

/** An IP address as 32-bit words, most significant first: one for IPv4, four for IPv6. */
export type Address = readonly number[];

/** Addresses whose bits under the mask are these; a mask need not be contiguous. */
export interface AddressBlock {
  readonly value: Address;
  readonly mask: Address;
}

/** Inclusive numbers: ports, user ids, lengths. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** The states of connection tracking, as bits of {@link Condition} `state`. */
export const connectionStates = {
  INVALID: 1,
  NEW: 2,
  ESTABLISHED: 4,
  RELATED: 8,
  UNTRACKED: 16,
  SNAT: 32,
  DNAT: 64,
} as const;

/** The states of packets that belong to no connection, and so have none of its marks. */
export const withoutConnection: number = connectionStates.INVALID | connectionStates.UNTRACKED;

/** A rate: so many units in so many seconds. */
export interface Rate {
  readonly count: number;
  readonly seconds: number;
}

/** One demand on a packet. `not` turns it round. A packet without the field (ports of ICMP) meets neither form where marked. */
export type Condition =
  | {
      readonly kind: 'address';
      readonly side: Side;
      readonly block: AddressBlock;
      readonly not: boolean;
    }
  | {
      readonly kind: 'address-range';
      readonly side: Side;
      readonly from: Address;
      readonly to: Address;
      readonly not: boolean;
    }
  | {
      readonly kind: 'interface';
      readonly side: 'in' | 'out';
      readonly name: string;
      readonly prefix: boolean;
      readonly not: boolean;
    }
  | {
      readonly kind: 'protocol';
      readonly number: number;
      readonly not: boolean;
    }
  /** Only packets with ports meet it, negated or not. */
  | {
      readonly kind: 'ports';
      readonly side: Side | 'either';
      readonly ranges: readonly Range[];
      readonly not: boolean;
    }
  | {
      readonly kind: 'tcp-flags';
      readonly mask: number;
      readonly set: number;
      readonly not: boolean;
    }
  /** `type` 255 stands for any. */
  | {
      readonly kind: 'icmp';
      readonly type: number;
      readonly code: Range;
      readonly not: boolean;
    }
  | { readonly kind: 'state'; readonly states: number; readonly not: boolean }
  /**
   * Asks for the connection of a packet, as its first packet was addressed. What has no connection meets it only where
   * the same match asks for the state too.
   */
  | {
      readonly kind: 'connection';
      readonly asks: ConnectionField;
      readonly not: boolean;
      readonly withState: boolean;
    }
  | {
      readonly kind: 'owner';
      readonly what: 'user' | 'group';
      readonly ids: Range;
      readonly not: boolean;
    }
  | { readonly kind: 'owned'; readonly not: boolean }
  | { readonly kind: 'fragment'; readonly not: boolean }
  /**
   * Something that only packets have which nobody asks about: a header of IPv6 between the first and the last, a bridge
   * that they came over, IPsec around them, a realm of their route.
   */
  | { readonly kind: 'unusual'; readonly not: boolean }
  | { readonly kind: 'mac'; readonly address: string; readonly not: boolean }
  | {
      readonly kind: 'mark';
      readonly on: 'packet' | 'connection';
      readonly value: number;
      readonly mask: number;
      readonly not: boolean;
    }
  | { readonly kind: 'length'; readonly bytes: Range; readonly not: boolean }
  | { readonly kind: 'hops'; readonly left: Range; readonly not: boolean }
  | {
      readonly kind: 'address-type';
      readonly side: Side;
      readonly types: readonly string[];
      readonly not: boolean;
    }
  | {
      readonly kind: 'packet-type';
      readonly type: string;
      readonly not: boolean;
    }
  | { readonly kind: 'limit'; readonly rate: Rate; readonly burst: number }
  | {
      readonly kind: 'rate-by';
      readonly by: readonly string[];
      readonly rate: Rate;
      readonly burst: number;
      readonly above: boolean;
      readonly table: string;
      readonly bytes: boolean;
    }
  | {
      readonly kind: 'recent';
      readonly action: 'set' | 'check' | 'update' | 'remove';
      readonly list: string;
      readonly seconds: number;
      readonly hits: number;
      readonly side: Side;
      readonly not: boolean;
    }
  | {
      readonly kind: 'connections';
      readonly above: boolean;
      readonly count: number;
      readonly bits: number;
      readonly side: Side;
    }
  | {
      readonly kind: 'set';
      readonly name: string;
      readonly fields: readonly string[];
      readonly not: boolean;
      /** What is in the set, where all of it is known. */
      readonly content?: SetContent;
    }
  | { readonly kind: 'never' }
  /** Something that the packet's header does not decide, or that is not modelled: three-valued for ever. */
  | {
      readonly kind: 'undecided';
      readonly text: string;
      readonly why: Message;
    };

export type Side = 'source' | 'destination';

/** What may be asked of a connection: whether a packet goes against its direction, its protocol, an address, a port. */
export type ConnectionField =
  | { readonly field: 'reply' }
  | { readonly field: 'protocol'; readonly number: number }
  | { readonly field: 'address'; readonly side: Side; readonly block: AddressBlock }
  | { readonly field: 'port'; readonly side: Side; readonly ports: Range };

/** Where a translation may send a packet: addresses and ports to choose from. Absent: left as it is. */
export interface Translation {
  readonly addresses?: { readonly from: Address; readonly to: Address };
  readonly ports?: Range;
}

/** What happens to a packet that meets all conditions of a rule. */
export type Action =
  | { readonly kind: 'accept' }
  | { readonly kind: 'drop' }
  /** `answer`: `tcp-reset`, `icmp-port-unreachable`, `icmp6-adm-prohibited` … */
  | { readonly kind: 'reject'; readonly answer: string }
  | { readonly kind: 'return' }
  /** Looked at, logged, counted: the packet goes on to the next rule. */
  | { readonly kind: 'continue' }
  | { readonly kind: 'jump'; readonly chain: string }
  | { readonly kind: 'goto'; readonly chain: string }
  | {
      readonly kind: 'translate';
      readonly side: Side;
      readonly to: Translation;
    }
  /** To the host itself (REDIRECT), or from the address of the interface it leaves by (MASQUERADE). */
  | { readonly kind: 'redirect'; readonly ports?: Range }
  | { readonly kind: 'masquerade'; readonly ports?: Range }
  | { readonly kind: 'map-network'; readonly block: AddressBlock }
  /** mark = (mark & ~mask) ^ value */
  | {
      readonly kind: 'set-mark';
      readonly on: 'packet' | 'connection';
      readonly value: number;
      readonly mask: number;
    }
  /**
   * From the packet: connection = (connection & ~connectionMask) ^ (packet & packetMask); from the connection:
   * packet = (packet & ~packetMask) ^ (connection & connectionMask).
   */
  | {
      readonly kind: 'copy-mark';
      readonly from: 'packet' | 'connection';
      readonly packetMask: number;
      readonly connectionMask: number;
    }
  | { readonly kind: 'no-tracking' }
  /** Handed to a program, or a target that is not modelled: what becomes of the packet is not known. */
  | {
      readonly kind: 'undecided';
      readonly text: string;
      readonly why: Message;
    };

/** One rule of a chain, for one source and one destination block. */
export interface Rule {
  readonly family: Family;
  readonly conditions: readonly Condition[];
  /** The plain ones among them. */
  readonly glance: Glance;
  readonly action: Action;
  /** The rule as iptables-save prints it, without `-A CHAIN`: two rules are the same when these are. */
  readonly saved: string;
  /** What is said of it with `--comment`. */
  readonly comment?: string;
}
