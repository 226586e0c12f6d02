/** A packet and the world it travels in, as the what-if questions give them. */

export type Path = 'in' | 'out' | 'forward-out' | 'forward-in' | 'lan-in';

/** One packet; what is left out has the default that its path gives (see {@link World}). */
export interface Packet {
  /** in: outside→host, out: host→anywhere, forward-out: LAN→outside, forward-in: outside→LAN, lan-in: LAN→host. */
  readonly path: Path;
  readonly proto?: 'tcp' | 'udp' | 'icmp' | 'icmpv6';
  readonly src?: string;
  readonly dst?: string;
  readonly sport?: number;
  readonly dport?: number;
  /** new: the first packet of a connection; established: a later one of a connection made before there were rules. */
  readonly state?: 'new' | 'established' | 'related' | 'invalid' | 'untracked';
  /** The connection had been opened from the other side. */
  readonly reply?: boolean;
  /** Who owns the socket, on path out: a user's name or number; null for an ordinary login. */
  readonly user?: string | null;
  /** A hand-made TCP packet with these flags: `FIN,PSH,URG`, `NONE`. */
  readonly flags?: string;
  readonly icmptype?: number;
  readonly icmpcode?: number;
  /** So many are sent and kept open; the answer is about the last. */
  readonly burst?: number;
}

/** The host, its networks and its users. */
export interface World {
  readonly addresses?: {
    /** The host's addresses outside, `192.0.2.10` or with a prefix length. */
    readonly host?: readonly string[];
    /** The network inside; the host has its first address there. */
    readonly lan?: string;
    readonly lan_host?: string;
    readonly lan6?: string;
  };
  readonly ifaces?: { readonly out?: string; readonly in?: string };
}

export type Verdict = 'ACCEPT' | 'DROP' | 'REJECT' | 'unknown';
